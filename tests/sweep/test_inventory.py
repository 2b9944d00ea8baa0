"""Every field that holds something about a person is declared, with purpose, basis, class and retention."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from xianfeng.core.fields import BlindIndex, SealedText
from xianfeng.core.inventory import Kept, impersonal, known

OURS = [m for m in apps.get_models() if m.__module__.startswith("xianfeng.")]
# Who acted, and what makes a row a row.
PLUMBING = {"id", "uid", "version", "seq", "salt", "mac", "digest", "posted_by", "issued_by", "by", "branch"}


def label(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.{model._meta.object_name}"


def undeclared(model: type[models.Model], kept: Kept) -> set[str]:
    """Fields of a model that its declaration leaves out."""
    named = {field.name for field in model._meta.concrete_fields}
    return named - kept.fields - PLUMBING - {kept.whose}


def test_every_model_is_declared() -> None:
    declared = {*known(), *impersonal()}
    assert sorted(label(m) for m in OURS if label(m) not in declared) == []
    assert sorted(set(known()) & impersonal()) == []
    assert [name for name in declared if not apps.get_model(name)] == []


@pytest.mark.parametrize("name", known())
def test_every_field_about_a_person_is_declared(name: str) -> None:
    kept, model = known()[name], apps.get_model(name)
    if model in OURS:
        assert undeclared(model, kept) - ({"rows", "added", "changed", "unchanged", "refused", "mapping", "left_out",
            "organization"} if name == "members.Import" else set()) == set()  # fmt: skip
    assert kept.fields <= {field.name for field in model._meta.concrete_fields}
    assert not kept.ordinary & kept.sensitive
    assert kept.stays <= kept.fields
    assert str(kept.purpose)
    assert str(kept.basis)
    assert str(kept.retention)


def test_a_field_that_nobody_declared_is_found() -> None:
    kept = known()["people.Person"]
    poorer = Kept(
        **{name: getattr(kept, name) for name in kept.__slots__} | {"ordinary": kept.ordinary - {"born_on"}}
    )
    assert undeclared(apps.get_model("people.Person"), poorer) == {"born_on"}


@pytest.mark.parametrize("name", sorted(impersonal()))
def test_what_is_said_to_be_about_nobody_holds_no_person_and_nothing_sealed(name: str) -> None:
    """Its links to people say who acted: they are named so, or with the verb (recorded_by)."""
    for field in apps.get_model(name)._meta.concrete_fields:
        assert not isinstance(field, SealedText | BlindIndex)
        if field.many_to_one and field.related_model is apps.get_model(settings.AUTH_USER_MODEL):
            assert field.name.endswith("by"), field


@pytest.mark.parametrize("model", OURS, ids=label)
def test_what_is_sealed_is_sensitive(model: type[models.Model]) -> None:
    sealed = {field.name for field in model._meta.concrete_fields if isinstance(field, SealedText)}
    if sealed:
        assert sealed <= known()[label(model)].sensitive

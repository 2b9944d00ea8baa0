"""Schemes in the database: versions, what is in force, and refusals."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from xianfeng.assessment.actions import (
    ensure_default_schemes,
    import_scheme,
    new_version,
    put_in_force,
    retire,
    rewrite,
)
from xianfeng.assessment.models import Scheme
from xianfeng.assessment.scheme import default_text
from xianfeng.audit.moves import Refused
from xianfeng.ledger.measures import declared

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme(world):
    return next(s for s in ensure_default_schemes(2026) if s.subject == "organization")


def test_the_defaults_of_a_year_are_installed_once(world):
    assert {s.code for s in ensure_default_schemes(2026)} == {"branch-2026", "member-2026"}
    assert ensure_default_schemes(2026) == []
    assert Scheme.objects.in_force("organization", 2026).parsed.full == 100
    assert Scheme.objects.in_force("organization", 2027) is None


def test_every_measure_of_the_default_schemes_exists(scheme):
    for row in Scheme.objects.all():
        missing = set(row.parsed.measures) - set(declared())
        assert not missing


def test_a_new_version_takes_over_when_it_is_put_in_force(world, scheme):
    draft = new_version(scheme, by=world.office)
    assert (draft.number, draft.status) == (2, "draft")
    assert Scheme.objects.in_force("organization", 2026) == scheme
    put_in_force(draft, by=world.office)
    scheme.refresh_from_db()
    assert scheme.status == "retired"
    assert Scheme.objects.in_force("organization", 2026) == draft


def test_a_scheme_in_force_is_locked(world, scheme):
    with pytest.raises(ValidationError):
        rewrite(scheme, default_text("branch", 2026), by=world.office)
    with pytest.raises(Refused):
        put_in_force(scheme, by=world.office)


def test_a_draft_may_be_rewritten_by_a_version_of_itself_only(world, scheme):
    draft = new_version(scheme, by=world.office)
    rewritten = rewrite(
        draft, draft.document.replace("党支部工作考核细则", "党支部考核细则"), by=world.office
    )
    assert rewritten.title == "党支部考核细则"
    assert rewritten.digest != draft.digest
    with pytest.raises(ValidationError):
        rewrite(draft, default_text("branch", 2027), by=world.office)


def test_faults_come_with_path_and_cure(world):
    text = default_text("branch", 2026).replace("measure: meeting.party_day", "measure: meeting.picnic")
    with pytest.raises(ValidationError) as refused:
        import_scheme(text, organization=world.committee, by=world.office)
    (fault,) = refused.value.messages
    assert fault.startswith("categories[3].items[1].lines[0].measure: ")
    assert "meeting.picnic" in fault
    assert not Scheme.objects.exists()


def test_only_the_office_puts_a_scheme_in_force(world, scheme):
    draft = new_version(scheme, by=world.office)
    for person in (world.clerk, world.leader, world.system_admin):
        with pytest.raises(PermissionDenied):
            put_in_force(draft, by=person)
    retire(draft, by=world.office)
    assert draft.status == "retired"

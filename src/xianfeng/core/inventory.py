"""What is kept about people: purpose, basis, class and retention of every field, declared by each app in `inventory.py`.

    keep("members.Mobility", whose="person", purpose=…, basis=…, retention=…, ordinary={"since", …}, sensitive={"phone"})
    nobody("members.RememberedMapping")

A test fails on a model that is not declared, and on a field of a declared one that is in neither set (个人信息保护法 art. 5
and 6). The declarations are also what the pages read that tell people what is kept about them, and what erases it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
Erasing = Literal["keep", "blank", "delete"]

DUTY = _("Duty of the party organization to educate and manage its members (教育管理条例)")
SECURITY = _("Duty to keep the system secure and its use traceable (网络安全法)")
FOREVER = _("as long as the party file is kept")
YEARS = _("three years after the year in which it was made")
HALF_YEAR = _("190 days")


@dataclass(frozen=True, slots=True)
class Kept:
    """One model with personal data.

    `whose` is the lookup from a row to its person. `sensitive` fields are those of 个人信息保护法 art. 28. `erasing` says
    what happens to the rows when a person is erased: they stay, lose what is declared here but for what `stays`, or go.
    `acted`: the person is who did it and the row is about something else, so its own files and events are left alone.
    """

    model: str
    whose: str
    purpose: Text
    basis: Text
    retention: Text
    ordinary: frozenset[str]
    sensitive: frozenset[str]
    erasing: Erasing
    stays: frozenset[str]
    acted: bool

    @property
    def fields(self) -> frozenset[str]:
        return self.ordinary | self.sensitive

    def rows(self, person: Any) -> models.QuerySet[Any]:
        """What is kept of a person here, oldest first."""
        found: models.QuerySet[Any] = apps.get_model(self.model)._base_manager.filter(
            **{self.whose: person.pk}
        )
        return found.order_by("pk")


_kept: dict[str, Kept] = {}
_nobody: set[str] = set()


def keep(
    model: str,
    *,
    whose: str,
    purpose: Text,
    basis: Text = DUTY,
    retention: Text = FOREVER,
    ordinary: Iterable[str] = (),
    sensitive: Iterable[str] = (),
    erasing: Erasing = "keep",
    stays: Iterable[str] = (),
    acted: bool = False,
) -> None:
    """Declare a model that holds something about people, and every field that does."""
    _kept[model] = Kept(
        model,
        whose,
        purpose,
        basis,
        retention,
        frozenset(ordinary),
        frozenset(sensitive),
        erasing,
        frozenset(stays),
        acted,
    )


def nobody(*labels: str) -> None:
    """Declare models that hold nothing about a person but who acted."""
    _nobody.update(labels)


def known() -> dict[str, Kept]:
    """Every declared model with personal data, by label."""
    return dict(sorted(_kept.items()))


def impersonal() -> frozenset[str]:
    """The models declared to be about nobody."""
    return frozenset(_nobody)

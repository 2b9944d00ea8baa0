"""The way of one person through the party: branches and stages, transfers, times away, and what few may read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from xianfeng.people.models import Person

from . import permissions
from .models import Absence, HardshipCase, Membership, Transfer


@dataclass(frozen=True, slots=True)
class Passage:
    """One thing that was so from a day on; `until` is None while it holds, and equals `since` for what took one day."""

    since: date
    title: str
    until: date | None = None
    text: str = ""
    url: str = ""
    restricted: bool = False

    @property
    def of_a_day(self) -> bool:
        return self.since == self.until


def life(
    person: Person, reader: Any, spells: Iterable[Membership], *, restricted: bool = False
) -> list[Passage]:
    """What is known of a person's way, the latest first; only what the reader may see. Two queries.

    `restricted`: with cases of hardship, for a reader who stated the reason of the visit; one query more.
    """
    found = [*_memberships(spells), *_absences(person, reader), *_transfers(person, reader)]
    if restricted:
        cases: Any = HardshipCase.objects.visible_to(reader, permissions.HARDSHIP_NAMED)
        found += [
            Passage(case.since, _("In hardship"), case.until, url=case.get_absolute_url(), restricted=True)
            for case in cases.filter(person=person)
        ]
    return sorted(found, key=lambda passage: passage.since, reverse=True)


def _memberships(spells: Iterable[Membership]) -> list[Passage]:
    """Spells as they stand, and the end where somebody left."""
    ordered = sorted(spells, key=lambda spell: spell.since)
    found = [
        Passage(spell.since, str(spell.organization), spell.until, str(spell.get_stage_display()))
        for spell in ordered
    ]
    for spell, following in pairwise([*ordered, None]):
        if spell is not None and spell.until and (following is None or following.since > spell.until):
            ending = spell.get_ending_display() if spell.ending else _("left the roll")
            found.append(Passage(spell.until, str(ending), spell.until))
    return found


def _absences(person: Person, reader: Any) -> list[Passage]:
    rows: Any = Absence.objects.visible_to(reader, permissions.VIEW)
    return [
        Passage(
            row.since,
            _("Mobile member: %(place)s") % {"place": row.place_name},
            row.until,
            str(row.get_ending_display()) if row.until else str(row.get_reason_display()),
            row.get_absolute_url(),
        )
        for row in rows.filter(person=person)
    ]


def _transfers(person: Person, reader: Any) -> list[Passage]:
    rows: Any = Transfer.objects.visible_to(reader, permissions.VIEW)
    return [
        Passage(
            row.on,
            _("Transfer to %(destination)s") % {"destination": row.destination},
            row.on,
            str(row.get_status_display()),
            row.get_absolute_url(),
        )
        for row in rows.filter(person=person).select_related("sender", "receiver")
    ]

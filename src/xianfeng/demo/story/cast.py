"""Who is in the story, and what is known of them while it is told."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied

from xianfeng.activities.due import Roll
from xianfeng.assessment.models import WorkCalendar
from xianfeng.core.periods import Period
from xianfeng.demo.world import BranchRow, PersonRow
from xianfeng.members.models import Membership
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from .agenda import Agenda

SHOWN = 12  # the branch a visitor signs in for


@dataclass
class Branch:
    """A branch with those who work for it, and its spells of membership as they stand."""

    row: BranchRow
    organization: Organization
    secretary: Person
    clerk: Person
    spells: list[Membership] = field(default_factory=list)

    @property
    def serial(self) -> int:
        return self.row.serial

    def draw(self, *what: object) -> random.Random:
        """Chance for one matter of this branch: the same whenever it is asked, in whatever order."""
        return random.Random("/".join(map(str, (self.serial, *what))))  # noqa: S311 - chance of a story

    def care(self, month: Period) -> float:
        """How well it works in a month, from 0 to 1: its habit, a slow change over the years, and good and bad months."""
        slow = (self.serial % 5 - 2) * 0.006 * ((month.year % 2) * 12 + month.number - 12) / 6
        return min(
            0.99, max(0.45, self.row.diligence + slow + self.draw("care", month.code).uniform(-0.05, 0.04))
        )

    def roll(self, day: date) -> Roll:
        """Who belonged to it on a day. No query: the spells are kept here."""
        spells = [s for s in self.spells if s.since <= day and (s.until is None or s.until > day)]
        return Roll.of(self.organization, day, spells)

    def learn(self) -> None:
        """Read the spells anew after somebody came, went or was confirmed."""
        self.spells = list(
            Membership.objects.members()
            .filter(organization=self.organization)
            .select_related("person", "person__member")
            .order_by("person__number")
        )


@dataclass(frozen=True, slots=True)
class SignIn:
    """A person who can sign in, and the password that nothing but this row knows."""

    role: str
    person: Person
    password: str


@dataclass
class Cast:
    """Everybody the story names, what is still to happen, and on which days the offices work."""

    today: date
    root: Organization
    branches: dict[int, Branch]
    rows: list[PersonRow]
    people: dict[tuple[int, int], Person]
    administrators: dict[str, Person]
    agenda: Agenda = field(default_factory=Agenda)
    calendar: WorkCalendar = field(default_factory=WorkCalendar.load)
    office: list[Person] = field(default_factory=list)
    leaders: list[Person] = field(default_factory=list)
    sign_ins: list[SignIn] = field(default_factory=list)

    def branch(self, serial: int) -> Branch:
        return self.branches[serial]


def may(person: Person, permission: str, at: Organization) -> Person:
    """The person, if allowed to do that there: pages ask the same before they call an action."""
    if not person.can(permission, at=at):
        raise PermissionDenied(f"{person} may not {permission} at {at}")
    return person


def learn_all(branches: dict[int, Branch]) -> None:
    """Read the spells of all branches in one query."""
    by_place: dict[int, list[Any]] = {}
    spells = Membership.objects.members().select_related("person", "person__member")
    for spell in spells.order_by("person__number"):
        by_place.setdefault(spell.organization_id, []).append(spell)
    for branch in branches.values():
        branch.spells = by_place.get(branch.organization.pk, [])

"""Who is due: proposed from the membership of the day, by kind.

Whole-branch kinds: every full and probationary member, exempt ones listed as exempt. Committee and groups have no list
of their own yet, so whoever came or was due last time is proposed and the clerk ticks. Volunteering and talks have
nobody due: whoever took part is ticked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from xianfeng.members.models import Membership
from xianfeng.members.roll import COMMITTEE_FROM, members_on
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from .models import Activity, Attendance, Kind

State = Attendance.State


@dataclass(frozen=True, slots=True)
class Strength:
    """Members of a branch on a day. `obliged`: those to whom hard requirements apply."""

    full: int
    total: int
    obliged: int

    @property
    def owes_committee(self) -> bool:
        """Whether the branch has a committee, and so owes committee meetings."""
        return self.full >= COMMITTEE_FROM


@dataclass(frozen=True, slots=True)
class Roll:
    """The members of one branch on one day, by person id in number order."""

    organization: Organization
    day: date
    people: Mapping[int, Person]
    full: frozenset[int]
    exempt: frozenset[int]

    @classmethod
    def of(cls, organization: Organization, day: date, spells: list[Membership] | None = None) -> Roll:
        """Read in one query, or made from spells that were read for many branches at once."""
        spells = members_on(day, organization) if spells is None else spells
        return cls(
            organization=organization,
            day=day,
            people={spell.person_id: spell.person for spell in spells},
            full=frozenset(s.person_id for s in spells if s.stage == Membership.Stage.FULL),
            exempt=frozenset(s.person_id for s in spells if exempt(s.person, day)),
        )

    @property
    def strength(self) -> Strength:
        return Strength(len(self.full), len(self.people), len(self.people) - len(self.exempt))


def exempt(person: Person, day: date) -> bool:
    """Whether hard requirements do not apply to a person on a day."""
    member = getattr(person, "member", None)
    return member is not None and member.exempt_on(day)


def proposed(kind: Kind, roll: Roll, last: Activity | None = None) -> dict[int, State]:
    """The attendance to start from: a state for everyone who is due. People who have left since `last` are not in it."""
    if kind in Kind.whole_branch():
        return {pk: State.EXEMPT if pk in roll.exempt else State.PRESENT for pk in roll.people}
    if kind in Kind.chosen() and last is not None:
        return {
            line.person_id: State.PRESENT for line in last.attendances.all() if line.person_id in roll.people
        }
    return {}


def last_of(kind: Kind, organization: Organization) -> Activity | None:
    """The latest recorded activity of a kind, with its lines."""
    found: Activity | None = (
        Activity.objects.recorded()
        .filter(organization=organization, kind=kind)
        .select_related("led_by")
        .prefetch_related("attendances")
        .first()
    )
    return found

"""What is asked of an activity before it counts. One place for the page, the moves and whoever records in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, fields
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from xianfeng.core.display import day as spoken
from xianfeng.core.periods import today
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from .due import Roll
from .models import Activity, Attendance, Kind

State = Attendance.State


@dataclass(frozen=True, slots=True)
class Particulars:
    """All that is known of one activity: its own columns, and the state of each person who was due or took part."""

    kind: str
    held_on: date
    states: Mapping[int, str] = field(default_factory=dict)
    made_up_on: Mapping[int, date] = field(default_factory=dict)
    starts_at: time | None = None
    venue: str = ""
    topic: str = ""
    minutes: str = ""
    hours: Decimal | None = None
    led_by: Person | None = None
    led_by_other: str = ""
    observers: int = 0
    observers_note: str = ""
    group_name: str = ""

    @classmethod
    def of(cls, activity: Activity) -> Particulars:
        """Those of a stored activity, lines included."""
        lines = list(activity.attendances.all())
        return cls(
            states={line.person_id: line.state for line in lines},
            made_up_on={line.person_id: line.made_up_on for line in lines if line.made_up_on},
            **{name: getattr(activity, name) for name in COLUMNS},
        )

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of `Activity` among them."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(f.name for f in fields(Particulars) if f.name not in {"states", "made_up_on"})


Slot = tuple[int, str, date, time | None]


def slot_of(particulars: Particulars, organization: Organization) -> Slot | None:
    """What only one activity can occupy: branch, kind, day and hour. None for kinds that may be held side by side.

    Two committee meetings on a day are told apart by when they begin.
    """
    if particulars.kind in Kind.several_a_day():
        return None
    return organization.pk, particulars.kind, particulars.held_on, particulars.starts_at


def slots_taken(branches: Iterable[int], days: Iterable[date], *, but: int | None = None) -> set[Slot]:
    """The slots of recorded activities at these branches between these days, one activity left out. One query."""
    days = sorted(days)
    taken = Activity.objects.recorded().filter(organization__in=branches, held_on__range=(days[0], days[-1]))
    if but is not None:
        taken = taken.exclude(pk=but)
    return set(taken.order_by().values_list("organization", "kind", "held_on", "starts_at"))


def check(particulars: Particulars, roll: Roll, taken: Set[Slot] = frozenset()) -> None:
    """Raise ValidationError, by field, when the activity cannot be recorded like this.

    `roll` is that of its day, `taken` are the slots of other activities.
    """
    faults: dict[str, list[str]] = {}
    for name, sentence in (
        ("held_on", _fault_of_day(particulars, roll)),
        ("attendance", _fault_of_people(particulars, roll)),
        ("hours", _fault_of_hours(particulars)),
        ("led_by", _fault_of_leader(particulars)),
        ("held_on", _fault_of_twin(particulars, roll, taken)),
    ):
        if sentence:
            faults.setdefault(name, []).append(sentence)
    if faults:
        raise ValidationError(faults)


def check_alone(particulars: Particulars, activity: Activity, roll: Roll | None = None) -> None:
    """The same for one activity that is being entered or corrected; reads what it needs."""
    branch = activity.organization
    roll = roll or Roll.of(branch, particulars.held_on)
    check(particulars, roll, slots_taken([branch.pk], [particulars.held_on], but=activity.pk))


def _fault_of_day(p: Particulars, roll: Roll) -> str | None:
    if p.held_on > today():
        return _("%(day)s is still to come. Please record an activity once it has taken place.") % {
            "day": p.held_on
        }
    founded, dissolved = roll.organization.founded_on, roll.organization.dissolved_on
    if founded and p.held_on < founded:
        return _("The branch was founded on %(day)s. Please check the date.") % {"day": spoken(founded)}
    if dissolved and p.held_on >= dissolved:
        return _("The branch was dissolved on %(day)s. Please check the date.") % {"day": spoken(dissolved)}
    return None


def _fault_of_people(p: Particulars, roll: Roll) -> str | None:
    came = [pk for pk, state in p.states.items() if state in Attendance.ATTENDED]
    if len(came) > len(roll.people):
        return _(
            "%(present)d present is more than the %(due)d members of this branch. Put guests under “observers”."
        ) % {"present": len(came), "due": len(roll.people)}
    if strangers := [pk for pk in p.states if pk not in roll.people]:
        names = Person.objects.filter(pk__in=strangers).values_list("name", flat=True)
        return _(
            "%(names)s did not belong to this branch on %(day)s. Put guests under “observers”, or check the date."
        ) % {"names": _(", ").join(names), "day": spoken(p.held_on)}
    if not came:
        return _("Nobody is marked as present. Please mark who came.")
    early = [pk for pk, day in p.made_up_on.items() if day < p.held_on or day > today()]
    if early:
        return _("The day on which it was made up lies between the activity and today.")
    return None


def _fault_of_hours(p: Particulars) -> str | None:
    if p.kind == Kind.VOLUNTEERING and not p.hours:
        return _("Please enter how many hours each person gave.")
    return None


def _fault_of_leader(p: Particulars) -> str | None:
    if p.kind == Kind.LECTURE and not (p.led_by or p.led_by_other):
        return _("Please say who gave the lecture.")
    if p.kind == Kind.TALK:
        if not (p.led_by or p.led_by_other):
            return _("Please say who began the talk.")
        if not set(p.states) - {p.led_by.pk if p.led_by else None}:
            return _("Please mark with whom the talk was held.")
    return None


def _fault_of_twin(p: Particulars, roll: Roll, taken: Set[Slot]) -> str | None:
    """The same meeting entered twice."""
    if slot_of(p, roll.organization) not in taken:
        return None
    return _("%(kind)s on %(day)s is already recorded. To add to it, open that one and correct it.") % {
        "kind": Kind(p.kind).label,
        "day": spoken(p.held_on),
    }

"""Verbs about activities. Each is one transaction with its audit event, and leaves the ledger in step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.audit.moves import Refused, move
from xianfeng.core.periods import today
from xianfeng.ledger import facts
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Appointment, Person

from .checks import Particulars, Slot, check, check_alone, slot_of, slots_taken
from .due import Roll, last_of, proposed
from .models import Activity, Attendance, Kind
from .permissions import CHANGE

State, Status = Attendance.State, Activity.Status
SHORT = ("kind", "held_on", "starts_at", "venue", "topic", "hours", "observers", "group_name")


# --- recording ---


@dataclass(frozen=True, slots=True)
class Recording:
    """Something held, ready to be recorded: where, what, and who belonged to the branch that day."""

    particulars: Particulars
    roll: Roll


def recording(
    organization: Organization,
    kind: str,
    day: date,
    *,
    present: Iterable[Person] | None = None,
    leave: Iterable[Person] = (),
    absent: Iterable[Person] = (),
    roll: Roll | None = None,
    **details: Any,
) -> Recording:
    """Put together what is to be recorded.

    Without `present` everybody who was due is present but those in `leave` and `absent` (for a committee or a group:
    those of the last time). `details` are further columns (topic, venue, hours, led_by, …). Whoever records many hands
    the day's `roll` in.
    """
    roll = roll or Roll.of(organization, day)
    if present is not None:
        states: dict[int, str] = {person.pk: State.PRESENT for person in present}
        if kind in Kind.whole_branch():
            states = dict.fromkeys(roll.exempt, State.EXEMPT) | states
    else:
        last = last_of(Kind(kind), organization) if kind in Kind.chosen() else None
        states = dict(proposed(Kind(kind), roll, last))
    states |= {person.pk: State.LEAVE for person in leave} | {person.pk: State.ABSENT for person in absent}
    leader: Person | None = details.get("led_by")
    if kind == Kind.TALK and leader is not None and leader.pk in roll.people:
        states.setdefault(leader.pk, State.PRESENT)
    return Recording(Particulars(kind=kind, held_on=day, states=states, **details), roll)


def record_activity(organization: Organization, kind: str, day: date, *, by: Any, **given: Any) -> Activity:
    """Record that something was held, in one go; `given` is that of `recording`. Raises ValidationError by field."""
    return record_many([recording(organization, kind, day, **given)], by=by)[0]


@transaction.atomic
def record_many(recordings: Sequence[Recording], *, by: Any) -> list[Activity]:
    """Record a batch in a fixed number of statements and, when there are several, under one audit event.

    All or nothing: raises the ValidationError of the first that cannot be recorded.
    """
    taken: set[Slot] = set()
    if recordings:
        taken = slots_taken(
            {r.roll.organization.pk for r in recordings}, {r.particulars.held_on for r in recordings}
        )
    activities = []
    for given in recordings:
        particulars, organization = given.particulars, given.roll.organization
        check(particulars, given.roll, taken)
        if slot := slot_of(particulars, organization):
            taken.add(slot)
        activities.append(
            Activity(
                organization=organization,
                status=Status.RECORDED,
                recorded_by=by,
                by_secretary=led_by_secretary(particulars, organization),
                **particulars.columns,
            )
        )
    Activity.objects.bulk_create(activities, batch_size=500)
    lines = [_lines(a, given.particulars) for a, given in zip(activities, recordings, strict=True)]
    Attendance.objects.bulk_create(chain.from_iterable(lines), batch_size=1000)
    talkers = {pk for r in recordings if r.particulars.kind == Kind.TALK for pk in r.particulars.states}
    _count(activities, talkers, by=by)
    if len(activities) == 1:
        [only] = activities
        events.record("activities.record", by=by, obj=only, at=only.organization, details=_told(only))
    elif activities:
        events.record("activities.record_many", by=by, details={"activities": [a.uid for a in activities]})
    return activities


@transaction.atomic
def save_draft(activity: Activity, particulars: Particulars, *, by: Any) -> Activity:
    """Keep what has been entered so far. Nothing is checked but what the table itself asks; nothing counts."""
    if activity.status != Status.DRAFT:
        raise Refused(_("This activity is already recorded."), code="refused")
    for name, value in particulars.columns.items():
        setattr(activity, name, value)
    activity.by_secretary = led_by_secretary(particulars, activity.organization)
    activity.recorded_by = by
    new = activity.pk is None
    activity.version += 0 if new else 1
    activity.save()
    _set_lines(activity, particulars)
    if new:
        events.record("activities.draft", by=by, obj=activity, at=activity.organization)
    return activity


@transaction.atomic
def correct(activity: Activity, particulars: Particulars, *, by: Any, version: int | None = None) -> Activity:
    """Change a recorded activity. What it counts for follows at once, also where the month has been reported.

    Raises Refused when somebody else changed it since `version`, or when it is not recorded; ValidationError by field.
    """
    locked: Activity = Activity.objects.select_for_update().select_related("organization").get(pk=activity.pk)
    if version is not None and locked.version != version:
        raise Refused(_("Someone else changed this in the meantime. Please look again."), code="conflict")
    if locked.status != Status.RECORDED:
        raise Refused(_("Only a recorded activity can be corrected."), code="refused")
    check_alone(particulars, locked)
    before = Particulars.of(locked)
    changes = _changes(before, particulars)
    if not changes:
        return activity
    was_talk, year = locked.kind == Kind.TALK, locked.held_on.year
    for name, value in particulars.columns.items():
        setattr(locked, name, value)
    locked.by_secretary = led_by_secretary(particulars, locked.organization)
    locked.version += 1
    locked.save()
    _set_lines(locked, particulars)
    touched = {*before.states, *particulars.states} if was_talk or locked.kind == Kind.TALK else set()
    _count([locked], touched, by=by, years={year})
    events.record("activities.correct", by=by, obj=locked, at=locked.organization, details=changes)
    return locked


@transaction.atomic
def make_up(activity: Activity, people: Iterable[Person], *, on: date, by: Any) -> Activity:
    """Members who were on leave or absent have made up for it on a later day; that counts as having come."""
    locked: Activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if locked.status != Status.RECORDED:
        raise Refused(_("Only a recorded activity can be corrected."), code="refused")
    chosen = {person.pk for person in people}
    if not chosen:
        raise ValidationError({"people": _("Please mark who has made up for it.")})
    if not locked.held_on <= on <= today():
        raise ValidationError(
            {"on": _("The day on which it was made up lies between the activity and today.")}
        )
    lines = [line for line in locked.attendances.select_related("person") if line.person_id in chosen]
    if len(lines) != len(chosen) or any(line.state not in Attendance.MISSED for line in lines):
        raise ValidationError({"people": _("Only members who were on leave or absent can make up for it.")})
    for line in lines:
        line.state, line.made_up_on = State.MADE_UP, on
        line.save(update_fields=["state", "made_up_on"])
    locked.version += 1
    locked.save(update_fields=["version"])
    facts.record(locked, by=by)
    events.record(
        "activities.make_up",
        by=by,
        obj=locked,
        at=locked.organization,
        details={"on": on, "people": [line.person.number for line in lines]},
    )
    return locked


# --- moves ---


def _why_not(activity: Activity, by: Any) -> str | None:
    """The first fault that keeps a draft from being recorded."""
    try:
        check_alone(Particulars.of(activity), activity)
    except ValidationError as faults:
        return faults.messages[0]
    return None


@move(
    Activity,
    sources={Status.DRAFT},
    target=Status.RECORDED,
    permission=CHANGE,
    label=gettext_lazy("Record"),
    condition=_why_not,
    formal=True,
)
def record(activity: Activity, *, by: Any) -> None:
    """Let a draft count."""
    activity.by_secretary = led_by_secretary(Particulars.of(activity), activity.organization)
    activity.recorded_by = by
    activity.save(update_fields=["by_secretary", "recorded_by"])
    _count([activity], _talkers(activity), by=by)


@move(
    Activity,
    sources={Status.DRAFT},
    target=Status.CANCELLED,
    permission=CHANGE,
    label=gettext_lazy("Discard the draft"),
)
def discard(activity: Activity, *, by: Any) -> None:
    """Drop a draft. It never counted."""


@move(
    Activity,
    sources={Status.RECORDED},
    target=Status.CANCELLED,
    permission=CHANGE,
    label=gettext_lazy("Cancel this record"),
    takes=("reason",),
)
def cancel(activity: Activity, *, by: Any, reason: str) -> None:
    """It did not take place, or was entered by mistake. The row stays; what it counted for is taken back."""
    _count([activity], _talkers(activity), by=by)


# --- what all of them share ---


def led_by_secretary(particulars: Particulars, organization: Organization) -> bool:
    """Whether the lecturer was secretary of the branch on that day. Stored, so that it stays true of that day."""
    if particulars.kind != Kind.LECTURE or particulars.led_by is None:
        return False
    posts = Appointment.objects.in_force(particulars.held_on).filter(person=particulars.led_by)
    return bool(posts.filter(role__code="secretary", organization=organization).exists())


def topic_again(topic: str, then: date, now: date) -> str:
    """The topic of a monthly thing, for another month: “9月主题党日” becomes “10月主题党日”."""
    return re.sub(rf"(?<!\d){then.month}月(?!\d)", f"{now.month}月", topic)


def _talkers(activity: Activity) -> set[int]:
    if activity.kind != Kind.TALK:
        return set()
    return set(activity.attendances.values_list("person_id", flat=True))


def _lines(activity: Activity, particulars: Particulars) -> list[Attendance]:
    return [
        Attendance(
            activity=activity,
            person_id=pk,
            state=state,
            made_up_on=particulars.made_up_on.get(pk) if state == State.MADE_UP else None,
        )
        for pk, state in particulars.states.items()
    ]


def _set_lines(activity: Activity, particulars: Particulars) -> None:
    """Bring the lines in step with the states, touching only what differs."""
    known = {line.person_id: line for line in activity.attendances.all()}
    new = []
    for wanted in _lines(activity, particulars):
        line = known.pop(wanted.person_id, None)
        if line is None:
            new.append(wanted)
        elif (line.state, line.made_up_on) != (wanted.state, wanted.made_up_on):
            line.state, line.made_up_on = wanted.state, wanted.made_up_on
            line.save(update_fields=["state", "made_up_on"])
    Attendance.objects.bulk_create(new)
    if known:
        Attendance.objects.filter(pk__in=[line.pk for line in known.values()]).delete()


def _count(activities: list[Activity], talkers: set[int], *, by: Any, years: Iterable[int] = ()) -> None:
    """State the facts of these activities, and of talks whose counting changed because of them."""
    others: set[int] = set()
    for year in {*years, *(activity.held_on.year for activity in activities)} if talkers else ():
        others |= _settle_talks(talkers, year)
    others -= {activity.pk for activity in activities}
    if others:
        activities = [*activities, *Activity.objects.filter(pk__in=others)]
    prefetch_related_objects(activities, *Activity.facts_need)
    facts.record_all(activities, by=by)


def recount(activities: list[Activity], people: set[int]) -> None:
    """State the facts of activities whose lines were moved between these people, by the system itself."""
    years = {activity.held_on.year for activity in activities}
    _count(activities, people, by=None, years=years)


def _settle_talks(people: set[int], year: int) -> set[int]:
    """Let the first talk of the year be the one that counts, for each of these people. Returns activities affected."""
    lines = (
        Attendance.objects.filter(person__in=people, activity__kind=Kind.TALK, activity__held_on__year=year)
        .filter(activity__status=Status.RECORDED)
        .order_by("activity__held_on", "activity")
    )
    counted: dict[int, Attendance] = {}
    for line in lines:
        counted.setdefault(line.person_id, line)
    held = Attendance.objects.filter(person__in=people, counts_for=year)
    stale = [line for line in held if counted.get(line.person_id) != line]
    first = [line for line in counted.values() if line.counts_for != year]
    if stale:  # before the others: a person has one counting talk a year
        Attendance.objects.filter(pk__in=[line.pk for line in stale]).update(counts_for=None)
    if first:
        Attendance.objects.filter(pk__in=[line.pk for line in first]).update(counts_for=year)
    return {line.activity_id for line in (*stale, *first)}


def _told(activity: Activity) -> dict[str, Any]:
    return {name: value for name in ("kind", "held_on", "topic") if (value := getattr(activity, name))}


def _changes(before: Particulars, after: Particulars) -> dict[str, Any]:
    """What a correction changed: short columns as before and after, long ones and attendance by name only."""
    old, new = before.columns, after.columns
    changes: dict[str, Any] = {
        name: [old[name], new[name]] if name in SHORT else True for name in old if old[name] != new[name]
    }
    if dict(before.states) != dict(after.states) or dict(before.made_up_on) != dict(after.made_up_on):
        changes["attendance"] = True
    return changes

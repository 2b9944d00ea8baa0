"""What branches hold in a month, and when their clerks record it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from xianfeng.activities import actions
from xianfeng.activities.due import Roll
from xianfeng.activities.models import Activity, Attendance, Kind
from xianfeng.activities.permissions import CHANGE
from xianfeng.activities.rules import GROUPS_ABOVE
from xianfeng.core.periods import Period
from xianfeng.demo import words
from xianfeng.people.models import Person

from . import evidence
from .agenda import moment
from .cast import SHOWN, Branch, Cast, may

LIVELY_DAYS = (
    75  # so far back every activity is recorded by itself, soon after it was held; before that once a month
)

Chance = Callable[[float], bool]  # whether something comes about, given how easily such a thing is let slip


@dataclass(frozen=True)
class Plan:
    """Something a branch holds on a day. `who`: those due where that is not the whole branch."""

    kind: Kind
    day: date
    details: dict[str, Any] = field(default_factory=dict)
    who: tuple[int, ...] = ()


def plan(cast: Cast, month: Period) -> None:
    """Put down everything that the branches will hold in a month and record."""
    for branch in cast.branches.values():
        cast.agenda.put(moment(month.start, 1), partial(_plan_branch, cast, branch, month))


def _plan_branch(cast: Cast, branch: Branch, month: Period) -> None:
    plans = sorted(_held(cast, branch, month), key=lambda p: p.day)
    if not plans:
        return
    draw = branch.draw("recorded", month.code)
    if month.end > cast.today - timedelta(days=LIVELY_DAYS):
        sittings = [([plan], plan.day + timedelta(days=draw.choice((0, 0, 1, 1, 2)))) for plan in plans]
    else:
        sittings = [(plans, cast.calendar.on_or_after(plans[-1].day))]
    for sitting, day in sittings:
        # Whatever was held must be on record before the month's report is written.
        when = moment(min(day, month.end), 17, draw.randrange(60))
        cast.agenda.put(when, partial(_record, cast, branch, sitting))


# -- what is held --


def _held(cast: Cast, branch: Branch, month: Period) -> Iterator[Plan]:
    """The activities of one branch in one month."""
    care = branch.care(month)
    draw = branch.draw("held", month.code)
    roll = branch.roll(month.start)
    quarter, third = (month.number - 1) // 3 + 1, (month.number - 1) % 3

    def chance(slack: float) -> bool:
        """Whether it comes about; `slack` says how easily this kind of thing is let slip."""
        return draw.random() > 0.02 + (1 - care) * slack

    def on(day: int) -> date:
        wanted = cast.calendar.on_or_after(month.start.replace(day=day))
        while wanted > month.end or not cast.calendar.is_workday(wanted):
            wanted -= timedelta(days=1)
        return wanted

    if chance(1.25):
        day = on(25 if branch.serial == SHOWN else 8 + branch.serial % 15)
        yield Plan(Kind.PARTY_DAY, day, _details(branch, draw, Kind.PARTY_DAY, words.PARTY_DAY[month.number]))
    if roll.strength.owes_committee and chance(1.2):
        topic = words.COMMITTEE[(month.number + branch.serial) % len(words.COMMITTEE)].format(
            month=month.number
        )
        who = tuple(roll.people)[: 3 if len(roll.people) < 15 else 5]
        day = on(26 if branch.serial == SHOWN else 3 + branch.serial % 5)
        yield Plan(Kind.COMMITTEE, day, _details(branch, draw, Kind.COMMITTEE, topic), who)
    if roll.strength.owes_committee and roll.strength.total > GROUPS_ABOVE and chance(1.3):
        yield from _groups(branch, draw, roll, on(10 + branch.serial % 9))
    if (third == 2 and chance(0.7)) or (third == 0 and branch.serial % 4 == month.number % 4):
        yield Plan(Kind.ASSEMBLY, on(14), _details(branch, draw, Kind.ASSEMBLY, words.ASSEMBLY[quarter]))
    if third == branch.serial % 2 + 1 and chance(1.1):
        yield Plan(Kind.LECTURE, on(19), _lecture(branch, draw, quarter))
    if third == (branch.serial + 1) % 3 and chance(1.1):
        topic = words.INTEGRITY[quarter - 1]
        yield Plan(Kind.INTEGRITY, on(16), _details(branch, draw, Kind.INTEGRITY, topic))
    if month.number in {5 + branch.serial % 2, 10 + branch.serial % 2} and chance(0.9):
        topic = words.WARNING[(month.number + branch.serial) % 2]
        yield Plan(Kind.WARNING, on(21), _details(branch, draw, Kind.WARNING, topic))
    if month.number == 2 + branch.serial % 2 and chance(0.4):
        yield Plan(Kind.LIFE_MEETING, on(22), _details(branch, draw, Kind.LIFE_MEETING, words.LIFE_MEETING))
        yield Plan(Kind.APPRAISAL, on(23), _details(branch, draw, Kind.APPRAISAL, words.APPRAISAL))
    yield from _talks(branch, draw, roll, month, chance)
    if month.number % 2 == branch.serial % 2 and chance(1.1):
        yield _volunteering(branch, draw, roll, month, care)


def _details(branch: Branch, draw: random.Random, kind: Kind, topic: str) -> dict[str, Any]:
    """Where and when, about what, and (mostly) what was said."""
    outside = kind in {Kind.PARTY_DAY, Kind.WARNING} and draw.random() < 0.25
    minutes = ""
    if draw.random() < branch.row.diligence - 0.15 and kind in words.MINUTES:
        minutes = draw.choice(words.MINUTES[kind]).format(speakers=draw.randint(2, 5))
    observers = int(kind == Kind.PARTY_DAY and draw.random() < 0.12)
    return {
        "topic": topic,
        "venue": draw.choice(words.OUTSIDE if outside else words.ROOMS[branch.row.unit_kind]),
        "starts_at": draw.choice((time(8, 30), time(9, 0), time(14, 30), time(15, 30), time(16, 0))),
        "minutes": minutes,
        "observers": observers,
        "observers_note": "局包片领导" if observers else "",
    }


def _groups(branch: Branch, draw: random.Random, roll: Roll, day: date) -> Iterator[Plan]:
    """Meetings of the party groups of a large branch: about ten members each, the exempt left out."""
    able = [pk for pk in roll.people if pk not in roll.exempt]
    size = max(2, round(len(able) / 10))
    for number in range(size):
        details = _details(branch, draw, Kind.GROUP, words.GROUP[(day.month + number) % len(words.GROUP)])
        details["group_name"] = f"第{'一二三四五'[number]}党小组"
        yield Plan(Kind.GROUP, day, details, tuple(able[number::size]))


def _lecture(branch: Branch, draw: random.Random, quarter: int) -> dict[str, Any]:
    """The secretary lectures at least once a year, in most branches in the second quarter."""
    details = _details(
        branch, draw, Kind.LECTURE, words.LECTURE[(branch.serial + quarter) % len(words.LECTURE)]
    )
    if quarter == 2 + branch.serial % 2:
        return details | {"led_by": branch.secretary}
    return details | {"led_by_other": draw.choice(words.LECTURERS)}


def _talks(branch: Branch, draw: random.Random, roll: Roll, month: Period, chance: Chance) -> Iterator[Plan]:
    """Talks of the secretary, member by member through the first ten months. Only who and when is kept."""
    others = [pk for pk in roll.people if pk != branch.secretary.pk]
    for pk in others[month.number - 1 :: 10] if month.number <= 10 else ():
        if chance(0.9):
            day = month.start + timedelta(days=draw.randrange(4, 26))
            yield Plan(Kind.TALK, day, {"led_by": branch.secretary}, (pk,))


def _volunteering(branch: Branch, draw: random.Random, roll: Roll, month: Period, care: float) -> Plan:
    able = [pk for pk in roll.people if pk not in roll.exempt]
    who = tuple(pk for pk in able if draw.random() < care - 0.1) or tuple(able[:2])
    details = {
        "topic": words.VOLUNTEERING[month.number],
        "venue": draw.choice(words.OUTDOORS),
        "starts_at": time(8, 30),
        "hours": Decimal(draw.choice(("1.5", "2", "2", "2.5", "3"))),
    }
    return Plan(Kind.VOLUNTEERING, month.start + timedelta(days=draw.randrange(5, 25)), details, who)


# -- recording it --


def _record(cast: Cast, branch: Branch, plans: list[Plan]) -> None:
    clerk = may(branch.clerk, CHANGE, branch.organization)
    recordings = [_recording(branch, plan) for plan in plans]
    for activity in actions.record_many(recordings, by=clerk):
        _follow_up(cast, branch, activity)


def _recording(branch: Branch, plan: Plan) -> actions.Recording:
    roll = branch.roll(plan.day)
    if plan.who:
        present: list[Person] | None = [roll.people[pk] for pk in plan.who if pk in roll.people]
        due = [person for person in present or () if plan.kind in Kind.chosen()]
    else:
        present, due = None, [person for pk, person in roll.people.items() if pk not in roll.exempt]
    leave, absent = _missing(branch, plan, due)
    return actions.recording(
        branch.organization,
        plan.kind,
        plan.day,
        present=present,
        leave=leave,
        absent=absent,
        roll=roll,
        **plan.details,
    )


def _missing(branch: Branch, plan: Plan, due: list[Person]) -> tuple[list[Person], list[Person]]:
    """Who was on leave and who stayed away. Whoever leads the thing is there, and so is the secretary."""
    draw = branch.draw("came", plan.kind, plan.day, plan.details.get("group_name"))
    care = branch.care(Period.of(plan.day))
    away = 0.03 + (1 - care) * (0.45 if branch.row.unit_kind == "enterprise" else 0.3)
    leave, absent = [], []
    for person in due:
        chance = draw.random()
        if person == branch.secretary or len(due) < 3:
            continue
        if chance < away * 0.75:
            leave.append(person)
        elif chance < away * 1.5:
            absent.append(person)
    return leave, absent


def _follow_up(cast: Cast, branch: Branch, activity: Activity) -> None:
    """Evidence for some, and for some of those who missed it a lesson later on."""
    draw = branch.draw("after", activity.kind, activity.held_on)
    lively = activity.held_on > cast.today - timedelta(days=LIVELY_DAYS)
    if lively and evidence.suits(activity) and draw.random() < 0.3:
        evidence.attach(activity, branch, draw)
    missed = activity.kind in {Kind.PARTY_DAY, Kind.LECTURE} and (lively or activity.held_on.month % 3 == 0)
    if missed and draw.random() < branch.row.diligence - 0.3:
        later = activity.held_on + timedelta(days=draw.randrange(4, 9))
        later = min(later, Period.of(activity.held_on).end)
        cast.agenda.put(moment(later, 18, draw.randrange(60)), partial(_make_up, branch, activity, later))


def _make_up(branch: Branch, activity: Activity, on: date) -> None:
    lines = activity.attendances.filter(state__in=Attendance.MISSED).select_related("person")
    people = [line.person for line in lines]
    if people:
        clerk = may(branch.clerk, CHANGE, branch.organization)
        actions.make_up(activity, people, on=on, by=clerk)

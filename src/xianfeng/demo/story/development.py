"""Those on the way to membership: applicants, activists and candidates outside the 413, and the roads of the youngest members.

The office enters once a month what the branches handed in. One applicant waits too long for the talk, one activist for the
examination, and one approval came late; all others keep the limits.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from xianfeng.core.periods import Period
from xianfeng.demo import world
from xianfeng.development import actions
from xianfeng.development import steps as at
from xianfeng.development.actions import Particulars
from xianfeng.development.models import Examination, Road
from xianfeng.development.rules import SINCE_2026
from xianfeng.development.steps import BY_NUMBER
from xianfeng.members.actions import NewMember
from xianfeng.members.models import Membership

from .agenda import moment
from .cast import Cast, may

# Branch and how many days ago somebody applied; the further back, the further on.
APPLICANTS = ((12, 12), (3, 24), (28, 47), (9, 96))
LATE_TALK = (28, 47)  # nobody has talked with this applicant yet
ACTIVISTS = (
    (12, 215), (12, 402), (1, 230), (2, 251), (6, 268), (7, 284), (8, 300), (9, 317), (10, 333), (13, 350), (14, 366),
    (16, 383), (17, 230), (20, 415), (21, 430), (23, 446), (24, 462), (27, 478), (28, 494), (29, 270), (30, 510),
)  # fmt: skip
LATE_EXAMINATION = (30, 510)
CANDIDATES = ((12, 596), (6, 575), (9, 583), (27, 590), (20, 568))
LATE_APPROVAL = 2  # the branch of the member whose admission was approved after more than three months

# Days from the application to each step, as it usually goes; from step 20 on they count from the general meeting (15).
AFTER_APPLICATION = {
    1: 0, 2: 18, 3: 185, 4: 190, 5: 193, 6: 552, 7: 560, 8: 563, 9: 564, 10: 572, 11: 578, 12: 582, 13: 590, 14: 594,
    15: 604,
}  # fmt: skip
AFTER_MEETING = {16: 6, 17: 16, 18: 20, 19: 23, 20: 38, 21: 350, 22: 356, 23: 368, 24: 392, 25: 430}
EXAMINED = (345, 510)  # days after the application
DOCUMENTS = {4: "积极分子备案", 8: "发展对象备案", 13: "预审", 17: "接收预备党员", 18: "备案", 24: "转正"}


@dataclass
class Traveller:
    """Somebody on the way: a newcomer, or one of the 413 by branch and place."""

    branch: int
    days: dict[int, date]
    newcomer: world.PersonRow | None = None
    place: int | None = None
    examined: tuple[date, ...] = ()
    road: Road | None = None
    told: set[int] = field(default_factory=set)
    held: set[date] = field(default_factory=set)


def plan(cast: Cast, start: date) -> None:
    """Put down who will go how far, and when the office enters it."""
    travellers = [*_newcomers(cast.today), *_members(cast)]
    month = Period.of(start)
    while month.start <= cast.today:
        day = month.start.replace(day=26)
        if day < cast.today:
            cast.agenda.put(moment(day, 16), partial(_enter, cast, travellers, day))
        month = month.shifted(1)
    yesterday = cast.today - timedelta(days=1)
    cast.agenda.put(moment(yesterday, 17), partial(_enter, cast, travellers, yesterday))
    cast.agenda.put(moment(cast.today, 0, 20), partial(actions.remind, cast.today))


def _newcomers(today: date) -> Iterator[Traveller]:
    """Invented people outside the 413, with the days of their steps."""
    draw = random.Random(2026)  # noqa: S311 - names for a demonstration
    for serial, (branch, ago) in enumerate((*APPLICANTS, *ACTIVISTS, *CANDIDATES), start=600):
        applied = today - timedelta(days=ago)
        days = {step: applied + timedelta(days=after) for step, after in AFTER_APPLICATION.items()}
        examined = tuple(applied + timedelta(days=after) for after in EXAMINED)
        if (branch, ago) == LATE_TALK:
            days = {1: applied}
        if (branch, ago) == LATE_EXAMINATION:
            examined = ()
        yield Traveller(branch, _before(days, today), _drawn(draw, branch, serial), examined=examined)


def _drawn(draw: random.Random, branch: int, serial: int) -> world.PersonRow:
    row = world.BRANCHES[branch - 1]
    male = draw.random() < 0.6
    born = date(draw.randint(1990, 2000), draw.randint(1, 12), draw.randint(1, 28))
    posts = next(posts for key, posts in world.POSTS.items() if key in row.unit or key == row.unit_kind)
    return world.PersonRow(
        branch=branch,
        place=-1,
        name=draw.choice(world.SURNAMES) + draw.choice(world.GIVEN[male]),
        sex="1" if male else "2",
        ethnicity="01",
        born_on=born,
        id_number=world.id_number(born, serial, male),
        phone=f"1990000{serial:04d}",
        education=draw.choice(world.EDUCATION[:5]),
        post=draw.choice(posts),
        joined_on=born,
        confirmed_on=None,
        retired=False,
        exempt_reason="",
        came=None,
    )


def _members(cast: Cast) -> Iterator[Traveller]:
    """Those among the 413 who are on probation today or were confirmed within the last year."""
    for row in cast.rows:
        last = row.place == world.BRANCHES[row.branch - 1].members - 1
        if not (last and row.branch in (*world.PROBATIONARY_IN, *world.CONFIRMED_IN)):
            continue
        applied = row.joined_on - timedelta(days=AFTER_APPLICATION[at.ASSEMBLY])
        days = {step: applied + timedelta(days=after) for step, after in AFTER_APPLICATION.items()}
        days |= {step: row.joined_on + timedelta(days=after) for step, after in AFTER_MEETING.items()}
        if row.branch == LATE_APPROVAL:
            days |= {step: days[step] + timedelta(days=95) for step in range(at.APPROVAL, at.OATH + 1)}
        examined = tuple(applied + timedelta(days=after) for after in EXAMINED)
        yield Traveller(row.branch, _before(days, cast.today), place=row.place, examined=examined)


def _before(days: dict[int, date], today: date) -> dict[int, date]:
    return {step: day for step, day in days.items() if day < today}


def _enter(cast: Cast, travellers: list[Traveller], day: date) -> None:
    """The office enters everything up to a day, and branches learn who belongs to them."""
    office = may(cast.office[0], "development.approve", cast.root)
    steps: list[tuple[Road, int, Particulars]] = []
    for one in travellers:
        if one.road is None:
            _begin(cast, one, day, office)
        if one.road is None:
            continue
        for step, on in sorted(one.days.items()):
            if on <= day and step not in one.told:
                one.told.add(step)
                steps.append((one.road, step, _particulars(cast, one, step, on)))
    actions.record_all(steps, by=office)
    for one in travellers:
        stopped = one.days.get(at.CANDIDATE, cast.today)
        for on in one.examined:
            if one.road and on <= day and on < stopped and on not in one.held:
                one.held.add(on)
                result = Examination.Result.GOOD if len(one.held) == 1 else Examination.Result.MATURE
                actions.examine(one.road, on=on, result=result, by=office)
    changed = {road.pk for road, step, _what in steps if BY_NUMBER[step].carries}
    for one in travellers:
        if one.place is not None and one.road and one.road.pk in changed:
            cast.branch(one.branch).learn()


def _begin(cast: Cast, one: Traveller, day: date, office: Any) -> None:
    """Open a road: by the application, or for a member of whom the roster tells only when the party accepted them."""
    if one.newcomer and one.days[at.APPLICATION] <= day:
        row = one.newcomer
        personal = {
            name: getattr(row, name)
            for name in ("sex", "ethnicity", "born_on", "id_number", "phone", "education", "post")
        }
        newcomer = NewMember(
            row.name, cast.branch(one.branch).organization, Membership.Stage.APPLICANT, personal
        )
        one.road = actions.apply(newcomer, on=one.days[at.APPLICATION], by=office, papers=["application"])
        one.told.add(at.APPLICATION)
    elif one.place is not None and (person := cast.people.get((one.branch, one.place))) is not None:
        for road in actions.open_roads([person], by=office):
            one.road = road
            one.told.add(at.ASSEMBLY)
            what = _particulars(cast, one, at.ASSEMBLY, one.days[at.ASSEMBLY])
            actions.correct(road.records.get(), what, reason="补录表决情况", by=office)


def _particulars(cast: Cast, one: Traveller, step: int, on: date) -> Particulars:
    """What is written down of a step: numbers of documents, papers, and what the step asks for."""
    branch = cast.branch(one.branch)
    asked: dict[str, Any] = {}
    match BY_NUMBER[step].asks:
        case "contacts" | "introducers":
            asked["helpers"] = (branch.secretary, branch.clerk)
        case "notice" if on >= SINCE_2026:
            asked |= {"notice_from": on - timedelta(days=12), "notice_to": on - timedelta(days=2)}
        case "training":
            asked |= {"days": 3, "hours": 24}
        case "votes":
            due = len(branch.roll(on).full)
            asked |= {"due": due, "present": due - (due > 6), "in_favour": due - (due > 6)}
    forgotten = step == at.TRAINING and one.branch % 9 == 0
    return Particulars(
        on,
        reference=f"莒交党〔{on.year}〕{DOCUMENTS[step]}{on.timetuple().tm_yday}号"
        if step in DOCUMENTS
        else "",
        papers=tuple(paper.code for paper in BY_NUMBER[step].papers if paper.needed and not forgotten),
        **asked,
    )

"""The files of the 413: what the branches handed in when the register began, awards on 1 July, the yearly training, papers
that are missing here and there, and what members asked to have corrected."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from xianfeng.core.periods import today
from xianfeng.demo.world import PersonRow
from xianfeng.dossiers import actions, permissions
from xianfeng.dossiers.models import Award, Sanction, Training, WorkPost
from xianfeng.dossiers.papers import KINDS, required
from xianfeng.people.models import Person

from .agenda import moment
from .cast import SHOWN, Branch, Cast, may
from .evidence import portrait

At = tuple[int, int]  # branch and place on its roll

HOMES = ("371122",) * 12 + ("371102", "371121", "371103", "370785", "371321", "371323", "371327", "370782")
SCHOOLS = {
    "10": "长安大学交通运输工程专业",
    "20": "山东交通学院道路桥梁与渡河工程专业",
    "30": "山东交通职业学院道路养护与管理专业",
    "40": "日照市交通技工学校汽车维修专业",
    "60": "莒县第一中学",
}
DEGREES = {"10": "3", "20": "4"}
EMPLOYED = {"office": "11", "institution": "13", "enterprise": "24"}
NO_PAPER = 9  # of so many files one lacks a paper
NEW = timedelta(days=720)  # whoever joined since has a road, where the papers are kept
OUTSTANDING = 40  # of so many members one is awarded each year
SANCTIONS: tuple[tuple[At, str, int, str], ...] = (
    ((22, 4), Sanction.Penalty.REMINDER, 190, "会议期间无故缺席三次，由支部书记提醒谈话。"),
    ((13, 7), Sanction.Penalty.WARNING, 260, "违反工作纪律，造成不良影响。"),
)
# Who asks for what, so many days ago; whether the branch has decided.
ASKED: tuple[tuple[At, str, Any, str, int, str], ...] = (
    ((SHOWN, 4), "qualification", "助理工程师", "今年评定，资格证书可查验。", 2, ""),
    ((SHOWN, 6), "address", "山东省莒县城阳街道莒州路36号", "已搬家。", 1, ""),
    ((SHOWN, 8), "native_place", "371121", "按户口簿，籍贯为五莲县。", 24, "accept"),
    ((SHOWN, 10), "began_work_on", date(1996, 7, 1), "按档案工资表。", 31, "与人事档案不一致，请先到局人事科核对。"),
    ((7, 5), "rank", "四级主任科员", "按任职文件。", 5, ""),
)  # fmt: skip


def plan(cast: Cast, start: date) -> None:
    """Put down when files are filled."""
    cast.agenda.put(moment(start + timedelta(days=8), 9, 10), partial(_files, cast))
    for year in range(start.year, cast.today.year + 1):
        for month, day, step in ((7, 2, _awards), (5, 20, _training)):
            on = date(year, month, day)
            if start < on < cast.today:
                cast.agenda.put(moment(on, 15, 20), partial(step, cast, on))
    for who, penalty, ago, why in SANCTIONS:
        _plan(cast, start, ago, partial(_sanction, cast, who, penalty, why))
    for index, asked in enumerate(ASKED):
        _plan(cast, start, asked[4], partial(_ask, cast, index))


def _plan(cast: Cast, start: date, ago: int, step: Any) -> None:
    day = cast.today - timedelta(days=ago)
    if day > start:
        cast.agenda.put(moment(day, 14, 10), step)


def _rows(cast: Cast) -> Iterator[tuple[PersonRow, Person, Branch, random.Random]]:
    """Everybody the story knows by now, each with a chance of their own."""
    for row in cast.rows:
        person = cast.people.get((row.branch, row.place))
        if person is not None:
            draw = random.Random(f"file/{row.branch}/{row.place}")  # noqa: S311 - chance of a story
            yield row, person, cast.branch(row.branch), draw


def _files(cast: Cast) -> None:
    """The office takes over the sheets of all branches: particulars, posts at work, papers; photos of the branch shown."""
    office = may(cast.office[1], permissions.KEEP, cast.root)
    particulars, posts, papers = [], [], []
    for row, person, branch, draw in _rows(cast):
        began = date(row.born_on.year + draw.randint(20, 24), draw.choice((3, 7, 8)), 1)
        particulars.append((person, dict(_particulars(row, branch, draw, began))))
        if not row.retired:
            title = row.post
            posts.append(
                WorkPost(person=person, unit=branch.row.unit, title=title, since=max(began, date(2011, 7, 1)))
            )
        papers += [(person, code) for code in _papers(row, cast.today, draw)]
    actions.keep_all(particulars, by=office)
    actions.enter_all(posts, by=office)
    actions.put_papers(papers, by=office)
    shown = cast.branch(SHOWN)
    for place in (4, 5, 6):
        if (SHOWN, place) in cast.people:
            upload = SimpleUploadedFile("照片.jpg", portrait(place))
            actions.put_photo(
                cast.people[SHOWN, place], upload, by=may(shown.clerk, permissions.KEEP, shown.organization)
            )


def _particulars(
    row: PersonRow, branch: Branch, draw: random.Random, began: date
) -> Iterator[tuple[str, Any]]:
    home = draw.choice(HOMES)
    yield "native_place", home
    yield "birthplace", home
    yield "degree", DEGREES.get(row.education, "")
    yield "schooling", draw.choice(("full_time", "full_time", "in_service"))
    yield "school", SCHOOLS.get(row.education, "")
    yield "began_work_on", began
    yield "employment", "80" if row.retired else EMPLOYED.get(branch.row.unit_kind, "17")
    yield "employer", branch.row.unit
    yield "political", draw.choice(("03", "03", "13"))
    yield "joined_at", branch.row.name
    yield (
        "introducers",
        "、".join(draw.sample(("李明德", "赵继红", "孙广文", "马秀兰", "徐长河", "高玉珍"), 2)),
    )
    yield "marital", "10" if row.born_on.year > 1995 else "20"
    yield "health", "2" if row.exempt_reason else "1"
    if draw.random() < 0.8:
        yield "address", f"山东省莒县城阳街道振兴路{draw.randint(1, 200)}号"


def _papers(row: PersonRow, on: date, draw: random.Random) -> list[str]:
    """Which papers lie in a file from before; those who joined lately have theirs on their road."""
    due = sorted(required("full"))
    if row.joined_on > on - NEW:
        due = [code for code in due if not KINDS[code].steps]
    return [code for code in due if draw.randrange(NO_PAPER * 4)] + (
        ["diploma"] if draw.random() < 0.6 else []
    )


def _awards(cast: Cast, on: date) -> None:
    """On 1 July the committee commends some; what the county gave is entered by the branch and waits for the office."""
    office = may(cast.office[1], permissions.CONFIRM, cast.root)
    given = on - timedelta(days=1)
    rows = []
    for row, person, branch, _draw in _rows(cast):
        if row.joined_on < given and branch.draw("award", given.year, row.place).randrange(OUTSTANDING) == 0:
            worker = row.place < 3
            rows.append(
                Award(
                    person=person, organization=branch.organization, kind="worker" if worker else "member",
                    title=f"{given.year}年度{'优秀党务工作者' if worker else '优秀共产党员'}", level=Award.Level.BUREAU,
                    given_by="中共莒县交通运输局机关委员会", on=given, document=f"莒交党发〔{given.year}〕16号",
                    status=Award.Status.CONFIRMED,
                )
            )  # fmt: skip
    actions.enter_all(rows, by=office)
    if on.year == cast.today.year:
        branch = cast.branch(SHOWN)
        actions.enter(
            Award,
            cast.people[SHOWN, 5],
            {
                "kind": "member", "title": "全县优秀共产党员", "level": Award.Level.COUNTY, "given_by": "中共莒县县委",
                "on": given, "document": f"莒发〔{given.year}〕11号",
            },
            by=may(branch.clerk, permissions.KEEP, branch.organization),
        )  # fmt: skip


def _training(cast: Cast, on: date) -> None:
    """The yearly class: the committees for a week, and a part of the members for two days."""
    office = may(cast.office[1], permissions.KEEP, cast.root)
    rows = []
    for row, person, _branch, draw in _rows(cast):
        if row.joined_on > on or row.retired:
            continue
        if row.place < 3:
            rows.append(_attended(person, f"{on.year}年党支部书记和支委集中轮训班", on, 5, "56"))
        elif draw.random() < 0.35:
            rows.append(_attended(person, f"{on.year}年党员教育培训班", on, 2, "16"))
    actions.enter_all(rows, by=office)


def _attended(person: Person, title: str, on: date, days: int, hours: str) -> Training:
    since = on - timedelta(days=days)
    return Training(
        person=person, kind=Training.Kind.CLASS, title=title, held_by="机关党委", since=since, until=on,
        hours=Decimal(hours),
    )  # fmt: skip


def _sanction(cast: Cast, who: At, penalty: str, why: str) -> None:
    branch = cast.branch(who[0])
    actions.enter(
        Sanction,
        cast.people[who],
        {"penalty": penalty, "on": today(), "decided_by": "机关纪委", "reason": why},
        by=may(branch.secretary, permissions.SANCTIONS, branch.organization),
    )


def _ask(cast: Cast, index: int) -> None:
    """A member asks; the clerk decides the same day, or later than the story goes."""
    who, field, value, reason, _ago, decision = ASKED[index]
    asked = actions.ask(cast.people[who], field, value, reason=reason)
    clerk = may(cast.branch(who[0]).clerk, permissions.DECIDE, cast.branch(who[0]).organization)
    if decision == "accept":
        actions.accept(asked, by=clerk)
    elif decision:
        actions.refuse(asked, by=clerk, reason=decision)

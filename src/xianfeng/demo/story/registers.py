"""Who is away and who came, who is in hardship, and whose relation goes over to another organization."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from xianfeng.core.periods import today
from xianfeng.demo.world import PersonRow, id_number
from xianfeng.members import actions as members
from xianfeng.members import hardship, mobility, permissions, transfers
from xianfeng.members.actions import NewMember
from xianfeng.members.models import Absence, Transfer
from xianfeng.people.actions import appoint
from xianfeng.people.models import Person, Role

from .agenda import moment
from .cast import Branch, Cast, may

At = tuple[int, int]  # branch and place on its roll, of people the world knows


@dataclass(frozen=True, slots=True)
class Away:
    """A member who is elsewhere since so many days ago; somebody asks after them every so many days, until `asked`."""

    who: At
    place: str
    reason: str
    ago: int
    other: str
    every: int = 60
    asked: int = 0  # so many days ago somebody asked for the last time
    back: int = 0  # so many days ago the member came back
    abroad: bool = False
    both: bool = True


AWAY = (
    Away((12, 9), "山东省青岛市黄岛区", "work", 150, "中共青岛市黄岛区某街道流动党员党支部"),
    Away(
        (28, 12), "上海市浦东新区", "work", 400, "中共上海市浦东新区某镇流动党员党支部", every=75, asked=120
    ),
    Away((30, 7), "江苏省南京市", "work", 320, "中共南京市江宁区某街道社区党委", every=80),
    Away((5, 8), "北京市朝阳区", "care", 560, "中共北京市朝阳区某社区党委", every=70),
    Away((5, 12), "山东省济南市历下区", "care", 90, "中共济南市历下区某社区党委", both=False),
    Away((16, 5), "英国", "study", 380, "", every=150, abroad=True),
    Away((29, 11), "浙江省杭州市", "work", 500, "中共杭州市余杭区某街道党工委", back=60),
)
CAME = (
    ("宋玉田", True, date(1961, 4, 2), 21, "山东省临沂市", "residence", 260, "中共临沂市某镇某村党支部"),
    ("邵丽萍", False, date(1988, 9, 17), 27, "河南省洛阳市", "work", 170, "中共洛阳市某运输公司党支部"),
    ("牛志远", True, date(1993, 1, 25), 30, "山东省菏泽市", "work", 75, "中共菏泽市某建筑公司党支部"),
)
WORDS = (
    "近况良好，按时交纳党费",
    "寄送学习资料",
    "视频参加了支部党员大会",
    "了解工作和生活情况",
    "提醒参加接收地组织生活",
)
WAYS = ("phone", "letter", "message", "phone", "message")

# Who, kind, degree, how many days ago, situation, what is done.
HARDSHIP = (
    ((5, 30), "5", "2", 420, "高龄独居，行动不便。", "每月走访一次，逢节日慰问；联系社区助老服务。"),
    (
        (5, 26),
        "1",
        "1",
        300,
        "长期透析治疗，医疗支出较大。",
        "协助办理大病救助，支部安排两名党员轮流陪护就医。",
    ),
    ((28, 15), "1", "2", 240, "患慢性病休养，家庭收入减少。", "申请互助金一次，调整岗位。"),
    ((30, 12), "2", "1", 180, "工伤后暂时不能工作。", "跟进工伤认定，每两周探望。"),
    ((22, 6), "3", "3", 45, "住房因暴雨受损。", "已协调修缮，联系临时住处。"),
)

# Members whom a letter brings, by their place today, so many days ago; and people who are no longer here.
LETTERS_IN: dict[At, tuple[int, str]] = {
    (6, 15): (410, "中共日照市公路事业发展中心机关委员会"),
    (9, 18): (200, "中共临沂市交通运输局机关委员会"),
    (27, 21): (85, "中共五莲县交通运输局机关委员会"),
}
LETTERS_OUT = (
    ("孟祥林", True, date(1984, 5, 11), 13, 450, "中共日照市交通运输局机关委员会"),
    ("谭海霞", False, date(1990, 11, 3), 17, 280, "中共青岛市城阳区交通运输局机关委员会"),
    ("郭兆瑞", True, date(1979, 2, 20), 29, 130, "中共沂水县交通运输局机关委员会"),
)
OVERDUE_OUT: tuple[At, int, str] = ((14, 8), 75, "中共东营市交通运输局机关委员会")  # nobody sent the receipt
ISSUED_OUT: tuple[At, int, str] = ((23, 6), 9, "中共莒南县交通运输局机关委员会")
WAITING_INSIDE: tuple[At, int, int] = ((7, 6), 8, 2)  # to which branch, since when
REFUSED_INSIDE: tuple[At, int, int] = ((10, 7), 9, 100)


def by_letter(row: PersonRow, today: date, start: date) -> date | None:
    """The day on which a letter brings somebody into the story; None for whoever is there otherwise."""
    found = LETTERS_IN.get((row.branch, row.place))
    if found is None or row.came or row.joined_on >= start:
        return None
    day = today - timedelta(days=found[0])
    return day if day > start else None


def plan(cast: Cast, start: date) -> None:
    """Put down what the registers will be told."""
    role = Role.objects.get(code="hardship_keeper")
    officer = may(cast.administrators["security_admin"], "people.grant", cast.root)
    for keeper in cast.office:
        appoint(keeper, role, cast.root, by=officer, since=start)
    for away in AWAY:
        _plan(cast, start, away.ago, partial(_go, cast, away))
    for index, guest in enumerate(CAME):
        _plan(cast, start, guest[6], partial(_come, cast, index))
    for case in HARDSHIP:
        _plan(cast, start, case[3], partial(_hardship, cast, case))
    for row in cast.rows:
        if day := by_letter(row, cast.today, start):
            cast.agenda.put(moment(day, 10, 5), partial(_letter_in, cast, row, day))
    for index, gone in enumerate(LETTERS_OUT):
        _plan(cast, start, gone[4] + 30, partial(_was_here, cast, index))
    for who, ago, where in (OVERDUE_OUT, ISSUED_OUT):
        _plan(cast, start, ago, partial(_begin_out, cast, who, where))
    for (who, to, ago), refused in ((WAITING_INSIDE, False), (REFUSED_INSIDE, True)):
        _plan(cast, start, ago, partial(_begin_inside, cast, who, to, refused))


def _plan(cast: Cast, start: date, ago: int, step: Any) -> None:
    """Let something happen so many days ago, if the story has begun by then."""
    day = _on(cast, ago)
    if day > start:
        cast.agenda.put(moment(day, 9, 40), step)


def _home(cast: Cast, who: At) -> tuple[Person, Branch]:
    """Somebody by place, and the branch they are in today."""
    return cast.people[who], cast.branch(who[0])


def _on(cast: Cast, ago: int) -> date:
    return cast.today - timedelta(days=ago)


# -- mobile members --


def _go(cast: Cast, away: Away) -> None:
    person, branch = _home(cast, away.who)
    since = today()
    absence = mobility.go_out(
        person,
        by=may(branch.clerk, permissions.MOBILE, branch.organization),
        place_name=away.place,
        reason=away.reason,
        abroad=away.abroad,
        since=since,
        expected_until=since + timedelta(days=730),
        phone=person.phone.reveal(),
        other_organization=away.other,
        other_contact="党群工作者" if away.other else "",
        certificate=f"莒交流{since:%Y}{away.who[0]:02d}{away.who[1]:02d}",
        registered_on=since,
        registered_there_on=since if away.both and away.other else None,
    )
    for number, ago in enumerate(range(away.ago - 20, away.asked or away.back, -away.every)):
        cast.agenda.put(moment(_on(cast, ago), 16, 30), partial(_ask, branch, absence, number))
    if away.back:
        cast.agenda.put(moment(_on(cast, away.back), 16, 40), partial(_back, branch, absence))


def _ask(branch: Branch, absence: Absence, number: int) -> None:
    mobility.contact(
        absence,
        day=today(),
        way=WAYS[number % len(WAYS)],
        by=branch.clerk if number % 2 else branch.secretary,
        note=WORDS[number % len(WORDS)],
    )


def _back(branch: Branch, absence: Absence) -> None:
    mobility.end(absence, on=today(), ending=Absence.Ending.RETURNED, by=branch.clerk)


def _come(cast: Cast, index: int) -> None:
    name, male, born, serial, place, reason, ago, home = CAME[index]
    branch = cast.branch(serial)
    absence = mobility.come_in(
        name,
        branch.organization,
        by=may(branch.clerk, permissions.MOBILE, branch.organization),
        personal={
            "sex": "1" if male else "2",
            "born_on": born,
            "id_number": id_number(born, 440 + index, male),
        },
        place_name=place,
        reason=reason,
        since=today(),
        other_organization=home,
        registered_on=today(),
        registered_there_on=today(),
    )
    for number, left in enumerate(range(ago - 25, 0, -65)):
        cast.agenda.put(moment(_on(cast, left), 17, 5), partial(_ask, branch, absence, number + 2))


# -- hardship --


def _hardship(cast: Cast, case: tuple[At, str, str, int, str, str]) -> None:
    who, kind, degree, _ago, situation, measures = case
    person, branch = _home(cast, who)
    hardship.enter(
        person,
        by=may(branch.secretary, permissions.HARDSHIP, branch.organization),
        kind=kind,
        degree=degree,
        since=today(),
        situation=situation,
        measures=measures,
        leaders=cast.leaders[:1] if degree == "1" else (),
    )


# -- transfers --


def move_over(person: Person, before: Branch, after: Branch, on: date) -> None:
    """The sending branch begins it, the receiving one confirms."""
    transfer = transfers.begin_inside(
        person,
        after.organization,
        on=on,
        by=may(before.clerk, permissions.TRANSFER, before.organization),
        reason="工作调动",
    )
    transfers.take(transfer, by=after.secretary)


def _letter_in(cast: Cast, row: PersonRow, day: date) -> None:
    branch = cast.branch(row.branch)
    issued = day - timedelta(days=6)
    full = row.confirmed_on is not None and row.confirmed_on < day
    transfer = transfers.begin_in(
        row.name,
        branch.organization,
        LETTERS_IN[row.branch, row.place][1],
        stage="full" if full else "probationary",
        on=day,
        by=may(cast.office[1], permissions.CHANGE, branch.organization),
        personal=row.personal,
        joined_on=row.joined_on,
        confirmed_on=row.confirmed_on if full else None,
        letter_number=f"{issued:%Y}{row.branch:02d}{row.place:02d}",
        issued_on=issued,
        valid_until=issued + timedelta(days=30),
        dues_paid_until=issued.replace(day=1),
    )
    transfers.take(transfer, by=branch.secretary)
    cast.people[row.branch, row.place] = Person.objects.get(pk=transfer.person.pk)
    branch.learn()
    cast.agenda.put(moment(day + timedelta(days=4), 10, 20), partial(_receipt, cast, branch, transfer))


def _receipt(cast: Cast, branch: Branch, transfer: Transfer) -> None:
    transfers.receipt(transfer, by=cast.office[1], on=today())
    branch.learn()


def _was_here(cast: Cast, index: int) -> None:
    """Somebody who is not here any more is entered, and leaves by letter a month later."""
    name, male, born, serial, ago, where = LETTERS_OUT[index]
    branch = cast.branch(serial)
    joined = born.replace(year=born.year + 26)
    person = members.admit(
        NewMember(
            name,
            branch.organization,
            "full",
            personal={
                "sex": "1" if male else "2",
                "ethnicity": "01",
                "born_on": born,
                "id_number": id_number(born, 460 + index, male),
            },
            party={"joined_on": joined, "confirmed_on": joined.replace(year=joined.year + 1)},
            since=joined,
        ),
        by=may(cast.office[0], permissions.CHANGE, branch.organization),
    )
    branch.learn()
    cast.agenda.put(moment(_on(cast, ago), 9, 50), partial(_out, cast, person, branch, where, 12))


def _begin_out(cast: Cast, who: At, where: str) -> None:
    person, branch = _home(cast, who)
    _out(cast, person, branch, where, None)


def _out(cast: Cast, person: Person, branch: Branch, where: str, back_after: int | None) -> None:
    day = today()
    transfer = transfers.begin_out(
        person,
        where,
        on=day,
        by=may(branch.clerk, permissions.TRANSFER, branch.organization),
        reason="工作调动",
        dues_paid_until=day.replace(day=1),
    )
    transfers.issue(transfer, by=cast.office[1])
    if back_after:
        back = moment(day + timedelta(days=back_after), 10, 25)
        cast.agenda.put(back, partial(_receipt, cast, branch, transfer))


def _begin_inside(cast: Cast, who: At, to: int, refused: bool) -> None:
    person, branch = _home(cast, who)
    after = cast.branch(to)
    transfer = transfers.begin_inside(
        person,
        after.organization,
        on=today(),
        by=may(branch.clerk, permissions.TRANSFER, branch.organization),
        reason="借调期满转任",
    )
    if refused:
        transfers.refuse(transfer, by=after.secretary, reason="借调延期，暂不转接")

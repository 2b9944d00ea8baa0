"""Party dues: what members are reckoned by, who paid when, what was passed on, and the accounts of last year.

The past was entered by the party office from the branches' paper lists, a month at a time; this month the branches do it
themselves.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from xianfeng.core.periods import Period, today
from xianfeng.demo.world import PersonRow
from xianfeng.dues import actions, rules
from xianfeng.dues.models import Collection, Due, Publication, Reduction
from xianfeng.dues.permissions import CHANGE
from xianfeng.people.models import Person

from .agenda import moment
from .cast import SHOWN, Branch, Cast, may

# Branch and place on its roll: a decision waives the dues of one who is ill; one may pay later; one has owed for months.
WAIVED, DEFERRED, LONG_UNPAID = (28, 15), (12, 8), (13, 9)
PAY = {"office": (400, 900), "institution": (300, 680), "enterprise": (240, 560)}  # tens of yuan
PENSION = (280, 620)


def plan(cast: Cast, start: date) -> None:
    """Put down the dues of the story: bases each January and for newcomers, months, quarters, accounts, decisions."""
    for year in range(start.year, cast.today.year + 1):
        cast.agenda.put(moment(max(start, date(year, 1, 1)), 0, 2), partial(_set_bases, cast))
    month = Period.of(start)
    while month.start < cast.today:
        _plan_month(cast, month)
        month = month.shifted(1)
    quarter = Period.of(start, "quarter")
    while (day := cast.calendar.on_or_after(quarter.end + timedelta(days=9))) < cast.today:
        for late in (False, True):
            after = cast.calendar.on_or_after(day + timedelta(days=11 if late else 0))
            if after < cast.today:
                cast.agenda.put(moment(after, 11, 5), partial(_pass_on, cast, quarter, late))
        quarter = quarter.shifted(1)
    for year in range(start.year, cast.today.year):
        if (day := date(year + 1, 1, 20)) < cast.today:
            cast.agenda.put(moment(day, 15, 20), partial(_publish, cast, year))
    _plan_decisions(cast, start)


def _office(cast: Cast) -> Person:
    return may(cast.office[0], CHANGE, cast.root)


# -- bases --


def _set_bases(cast: Cast, newcomers: bool = False) -> None:
    """What each member earns: a new year brings a raise; between the years only those without a base are added."""
    month = Period.of(today())
    new = [
        actions.NewBase(
            person, rules.Group.RETIRED if row.retired else rules.Group.SERVING, _pay(cast, row, month)
        )
        for row in cast.rows
        if (person := cast.people.get((row.branch, row.place))) is not None
        and not (newcomers and row.joined_on < month.shifted(-1).start)
    ]
    if new:
        actions.set_bases(new, since=month, by=_office(cast))


def _pay(cast: Cast, row: PersonRow, month: Period) -> int:
    """Monthly pay or pension in fen: whole tens of yuan, three per cent more every year."""
    branch = cast.branch(row.branch)
    low, high = PENSION if row.retired else PAY[branch.row.unit_kind]
    return (
        branch.draw("pay", row.place).randrange(low, high)
        * (100 + 3 * (month.year % 10))
        // 100
        * 10
        * rules.FEN
    )


# -- months --


def _plan_month(cast: Cast, month: Period) -> None:
    """Most pay in the middle of the month, some late or later, and this month the branches are at it."""
    middle = cast.calendar.on_or_after(month.start + timedelta(days=13))
    cast.agenda.put(
        moment(min(month.end, cast.today - timedelta(days=1)), 9), partial(_set_bases, cast, newcomers=True)
    )
    if month == Period.of(cast.today):
        for branch in cast.branches.values():
            day = cast.calendar.on_or_after(month.start + timedelta(days=4 + branch.serial % 14))
            if day < cast.today and branch.serial != SHOWN and branch.serial % 3:
                cast.agenda.put(moment(day, 10, branch.serial), partial(_collect, cast, [branch], month))
        return
    cast.agenda.put(moment(middle, 10, 30), partial(_collect, cast, [*cast.branches.values()], month))
    later = cast.calendar.on_or_after(month.end + timedelta(days=6))
    if later < cast.today:
        cast.agenda.put(moment(later, 10, 40), partial(_made_up, cast, month))


def _late(branch: Branch, month: Period) -> int | None:
    """The place on the roll of the one who does not pay with the others, where there is one."""
    draw = branch.draw("late", month.code)
    slack = (1 - branch.care(month)) * 1.3
    return draw.randrange(2, branch.row.members) if draw.random() < slack else None


def _collect(cast: Cast, branches: list[Branch], month: Period) -> None:
    """Everybody paid as due but those who were late and those who have not paid for long."""
    [one, *more] = branches
    by = _office(cast) if more else may(one.clerk, CHANGE, one.organization)
    late = {(branch.serial, place) for branch in branches if (place := _late(branch, month)) is not None}
    if month.shifted(8).start > cast.today:
        late |= {LONG_UNPAID}
    if month.shifted(2).start > cast.today:
        late |= {DEFERRED}
    found = Collection.objects.filter(
        month=month.start, organization__in=[branch.organization for branch in branches]
    )
    but = [cast.people[at].pk for at in late if at in cast.people]
    actions.pay_everybody(list(found), on=today(), by=by, but=but)


def _made_up(cast: Cast, month: Period) -> None:
    """Who was late comes in the next month; whoever has not paid for long stays away."""
    waiting = Due.objects.open().filter(month=month.start)
    found = Collection.objects.filter(pk__in=waiting.values("collection"))
    away = [cast.people[at].pk for at in (LONG_UNPAID,) if month.shifted(8).start > cast.today]
    actions.pay_everybody(list(found), on=today(), by=_office(cast), but=away)


# -- passing on and publishing --


def _pass_on(cast: Cast, quarter: Period, late: bool) -> None:
    """The dues of a quarter go to the superior in the first days after it, some branches' later than asked for."""
    branches = [
        branch
        for branch in cast.branches.values()
        if late == (branch.draw("remit", quarter.code).random() < (1 - branch.row.diligence) * 0.4)
    ]
    received = actions.received([branch.organization.pk for branch in branches], quarter)
    actions.remit_all(
        [
            actions.PassedOn(
                branch.organization,
                quarter,
                received[branch.organization.pk],
                today(),
                f"{quarter.year}{quarter.number:02d}{branch.serial:03d}",
            )
            for branch in branches
            if received.get(branch.organization.pk)
        ],
        by=_office(cast),
    )


def _publish(cast: Cast, year: int) -> None:
    """The secretaries publish the accounts of the year."""
    due = Publication.objects.filter(year=year, status=Publication.Status.DUE).select_related("organization")
    secretaries = {branch.organization.pk: branch.secretary for branch in cast.branches.values()}
    for found in due:
        actions.publish(found, by=may(secretaries[found.organization_id], CHANGE, found.organization))


# -- decisions --


def _plan_decisions(cast: Cast, start: date) -> None:
    """A waiver of half a year for one who is ill, and a payment that may come later."""
    waived = Period.of(cast.today).shifted(-4)
    if waived.start >= start:
        cast.agenda.put(moment(waived.start, 9, 30), partial(_waive, cast, waived))
    deferred = Period.of(cast.today).shifted(-1)
    if deferred.start >= start:
        cast.agenda.put(moment(deferred.start + timedelta(days=11), 9), partial(_defer, cast, deferred))


def _waive(cast: Cast, month: Period) -> None:
    person = cast.people.get(WAIVED)
    branch = cast.branch(WAIVED[0])
    if person is None:
        return
    actions.reduce(
        person, first=month, last=month.shifted(5), fen=0, reason=Reduction.Reason.ILLNESS, decided_on=month.start,
        document=f"支委会纪要〔{month.year}〕{month.number}号", by=may(branch.clerk, CHANGE, branch.organization),
    )  # fmt: skip


def _defer(cast: Cast, month: Period) -> None:
    branch = cast.branch(DEFERRED[0])
    found = Due.objects.filter(person=cast.people.get(DEFERRED), month=month.start, status=Due.Status.OWED)
    for line in found:
        clerk = may(branch.clerk, CHANGE, branch.organization)
        actions.defer(line, by=clerk, approval=f"支委会{month.number}月{today().day}日会议")

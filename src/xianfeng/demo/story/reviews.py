"""What branches report, and what the office makes of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from django.utils import timezone

from xianfeng.assessment import actions
from xianfeng.assessment.models import Report, ReportLine, Round
from xianfeng.assessment.permissions import REPORT
from xianfeng.config import jobs
from xianfeng.core import clock
from xianfeng.core.numbers import from_units
from xianfeng.core.periods import Period
from xianfeng.demo import words
from xianfeng.people.models import Person

from .agenda import moment
from .cast import SHOWN, Branch, Cast, may

State, Status = ReportLine.State, Report.Status
LEFT_OPEN = 3  # how many lines the branch a visitor signs in for has still to fill in
REMINDED_DAYS = 45  # so far back reminders are sent; older ones nobody would find
# Of the month before today's: branches whose report still waits for the office, is not in yet, or was sent back.
WAITING = (3, 9, 11, 17, 22, 28, 30)
ODD = (9, 22, 28)
OVERDUE = (19, 26)
SENT_BACK = (SHOWN, 13)


def plan(cast: Cast, month: Period) -> None:
    """Put down the reporting of a month: filled in and decided in the days after its end."""
    for branch in cast.branches.values():
        _plan_branch(cast, branch, month)
    if month == Period.of(cast.today).shifted(-1):
        late = cast.calendar.nth_workday_after(timezone.localdate(cast.calendar.due_at(month)), 2)
        cast.agenda.put(moment(late, 9, 40), partial(_chase, cast, month))


def plan_reminders(cast: Cast, start: date) -> None:
    """What the scheduler does each morning, over the last weeks."""
    day = max(start, cast.today - timedelta(days=REMINDED_DAYS))
    while day < cast.today:
        cast.agenda.put(moment(day, 8), partial(jobs.remind, day))
        day += timedelta(days=1)


def _plan_branch(cast: Cast, branch: Branch, month: Period) -> None:
    draw = branch.draw("report", month.code)
    due = timezone.localdate(cast.calendar.due_at(month))
    previous = month == Period.of(cast.today).shifted(-1)
    if month == Period.of(cast.today):
        if branch.serial == SHOWN or draw.random() < 0.2:
            begun = month.start + timedelta(days=1 if branch.serial == SHOWN else 9)
            cast.agenda.put(
                moment(begun, 10, draw.randrange(60)), partial(_fill, branch, month, leave=LEFT_OPEN)
            )
        return
    first = cast.calendar.on_or_after(month.end + timedelta(days=1))
    if previous and (branch.serial in OVERDUE or (branch.serial == SHOWN and cast.today <= due)):
        cast.agenda.put(moment(first, 10, 20), partial(_fill, branch, month, leave=LEFT_OPEN))
        return
    late = draw.random() < (1 - branch.care(month)) * 1.1
    day = _day_of_receipt(
        cast, branch, month, draw, late=late and not (previous and branch.serial in SENT_BACK)
    )
    when = moment(day, 9 + draw.randrange(8), draw.randrange(60))
    cast.agenda.put(when, partial(_file, cast, branch, month))


def _day_of_receipt(cast: Cast, branch: Branch, month: Period, draw: random.Random, *, late: bool) -> date:
    """A careful branch files on the first days, a careless one on the last or after it."""
    due = timezone.localdate(cast.calendar.due_at(month))
    if late:
        return cast.calendar.nth_workday_after(due, draw.randint(1, 5))
    first = cast.calendar.on_or_after(month.end + timedelta(days=1))
    spare = max(0, (due - first).days - 1)  # the last hours are not left to chance
    wanted = first + timedelta(days=draw.randint(0, round(spare * min(1.0, 1.6 - branch.row.diligence))))
    while not cast.calendar.is_workday(wanted):
        wanted -= timedelta(days=1)
    return wanted


# -- the branch --


def _report(branch: Branch, month: Period) -> Report:
    found: Report = (
        Report.objects.of_month(month).select_related("organization").get(organization=branch.organization)
    )
    return found


def _fill(branch: Branch, month: Period, *, leave: int = 0) -> Report:
    """Answer what is open, but for so many of the last lines."""
    report = _report(branch, month)
    clerk = may(branch.clerk, REPORT, branch.organization)
    lines = list(report.lines.filter(kind=ReportLine.Kind.REPORTED))
    posted: dict[str, str] = {}
    for line in lines[: len(lines) - leave]:
        posted |= answer(line, branch, month)
    draw = branch.draw("coordination", month.code)
    if not leave and draw.random() < 0.08:
        posted["coordination"] = draw.choice(words.COORDINATION)
    if posted:
        actions.save_draft(report, posted, version=str(report.rev), by=clerk)
    return report


def _file(cast: Cast, branch: Branch, month: Period) -> None:
    report = _fill(branch, month)
    _hand_in(report, branch)
    cast.agenda.put(_desk(cast, branch, "review"), partial(_decide, cast, branch, report, month))


def _hand_in(report: Report, branch: Branch) -> None:
    """Confirm what looks odd but is right, and submit."""
    clerk = may(branch.clerk, REPORT, branch.organization)
    for line in report.lines.filter(state=State.CHECK):
        actions.confirm(report, line.code, by=clerk)
    actions.submit(report, by=clerk)


def _desk(cast: Cast, branch: Branch, what: str, wait: int = 4) -> datetime:
    """When the office comes to it: within so many workdays."""
    draw = branch.draw(what, clock.today())
    day = cast.calendar.nth_workday_after(clock.today(), draw.randint(1, wait))
    return moment(day, draw.choice((8, 9, 10, 11, 14, 15, 16)), draw.randrange(60))


# -- what branches answer --


def answer(line: ReportLine, branch: Branch, month: Period) -> dict[str, str]:
    """What the clerk puts into one line, as the fields of the form."""
    draw = branch.draw("answer", line.code, month.code)
    careless = draw.random() < 0.02 + (1 - branch.care(month)) * 1.3
    name = line.code
    match line.asks:
        case "number":
            return _number(line, branch, draw, careless=careless)
        case "yes" if line.measure == "integrity.risk_review":
            return _risk(line, branch, month, draw, careless=careless)
        case "yes":
            weak = [choice.value for choice in line.choices if choice.value != "yes"]
            return {f"{name}-answer": draw.choice(weak) if careless else "yes"}
        case _:
            text = words.INNOVATION[(branch.serial + month.number // 3) % len(words.INNOVATION)]
            return {f"{name}-sentence": text.format(count=draw.randint(2, 9))}


def _number(line: ReportLine, branch: Branch, draw: random.Random, *, careless: bool) -> dict[str, str]:
    if line.measure == "care.visit" and branch.serial % 7 == 0:
        return {f"{line.code}-na": "1", f"{line.code}-reason": words.NO_VISIT[branch.serial % 2]}
    expected = line.declaration.expected
    if careless:
        return {f"{line.code}-number": "0"}
    more = draw.choice((0, 0, 1, 2)) if line.measure in {"disclosure.items", "care.visit"} else 0
    return {f"{line.code}-number": f"{(expected + more).normalize():f}"}


def _risk(
    line: ReportLine, branch: Branch, month: Period, draw: random.Random, *, careless: bool
) -> dict[str, str]:
    if careless and draw.random() < 0.5:
        return {f"{line.code}-answer": "no", f"{line.code}-sentence": words.RISK_MISSED}
    if draw.random() < 0.1:
        post = words.RISK_POSTS[(branch.serial + month.number) % len(words.RISK_POSTS)]
        text = words.RISK_CHANGED.format(post=post, count=draw.randint(1, 3))
        return {f"{line.code}-answer": "changed", f"{line.code}-sentence": text}
    return {f"{line.code}-answer": "same"}


# -- the office --


def _reviewer(cast: Cast, branch: Branch) -> Person:
    """The first of the office reviews; the report of the own branch goes to the second."""
    own = branch.organization.pk == cast.office[0].organization_id
    return cast.office[1] if own else cast.office[0]


def _decide(cast: Cast, branch: Branch, report: Report, month: Period) -> None:
    by = _reviewer(cast, branch)
    previous = month == Period.of(cast.today).shifted(-1)
    if previous and branch.serial in WAITING:
        if branch.serial == WAITING[0]:
            actions.start_review(report, by=by)
        elif branch.serial == WAITING[1]:
            actions.defer(report, by=by)
        return
    draw = branch.draw("decide", month.code)
    back = previous and branch.serial in SENT_BACK
    if report.returns == 0 and (back or draw.random() < (1 - branch.care(month)) * 0.6):
        line = _doubtful(report.lines.all())
        if line is not None:
            reason = words.RETURN_REASONS.get(line.measure, words.RETURN_REASON)
            actions.return_(report, by=by, line=line.code, reason=reason)
            if not back:
                cast.agenda.put(_desk(cast, branch, "mend", 3), partial(_mend, cast, branch, report, month))
            return
    actions.accept(report, by=by)


def _doubtful(lines: Iterable[ReportLine]) -> ReportLine | None:
    """The line an attentive reader would ask about: a nought first, then a number, then a sentence."""
    asked = [line for line in lines if line.kind == ReportLine.Kind.REPORTED and not line.not_applicable]
    tests: tuple[Callable[[ReportLine], bool], ...] = (
        lambda line: line.asks == "number" and line.done == 0,
        lambda line: line.asks == "text",
        lambda line: line.asks == "number",
        lambda line: bool(line.sentence),
    )
    return next((line for test in tests for line in asked if test(line)), None)


def _mend(cast: Cast, branch: Branch, report: Report, month: Period) -> None:
    """The branch puts the line right and hands the report in again."""
    report.refresh_from_db(fields=["returns", "rev"])
    clerk = may(branch.clerk, REPORT, branch.organization)
    posted = {}
    for line in report.lines.filter(returned=True):
        if line.asks == "number":
            right = max(line.declaration.expected, from_units(line.done or 0) - 1, Decimal(1))
            posted[f"{line.code}-number"] = f"{right.normalize():f}"
        else:
            posted[f"{line.code}-sentence"] = line.sentence + words.FULLER
    actions.save_draft(report, posted, version=str(report.rev), by=clerk)
    _hand_in(report, branch)
    cast.agenda.put(_desk(cast, branch, "again", 2), partial(_decide, cast, branch, report, month))


def _chase(cast: Cast, month: Period) -> None:
    """The office reminds those whose report is overdue."""
    late = Report.objects.of_month(month).missing().select_related("organization")
    actions.remind_overdue(late, by=may(cast.office[0], "assessment.review", cast.root))


# -- scores --

CLOSING_DAY = 20  # of the month after a quarter: by then its reports are decided


def plan_rounds(cast: Cast, start: date) -> None:
    """After each quarter its scores are closed, and after the last one those of the year."""
    quarter = Period.of(start, "quarter")
    while (closing := quarter.shifted(1).start.replace(day=CLOSING_DAY)) < cast.today:
        if not (quarter.end.month == 12 and closing.year == cast.today.year and cast.today.month == 1):
            cast.agenda.put(moment(closing, 16, 30), partial(_close, cast, quarter))
        quarter = quarter.shifted(1)


def _close(cast: Cast, quarter: Period) -> None:
    jobs.score(clock.today())
    ended = [*quarter.months, quarter, *([Period(quarter.year, "year")] if quarter.number == 4 else [])]
    for round_ in Round.objects.open().filter(code__in=[period.code for period in ended]).order_by("pk"):
        actions.close(round_, by=cast.office[0])


def look(month: Period) -> None:
    """The office opens the list of a month, which brings its reports in step with the facts."""
    undecided = Report.objects.of_month(month).exclude(status=Status.ACCEPTED)
    actions.refresh(undecided.select_related("organization", "scheme"))

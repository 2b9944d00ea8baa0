"""The home of the party office: what waits for review, who has not handed in, and how the year goes everywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from xianfeng.assessment import panels
from xianfeng.assessment.models import Report
from xianfeng.assessment.overview import Year, year_of
from xianfeng.assessment.permissions import CLOSE, REVIEW
from xianfeng.core import charts, display
from xianfeng.core.numbers import half_up
from xianfeng.core.periods import Period
from xianfeng.core.prepared import Prepared
from xianfeng.organizations import permissions as organizations
from xianfeng.organizations.choices import places
from xianfeng.organizations.models import Organization
from xianfeng.organizations.terms import standing

Status = Report.Status
WAITING = (Status.SUBMITTED, Status.REVIEW)


class Row(NamedTuple):
    """What the home page needs of a report. There are hundreds, so the quickest kind of value; the database says of each
    whether something holds, by a text that is empty where it does not."""

    organization_id: int
    month: Period
    status: str
    was_due: str
    came: str
    late: str
    odd: str


def concerns(person: Any) -> bool:
    """Those who review reports."""
    return bool(person.can(REVIEW))


def build(person: Any, day: date) -> dict[str, Any]:
    """What the office came for. Five queries."""
    top, branches = organizations_of(person, REVIEW, day)
    reports = rows_of(person, day)
    year = year_of(day.year)
    moments = MOMENTS(roots=person.places(REVIEW))
    waiting = [row for row in reports if row.status in WAITING]
    overdue = overdue_of(reports)
    return {
        "top": top,
        "day": day,
        "branches": branches,
        "waiting": waiting,
        "odd": sum(bool(row.odd) for row in waiting),
        "oldest": min((came for *_rest, status, _due, came in moments if status in WAITING), default=None),
        "months": month_lines(reports, {(year, month): due for year, month, _status, due, _came in moments}),
        "overdue": sum(len(months) for months in overdue.values()),
        "missing": [
            (branch.get_absolute_url(), branch.short_name, _(", ").join(overdue[branch.pk]))
            for branch in branches
            if branch.pk in overdue
        ],
        "heat": heat(branches, reports, year, day),
        "trend": trend(year),
        "to_close": to_close(person, year, day),
        "elections": elections(person, branches, day),
    }


def organizations_of(
    person: Any, permission: str, day: date
) -> tuple[Organization | None, list[Organization]]:
    """The uppermost organization at which a permission is held, and the branches below, in number order. One query."""
    found = places(person, permission, day)
    top = min(found, key=lambda organization: len(organization.path or ""), default=None)
    return top, [organization for organization in found if organization.is_branch]


def _whether(condition: Q) -> Case:
    """A text that is empty where it does not hold: numbers and truth would be converted one by one."""
    return Case(When(condition, then=Value("1")), default=Value(""))


def _reports(roots: Sequence[str]) -> Any:
    """The reports of organizations below these, as `visible_to` has it."""
    return Report.objects.filter(organization__in=Organization.objects.under(roots))


REPORTS: Prepared[tuple[Any, ...]] = Prepared(
    lambda year, now, *, roots: (
        _reports(roots)
        .filter(Q(year=year) | ~Q(status=Status.ACCEPTED))
        .annotate(
            was_due=_whether(Q(due_at__lt=now)),
            came=_whether(Q(received_at__isnull=False)),
            late=_whether(Q(received_at__gt=F("due_at"))),
            odd=_whether(~Q(oddities=[])),
        )
        .order_by("year", "month", "organization__number")
        .values_list("organization", "year", "month", "status", "was_due", "came", "late", "odd")
    )
)
MOMENTS: Prepared[tuple[Any, ...]] = Prepared(
    lambda *, roots: (
        _reports(roots)
        .exclude(status=Status.ACCEPTED)
        .order_by()
        .values_list("year", "month", "status", "due_at", "received_at")
    )
)
"""Read of the few that are not decided: moments take longer to read than all the rest."""


def rows_of(person: Any, day: date, permission: str = REVIEW) -> list[Row]:
    """The year's reports in scope, and older ones that are not decided. One query."""
    return [
        Row(place, _month(year, month), *rest)
        for place, year, month, *rest in REPORTS(
            year=day.year, now=timezone.now(), roots=person.places(permission)
        )
    ]


@cache
def _month(year: int, number: int) -> Period:
    return Period(year, "month", number)


@dataclass(frozen=True, slots=True)
class MonthLine:
    """How far one month's reports are."""

    month: Period
    total: int
    handed_in: int
    accepted: int
    returned: int
    due_at: datetime

    @property
    def missing(self) -> int:
        return self.total - self.handed_in


def overdue_of(reports: Sequence[Row]) -> dict[int, list[str]]:
    """The months that each organization should have reported and has not, in words."""
    months: dict[int, list[str]] = defaultdict(list)
    names = display.months()
    for row in reports:
        if row.was_due and row.status in Report.OPEN:
            months[row.organization_id].append(names[row.month.number - 1])
    return months


def month_lines(reports: Sequence[Row], due: Mapping[tuple[int, int], datetime]) -> list[MonthLine]:
    """The months that are not finished, oldest first; `due` are their deadlines."""
    by_month: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in reports:
        by_month[row.month.year, row.month.number].append(row)
    lines = []
    for (year, number), of_month in sorted(by_month.items()):
        accepted = sum(row.status == Status.ACCEPTED for row in of_month)
        if accepted == len(of_month):
            continue
        handed_in = sum(row.status not in Report.OPEN for row in of_month)
        returned = sum(row.status == Status.RETURNED for row in of_month)
        month = Period(year, "month", number)
        lines.append(MonthLine(month, len(of_month), handed_in, accepted, returned, due[year, number]))
    return lines


def heat(branches: Sequence[Organization], reports: Sequence[Row], year: Year, day: date) -> dict[str, Any]:
    """Branches by months: the rate of each, in code order, and how many are exceptions."""
    receipts = {
        (row.organization_id, row.month.number): (row.came, row.late)
        for row in reports
        if row.month.year == year.year
    }
    rows = panels.heat_rows(year, branches, day, receipts=receipts)
    return {"rows": rows, "caption": panels.heat_caption(rows)}


def trend(year: Year) -> dict[str, Any] | None:
    """Mean and median of all branches by month, with the middle half around them."""
    months = year.months
    if not months:
        return None
    spreads = [year.spreads[month.code] for month in months]
    medians = [half_up(s.median, 1) for s in spreads]
    means = [half_up(s.mean, 1) for s in spreads]
    drawing = charts.trend(
        [display.month(month.number) for month in months],
        means,
        median=medians,
        low=[half_up(s.low, 1) for s in spreads],
        high=[half_up(s.high, 1) for s in spreads],
        name=_("Mean of all"),
    )
    change = medians[-1] - medians[-2] if len(medians) > 1 else None
    return {
        "chart": drawing,
        "month": months[-1],
        "spread": spreads[-1],
        "median": medians[-1],
        "change": change,
    }


def to_close(person: Any, year: Year, day: date) -> list[Any]:
    """Rounds that have ended and are still open: their scores can be settled."""
    if not person.can(CLOSE):
        return []
    rounds = [
        r for r in year.rounds.values() if r.is_open and r.period.end < day and r.period.kind != "month"
    ]
    return sorted(rounds, key=lambda r: r.period)


def elections(
    person: Any, branches: Sequence[Organization], day: date
) -> list[tuple[Organization, str, str]]:
    """Branches whose term has ended or ends within six months."""
    if not person.can(organizations.CHANGE):
        return []
    found = [(branch, *standing(branch, day)) for branch in branches if branch.term_ends_on]
    return sorted(
        ((branch, tone, word) for branch, tone, word in found if tone != "ok"),
        key=lambda entry: entry[0].term_ends_on or day,
    )

"""The home of those who oversee branches: three sentences, the branches, and what keeps falling (things, not people)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from xianfeng.assessment.models import BranchScore, Report
from xianfeng.assessment.overview import Year, scheme_names, year_of
from xianfeng.assessment.permissions import REPORT, REVIEW, VIEW
from xianfeng.core import display
from xianfeng.core.numbers import half_up
from xianfeng.core.periods import Period
from xianfeng.organizations.models import Organization

from .branch import why
from .office import heat, organizations_of, rows_of, trend

Status = Report.Status


def concerns(person: Any) -> bool:
    """Those appointed to see branches, without working for one or reviewing its reports."""
    return VIEW in person.grants and not person.can(REVIEW) and not person.can(REPORT)


@dataclass(frozen=True, slots=True)
class BranchLine:
    """A branch, its last quarter, the change from the quarter before, and its open reports that are overdue."""

    branch: Organization
    rate: Decimal | None
    change: Decimal | None
    grade: str
    url: str
    overdue: int


@dataclass(frozen=True, slots=True)
class Falling:
    """An item whose rate over all branches fell twice in a row."""

    name: str
    rates: tuple[Decimal, ...]


def build(person: Any, day: date) -> dict[str, Any]:
    """What a leader came for. Four queries."""
    top, branches = organizations_of(person, VIEW, day)
    reports = rows_of(person, day, VIEW)
    year = year_of(day.year)
    periods = [p for p in year.quarters if year.rounds[p.code].has_ended]
    return {
        "top": top,
        "day": day,
        "sentences": sentences(branches, reports, year, periods, day),
        "lines": lines(branches, reports, year, periods),
        "period": periods[-1] if periods else None,
        "falling": falling(branches, year, periods),
        "heat": heat(branches, reports, year, day),
        "trend": trend(year),
    }


def sentences(
    branches: Sequence[Organization], reports: Any, year: Year, periods: Sequence[Period], day: date
) -> list[str]:
    """At most three: how the month was reported, how the branches stand, how far they lie apart."""
    said = []
    due = [row for row in reports if row.was_due]
    if due:
        month = max(row.month for row in due)
        of_month = [row for row in due if row.month == month]
        came = [row for row in of_month if row.came]
        said.append(
            _("For %(month)s %(came)s of %(total)s reports came in, %(timely)s of them in time.")
            % {
                "month": month,
                "came": len(came),
                "total": len(of_month),
                "timely": sum(not row.late for row in came),
            }
        )
    if periods and (spread := year.spread(periods[-1])):
        before = year.spread(periods[-2]) if len(periods) > 1 else None
        values = {
            "period": periods[-1],
            "median": display.points(spread.median),
            "low": display.points(spread.low),
            "high": display.points(spread.high),
        }
        said.append(
            _(
                "In %(period)s the median of the branches is %(median)s, %(change)s against the quarter before."
            )
            % {**values, "change": display.signed(spread.median - before.median)}
            if before
            else _("In %(period)s the median of the branches is %(median)s.") % values
        )
        said.append(_("The middle half of them lies between %(low)s and %(high)s.") % values)
    return said


def lines(
    branches: Sequence[Organization], reports: Any, year: Year, periods: Sequence[Period]
) -> list[BranchLine]:
    """The branches in code order."""
    overdue: dict[int, int] = defaultdict(int)
    for row in reports:
        if row.was_due and row.status in Report.OPEN:
            overdue[row.organization_id] += 1
    last = periods[-1] if periods else None
    before = periods[-2] if len(periods) > 1 else None
    shown = []
    for branch in branches:
        rate = year.rate(last, branch.pk) if last else None
        was = year.rate(before, branch.pk) if before else None
        change = None if rate is None or was is None else half_up(rate - was, 1)
        url = why(branch, last) if last and rate is not None else ""
        shown.append(BranchLine(branch, rate, change, "", url, overdue[branch.pk]))
    return shown


def falling(branches: Sequence[Organization], year: Year, periods: Sequence[Period]) -> list[Falling]:
    """Items whose rate over all branches in scope fell from quarter to quarter, twice in a row. One query."""
    if len(periods) < 3:
        return []
    codes = {year.rounds[p.code].pk: i for i, p in enumerate(periods[-3:])}
    sums: dict[str, list[list[int]]] = defaultdict(lambda: [[0, 0], [0, 0], [0, 0]])
    rows = BranchScore.objects.filter(round__in=codes, organization__in=[b.pk for b in branches]).order_by()
    for pk, items in rows.values_list("round", "items"):
        for code, points, full in items:
            if points is not None and full:
                cell = sums[code][codes[pk]]
                cell[0] += points
                cell[1] += full
    _categories, names = scheme_names(year.rounds[periods[-1].code].scheme_id)
    found = []
    for code, cells in sums.items():
        if all(full for _points, full in cells):
            rates = tuple(Decimal(points) * 100 / full for points, full in cells)
            if rates[0] > rates[1] > rates[2]:
                found.append(Falling(names.get(code, code), rates))
    return sorted(found, key=lambda item: item.rates[2] - item.rates[0])[:5]

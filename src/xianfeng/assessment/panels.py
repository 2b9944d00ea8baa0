"""What home, the branch's page and the statistics show of scores: plain functions that return data.

All read the stored scores of rounds. Months and quarters are compared by rate (points before bonus in per cent of the
full marks of the periods that ended in them). Where fewer than five branches were scored, nothing is said about all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from xianfeng.core import charts
from xianfeng.core.charts import Chart
from xianfeng.core.components import CategoryScore, HeatCell, HeatRow
from xianfeng.core.display import month as month_name
from xianfeng.core.display import points
from xianfeng.core.numbers import from_units, half_up
from xianfeng.core.periods import Period
from xianfeng.core.prepared import Prepared
from xianfeng.organizations.models import Organization

from .addresses import branch_score, branch_why
from .models import BranchScore, Report, Round
from .models.rounds import rate
from .overview import Spread, Year, scheme_names
from .rounds import refresh

ROUNDS: Prepared[Round] = Prepared(Round.objects.of_year)

ENOUGH = 5
"""A distribution over fewer would tell about single ones."""


@dataclass(frozen=True, slots=True)
class Captioned:
    """A chart, what it says in a sentence, and (of months) the first and last it shows."""

    chart: Chart
    caption: str
    first: int = 0
    last: int = 0


@dataclass(frozen=True)
class Latest:
    """A branch's score of the last quarter that has one, beside the quarter before."""

    round: Round
    score: BranchScore
    before: BranchScore | None
    categories: Sequence[CategoryScore]

    @property
    def period(self) -> Period:
        return self.round.period

    @property
    def rate(self) -> Decimal | None:
        return self.score.rate

    @property
    def change(self) -> Decimal | None:
        """Against the quarter before, as the two rates are shown."""
        return difference(self.score.rate, self.before.rate if self.before else None)

    @property
    def why(self) -> str:
        return self.score.get_absolute_url()

    @property
    def worst(self) -> list[str]:
        """The names of the categories that lost most against the quarter before, at most two."""
        fallen = sorted(
            (c for c in self.categories if c.change and c.change < 0), key=lambda c: c.change or 0
        )
        return [str(category.label) for category in fallen[:2]]


def difference(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """How much two rates differ as shown, so that a reader who subtracts them gets the same."""
    return None if now is None or before is None else half_up(now, 1) - half_up(before, 1)


def rounds_in_step(subject: str, year: int, day: date) -> list[Round]:
    """The rounds of a year, brought in step with the facts. Two queries when they are."""
    rounds = ROUNDS(subject=subject, year=year)
    return ROUNDS(subject=subject, year=year) if refresh(rounds, day) else rounds


# One branch


def latest_quarter(organization: Organization, day: date) -> Latest | None:
    """The last quarter with a score on a day; None before the first month of the first year has ended. One query."""
    found = list(
        BranchScore.objects.filter(
            organization=organization,
            round__code__contains="-q",
            round__year__gte=day.year - 1,
            total__isnull=False,
        ).select_related("round__scheme", "organization")
    )
    found.sort(key=lambda score: score.round.period)
    if not found:
        return None
    score = found[-1]
    before = next((s for s in found if s.round.period == score.round.period.shifted(-1)), None)
    return Latest(score.round, score, before, category_rows(score, before))


PUBLISHED = 6  # periods that the home of a branch shows


def published(organization: Organization) -> list[tuple[Period, Decimal]]:
    """The rates of a branch in the rounds that were closed, the latest first: what everybody inside may know. One query."""
    closed = BranchScore.objects.filter(
        organization=organization, round__status=Round.Status.CLOSED, total__isnull=False
    )
    found = [
        (score.round.period, half_up(score.rate, 1))
        for score in closed.select_related("round").order_by("-round__as_of", "-round__code")
        if score.rate is not None and score.round.period.kind != "month"
    ]
    return found[:PUBLISHED]


def category_rows(score: BranchScore, before: BranchScore | None) -> list[CategoryScore]:
    """The categories for the component `scores`. The change is on this score's full marks, since those differ from
    quarter to quarter."""
    old = {code: rate(earned, full) for code, earned, full in before.categories} if before else {}
    names, _items = scheme_names(score.round.scheme_id)
    address = branch_why(score.round.code, score.organization.code)
    rows = []
    for code, earned, full in score.categories:
        if earned is None or not full:
            continue
        was, whole, now = old.get(code), from_units(full), from_units(earned)
        change = None if was is None else half_up(now - was * whole / 100, 2)
        rows.append(CategoryScore(names.get(code, code), now, whole, change, was, f"{address}#{code}"))
    return rows


# One branch among all


def _about(year: Year, period: Period) -> Spread | None:
    """How all branches lie in a round; nothing where it would tell about single ones."""
    spread = year.spread(period)
    return spread if spread and spread.scored >= ENOUGH else None


def trend(organization: Organization, year: Year) -> Captioned | None:
    """The months of a branch against all; None while there is no month of its own."""
    months = year.months
    own = [year.rate(month, organization.pk) for month in months]
    if all(value is None for value in own):
        return None
    spreads = [_about(year, month) for month in months]
    chart = charts.trend(
        [month_name(month.number) for month in months],
        own,
        median=[s.median if s else None for s in spreads],
        low=[s.low if s else None for s in spreads],
        high=[s.high if s else None for s in spreads],
        name=_("This branch"),
    )
    return Captioned(chart, _trend_caption(months, own, spreads), months[0].number, months[-1].number)


def _trend_caption(
    months: Sequence[Period], own: Sequence[Decimal | None], spreads: Sequence[Spread | None]
) -> str:
    known = [(m, value, s) for m, value, s in zip(months, own, spreads, strict=True) if value is not None]
    month, value, about = known[-1]
    parts = []
    low = [month_name(m.number) for m, v, s in known[:-1] if s and v < s.low]
    if low:
        parts.append(
            _("Below the middle half of all branches in %(months)s.") % {"months": _(", ").join(low)}
        )
    last = {"month": month_name(month.number), "rate": points(value)}
    gap = difference(value, about.median) if about else None
    if gap is None:
        parts.append(_("%(month)s: %(rate)s.") % last)
    elif gap == 0:
        parts.append(_("%(month)s: %(rate)s, as the median of all.") % last)
    else:
        told = {**last, "gap": points(abs(gap))}
        parts.append(
            _("%(month)s: %(rate)s, %(gap)s above the median of all.") % told
            if gap > 0
            else _("%(month)s: %(rate)s, %(gap)s below the median of all.") % told
        )
    if len(parts) == 1:
        return parts[0]
    return _("%(first)s %(second)s") % {"first": parts[0], "second": parts[1]}


def quarter_name(number: int) -> str:
    """The short name of a quarter: 一季度, Q1."""
    return (_("Q1"), _("Q2"), _("Q3"), _("Q4"))[number - 1]


def quarter_bars(organization: Organization, year: Year) -> Captioned | None:
    """The quarters of a branch as bars beside the median of all; None while there is none."""
    quarters = [Period(year.year, "quarter", number) for number in range(1, 5)]
    own = [year.rate(quarter, organization.pk) for quarter in quarters]
    if all(value is None for value in own):
        return None
    spreads = [_about(year, quarter) for quarter in quarters]
    chart = charts.quarters(
        [quarter_name(quarter.number) for quarter in quarters],
        own,
        [s.median if s else None for s in spreads],
        name=_("This branch"),
    )
    known = [
        (quarter_name(q.number), value) for q, value in zip(quarters, own, strict=True) if value is not None
    ]
    if len(known) == 1:
        return Captioned(
            chart, _("%(quarter)s: %(rate)s.") % {"quarter": known[0][0], "rate": points(known[0][1])}
        )
    (_old, before), (name, now) = known[-2:]
    gap = difference(now, before) or Decimal(0)
    told = {"quarter": name, "rate": points(now), "gap": points(abs(gap))}
    if gap > 0:
        return Captioned(chart, _("%(quarter)s: %(rate)s, %(gap)s more than the quarter before.") % told)
    if gap < 0:
        return Captioned(chart, _("%(quarter)s: %(rate)s, %(gap)s less than the quarter before.") % told)
    return Captioned(chart, _("%(quarter)s: %(rate)s, as the quarter before.") % told)


def category_radar(score: BranchScore, before: BranchScore | None) -> Captioned | None:
    """The rates of the categories, the quarter before dashed; None where fewer than three were scored."""
    old = {code: rate(earned, full) for code, earned, full in before.categories} if before else {}
    names, _items = scheme_names(score.round.scheme_id)
    known = [
        (code, found) for code, earned, full in score.categories if (found := rate(earned, full)) is not None
    ]
    if len(known) < 3:
        return None
    was = [old.get(code) for code, _rate in known]
    comparable = [value for value in was if value is not None]
    chart = charts.radar(
        [names[code] for code, _rate in known],
        [found for _code, found in known],
        comparable if len(comparable) == len(known) else None,
    )
    least_code, least = min(known, key=lambda pair: pair[1])
    if least == 100:
        return Captioned(chart, _("Full marks in every category."))
    told = {"category": names[least_code], "rate": points(least)}
    return Captioned(chart, _("Lowest: %(category)s, %(rate)s%%.") % told)


# Members


def distribution(rates: Sequence[Decimal]) -> Captioned | None:
    """How many members reached which rate, without names; None for fewer than five."""
    if len(rates) < ENOUGH:
        return None
    bounds = (60, 70, 80, 90)
    counts = [0] * (len(bounds) + 1)
    for value in rates:
        counts[sum(value >= bound for bound in bounds)] += 1
    labels = [_("below 60"), "60–70", "70–80", "80–90", _("90 and more")]
    chart = charts.histogram(labels, counts, below=1, unit=_("Rate %"))
    told = {"reached": sum(counts[1:]), "below": counts[0]}
    return Captioned(chart, _("%(reached)s members at 60 or more, %(below)s below.") % told)


# 30 × 12


Receipts = Mapping[tuple[int, int], tuple[object, object]]
"""Of each report that was due, by branch id and month: whether it came, and whether too late (anything true)."""
NOTHING_DUE = (True, False)


def receipts_of(year: int, branches: Sequence[Organization]) -> Receipts:
    """The receipts of a year. One query."""
    reports = Report.objects.filter(year=year, organization__in=[branch.pk for branch in branches])
    rows = reports.with_receipt().order_by().values_list("organization_id", "month", "came", "late")
    return {(organization, month): (came, late) for organization, month, came, late in rows}


def heat_rows(
    year: Year,
    branches: Sequence[Organization],
    day: date,
    own: int | None = None,
    receipts: Receipts | None = None,
) -> list[HeatRow]:
    """Months of branches. A month counts as not reported until the branch's report came; late ones are marked. One
    query, none where the receipts are given."""
    received = receipts_of(year.year, branches) if receipts is None else receipts
    months = [(month.number, month.code, day <= month.end) for month in Period(year.year, "year").months]
    ahead, missing = HeatCell(future=True), HeatCell()

    def cells(branch: Organization) -> list[HeatCell]:
        shown = []
        for number, code, is_ahead in months:
            came, late = received.get((branch.pk, number), NOTHING_DUE)
            value = year.rates.get((code, branch.pk))
            if is_ahead:
                shown.append(ahead)
            elif not came or value is None:
                shown.append(missing)
            else:
                shown.append(_scored(value, late, code, branch.code))
        return shown

    return [
        HeatRow(
            code=branch.short_number.rpartition("-")[2],
            name=branch.short_name,
            cells=cells(branch),
            url=branch_score(str(year.year), branch.code),
            own=branch.pk == own,
        )
        for branch in branches
    ]


@lru_cache(maxsize=8192)
def _scored(rate: Decimal, late: object, code: str, branch: str) -> HeatCell:
    return HeatCell(half_up(rate, 1), late=bool(late), url=branch_why(code, branch))


def heat_caption(rows: Sequence[HeatRow]) -> str:
    """How many cells are exceptions."""
    cells: list[Any] = [cell for row in rows for cell in row.cells if not cell.future]
    low = sum(cell.points is not None and cell.points < 80 for cell in cells)
    missing = sum(cell.points is None for cell in cells)
    late = sum(cell.late for cell in cells)
    return _("%(low)s months below 80, %(late)s reported late, %(missing)s not reported.") % {
        "low": low,
        "late": late,
        "missing": missing,
    }

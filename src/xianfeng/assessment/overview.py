"""A year of scores at a glance: every branch's rate in every round, and how they spread.

Rates are points before bonus in per cent of the full marks so far, so that months, quarters and the year compare.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from statistics import median, quantiles

from xianfeng.core.periods import Period
from xianfeng.core.prepared import Prepared
from xianfeng.organizations.models import Organization

from .models import BranchScore, MemberScore, Round, Scheme
from .models.rounds import rate


@dataclass(frozen=True, slots=True)
class Spread:
    """How the branches lie in one round: between `low` and `high` is the middle half of them; `scored`: how many."""

    low: Decimal
    median: Decimal
    high: Decimal
    mean: Decimal
    scored: int

    @classmethod
    def of(cls, values: Iterable[Decimal]) -> Spread | None:
        """None where nobody was scored."""
        known = sorted(values)
        if not known:
            return None
        mean = sum(known, Decimal()) / len(known)
        if len(known) == 1:
            return cls(mean, mean, mean, mean, 1)
        low, _middle, high = quantiles(known, n=4, method="inclusive")
        return cls(low, Decimal(median(known)), high, mean, len(known))


@dataclass(frozen=True, slots=True)
class Year:
    """The rounds of a year by the code of their period, rates by (code, organization id), and spreads by code."""

    year: int
    rounds: Mapping[str, Round]
    rates: Mapping[tuple[str, int], Decimal]
    spreads: Mapping[str, Spread]

    def rate(self, period: Period, organization_id: int) -> Decimal | None:
        """A branch's rate in a round; None where it was not scored."""
        return self.rates.get((period.code, organization_id))

    def spread(self, period: Period) -> Spread | None:
        """How all branches lie in a round."""
        return self.spreads.get(period.code)

    @property
    def months(self) -> list[Period]:
        """The months that were scored, in order."""
        return [p for p in Period(self.year, "year").months if p.code in self.spreads]

    @property
    def quarters(self) -> list[Period]:
        """The quarters that were scored, in order; the last one may still run."""
        return [p for n in range(1, 5) if (p := Period(self.year, "quarter", n)).code in self.spreads]


SCORED: Prepared[Round] = Prepared(
    lambda year: Round.objects.filter(subject="organization", year=year, computed_at__isnull=False)
)


def year_of(year: int, rounds: Iterable[Round] | None = None) -> Year:
    """The scores of branches in a year. One query, none for who has the rounds; one more after a recomputation."""
    return _with_table(year, SCORED(year=year) if rounds is None else rounds)


BRANCH_YEAR: Prepared[BranchScore] = Prepared(
    lambda organization, year: (
        BranchScore.objects.order_by()
        .filter(organization=organization, round__year=year, round__computed_at__isnull=False)
        .select_related("round")
    )
)


def branch_year(year: int, organization: Organization) -> tuple[Year, dict[str, BranchScore]]:
    """The same, with one branch's own scores by the code of their period. One query; a second one as above."""
    scores: dict[str, BranchScore] = {}
    for row in BRANCH_YEAR(organization=organization.pk, year=year):
        row.organization = organization
        scores[row.round.code] = row
    return _with_table(year, [row.round for row in scores.values()]), scores


def _with_table(year: int, rounds: Iterable[Round]) -> Year:
    found = {round_.code: round_ for round_ in rounds}
    table = _table(tuple(sorted((r.pk, r.code, r.results_digest) for r in found.values())))
    return Year(year, found, *table)


@lru_cache(maxsize=32)
def scheme_names(pk: int) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Names of a scheme's categories and of its items by code. A version that scores never changes."""
    parsed = Scheme.objects.get(pk=pk).parsed
    return {c.code: c.name for c in parsed.categories}, {i.code: i.name for i in parsed.items}


@lru_cache(maxsize=8)
def _table(
    rounds: tuple[tuple[int, str, str], ...],
) -> tuple[dict[tuple[str, int], Decimal], dict[str, Spread]]:
    codes = {pk: code for pk, code, _digest in rounds}
    rows = BranchScore.objects.filter(round__in=codes).order_by()
    rates: dict[tuple[str, int], Decimal] = {}
    by_code: dict[str, list[Decimal]] = defaultdict(list)
    for pk, organization, points, full in rows.values_list("round", "organization", "before_bonus", "full"):
        if (value := rate(points, full)) is not None:
            rates[(codes[pk], organization)] = value
            by_code[codes[pk]].append(value)
    spreads = {code: spread for code, values in by_code.items() if (spread := Spread.of(values))}
    return rates, spreads


# One member. Everybody sees the own score, without any appointment: `MemberScore.owner_may`.

OWN_SCORE: Prepared[MemberScore] = Prepared(
    lambda person, code: (
        MemberScore.objects.order_by()
        .filter(person=person, round__code=code)
        .select_related("round", "organization")
    )
)
OWN_FIGURES: Prepared[MemberScore] = Prepared(
    lambda person, code: (
        MemberScore.objects.order_by()
        .filter(person=person, round__code=code)
        .select_related("round")
        .defer("cells", "items", "categories")
    )
)


def own_score(person: int, code: str) -> MemberScore | None:
    """What the reader got in a period, with every cell. One query."""
    return next(iter(OWN_SCORE(person=person, code=code)), None)


def own_figures(person: int, code: str) -> MemberScore | None:
    """What the reader got in a period, without what it is made of. One query."""
    return next(iter(OWN_FIGURES(person=person, code=code)), None)

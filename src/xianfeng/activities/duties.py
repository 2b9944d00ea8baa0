"""What a branch owes, and what of it has been held."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum

from xianfeng.audit import events
from xianfeng.core.numbers import from_units
from xianfeng.core.periods import LENGTH, Period
from xianfeng.core.prepared import Prepared
from xianfeng.ledger.facts import record_all
from xianfeng.ledger.measures import MeasureDeclaration, declared
from xianfeng.ledger.models import Entry
from xianfeng.members.roll import everyone_on
from xianfeng.organizations.models import Organization

from .due import Roll
from .models import KIND_OF, Requirement
from .rules import RULES, rules_for


@transaction.atomic
def require_month(month: Period, by: Any = None) -> int:
    """State what every branch owes for the periods around a month; returns how many requirements were made.

    Counted from the members on the first day of the month. What was already stated is left alone, so it is safe to run
    any number of times; a branch that appears in the middle of a quarter or a year owes from then on.
    """
    day = month.start
    rolls = everyone_on(day)
    branches = Organization.objects.branches().standing(day).filter(pk__in=rolls)
    periods = {period.code for _rule, period in rules_for(month)}
    stated = set(
        Requirement.objects.filter(period__in=periods).values_list("organization", "measure", "period")
    )
    new = []
    for branch in branches:
        strength = Roll.of(branch, day, rolls[branch.pk]).strength
        for rule, period in rules_for(month):
            due = rule.due(strength)
            if due > 0 and (branch.pk, rule.measure.code, period.code) not in stated:
                new.append(
                    Requirement(
                        organization=branch,
                        measure=rule.measure.code,
                        period=period.code,
                        day=day,
                        due=due,
                        source=rule.source,
                    )
                )
    if new:
        record_all(Requirement.objects.bulk_create(new, batch_size=500), by=by)
        events.record("activities.require", by=by, details={"month": month.code, "made": len(new)})
    return len(new)


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing owed in a period around today, and how much of it is done. `due` and `done` in the measure's unit."""

    measure: MeasureDeclaration
    period: Period
    due: Decimal
    done: Decimal
    source: str

    @property
    def kind(self) -> str:
        """What to record for it."""
        return KIND_OF[self.measure.code]

    @property
    def is_open(self) -> bool:
        return self.done < self.due

    @property
    def missing(self) -> Decimal:
        return max(self.due - self.done, Decimal(0))


OWED: Prepared[Requirement] = Prepared(
    lambda organization, month, quarter, half, year: Requirement.objects.filter(
        Q(period=month) | Q(period=quarter) | Q(period=half) | Q(period=year), organization=organization
    )
)
HELD: Prepared[tuple[str, int, int]] = Prepared(
    lambda organization, first, last: (
        Entry.objects.filter(
            organization=organization,
            measure__code__in=[rule.measure.code for rule in RULES],
            month__gte=first,
            month__lte=last,
        )
        .order_by()
        .values_list("measure__code", "month")
        .annotate(total=Sum("done"))
    )
)


def duties(organization: Organization, month: Period) -> list[Duty]:
    """What a branch owes in the periods around a month, the shortest periods first. Two queries at most."""
    periods = {kind: Period.of(month.start, kind) for kind in LENGTH}
    by_code = {period.code: period for period in periods.values()}
    owed = OWED(organization=organization.pk, **{kind: period.code for kind, period in periods.items()})
    if not owed:
        return []
    order = {rule.measure.code: number for number, rule in enumerate(RULES)}
    sums: dict[str, dict[int, int]] = {}
    for code, number, total in HELD(
        organization=organization.pk, first=month.year * 100 + 1, last=month.year * 100 + 12
    ):
        sums.setdefault(code, {})[number % 100] = total
    known = declared()
    found = []
    for row in owed:
        period = by_code[row.period]
        done = sum(sums.get(row.measure, {}).get(m.number, 0) for m in period.months)
        found.append(Duty(known[row.measure], period, row.due, from_units(done), row.source))
    found.sort(key=lambda duty: (len(duty.period.months), order[duty.measure.code]))
    return found

"""Figures of dues: what pages show of branches, months and quarters, in yuan."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from xianfeng.core.periods import Period, today
from xianfeng.organizations.models import Organization

from . import rules
from .models import Base, Due, Remittance, Settlement
from .permissions import VIEW
from .rules import yuan

Status = Due.Status


def lines_of(visitor: Any, places: QuerySet[Organization]) -> Any:
    """Lines at these places; the visitor's own at other places stay out."""
    return Due.objects.visible_to(visitor, VIEW).filter(collection__organization__in=places)


def collected(places: Any, period: Period) -> Any:
    """Branches with what is owed, received and passed on for a period."""
    at = "dues_collections__lines"
    within = Q(**{f"{at}__month__range": (period.start, period.end)})
    passed_on = Remittance.objects.filter(
        settlement__organization=OuterRef("pk"), status=Remittance.Status.ENTERED
    )
    if period.kind == "month":
        passed_on = passed_on.filter(covers=period.code)
    elif period.kind == "quarter":
        passed_on = passed_on.filter(settlement__quarter=period.code)
    else:
        passed_on = passed_on.filter(settlement__quarter__startswith=f"{period.year}-")
    unpaid = within & Q(**{f"{at}__status": Status.OWED})
    return places.order_by("number").annotate(
        lines=Count(at, filter=within),
        payers=Count(f"{at}__person", filter=within & Q(**{f"{at}__owed__gt": 0}), distinct=True),
        owed=Sum(f"{at}__owed", filter=within, default=0),
        received=Sum(f"{at}__paid", filter=within, default=0),
        open=Sum(F(f"{at}__owed") - F(f"{at}__paid"), filter=unpaid, default=0),
        unpaid=Count(at, filter=unpaid),
        deferred=Count(at, filter=within & Q(**{f"{at}__status": Status.DEFERRED})),
        remitted=Subquery(passed_on.order_by().values("settlement__organization").annotate(t=Sum("amount")).values("t")),
    )  # fmt: skip


def totals(lines: Any) -> dict[str, Any]:
    """Sums over lines, in yuan, and how many are open. One query."""
    found = lines.aggregate(
        owed=Sum("owed", default=0),
        received=Sum("paid", default=0),
        unpaid=Count("pk", filter=Q(status=Status.OWED)),
    )
    return {**found, "owed": yuan(found["owed"]), "received": yuan(found["received"])}


def reckoned(base: Base) -> dict[str, Any]:
    """A base in words: what, at which rate, how much a month, and by which rule."""
    month = max(base.since, today().replace(day=1))
    table = rules.table(base.group, month)
    rate = table.rate(base.fen)
    return {
        "group": base.get_group_display(),
        "amount": yuan(base.fen) if rate is not None else None,
        "rate": None if rate is None else rate * 100,
        "due": yuan(base.due(month)),
        "since": Period.of(base.since),
        "source": table.source,
    }


def month_row(row: Any) -> dict[str, Any]:
    """One month of a branch."""
    return {
        "period": row.period,
        "payers": row.payers,
        "owed": yuan(row.owed),
        "received": yuan(row.received),
        "unpaid": row.unpaid,
        "deferred": row.deferred,
    }


def settlement_row(row: Settlement, months: list[Any]) -> dict[str, Any]:
    """One quarter: what its months brought in, what was passed on, and whether in time."""
    received = sum(m.received for m in months if m.month in row.period)
    settled = row.settled_on
    return {
        "row": row,
        "received": yuan(received),
        "remitted": yuan(sum(line.amount for line in row.entered)),
        "settled_on": settled,
        "late": settled is not None and settled > row.remit_by,
        "overdue": settled is None and today() > row.remit_by,
    }

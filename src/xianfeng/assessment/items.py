"""The items of a scheme as the page of a score lists them: points, sums, and what is there already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from xianfeng.core.display import plain
from xianfeng.core.numbers import from_units
from xianfeng.core.prepared import Prepared
from xianfeng.ledger.measures import declared
from xianfeng.ledger.models import Entry

from .models import Score
from .scheme import Line


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the scheme on the page of a score."""

    code: str
    name: str
    category: str
    standard: str
    points: Decimal | None
    full: Decimal
    lines: Sequence[tuple[str, str]] = ()

    @property
    def lost(self) -> Decimal | None:
        return None if self.points is None else self.full - self.points

    @property
    def share(self) -> Decimal:
        return self.points * 100 / self.full if self.points is not None and self.full else Decimal(0)


def item_rows(score: Score) -> list[ItemRow]:
    """Every item of the scheme, the ones left out or not yet due included."""
    found = {code: (earned, full) for code, earned, full in score.items}
    rows = []
    for category in score.round.scheme.parsed.categories:
        for item in category.items:
            earned, full = found[item.code]
            rows.append(
                ItemRow(
                    item.code,
                    item.name,
                    category.name,
                    item.standard,
                    None if earned is None else from_units(earned),
                    from_units(full),
                )
            )
    return rows


SUMS: Prepared[tuple[str, int, int]] = Prepared(
    lambda person, since, before, day: (
        Entry.objects.filter(person=person, month__gte=since, month__lt=before, day__lte=day)
        .order_by()
        .values_list("measure__code")
        .annotate(Sum("done"), Sum("due"))
    )
)


def sums_so_far(person: Any, year: int, day: date) -> dict[str, tuple[int, int]]:
    """What a person did and owed in a year, by measure, in ten-thousandths. One query."""
    rows = SUMS(person=person.pk, since=year * 100, before=(year + 1) * 100, day=day)
    return {code: (done, due) for code, done, due in rows}


def so_far(line: Line, sums: Mapping[str, tuple[int, int]]) -> str:
    """What a line that is scored later holds already: “12 of 32 hours so far”."""
    done, due = (from_units(units) for units in sums.get(line.measure, (0, 0)))
    known = declared().get(line.measure)
    told = {"done": plain(done), "due": plain(due), "unit": known.unit if known else ""}
    if due:
        return (_("%(done)s of %(due)s %(unit)s so far") % told).replace("  ", " ")
    return (_("%(done)s %(unit)s so far") % told).replace("  ", " ") if done else ""


@dataclass(frozen=True, slots=True)
class ItemSums:
    """What the items of a score add up to, before what was not due is made up for."""

    points: Decimal
    full: Decimal

    @property
    def lost(self) -> Decimal:
        return self.full - self.points


def item_sums(rows: Iterable[ItemRow]) -> ItemSums:
    """The sums of the items that count."""
    counted = [row for row in rows if row.points is not None]
    return ItemSums(
        sum((row.points for row in counted if row.points is not None), Decimal(0)),
        sum((row.full for row in counted), Decimal(0)),
    )

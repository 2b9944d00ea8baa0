"""A scheme laid out as columns for one day: which periods have ended, and where each line stands."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from .scheme import Line, Scheme, Veto, scaled


@dataclass(frozen=True, slots=True)
class Column:
    """One cell's place: a line (or veto) and one of its periods.

    `first` and `last` are its months, 1 to 12; `full` its full marks in ten-thousandths, None on a veto.
    """

    line: Line | Veto
    label: str
    first: int
    last: int
    full: int | None

    @property
    def code(self) -> str:
        return self.line.code


@dataclass(frozen=True, slots=True)
class Slots:
    """Where facts are added up: a year's months of each measure, as finely as the columns tell them apart.

    `measures` are the scheme's; `at[measure][month]` is the slot of a month (1 to 12; 0 is unused), -1 where no column
    sees it. `columns[k]` are the first slot of a column and the one behind its last.
    """

    measures: tuple[str, ...]
    at: tuple[tuple[int, ...], ...]
    columns: tuple[tuple[int, int], ...]
    count: int


@dataclass(frozen=True)
class Plan:
    """A scheme as columns on a given day: the ended periods of all lines, then bonus lines, then vetoes.

    Slices point into `columns`; `items[i]` is the slice of the i-th item, `categories[c]` that of its items.
    `months` (first and last) narrows it to the periods that end in them, without bonus and vetoes.
    """

    scheme: Scheme
    as_of: date
    months: tuple[int, int] | None
    columns: tuple[Column, ...]
    ordinary: slice
    bonus: slice
    vetoes: slice
    items: tuple[slice, ...]
    categories: tuple[slice, ...]

    @property
    def year_ended(self) -> bool:
        """Whether this is the whole year, so that there is a grade."""
        return self.months is None and self.as_of >= date(self.scheme.year, 12, 31)

    @cached_property
    def slots(self) -> Slots:
        """The sums its columns are made of."""
        return _slots(self.scheme.measures, self.columns)

    @property
    def reach(self) -> tuple[int, int]:
        """The first and the last month whose facts its columns see; (1, 0) when it has none."""
        return (
            min((column.first for column in self.columns), default=1),
            max((column.last for column in self.columns), default=0),
        )


@lru_cache(maxsize=64)
def plan(scheme: Scheme, as_of: date, months: tuple[int, int] | None = None) -> Plan:
    """Lay a scheme out as columns for one day; with `months`, only the periods that end in them."""
    columns: list[Column] = []
    items: list[slice] = []
    ended = ended_months(scheme.year, as_of)
    first, last = months or (1, 12)
    for item in scheme.items:
        start = len(columns)
        for line in item.lines:
            columns += [c for c in _ended_columns(line, scheme.year, ended) if first <= c.last <= last]
        items.append(slice(start, len(columns)))
    ordinary = len(columns)
    whole = period_label(scheme.year, "year", 0)
    for line in scheme.bonus.lines if scheme.bonus and months is None else ():
        columns.append(Column(line, whole, 1, 12, scaled(line.points)))
    bonus = len(columns)
    if months is None:
        columns += [Column(veto, whole, 1, 12, None) for veto in scheme.vetoes]
    categories: list[slice] = []
    for category in scheme.categories:
        start = categories[-1].stop if categories else 0
        categories.append(slice(start, start + len(category.items)))
    return Plan(
        scheme=scheme,
        as_of=as_of,
        months=months,
        columns=tuple(columns),
        ordinary=slice(0, ordinary),
        bonus=slice(ordinary, bonus),
        vetoes=slice(bonus, len(columns)),
        items=tuple(items),
        categories=tuple(categories),
    )


def ended_months(year: int, as_of: date) -> int:
    """How many months of the year have ended by the evening of `as_of`: 0 to 12."""
    if as_of.year != year:
        return 12 if as_of.year > year else 0
    last_day = calendar.monthrange(year, as_of.month)[1]
    return as_of.month if as_of.day == last_day else as_of.month - 1


def period_label(year: int, per: str, index: int) -> str:
    """2026-03, 2026-q1, 2026-h1 or 2026; `index` counts from 0."""
    return {
        "month": f"{year}-{index + 1:02d}",
        "quarter": f"{year}-q{index + 1}",
        "half": f"{year}-h{index + 1}",
        "year": str(year),
    }[per]


def _ended_columns(line: Line, year: int, ended: int) -> list[Column]:
    months = 12 // line.periods
    full = scaled(line.points) // line.periods
    return [
        Column(line, period_label(year, line.per, index), index * months + 1, (index + 1) * months, full)
        for index in range(ended // months)
    ]


def _slots(measures: tuple[str, ...], columns: tuple[Column, ...]) -> Slots:
    """The months of a measure lie in one slot until some column begins or ends between them."""
    at: list[tuple[int, ...]] = []
    count = 0
    for measure in measures:
        seen = [column for column in columns if column.line.measure == measure]
        cuts = {column.first for column in seen} | {column.last + 1 for column in seen}
        places = [-1] * 13
        for month in range(1, 13):
            if any(column.first <= month <= column.last for column in seen):
                count += month in cuts
                places[month] = count - 1
        at.append(tuple(places))
    row = {measure: index for index, measure in enumerate(measures)}
    found = [at[row[column.line.measure]] for column in columns]
    return Slots(
        measures=measures,
        at=tuple(at),
        columns=tuple(
            (places[c.first], places[c.last] + 1) for places, c in zip(found, columns, strict=True)
        ),
        count=count,
    )

"""Months, quarters, halves and years as values. Codes are those of the scoring files: 2026-03, 2026-q1, 2026-h1, 2026."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from .clock import today

__all__ = ["LENGTH", "Kind", "Period", "months_after", "months_before", "today"]

Kind = Literal["month", "quarter", "half", "year"]
LENGTH: dict[Kind, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_CODE = re.compile(r"(\d{4})(?:-(?:(\d{2})|q([1-4])|h([12])))?")


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A month, quarter, half or year. `number` counts from 1 within the year."""

    year: int
    kind: Kind
    number: int = 1

    @classmethod
    def parse(cls, code: str) -> Period:
        """The period a code names. Raises ValueError for anything else."""
        match = _CODE.fullmatch(code)
        if not match:
            raise ValueError(f"not a period: {code!r}")
        year, month, quarter, half = match.groups()
        if month:
            if not 1 <= int(month) <= 12:
                raise ValueError(f"not a month: {code!r}")
            return cls(int(year), "month", int(month))
        if quarter:
            return cls(int(year), "quarter", int(quarter))
        if half:
            return cls(int(year), "half", int(half))
        return cls(int(year), "year")

    @classmethod
    def of(cls, day: date, kind: Kind = "month") -> Period:
        """The period of a kind in which a day lies."""
        return cls(day.year, kind, (day.month - 1) // LENGTH[kind] + 1)

    @property
    def first_month(self) -> int:
        return (self.number - 1) * LENGTH[self.kind] + 1

    @property
    def last_month(self) -> int:
        return self.number * LENGTH[self.kind]

    @property
    def start(self) -> date:
        return date(self.year, self.first_month, 1)

    @property
    def end(self) -> date:
        """The last day that belongs to it."""
        return date(self.year, self.last_month, calendar.monthrange(self.year, self.last_month)[1])

    @property
    def code(self) -> str:
        """As in scoring files and addresses."""
        if self.kind == "month":
            return f"{self.year}-{self.number:02d}"
        if self.kind == "year":
            return str(self.year)
        return f"{self.year}-{self.kind[0]}{self.number}"

    @property
    def months(self) -> list[Period]:
        return [Period(self.year, "month", m) for m in range(self.first_month, self.last_month + 1)]

    def shifted(self, by: int) -> Period:
        """The period of the same kind, so many later (or earlier)."""
        per_year = 12 // LENGTH[self.kind]
        index = self.year * per_year + self.number - 1 + by
        return Period(index // per_year, self.kind, index % per_year + 1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        if self.kind == "month":
            return _("%(month)s/%(year)s") % {"year": self.year, "month": self.number}
        if self.kind == "quarter":
            return _("quarter %(number)s of %(year)s") % {"year": self.year, "number": self.number}
        if self.kind == "half":
            return _("half %(number)s of %(year)s") % {"year": self.year, "number": self.number}
        return _("year %(year)s") % {"year": self.year}


class PeriodConverter:
    """In addresses: 2026-10, 2026-q3, 2026-h1, 2026."""

    regex = r"\d{4}(?:-(?:\d{2}|q[1-4]|h[12]))?"

    def to_python(self, value: str) -> Period:
        return Period.parse(value)

    def to_url(self, value: Period | str) -> str:
        return value.code if isinstance(value, Period) else value


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last day of the month where it has no such day (31 January → 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_before(day: date, months: int) -> date:
    """The same so many months earlier."""
    return months_after(day, -months)

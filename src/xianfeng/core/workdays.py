"""Which days are workdays: the State Council's yearly arrangement, and what the office decides otherwise.

A day is a workday as the office's row says; where there is none, as the published table of the year says; where that
is not out yet, from Monday to Friday. The office's rows are kept by an app above; `install` names who reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import chinese_calendar

_ONE = timedelta(days=1)
Rows = Mapping[date, tuple[bool, str]]
_rows: Callable[[], Rows] = dict


def install(rows: Callable[[], Rows]) -> None:
    """Say who reads the office's rows: day → (workday, occasion)."""
    global _rows  # noqa: PLW0603 - one source for the whole installation, named once at start-up
    _rows = rows


def published(day: date) -> tuple[bool, str] | None:
    """Whether a day is a workday by the published table, and the holiday's Chinese name; None: not published yet."""
    try:
        off, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    return not off, chinese_calendar.Holiday(holiday).chinese if holiday else ""


@dataclass(frozen=True)
class Workdays:
    """Workdays, with the office's rows read once. Make it with `load()`."""

    office: Rows

    @classmethod
    def load(cls) -> Self:
        """Those in force. One query."""
        return cls(_rows())

    def detail(self, day: date) -> tuple[bool, str]:
        """Whether a day is a workday, and the occasion if there is one."""
        known = self.office.get(day) or published(day)
        return known if known else (day.weekday() < 5, "")

    def is_workday(self, day: date) -> bool:
        return self.detail(day)[0]

    def on_or_after(self, day: date) -> date:
        """The day itself if it is a workday, else the next one."""
        while not self.is_workday(day):
            day += _ONE
        return day

    def nth_workday_after(self, day: date, n: int) -> date:
        """The n-th workday after a day, which itself does not count. n = 0: the day itself."""
        for _step in range(n):
            day = self.on_or_after(day + _ONE)
        return day

    def between(self, first: date, last: date) -> int:
        """How many workdays there are from a day to a day, both counted; 0 when the last comes before the first."""
        return sum(self.is_workday(first + _ONE * n) for n in range((last - first).days + 1))

"""Months later and earlier."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianfeng.core.periods import months_after, months_before

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 5, 18), 1, date(2026, 6, 18)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_end_with_the_month(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after


@given(day=DAYS, months=st.integers(0, 60))
def test_so_many_months_later_is_in_that_month_and_never_past_the_day(day: date, months: int) -> None:
    after = months_after(day, months)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    assert after.day <= day.day
    assert after.day == day.day or after.day == calendar.monthrange(after.year, after.month)[1]


@given(first=DAYS, second=DAYS, months=st.integers(0, 36))
def test_who_begins_later_is_never_done_earlier(first: date, second: date, months: int) -> None:
    if first <= second:
        assert months_after(first, months) <= months_after(second, months)


def test_months_before_the_end_of_a_long_month() -> None:
    assert months_before(date(2027, 5, 31), 3) == date(2027, 2, 28)
    assert months_before(date(2027, 1, 15), 6) == date(2026, 7, 15)

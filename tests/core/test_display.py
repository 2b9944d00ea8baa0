"""Numbers and days as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from xianfeng.core import display


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Decimal("87.5"), 1, "87.5"),
        (90, 1, "90.0"),
        (Decimal("87.45"), 1, "87.5"),
        (Decimal("-1.5"), 1, "−1.5"),
        (Decimal("-0.04"), 1, "0.0"),
        (Decimal("87.456"), 2, "87.46"),
        (None, 1, "—"),
    ],
)
def test_points(value, places, shown):
    assert display.points(value, places) == shown


def test_missing_is_a_word_and_never_zero():
    with translation.override("zh-hans"):
        assert display.reported(None) == "未报"
    assert display.reported(Decimal(0)) == "0.0"


@pytest.mark.parametrize(
    ("value", "shown"), [(Decimal("4.00"), "4"), (Decimal("1E+2"), "100"), (Decimal("-0.75"), "−0.75")]
)
def test_plain(value, shown):
    assert display.plain(value) == shown


def test_changes_carry_their_sign():
    with translation.override("zh-hans"):
        assert [display.signed(Decimal(v)) for v in ("1", "-0.5", "0.04")] == ["+1.0", "−0.5", "持平"]


def test_days_in_both_languages(today):
    with translation.override("zh-hans"):
        assert display.day(date(2026, 1, 5)) == "1月5日"
        assert display.day(date(2025, 1, 5)) == "2025年1月5日"
        assert display.weekday(today) == "2026年10月27日 星期二"
        assert display.month(10) == "10月"
        assert [display.days_left(n) for n in (2, 0, -3)] == ["还有 2 天", "今天截止", "已超 3 天"]
    with translation.override("en"):
        assert display.day(date(2026, 1, 5)) == "5 January"
        assert [display.days_left(n) for n in (1, -1)] == ["1 day left", "1 day over"]
    assert display.iso(today) == "2026-10-27"


def test_moments_are_told_in_local_time(today):
    late = datetime(2026, 11, 5, 17, 30, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert display.moment(late) == "11月6日 01:30"
    assert display.iso_moment(late) == "2026-11-06 01:30"
    assert display.moment(None) == "—"

"""Days, telephone numbers and ID numbers in all the forms that offices type."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianfeng.core import cells, idnumbers
from xianfeng.core.sheets import Cell

TODAY = date(2026, 10, 27)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("1998-02-01", date(1998, 2, 1)),
        ("1998/2/1", date(1998, 2, 1)),
        ("1998.2.1", date(1998, 2, 1)),
        ("1998。2。1", date(1998, 2, 1)),
        ("1998年2月1日", date(1998, 2, 1)),
        ("1998年2月1号", date(1998, 2, 1)),
        ("1998 年 2 月 1 日", date(1998, 2, 1)),
        ("19980201", date(1998, 2, 1)),
        ("１９９８-０２-０１", date(1998, 2, 1)),
        ("'1998-02-01", date(1998, 2, 1)),
        ("1998-02-01 00:00:00", date(1998, 2, 1)),
        ("二〇一二年七月一日", date(2012, 7, 1)),
        ("一九九八年十二月二十一日", date(1998, 12, 21)),
        ("1998-02", date(1998, 2, 1)),
        ("1998.2", date(1998, 2, 1)),
        ("1998年2月", date(1998, 2, 1)),
        ("98.02", date(1998, 2, 1)),
        ("05.11", date(2005, 11, 1)),
        ("199802", date(1998, 2, 1)),
        ("1998.02.00", date(1998, 2, 1)),
        ("36526", date(2000, 1, 1)),
        (36526, date(2000, 1, 1)),
        (41091.0, date(2012, 7, 1)),
        (45292.5, date(2024, 1, 1)),
        (19980201, date(1998, 2, 1)),
        (1998.2, date(1998, 2, 1)),
        (1998.12, date(1998, 12, 1)),
        (date(1998, 2, 1), date(1998, 2, 1)),
    ],
)  # fmt: skip
def test_days(cell: Cell, day: date) -> None:
    found = cells.day(cell, today=TODAY)
    assert found is not None
    assert found.value == day


@pytest.mark.parametrize(
    "cell",
    ["2012.13", "1998-02-30", "2001-02-29", "1998", 1998, 2012.1, "不详", "1/2/1998", "13.2.1998", "1998-7-1入党", "", "99999", True, "1998.2.1-2"],
)  # fmt: skip
def test_what_is_no_day(cell: Cell) -> None:
    assert cells.day(cell, today=TODAY) is None


@given(
    st.dates(date(1920, 1, 1), TODAY),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"]),
)
def test_every_day_comes_back(day: date, form: str) -> None:
    assert cells.day(day.strftime(form), today=TODAY) == cells.Day(day)
    assert cells.day((day - cells.SERIAL_ORIGIN).days, today=TODAY) == cells.Day(day)


@pytest.mark.parametrize("cell", [None, "", "无", "不详", "—", "/", " - ", "\u200b", "　"])
def test_ways_of_writing_nothing(cell: Cell) -> None:
    assert cells.is_nothing(cell)


@pytest.mark.parametrize(
    ("cell", "phones"),
    [
        ("138 0000 0000", ["13800000000"]),
        ("0633-6223908/138 0000 0000", ["13800000000", "0633-6223908"]),
        ("+86 13800000000", ["13800000000"]),
        ("１３８００００００００", ["13800000000"]),
        (13800000000, ["13800000000"]),
        ("0633-6223908", ["0633-6223908"]),
        ("", []),
    ],
)
def test_phones(cell: Cell, phones: list[str]) -> None:
    assert cells.phones(cell) == phones


@pytest.mark.parametrize(
    "number",
    [
        "37990019700101001X",
        "379900198506300025",
        "379900199912310178",
        "379900200002290249",
        "11010519491231002X",
    ],
)
def test_samples_of_the_standard(number: str) -> None:
    assert idnumbers.has_shape(number)
    assert idnumbers.has_right_check_digit(number)
    assert idnumbers.birthday(number) is not None


def test_old_numbers_are_completed() -> None:
    assert idnumbers.upgraded("130503670401001") == "130503196704010016"
    assert idnumbers.upgraded("37990019700101001X") == "37990019700101001X"


def test_numbers_as_typed() -> None:
    assert idnumbers.normalized("３７９９００ 19700101-001ｘ'") == "37990019700101001X"
    assert idnumbers.normalized("37990019700101001×") == "37990019700101001X"


@given(st.integers(0, 10**17 - 1), st.integers(0, 17), st.integers(1, 9))
def test_one_mistyped_digit_is_always_found(digits: int, place: int, step: int) -> None:
    first17 = f"{digits:017}"
    number = first17 + idnumbers.check_digit(first17)
    if number[place] == "X":
        return
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not idnumbers.has_right_check_digit(wrong)

"""What a cell means, however it was typed: text, days, telephone numbers.

Nothing is guessed. A day that cannot be told for certain is ``None`` and the caller names the fault.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from xianfeng.core.sheets import Cell

SERIAL_ORIGIN = date(1899, 12, 30)
"""Day 0 of the spreadsheet calendar (with its invented 29 February 1900 behind it): 36526 is 2000-01-01."""
FIRST_SERIAL, LAST_SERIAL = 3_654, 62_091
"""1910-01-01 and 2069-12-30: outside, five digits are not a day of anybody's life here."""

NOTHING = frozenset(
    {
        "",
        "无",
        "不详",
        "未知",
        "不明",
        "-",
        "--",
        "---",
        "—",
        "——",
        "/",
        "\\",
        "空",
        "暂无",
        "没有",
        "N/A",
        "NA",
        "#N/A",
        "待定",
        "NULL",
        "NONE",
    }
)

_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_BREAK = "[年月./,、。·~_:\\-—–−]{1,2}"
_PARTS = re.compile(rf"(\d{{1,4}}){_BREAK}(\d{{1,2}})(?:{_BREAK}(\d{{1,2}}))?")
_CHINESE_DIGITS = str.maketrans("〇零○Ｏ一二三四五六七八九", "0000123456789")
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


def text(cell: Cell) -> str:
    """The cell as one line of text: outer blanks, invisible signs and line breaks gone, runs of blanks made one."""
    if cell is None:
        return ""
    if type(cell) is str:
        if cell.isalnum():
            return cell
        return _SPACE.sub(" ", _INVISIBLE.sub("", cell)).strip().lstrip("'’‘`")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def folded(cell: Cell) -> str:
    """Text for comparing: full width made narrow, no blanks at all, lower case."""
    raw = text(cell)
    return _SPACE.sub("", unicodedata.normalize("NFKC", raw)).casefold() if raw else ""


def is_nothing(cell: Cell) -> bool:
    """Blank, or one of the ways of writing that there is nothing to write: 无, 不详, —, /."""
    return cell is None or _SPACE.sub("", text(cell)).upper() in NOTHING


@dataclass(frozen=True)
class Day:
    """A day as read. ``to_month`` says that only year and month were given and the 1st was taken."""

    value: date
    to_month: bool = False


def day(cell: Cell, *, today: date) -> Day | None:
    """The day in a cell, or None when it is no day that exists.

    Understands 1998-02-01, 1998.2.1, 1998/2/1, 1998年2月1日, 19980201, full-width digits, real dates, serial numbers (36526),
    and months alone: 1998-02, 1998.2, 1998年2月, 98.02, 199802, 1998.02.00. Two-digit years lie in the hundred years up to today.
    A *number* that ends in .1 is refused: a spreadsheet turns 2012.10 into 2012.1, so it may be January or October.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, date):
        return Day(cell)
    if isinstance(cell, int | float):
        return _number(cell, today)
    raw = unicodedata.normalize("NFKC", text(cell)) if cell and not cell.isascii() else text(cell)
    raw = _TIME.sub("", raw).replace(" ", "").strip("'\"`,.。、;:-")
    if raw.isdigit():
        return _digits(raw, today)
    if raw.count(".") == 1 and raw.endswith(".0") and raw[:-2].isdigit():
        return _digits(raw[:-2], today)
    match = _PARTS.fullmatch(raw.rstrip("日号月"))
    if match is None:
        chinese = _chinese(raw)
        match = _PARTS.fullmatch(chinese.rstrip("日号月")) if chinese else None
    if match is None:
        return None
    year, month, of_month = match.groups()
    return _made(year, int(month), int(of_month) if of_month else None, today)


def _made(year: str, month: int, of_month: int | None, today: date) -> Day | None:
    number = int(year)
    if len(year) == 2:
        number += today.year // 100 * 100
        if number > today.year:
            number -= 100
    elif len(year) != 4:
        return None
    try:
        if of_month:
            return Day(date(number, month, of_month))
        return Day(date(number, month, 1), to_month=True)
    except ValueError:
        return None


def _digits(raw: str, today: date) -> Day | None:
    """Digits without separators: yyyymmdd, yyyymm or a serial number. A bare year is not a day."""
    if len(raw) == 8:
        return _made(raw[:4], int(raw[4:6]), int(raw[6:]), today)
    if len(raw) == 6 and raw[:2] in {"19", "20"}:
        return _made(raw[:4], int(raw[4:]), None, today)
    if len(raw) == 5 and FIRST_SERIAL <= int(raw) <= LAST_SERIAL:
        return Day(SERIAL_ORIGIN + timedelta(days=int(raw)))
    return None


def _number(cell: int | float, today: date) -> Day | None:
    if isinstance(cell, float) and not cell.is_integer():
        if 10_000 <= cell <= LAST_SERIAL:
            return Day(SERIAL_ORIGIN + timedelta(days=int(cell)))
        whole, part = repr(cell).split(".") if "e" not in repr(cell) else ("", "")
        if len(whole) in {2, 4} and part not in {"", "1"} and len(part) <= 2:
            return _made(whole, int(part), None, today)
        return None
    whole_number = int(cell)
    if 1_000 <= whole_number < 10_000:
        # 1998 is a year without a day; 7306 can only be the serial number of a day in 1920.
        is_serial = whole_number >= FIRST_SERIAL
        return Day(SERIAL_ORIGIN + timedelta(days=whole_number)) if is_serial else None
    return _digits(str(whole_number), today)


def _chinese(raw: str) -> str | None:
    """二〇一二年七月一日 as 2012年7月1日; None when other signs occur."""
    match = re.fullmatch(
        r"([〇零○一二三四五六七八九]{2,4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})[日号]?)?",
        raw,
    )
    if match is None:
        return None
    year, month, of_month = match.groups()
    parts = [year.translate(_CHINESE_DIGITS), _chinese_number(month)]
    return "-".join([*parts, _chinese_number(of_month)] if of_month else parts)


def _chinese_number(raw: str) -> str:
    tens, _, ones = raw.rpartition("十") if "十" in raw else ("0", "", raw)
    return str(
        int((tens or "一").translate(_CHINESE_DIGITS)) * 10 + int((ones or "零").translate(_CHINESE_DIGITS))
    )


_PHONE_BREAK = re.compile(r"[/、,;，；\n]|\bor\b|或")


def phones(cell: Cell) -> list[str]:
    """Telephone numbers in a cell, mobile ones first, digits and the dash of an area code only: 138 0000 0000/0633-6223908."""
    raw = unicodedata.normalize("NFKC", text(cell))
    found = []
    for part in _PHONE_BREAK.split(raw):
        number = re.sub(r"[^\d+\-]", "", part).removeprefix("+86").removeprefix("0086").strip("-")
        if number:
            found.append(number.replace("-", "") if is_mobile(number.replace("-", "")) else number)
    return sorted(found, key=lambda number: not is_mobile(number))


def is_mobile(number: str) -> bool:
    """Eleven digits beginning with 1 and then 3 to 9."""
    return len(number) == 11 and number.isdigit() and number[0] == "1" and number[1] in "3456789"


def is_landline(number: str) -> bool:
    """Seven or eight digits, with or without an area code, and perhaps an extension."""
    return re.fullmatch(r"(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,5})?", number) is not None

"""Numbers in capital Chinese numerals (大写), as letters and receipts write what nobody must be able to alter."""

from __future__ import annotations

from datetime import date

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")


def capitals(number: int) -> str:
    """A whole number from 0 to 9999: 30 is 叁拾, 105 壹佰零伍. Raises ValueError outside.

    >>> capitals(10), capitals(90), capitals(2026)
    ('壹拾', '玖拾', '贰仟零贰拾陆')
    """
    if not 0 <= number <= 9999:
        raise ValueError(number)
    if number == 0:
        return DIGITS[0]
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += (DIGITS[0] if gap and text else "") + DIGITS[digit] + PLACES[place]
            gap = False
        else:
            gap = True
    return text


def capital_year(year: int) -> str:
    """A year digit by digit: 贰零贰陆."""
    return "".join(DIGITS[int(digit)] for digit in str(year))


def capital_day(day: date) -> str:
    """A day as a letter writes it: 贰零贰陆年壹拾月贰拾柒日."""
    return f"{capital_year(day.year)}年{capitals(day.month)}月{capitals(day.day)}日"


def capital_month(day: date) -> str:
    """The month of a day: 贰零贰陆年壹拾月."""
    return f"{capital_year(day.year)}年{capitals(day.month)}月"

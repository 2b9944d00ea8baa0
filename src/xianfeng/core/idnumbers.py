"""Citizen's identity numbers (GB 11643-1999): read from what people type, checked; never guessed.

The check digit is ISO 7064 MOD 11-2 with the weights below; digit 17 is odd for men. The 15-digit numbers issued before 1999
are the same number without the century and the check digit, so they can be completed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
_SHAPE = re.compile(r"\d{17}[\dX]")
_LIKE_X = str.maketrans({"×": "X", "х": "X", "Х": "X", "✕": "X", "╳": "X"})


def check_digit(first17: str) -> str:
    """The 18th character that belongs to 17 digits."""
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def normalized(text: str) -> str:
    """Digits and letters only: full width made narrow, spaces, quotes and dashes dropped, x upper-cased."""
    if text.isascii() and text.isalnum():
        return text.upper()
    narrow = unicodedata.normalize("NFKC", text).translate(_LIKE_X).upper()
    return "".join(sign for sign in narrow if sign.isalnum())


def upgraded(number: str) -> str:
    """A 15-digit number with its century and check digit; anything else unchanged. Everyone with such a number was born in 19xx."""
    if len(number) == 15 and number.isdigit():
        first17 = number[:6] + "19" + number[6:]
        return first17 + check_digit(first17)
    return number


def has_shape(number: str) -> bool:
    """18 characters, the last a digit or X."""
    return _SHAPE.fullmatch(number) is not None and number.isascii()


def has_right_check_digit(number: str) -> bool:
    """For a number of the right shape."""
    return check_digit(number[:17]) == number[17]


def birthday(number: str) -> date | None:
    """The day of birth in an 18-character number; None when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_male(number: str) -> bool:
    """Digit 17 of an 18-character number."""
    return int(number[16]) % 2 == 1

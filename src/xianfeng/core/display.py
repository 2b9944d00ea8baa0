"""Numbers and days as people read them; the filters of the same names, and the sentences that views put together."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache

from django.utils import dateformat, timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from .numbers import half_up

Number = Decimal | int
NONE = "—"
MINUS = "−"


# -- numbers --


def points(value: Number | None, places: int = 1) -> str:
    """A score with one decimal (or so many): 87.5, 90.0, −1.5; — for none."""
    if value is None or value == "":
        return NONE
    rounded = half_up(Decimal(value), places) + Decimal(0)  # adding nothing takes the sign off −0.0
    return f"{rounded:f}".replace("-", MINUS)


def exact(value: Number | None) -> str:
    """Points with two decimals, more where two would hide something, so that a column adds up as printed."""
    if value is None or value == "":
        return NONE
    text = f"{Decimal(value):.4f}"
    return (text[:-2] + text[-2:].rstrip("0")).replace("-", MINUS)


def money(value: Number | None) -> str:
    """Yuan with two decimals, thousands set apart: 1,284.50; — for none."""
    if value is None or value == "":
        return NONE
    return f"{half_up(Decimal(value), 2):,f}".replace("-", MINUS)


def reported(value: Number | None, places: int = 1) -> str:
    """Like `points`, for a value that somebody owes: “not reported” in words, never 0."""
    return _("not reported") if value is None else points(value, places)


def plain(value: Number | None) -> str:
    """A number without idle zeros: 4, 4.5, −0.75; — for none."""
    if value is None or value == "":
        return NONE
    return f"{Decimal(value).normalize():f}".replace("-", MINUS)


def percent(value: Number | None) -> str:
    """A share of 100 with one decimal: 71.4%."""
    return NONE if value is None else f"{points(value)}%"


def signed(value: Number | None, places: int = 1) -> str:
    """A change with its sign: +1.0, −0.5; “level” for none at all."""
    if value is None:
        return NONE
    rounded = half_up(Decimal(value), places)
    if not rounded:
        return _("level")
    return ("+" if rounded > 0 else "") + points(rounded, places)


# -- days and moments --


def _format(value: date | datetime | None, form: str) -> str:
    if not value:
        return NONE
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return dateformat.format(value, form)


def day(value: date | None) -> str:
    """A day in a sentence: 10月27日, 27 October; with the year when it is not this one."""
    if value and value.year != timezone.localdate().year:
        return long_day(value)
    # Translators: a date format of Django, without the year
    return _format(value, pgettext("date format", "j F"))


def long_day(value: date | None) -> str:
    """A day with its year: 2026年10月27日, 27 October 2026."""
    return _format(value, pgettext("date format", "j F Y"))


def weekday(value: date | None) -> str:
    """A day with year and weekday, for the head of a page."""
    return _format(value, pgettext("date format", "l, j F Y"))


def iso(value: date | None) -> str:
    """A day in a table: 2026-10-27."""
    return _format(value, "Y-m-d")


def moment(value: datetime | None) -> str:
    """A moment in a sentence: 11月5日 17:30."""
    return f"{day(value)} {clock(value)}" if value else NONE


def iso_moment(value: datetime | None) -> str:
    """A moment in a table: 2026-10-27 17:30."""
    return _format(value, "Y-m-d H:i")


def clock(value: datetime | None) -> str:
    """The time of day: 17:30."""
    return _format(value, "H:i")


def month(value: int) -> str:
    """The short name of a month: 10月, Oct."""
    return months()[value - 1]


def months() -> tuple[str, ...]:
    """The short names of the twelve months."""
    return _months(get_language())


@cache
def _months(_language: str | None) -> tuple[str, ...]:
    form = pgettext("date format of a month", "M")
    return tuple(_format(date(2000, number, 1), form) for number in range(1, 13))


def days_left(days: int | None) -> str:
    """How long until a deadline, in words."""
    if days is None:
        return ""
    if days < 0:
        return ngettext("%(days)d day over", "%(days)d days over", -days) % {"days": -days}
    if days == 0:
        return _("ends today")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}

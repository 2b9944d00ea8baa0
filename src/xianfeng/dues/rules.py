"""What is owed: rates by bracket and flat amounts, as dated tables with their source. Money is counted in fen.

Source of all: 中国共产党党费收缴、使用和管理的规定 (中组发〔2008〕3号), still in force. The base is the relatively fixed regular monthly
income after tax, for retired members the whole pension; one rate applies to the whole base.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianfeng.core.numbers import half_up
from xianfeng.core.periods import Period

FEN = 100
MAKE_UP_MONTHS = (
    6  # 党章 art. 9: six months in a row without a good reason; so long may dues be made up normally
)
REMIT_WITHIN_DAYS = 15  # of the month after a quarter: what this bureau asks for
PUBLISH_FROM_MONTH, PUBLISH_UNTIL = 12, (1, 31)  # accounts of a year: from its December to the end of January
FEW = 3  # fewer payers than these: sums are not shown to everybody, they would tell what one of them earns


class Group(models.TextChoices):
    """By what a member's dues are reckoned."""

    SERVING = "serving", _("serving: monthly pay after tax")
    RETIRED = "retired", _("retired: whole pension")
    FARMER = "farmer", _("farmer: amount by agreement")
    FIXED = "fixed", _("student, without work or on relief: fixed amount")


@dataclass(frozen=True, slots=True)
class Bracket:
    """A rate for bases up to an amount of fen (None: without limit)."""

    up_to: int | None
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """What a group owes from a day on. Either by brackets of the base, or an amount between `lowest` and `highest` fen."""

    group: Group
    since: date
    source: str
    brackets: tuple[Bracket, ...] = ()
    lowest: int = 0
    highest: int = 0

    @property
    def is_fixed(self) -> bool:
        """Whether there is nothing to agree on: one amount for all."""
        return not self.brackets and self.lowest == self.highest

    def rate(self, base: int) -> Decimal | None:
        """The rate for a base of so many fen; None for groups without brackets."""
        for bracket in self.brackets:
            if bracket.up_to is None or base <= bracket.up_to:
                return bracket.rate
        return None

    def due(self, base: int) -> int:
        """Fen owed each month, half a fen and more counted up. Raises ValueError for an amount outside the limits."""
        if base < 0:
            raise ValueError("a base is not negative")
        rate = self.rate(base)
        if rate is not None:
            return int(half_up(base * rate, 0))
        if self.is_fixed:
            return self.lowest
        if not self.lowest <= base <= self.highest:
            raise ValueError(f"{self.group}: between {self.lowest} and {self.highest} fen")
        return base


_ISSUED, _SOURCE = date(2008, 2, 4), "中组发〔2008〕3号"
TABLES = (
    Table(
        Group.SERVING,
        _ISSUED,
        _SOURCE,
        (
            Bracket(3000 * FEN, Decimal("0.005")),
            Bracket(5000 * FEN, Decimal("0.01")),
            Bracket(10000 * FEN, Decimal("0.015")),
            Bracket(None, Decimal("0.02")),
        ),
    ),
    Table(
        Group.RETIRED,
        _ISSUED,
        _SOURCE,
        (Bracket(5000 * FEN, Decimal("0.005")), Bracket(None, Decimal("0.01"))),
    ),
    Table(Group.FARMER, _ISSUED, _SOURCE, lowest=20, highest=100),
    Table(Group.FIXED, _ISSUED, _SOURCE, lowest=20, highest=20),
)


def table(group: str, on: date) -> Table:
    """What was in force for a group on a day. Raises LookupError before there were rules."""
    found = [t for t in TABLES if t.group == group and t.since <= on]
    if not found:
        raise LookupError(f"no rule for {group} on {on}")
    return max(found, key=lambda t: t.since)


def due(group: str, base: int, month: date) -> int:
    """Fen owed for a month, given the first day of it."""
    return table(group, month).due(base)


def yuan(fen: int | None) -> Decimal | None:
    """Fen as yuan with two decimals."""
    return None if fen is None else Decimal(fen).scaleb(-2)


def fen(amount: Decimal) -> int:
    """Yuan as fen. Raises ValueError where there is less than a fen."""
    cents = amount.scaleb(2)
    if cents != int(cents):
        raise ValueError(f"{amount}: yuan have two decimals")
    return int(cents)


def remit_by(quarter: Period) -> date:
    """The day until which a quarter's dues are passed on in time."""
    return quarter.shifted(1).start.replace(day=REMIT_WITHIN_DAYS)


def publish_by(year: int) -> date:
    """The day until which a year's accounts are published in time."""
    return date(year + 1, *PUBLISH_UNTIL)


def deferred_until(month: Period) -> date:
    """How long a deferral of a month's dues holds."""
    return month.shifted(MAKE_UP_MONTHS).end

"""What a scheme is: frozen values, exact decimals, no behaviour beyond adding up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

PERIODS: Mapping[str, int] = {"month": 12, "quarter": 4, "half": 2, "year": 1}
"""Number of periods in the year, by the word a line's `per` uses."""

RULES = ("share", "bands", "count")
IDLES = ("full", "none", "skip")
SUBJECTS = ("organization", "person")

UNIT = 10_000
"""Everything is counted in ten-thousandths."""


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade (等次) and the total from which it is given."""

    name: str
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Band:
    """Points, per year, from this share of what was due upwards."""

    at_least: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One scoring rule (评分细则). Points, bands, base, floor, ceiling are per year; `each` is per unit done.

    `idle` is None for the rule `count`; base, each, floor and ceiling are 0 for the other rules.
    """

    code: str
    measure: str
    rule: str
    per: str
    text: str
    points: Decimal
    idle: str | None = None
    bands: tuple[Band, ...] = ()
    base: Decimal = Decimal(0)
    each: Decimal = Decimal(0)
    floor: Decimal = Decimal(0)
    ceiling: Decimal = Decimal(0)

    @property
    def periods(self) -> int:
        """How many periods the year has for this line."""
        return PERIODS[self.per]


@dataclass(frozen=True, slots=True)
class Item:
    """An item (小项): its points are those of its lines."""

    code: str
    name: str
    points: Decimal
    lines: tuple[Line, ...]
    standard: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """A category (大类) of items."""

    code: str
    name: str
    items: tuple[Item, ...]

    @property
    def points(self) -> Decimal:
        return sum((item.points for item in self.items), Decimal(0))


@dataclass(frozen=True, slots=True)
class Bonus:
    """Points outside the full marks; the sum of the lines, at most the ceiling."""

    ceiling: Decimal
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Veto:
    """A veto (一票否决): when anything was done on the measure in the year, the grade is at best `cap`."""

    code: str
    measure: str
    cap: str
    text: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A whole scheme. Two schemes are equal when they mean the same, however they were written."""

    code: str
    title: str
    subject: str
    year: int
    full: Decimal
    grades: tuple[Grade, ...]
    categories: tuple[Category, ...]
    bonus: Bonus | None = None
    vetoes: tuple[Veto, ...] = ()

    @property
    def items(self) -> Iterator[Item]:
        """All items in the scheme's order."""
        return (item for category in self.categories for item in category.items)

    @property
    def lines(self) -> Iterator[Line]:
        """The lines of all items, in the scheme's order; without bonus and vetoes."""
        return (line for item in self.items for line in item.lines)

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure named, each once, bonus and vetoes included."""
        extra = self.bonus.lines if self.bonus else ()
        named = [line.measure for line in (*self.lines, *extra)] + [veto.measure for veto in self.vetoes]
        return tuple(dict.fromkeys(named))


def plain(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros: 0.8, 10, -3."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"", "-0"} else text


def scaled(number: Decimal) -> int:
    """A decimal of at most 4 places as ten-thousandths."""
    return int(number * UNIT)

"""Measures: what is counted. Apps declare theirs in `measures.py`; `sync` keeps rows in step after each migrate."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from django.utils.functional import Promise

Supply = Literal["counted", "reported", "reviewed", "planned"]
Asks = Literal["", "number", "yes", "text"]


@dataclass(frozen=True, slots=True)
class MeasureDeclaration:
    """A measure as code declares it.

    `supply`: counted from records, reported by the branch each month, marked by a reviewer, or planned (its system is
    not built yet: the scheme names it, `idle` decides). For reported ones `question` and `asks` say what the monthly
    report asks, `expected` how much is due, `months` in which months it is asked.
    """

    code: str
    label: str | Promise
    unit: str | Promise = ""
    supply: Supply = "counted"
    question: str | Promise = ""
    asks: Asks = ""
    expected: Decimal = Decimal(1)
    months: tuple[int, ...] = field(default=tuple(range(1, 13)))


_registry: dict[str, MeasureDeclaration] = {}


def measure(code: str, label: str | Promise, **details: object) -> MeasureDeclaration:
    """Declare a measure and return it. A code belongs to one declaration."""
    declaration = MeasureDeclaration(code, label, **details)  # type: ignore[arg-type]  # checked by the dataclass
    known = _registry.get(code)
    if known and known.supply != "planned" and declaration.supply != "planned" and known != declaration:
        raise ValueError(f"measure {code} is declared twice")
    if known is None or known.supply == "planned":
        _registry[code] = declaration
    return _registry[code]


def declared() -> dict[str, MeasureDeclaration]:
    """All declared measures by code."""
    return dict(sorted(_registry.items()))


def declaration(code: str) -> MeasureDeclaration | None:
    """One declared measure; None where no code of ours knows it."""
    return _registry.get(code)


def sync() -> None:
    """Make a row for every declared measure that has none yet."""
    from .models import Measure

    known = set(Measure.objects.values_list("code", flat=True))
    Measure.objects.bulk_create(Measure(code=code) for code in declared() if code not in known)

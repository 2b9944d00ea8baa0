"""Exact numbers. Points, hours and money are kept as integers of ten-thousandths and shown as decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

SCALE = 10_000


def to_units(value: Decimal | int) -> int:
    """Ten-thousandths of a value. Raises ValueError when the value has more than four decimals."""
    scaled = Decimal(value) * SCALE
    units = int(scaled)
    if units != scaled:
        raise ValueError(f"{value} has more than four decimals")
    return units


def from_units(units: int) -> Decimal:
    """The decimal that so many ten-thousandths make."""
    return Decimal(units).scaleb(-4)


def half_up(value: Decimal, places: int) -> Decimal:
    """Rounded half away from zero, as the assessment rules round."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

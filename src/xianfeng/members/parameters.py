"""Figures of the rules that registers watch over, dated: a rule that changes gets a new line, and old days keep the old one.

Where no national figure exists, the source says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CONTACT, CONTACT_ABROAD, AWAY = "mobile.contact_days", "mobile.contact_days_abroad", "mobile.away_months"
VALIDITY, VALIDITY_MOST, RECEIPT = "letter.days", "letter.days_most", "letter.receipt_months"
FEWEST_COUNTED = "hardship.fewest_counted"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure in force from `valid_from` up to and with `valid_to`."""

    key: str
    value: int
    source: str
    valid_from: date = date(2007, 1, 1)
    valid_to: date | None = None


PARAMETERS = (
    # Members away from home
    Parameter(CONTACT, 90, "联系频次全国无统一规定，本单位定为每90天至少1次"),
    Parameter(CONTACT_ABROAD, 183, "本单位规定：出国（境）党员每半年至少联系1次"),
    Parameter(AWAY, 6, "《关于进一步加强和改进流动党员管理工作的意见》（2024年）：外出连续6个月以上，应转尽转"),
    # Letters of introduction
    Parameter(VALIDITY, 30, "有效期由开具单位确定，本单位一般定为30天"),
    Parameter(VALIDITY_MOST, 90, "组通字〔2006〕45号：介绍信有效期一般不超过3个月"),
    Parameter(RECEIPT, 1, "组通字〔2006〕45号：接收单位应在1个月内寄回回执"),
    # Members in hardship
    Parameter(FEWEST_COUNTED, 3, "本单位规定：不足3人的，只写“不足3人”"),
)  # fmt: skip


def parameter(key: str, on: date) -> int:
    """The figure in force on a day. Raises KeyError where there is none."""
    for line in PARAMETERS:
        if line.key == key and line.valid_from <= on and (line.valid_to is None or on <= line.valid_to):
            return line.value
    raise KeyError(f"{key} on {on}")

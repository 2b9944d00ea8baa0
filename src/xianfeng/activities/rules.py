"""What a branch owes, as dated parameters: a rule that changes gets a new line here, and old periods keep the old one.

Sources are named as the offices cite them. Where no national figure exists, the line says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from xianfeng.core.periods import Kind, Period
from xianfeng.ledger.measures import MeasureDeclaration

from . import measures
from .due import Strength

# Who owes, and of what the value is a multiple: every branch; one with a committee; one with groups; each member;
# each member to whom hard requirements apply (教育管理工作条例 art. 23 lets old, ill and disabled members out).
Basis = Literal["branch", "committee", "groups", "member", "obliged"]

# No national figure says from how many members on a branch forms groups. Ours: above twenty, where one talk round
# becomes too long. A branch with groups of its own choice may record their meetings; it then owes none.
GROUPS_ABOVE = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """One duty: `value` (in the measure's unit) per period, for each of `basis`. `valid_to` is the last day in force."""

    measure: MeasureDeclaration
    per: Kind
    value: Decimal
    basis: Basis
    source: str
    valid_from: date = date(2019, 5, 6)
    valid_to: date | None = None

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def due(self, strength: Strength) -> Decimal:
        """What a branch of this strength owes per period; 0 where the rule does not concern it."""
        match self.basis:
            case "branch":
                return self.value
            case "committee":
                return self.value if strength.owes_committee else Decimal(0)
            case "groups":
                return self.value if strength.owes_committee and strength.total > GROUPS_ABOVE else Decimal(0)
            case "member":
                return self.value * strength.total
            case "obliged":
                return self.value * strength.obliged


ONE, TWO, EIGHT = Decimal(1), Decimal(2), Decimal(8)
RULES = (
    Rule(measures.ASSEMBLY, "quarter", ONE, "branch", "《中国共产党支部工作条例（试行）》第十一条"),
    Rule(measures.COMMITTEE, "month", ONE, "committee", "《中国共产党支部工作条例（试行）》第十二条、第二十条"),
    Rule(measures.GROUP, "month", ONE, "groups", "《中国共产党支部工作条例（试行）》第十三条"),
    Rule(measures.LECTURE, "quarter", ONE, "branch", "《中国共产党支部工作条例（试行）》第十六条；次数全国无统一规定，本单位定为每季1次"),
    Rule(measures.SECRETARY_LECTURE, "year", ONE, "branch", "《中国共产党支部工作条例（试行）》第十六条"),
    Rule(measures.PARTY_DAY, "month", ONE, "branch", "《中国共产党支部工作条例（试行）》第十六条、《中国共产党党员教育管理工作条例》第十六条"),
    Rule(measures.LIFE_MEETING, "year", ONE, "branch", "《中国共产党支部工作条例（试行）》第十七条"),
    Rule(measures.APPRAISAL, "year", ONE, "branch", "《中国共产党党员教育管理工作条例》第十八条"),
    Rule(measures.TALK_COVERAGE, "year", ONE, "member", "《中国共产党支部工作条例（试行）》第十九条"),
    Rule(measures.INTEGRITY, "quarter", ONE, "branch", "本单位考核细则 E1"),
    Rule(measures.WARNING, "half", ONE, "branch", "本单位考核细则 E1：每年不少于2次，每半年1次"),
    Rule(measures.VOLUNTEER_HOURS, "year", EIGHT, "obliged", "本单位考核细则 F2、《中国共产党党员教育管理工作条例》第二十二条、第二十三条"),
)  # fmt: skip


def rules_for(month: Period) -> list[tuple[Rule, Period]]:
    """The rules in force on the first day of a month, each with its period around that month."""
    return [(rule, Period.of(month.start, rule.per)) for rule in RULES if rule.in_force(month.start)]

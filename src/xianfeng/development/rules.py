"""The figures of the rules on developing members, as dated parameters: a rule that changes gets a new line here.

A step is held against the rules of the day on which it was done, one still ahead against those of today. The rules of 2026
were issued on 11 May and published on 18 May 2026. Before the rules of 2014 those of 1990 held; their figures are not
kept here, older steps are read by the rules of 2014.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

Unit = Literal["year", "month", "workday", "day", "hour", "person"]

SINCE_2026 = date(2026, 5, 18)
SINCE_2014 = date(2014, 5, 28)
UNTIL_2026 = SINCE_2026 - timedelta(days=1)
R2014 = "《中国共产党发展党员工作细则》（2014年）"
R2026 = "《中国共产党发展党员工作细则》（2026年）"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure. `until` is the last day in force, None: still in force."""

    code: str
    value: int
    unit: Unit
    since: date
    until: date | None
    source: str


def _2014(code: str, value: int, unit: Unit, article: str = "") -> Parameter:
    return Parameter(code, value, unit, SINCE_2014, UNTIL_2026, R2014 + article)


def _2026(code: str, value: int, unit: Unit, article: str = "") -> Parameter:
    return Parameter(code, value, unit, SINCE_2026, None, R2026 + article)


TABLE = (
    _2014("age", 18, "year", "第五条"),
    _2026("age", 18, "year", "第五条"),
    _2014("talk", 1, "month", "第七条"),
    _2026("talk", 1, "month", "第七条"),
    _2014("contacts_least", 1, "person", "第九条"),
    _2026("contacts_least", 1, "person", "第九条"),
    _2014("contacts_most", 2, "person", "第九条"),
    _2026("contacts_most", 2, "person", "第九条"),
    _2014("examination", 6, "month", "第十一条"),
    _2026("examination", 6, "month", "第十一条"),
    _2014("education", 12, "month", "第十三条"),
    _2026("education", 12, "month", "第十三条"),
    _2026("notice", 5, "workday", "第十三条"),  # new in 2026: before somebody is listed as a candidate
    _2014("introducers", 2, "person", "第十四条"),
    _2026("introducers", 2, "person", "第十四条"),
    _2014("training_days", 3, "day", "第十七条"),
    _2026("training_days", 3, "day", "第十七条"),
    _2014("training_hours", 24, "hour", "第十七条"),
    _2026("training_hours", 24, "hour", "第十七条"),
    _2014("assembly", 1, "month"),
    _2026("assembly", 1, "month", "第十九条"),
    _2014("approval", 3, "month"),
    _2026("approval", 3, "month", "第二十五条"),
    _2014("approval_special", 6, "month"),
    _2026("approval_special", 6, "month", "第二十五条"),
    _2026("oath", 1, "month", "第二十九条"),  # a figure since 2026 only
    _2014("probation", 12, "month", "第三十二条"),
    _2026("probation", 12, "month", "第三十一条"),
    # The text of 2026 on extensions has not been seen; the figures of 2014 are kept until it is.
    _2014("extension_least", 6, "month", "第三十二条"),
    _2026("extension_least", 6, "month"),
    _2014("extension_most", 12, "month", "第三十二条"),
    _2026("extension_most", 12, "month"),
    _2014("confirmation", 3, "month"),
    _2026("confirmation", 3, "month", "第三十三条"),
)
CODES = frozenset(parameter.code for parameter in TABLE)


@cache
def _editions() -> tuple[tuple[date, dict[str, Parameter]], ...]:
    days = sorted({parameter.since for parameter in TABLE})
    return tuple(
        (day, {p.code: p for p in TABLE if p.since <= day and (p.until is None or day <= p.until)})
        for day in days
    )


def rules_on(day: date) -> dict[str, Parameter]:
    """The parameters in force on a day by code; those of the oldest rules for days before them."""
    editions = _editions()
    found = editions[0][1]
    for since, parameters in editions:
        if since <= day:
            found = parameters
    return found


def rule(code: str, day: date) -> Parameter | None:
    """One parameter on a day; None where the rules of the day do not have it."""
    if code not in CODES:
        raise KeyError(code)
    return rules_on(day).get(code)

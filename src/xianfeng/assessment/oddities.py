"""What is odd in a report: computed, explained, and shown to the branch first and to the reviewer then.

Nothing here is a fault by itself. The branch mends it or confirms it; the reviewer sees both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xianfeng.core.numbers import SCALE, from_units
from xianfeng.core.periods import Period

from .models import ReportLine

JUMP = 3  # times last month's number
JUMP_FROM = 3 * SCALE  # smaller numbers jump every month
ATTENDANCE = "meeting.attendance"
_DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]")


@dataclass(frozen=True, slots=True)
class Oddity:
    """One odd thing about one line. Stored with a report as data, worded when it is shown."""

    code: str
    line: str
    values: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, code: str, line: str, **values: Any) -> Oddity:
        return cls(code, line, tuple(values.items()))

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Oddity:
        return cls.of(data["code"], data["line"], **data["values"])

    def dump(self) -> dict[str, Any]:
        return {"code": self.code, "line": self.line, "values": dict(self.values)}

    def __str__(self) -> str:
        values = dict(self.values)
        match self.code:
            case "present":
                return (
                    _(
                        "%(day)s: %(present)s present is more than the %(members)s members of this branch. "
                        "Put guests under “observers”."
                    )
                    % values
                )
            case "outside":
                return _("%(named)s does not lie in this month.") % values
            case "same_text":
                return _("The text is the same as in %(month)s.") % values
            case "jump":
                return _("%(now)s now, %(before)s in %(month)s.") % values
            case "photo_branch":
                return _("“%(name)s” is also in a report of %(where)s.") % values
            case _:
                return _("“%(name)s” is also in the report of %(where)s.") % values


@dataclass(frozen=True, slots=True)
class Before:
    """What a line said the last time it was asked."""

    month: Period
    line: ReportLine


@dataclass(frozen=True, slots=True)
class Clash:
    """A photo of a line that also stands elsewhere; `same_branch`: in another month of this branch."""

    line: str
    name: str
    where: str
    same_branch: bool


def of_line(line: ReportLine, month: Period, before: Before | None, members: int) -> list[Oddity]:
    """What is odd about one line. `members`: the branch's strength at the end of the month, 0 if unknown."""
    found: list[Oddity] = []
    if line.measure == ATTENDANCE and members:
        for source in line.records:
            if source["done"] > members * SCALE:
                day = date.fromisoformat(source["day"])
                shown = _("%(month)s/%(day)s") % {"month": day.month, "day": day.day}
                present = source["done"] // SCALE
                found.append(Oddity.of("present", line.code, day=shown, present=present, members=members))
    if line.kind != ReportLine.Kind.REPORTED or line.not_applicable:
        return found
    for match in _DAY.finditer(line.sentence):
        year, named, _day = match.groups()
        if int(named) != month.number or (year and int(year) != month.year):
            found.append(Oddity.of("outside", line.code, named=match.group()))
            break
    if before is None or before.line.not_applicable:
        return found
    earlier = before.line
    if line.sentence.strip() and line.sentence.strip() == earlier.sentence.strip():
        found.append(Oddity.of("same_text", line.code, month=before.month.code))
    if line.asks == "number" and line.done and earlier.done:
        few, many = sorted((line.done, earlier.done))
        if many >= JUMP * few and many - few >= JUMP_FROM:
            found.append(
                Oddity.of(
                    "jump",
                    line.code,
                    now=f"{from_units(line.done).normalize():f}",
                    before=f"{from_units(earlier.done).normalize():f}",
                    month=before.month.code,
                )
            )
    return found


def of_photos(clashes: Collection[Clash]) -> list[Oddity]:
    """Photos that were already used elsewhere."""
    return [
        Oddity.of("photo" if c.same_branch else "photo_branch", c.line, name=c.name, where=c.where)
        for c in clashes
    ]

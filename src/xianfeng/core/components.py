"""What views hand to the shared templates: small values, no behaviour beyond wording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from django.utils.functional import Promise

Text = str | Promise

# Shape, word and colour of a status: done, to do, sent back, to be checked, with someone else, not yet, optional, over.
Tone = Literal["ok", "todo", "back", "check", "review", "none", "optional", "closed"]


@dataclass(frozen=True, slots=True)
class Milestone:
    """One month on the road of the year. `current` marks the one being worked on, `future` those still ahead."""

    month: int
    word: Text
    tone: Tone = "none"
    url: str = ""
    current: bool = False
    future: bool = False


@dataclass(frozen=True, slots=True)
class Quarter:
    """What stands under the road: a quarter's score, or when it will be settled."""

    label: Text
    points: Decimal | None = None
    note: Text = ""
    url: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done: what it is, until when, and the one act that does it."""

    title: Text
    url: str
    tone: Tone
    word: Text
    act: Text
    detail: Text = ""
    due: date | datetime | None = None
    days_left: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A station of something that passes through several hands. State: done, current or ahead ("")."""

    title: Text
    when: Text = ""
    text: Text = ""
    state: Literal["done", "current", ""] = ""


@dataclass(frozen=True, slots=True)
class CategoryScore:
    """A row of the score table: points of a full mark, and the share of the period before (0 to 100)."""

    label: Text
    points: Decimal
    full: Decimal
    change: Decimal | None = None
    before: Decimal | None = None
    url: str = ""

    @property
    def share(self) -> Decimal:
        """Per cent of the full mark."""
        return self.points * 100 / self.full if self.full else Decimal(0)


class HeatCell(NamedTuple):
    """One month of one branch. `points` None means not reported, unless the month is still ahead. There are hundreds on a
    page, so the quickest kind of value."""

    points: Decimal | None = None
    late: bool = False
    future: bool = False
    url: str = ""

    @property
    def level(self) -> str:
        """Only exceptions are filled: the further below 90, the darker."""
        if self.points is None:
            return "future" if self.future else "missing"
        for bound, name in ((80, "level-1"), (85, "level-2"), (90, "level-3")):
            if self.points < bound:
                return name
        return "level-4"


@dataclass(frozen=True, slots=True)
class HeatRow:
    """The twelve months of one branch."""

    code: str
    name: str
    cells: Sequence[HeatCell]
    url: str = ""
    own: bool = False

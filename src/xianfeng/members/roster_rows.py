"""Rows of a roster, and how their texts are read: what is registered compares as it would be read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from xianfeng.core import cells, findings
from xianfeng.core.findings import Checked, FaultGroup
from xianfeng.core.sheets import Cell

from . import vocabulary

Key = TypeVar("Key")

_DOTS = re.compile(r"\s*[·•‧∙・･․﹒．.]\s*")
_HAN = re.compile(r"[㐀-鿿]")


def read_name(cell: Cell) -> str:
    """A name without blanks between its characters, with the one dot that names have (阿·买)."""
    raw = cells.text(cell)
    if raw.isalpha() and raw.isprintable():
        return raw
    bare = _DOTS.sub("·", raw)
    return re.sub(r"\s+", "" if _HAN.search(bare) else " ", bare).strip("·")


def read_ethnicity(cell: Cell) -> str:
    """The code of the ethnic group (GB/T 3304), or as written."""
    return "" if cells.is_nothing(cell) else vocabulary.ethnic(cell) or cells.text(cell)[:20]


def read_education(cell: Cell) -> str:
    """The code of the schooling (GB/T 4658), or as written."""
    return "" if cells.is_nothing(cell) else vocabulary.education(cell) or cells.text(cell)[:30]


def read_post(cell: Cell) -> str:
    """A post, as written."""
    return cells.text(cell)[:60]


def read_phone(found: Sequence[str]) -> str:
    """Of several numbers the mobile one, else the first; blank when that is no telephone number."""
    best = next((number for number in found if cells.is_mobile(number)), next(iter(found), ""))
    return best if cells.is_mobile(best) or cells.is_landline(best) else ""


def read_number(cell: Cell) -> str:
    """A member number as ours are written."""
    return cells.text(cell).upper()[:30]


class Registered(Protocol):
    """What is known of a registered member; ``id_number`` as text is masked."""

    @property
    def name(self) -> Any: ...

    @property
    def id_number(self) -> Any: ...


@dataclass(frozen=True)
class MemberRow(Generic[Key]):
    """One person as a row of the sheet tells it; blank was not told.

    known: the number is that of a registered member of this name or ID number. derived: fields the row does not tell itself
    (the day of birth from the ID number).
    """

    row: int
    name: str
    branch: Key | None
    id_number: str
    sex: str
    ethnicity: str
    born_on: date | None
    education: str
    post: str
    phone: str
    stage: str
    joined_on: date | None
    confirmed_on: date | None
    number: str = ""
    known: bool = False
    derived: frozenset[str] = frozenset()
    reached: Mapping[str, date] = field(default_factory=dict)


GROUPED = frozenset({"branch_unknown", "date", "stage"})
"""Faults that tend to be the same in many rows."""


@dataclass
class Roster(Checked, Generic[Key]):
    """A roster looked through."""

    rows: list[MemberRow[Key]] = field(default_factory=list)

    @property
    def branches(self) -> set[Key]:
        """Branches that occur."""
        return {row.branch for row in self.rows if row.branch is not None}

    def groups(self) -> list[FaultGroup]:
        """Faults to be mended in many rows at once."""
        return findings.groups(self.faults, GROUPED)

    def as_json(self) -> dict[str, object]:
        """What ``xianfeng import members --dry-run --json`` prints."""
        return super().as_json() | {"namesakes": len(self.questions), "branches": len(self.branches)}

"""What is found in a sheet before any of it is taken: faults, questions and notes, each with its place in the sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from xianfeng.core.fields import mask
from xianfeng.core.tables import Body, Profile

PERSONAL_DIGITS = 11
"""So many digits in a cell are somebody's number, whatever column they stand in."""


def safe(text: str) -> str:
    """A cell as it may be shown: numbers of people masked, also where they slipped into another column."""
    return mask(text) if sum(map(str.isdigit, text)) >= PERSONAL_DIGITS else text


@dataclass(frozen=True)
class Fault:
    """Why a row stays out: where, what, and how to mend it.

    column is the heading as written, without white space; value is safe to show; index is the column's place from 0, or -1
    when the sheet has no such column; offer is what the cell could become, blank when there is nothing to offer.
    """

    row: int
    column: str
    code: str
    value: str
    message: str
    index: int
    offer: str = ""

    def as_json(self) -> dict[str, object]:
        """For ``--json``."""
        found: dict[str, object] = {
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "value": self.value,
            "message": self.message,
        }
        return found | ({"offer": self.offer} if self.offer else {})


@dataclass(frozen=True)
class Question:
    """People of one name: the same person, or not? Keeps nothing out."""

    name: str
    rows: tuple[int, ...]
    message: str
    code: str = "namesakes"

    def as_json(self) -> dict[str, object]:
        """For ``--json``."""
        return {"code": self.code, "name": self.name, "rows": list(self.rows), "message": self.message}


@dataclass(frozen=True)
class Note:
    """Something understood in a way worth knowing. Keeps nothing out."""

    row: int
    column: str
    message: str

    def as_json(self) -> dict[str, object]:
        """For ``--json``."""
        return {"row": self.row, "column": self.column, "message": self.message}


@dataclass(frozen=True)
class FaultGroup:
    """The same fault of the same value in several rows, to be mended at once."""

    column: str
    code: str
    value: str
    offer: str
    rows: tuple[int, ...]
    index: int


@dataclass
class Checked:
    """A sheet looked through. Kinds of sheets add their rows."""

    profile: Profile
    body: Body
    faults: list[Fault] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)

    @property
    def faulty(self) -> set[int]:
        """Numbers of the rows that stay out."""
        return {fault.row for fault in self.faults}

    @property
    def good(self) -> list[Any]:
        """Rows that can go in."""
        faulty = self.faulty
        return [row for row in self.rows if row.row not in faulty]

    def as_json(self) -> dict[str, object]:
        """What ``--dry-run --json`` prints."""
        return {
            "rows": len(self.rows),
            "importable": len(self.good),
            "faults": [
                fault.as_json() for fault in sorted(self.faults, key=lambda one: (one.row, one.index))
            ],
            "questions": [question.as_json() for question in self.questions],
            "notes": [note.as_json() for note in self.notes],
        }


def groups(faults: Iterable[Fault], codes: Collection[str]) -> list[FaultGroup]:
    """Faults with these codes that stand in two rows or more with the same value, most frequent first."""
    held: dict[tuple[int, str, str], list[Fault]] = defaultdict(list)
    for fault in faults:
        if fault.code in codes and fault.index >= 0:
            held[fault.index, fault.code, fault.value].append(fault)
    found = [
        FaultGroup(many[0].column, code, value, many[0].offer, tuple(fault.row for fault in many), index)
        for (index, code, value), many in held.items()
        if len(many) > 1
    ]
    return sorted(found, key=lambda group: -len(group.rows))

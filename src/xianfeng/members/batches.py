"""Kinds of batches, and what a look at one finds. Apps above declare theirs, as development does for the register of activists.

A batch comes as a sheet (imports), or as people chosen from a list (`edits`); both are looked at, taken and taken back the
same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Protocol

from django.utils.functional import Promise

from xianfeng.core.findings import Checked, Fault, FaultGroup, Note
from xianfeng.core.sheets import Sheet
from xianfeng.core.tables import Field, Profile

Journal = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """One value that would change: what it is called, as registered, and as it would be. Numbers of people stand masked."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One row that would change. `row`: its number in the sheet, 0 where there is none."""

    row: int
    name: str
    number: str
    turns: tuple[Turn, ...]


@dataclass
class Outcome:
    """What taking a batch would do."""

    new: int
    changing: int
    same: int
    plan: Any
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Rows that stay out because of a fault."""
        return len({fault.row for fault in self.faults})

    @property
    def importable(self) -> int:
        """Rows without a fault that nobody left out."""
        return self.new + self.changing + self.same

    @property
    def total(self) -> int:
        """Rows in all."""
        return self.importable + self.refused

    @property
    def seal(self) -> str:
        """The same for the same changes: a page sends it back, so that nothing is taken that was not shown."""
        return sha256(repr(self.changed).encode()).hexdigest()[:16]


@dataclass
class Look(Outcome):
    """A sheet looked through: the table found, its faults, and what taking it would do."""

    sheets: list[Sheet] = field(default_factory=list)
    profile: Profile = field(kw_only=True)
    fields: tuple[Field, ...] = ()
    checked: Checked = field(kw_only=True)
    groups: list[FaultGroup] = field(default_factory=list)
    left_out: frozenset[int] = frozenset()

    @property
    def total(self) -> int:
        return len(self.checked.rows)

    def as_json(self) -> dict[str, object]:
        """What ``--dry-run --json`` prints."""
        return {
            **self.checked.as_json(),
            "importable": self.importable,
            "faults": [fault.as_json() for fault in self.faults],
            "notes": [note.as_json() for note in self.notes],
            "added": self.new,
            "changed": self.changing,
            "unchanged": self.same,
        }


class Reader(Protocol):
    """Reads and takes the sheets of one kind, for one person. `fields` are what its columns can hold."""

    @property
    def fields(self) -> tuple[Field, ...]: ...

    def find(self, held: Sequence[Sheet]) -> Profile:
        """The table among the sheets. Raises UnreadableSheet where there is none."""
        ...

    def look(self, profile: Profile, day: date, branch: int | None, left_out: frozenset[int]) -> Look:
        """What the table says, and what taking it would do. Writes nothing."""
        ...

    def take(self, found: Look, by: Any, day: date) -> Journal:
        """Do it; returns what `take_back` needs."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """What a batch can be. Sheets have a `reader`; what comes without one is looked at and taken by `look` and `take`.

    page: URL name of the list it is about. guarded: seen by whoever began it alone, after stating a reason.
    slips: whoever is added gets an account that waits for a slip.
    """

    code: str
    title: str | Promise
    permission: str
    page: str
    take_back: Callable[[Journal, Any], None]
    reader: Callable[[Any], Reader] | None = None
    look: Callable[[Any, date], Outcome] | None = None
    take: Callable[[Outcome, Any, date], Journal] | None = None
    guarded: bool = False
    slips: bool = False

    @property
    def of_sheets(self) -> bool:
        """Whether it comes as a sheet."""
        return self.reader is not None


KINDS: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Make a kind known to the pages and to undoing."""
    KINDS[kind.code] = kind
    return kind

"""Files of facts: which there are, which columns they have, and what makes a row unusable.

The conditions are SQL that DuckDB and Spark both understand, so that both refuse the same rows for the same reasons. No
engine is imported here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .words import InputError, say

COLUMNS = ("measure", "subject", "day", "done", "due")
FAULTS: tuple[tuple[str, str], ...] = (
    ("", ""),
    ("measure", "text_wanted"),
    ("subject", "text_wanted"),
    ("measure", "measure_unknown"),
    ("day", "day_wanted"),
    ("day", "day_outside"),
    ("done", "number_wanted"),
    ("done", "number_big"),
    ("done", "number_places"),
    ("due", "number_wanted"),
    ("due", "number_big"),
    ("due", "number_places"),
    ("", "row_short"),
)
"""What can be wrong with a row: the column, and what is said of it. A row has the first of these that holds."""
ROW_SHORT = len(FAULTS) - 1
LARGEST = 10**8

Kind = Literal["text", "day", "whole", "decimal"]


@dataclass(frozen=True)
class Source:
    """What `--facts` names: a file, or all files of one kind in a folder, which may be partitioned (`key=value`)."""

    root: Path
    files: tuple[Path, ...]
    is_csv: bool

    def partition(self, file: Path) -> dict[str, str]:
        """Columns that stand in the path: measure=learning.credit/part-0.parquet."""
        from urllib.parse import unquote

        parts = file.relative_to(self.root).parts[:-1] if self.root.is_dir() else ()
        pairs = (part.split("=", 1) for part in parts if "=" in part)
        return {key: unquote(value) for key, value in pairs}


def find(path: Path) -> Source:
    """The files of facts under a path. Raises InputError when there is none, or both CSV and Parquet."""
    if not path.exists():
        raise InputError(f"{path}: {say('file_open', value=say('not_there'))}")
    found = [path] if path.is_file() else sorted(_under(path))
    by_kind = {kind: tuple(f for f in found if f.suffix.lower() == kind) for kind in (".csv", ".parquet")}
    kinds = [kind for kind, files in by_kind.items() if files]
    if len(kinds) != 1:
        raise InputError(f"{path}: {say('folder_mixed' if kinds else 'file_kind')}")
    return Source(path, by_kind[kinds[0]], kinds[0] == ".csv")


def _under(folder: Path) -> Iterator[Path]:
    """Files that other tools wrote as data; what begins with . or _ they wrote for themselves."""
    for path in folder.rglob("*"):
        if path.is_file() and not any(part[0] in "._" for part in path.relative_to(folder).parts):
            yield path


def heading(path: Path, wanted: Sequence[str], given: Sequence[str] = ()) -> list[str]:
    """The names in a CSV file's first line. Raises InputError when one that is wanted is missing or there twice."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = [name.strip() for name in next(csv.reader(file), [])]
    except OSError as error:
        raise InputError(f"{path}: {say('file_open', value=error.strerror)}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: {say('file_text')}") from None
    except csv.Error as error:
        raise InputError(f"{path}:1: {say('csv', value=error)}") from None
    if not any(names):
        raise InputError(f"{path}:1: {say('file_empty')}")
    wrong = [
        f"{path}:1: {say('column_twice' if name in names else 'column_missing', value=name)}"
        for name in wanted
        if names.count(name) != 1 and not (name in given and name not in names)
    ]
    if wrong:
        raise InputError(*wrong)
    # Columns nobody reads may have any name, or the same.
    return [name if name in wanted else f"unread {at}" for at, name in enumerate(names)]


# Conditions


@dataclass(frozen=True)
class Dialect:
    """Where two SQL engines differ."""

    full_match: str
    position: str
    quote: str

    def text(self, value: str) -> str:
        """A text as a literal."""
        if self.quote == "\\":
            value = value.replace("\\", "\\\\")
        return "'" + value.replace("'", f"{self.quote}'") + "'"


DUCKDB = Dialect("regexp_full_match({text}, '{pattern}')", "list_position([{items}], {text})", "'")
SPARK = Dialect("{text} RLIKE '^({pattern})$'", "array_position(array({items}), {text})", "\\")

_NUMBER = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"


@dataclass(frozen=True)
class Amount:
    """done or due as SQL: what is wrong with it (a number of FAULTS, or NULL), and its ten-thousandths."""

    name: str
    kind: Kind
    places: int
    dialect: Dialect

    @property
    def _number(self) -> str:
        # 8 digits before and 20 after the point: beyond that a text is no amount, and its product fits everywhere.
        return f"TRY_CAST(TRIM({self.name}) AS DECIMAL(28, 20))" if self.kind == "text" else self.name

    @property
    def fault(self) -> str:
        first = FAULTS.index((self.name, "number_wanted"))
        bad, big, places = f"THEN {first}", f"THEN {first + 1}", f"THEN {first + 2}"
        number = self._number
        if self.kind != "text":
            more = f"WHEN ROUND({number}, 4) <> {number} {places}" if self.places > 4 else ""
            return f"CASE WHEN {number} IS NULL {bad} WHEN ABS({number}) >= {LARGEST} {big} {more} END"
        text = f"TRIM({self.name})"
        is_number = self.dialect.full_match.format(text=text, pattern=_NUMBER)
        # An exponent may take a number out of sight of the 20 places.
        return f"""CASE WHEN {self.name} IS NULL OR LENGTH({text}) > 21 OR CONTAINS({text}, '_') {bad}
            WHEN {number} IS NULL THEN CASE WHEN {is_number} {big} ELSE {first} END
            WHEN ROUND({number}, 4) <> {number} OR ({number} = 0 AND TRY_CAST({text} AS DOUBLE) <> 0) {places} END"""

    @property
    def value(self) -> str:
        """Of a row without fault."""
        if self.kind == "whole":
            return f"CAST({self.name} AS BIGINT) * 10000"
        return f"CAST(CAST({self._number} AS DECIMAL(12, 4)) * 10000 AS BIGINT)"


@dataclass(frozen=True)
class Conditions:
    """A file's rows as SQL, by the kinds of its columns."""

    kinds: dict[str, Kind]
    places: dict[str, int]
    measures: tuple[str, ...]
    year: int
    dialect: Dialect

    @property
    def measure(self) -> str:
        """The measure's number in the scheme, from 1; 0 where it names none."""
        items = ", ".join(map(self.dialect.text, self.measures))
        return f"COALESCE({self.dialect.position.format(items=items, text='TRIM(measure)')}, 0)"

    @property
    def subject(self) -> str:
        return "TRIM(subject)" if self.kinds["subject"] == "text" else "CAST(subject AS STRING)"

    @property
    def day(self) -> str:
        """The day, NULL where it is none."""
        if self.kinds["day"] == "day":
            return "day"
        text = "TRIM(day)"
        form = f"LENGTH({text}) = 10 AND SUBSTR({text}, 5, 1) = '-' AND SUBSTR({text}, 8, 1) = '-'"
        return f"CASE WHEN {form} THEN TRY_CAST({text} AS DATE) END"

    def amount(self, name: str) -> Amount:
        return Amount(name, self.kinds[name], self.places.get(name, 0), self.dialect)

    @property
    def fault(self) -> str:
        """The number in FAULTS of the first thing wrong with a row, 0 where it is good."""
        day = self.day
        first, last = f"DATE '{self.year}-01-01'", f"DATE '{self.year}-12-31'"
        empty = "" if self.kinds["subject"] == "whole" else "OR TRIM(subject) = ''"
        return f"""COALESCE(CASE
            WHEN measure IS NULL OR TRIM(measure) = '' THEN 1
            WHEN subject IS NULL {empty} THEN 2
            WHEN {self.measure} = 0 THEN 3
            WHEN {day} IS NULL THEN 4
            WHEN NOT ({day} BETWEEN {first} AND {last}) THEN 5 END,
            {self.amount("done").fault}, {self.amount("due").fault}, 0)"""

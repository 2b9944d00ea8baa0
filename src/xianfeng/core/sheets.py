"""Tables as offices send them: xlsx, xls, CSV or cells pasted from WPS, read into plain rows.

``read_sheets(path or bytes)`` hands the file to ``sheetworker.py`` in a process with limits and returns every worksheet as a
``Sheet``. Whatever is wrong with the file ends in ``UnreadableSheet``: one sentence for the person who sent it, within 30 s and
with at most 512 MB taken by the child. Nothing of a refused file reaches the caller.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xianfeng.core import sheetworker

Cell = str | int | float | bool | date | None
"""A cell as stored. Whether it is text or a number matters: an ID number stored as a number has lost its end."""

WALL_SECONDS = 25

SENTENCES: dict[str, str | Promise] = {
    "empty": _("This file is empty. Choose the file that holds the list, or paste the list from WPS."),
    "file_too_big": _(
        "This file is larger than 20 MB. Remove pictures and unneeded sheets, then send it again."
    ),
    "too_big": _("This file takes too much memory to open. Copy the list into a new workbook and send that."),
    "timeout": _("This file took too long to open. Copy the list into a new workbook and send that."),
    "too_many_rows": _(
        "This sheet has content below row 60,000. Delete what stands below the list, or copy the list into a new workbook."
    ),
    "too_many_columns": _(
        "This sheet has content beyond column 100. Delete what stands right of the list, or copy the list into a new workbook."
    ),
    "too_many_sheets": _(
        "This workbook has more than 60 sheets. Copy the list into a new workbook and send that."
    ),
    "too_many_merges": _(
        "This sheet has too many merged cells. Copy the list into a new workbook as values and send that."
    ),
    "cell_too_long": _(
        "A cell of this sheet holds more than 4,000 characters. Shorten it, then send the file again."
    ),
    "too_many_parts": _(
        "This workbook is made of too many parts. Copy the list into a new workbook and send that."
    ),
    "unpacks_too_big": _(
        "This workbook unpacks to far more than a list of people. Copy the list into a new workbook and send that."
    ),
    "odd_names": _(
        "This workbook is not built as Excel or WPS builds it, so it was not opened. Save it again in WPS as .xlsx."
    ),
    "entities": _(
        "This workbook is not built as Excel or WPS builds it, so it was not opened. Save it again in WPS as .xlsx."
    ),
    "nested": _(
        "This workbook has other files embedded in it. Remove them, or copy the list into a new workbook."
    ),
    "encrypted": _(
        "This workbook is protected by a password. Open it in WPS, remove the password, and send it again."
    ),
    "damaged": _(
        "This file is damaged or incomplete and cannot be opened. Open it in WPS, save it as .xlsx, and send that."
    ),
    "is_word": _("This is a Word document. Copy its table into Excel or WPS, or paste the table here."),
    "is_web_page": _(
        "This file is named as a workbook but is a web page inside. Open it in WPS, save it as .xlsx, and send that."
    ),
    "other_sheet": _("This kind of workbook is not read. Open it in WPS, save it as .xlsx, and send that."),
    "wrong_type": _("This is not a workbook. Send an .xlsx, .xls or .csv file, or paste the list from WPS."),
    "encoding": _(
        "The characters of this text file cannot be told. Open it in WPS, save it as .xlsx, and send that."
    ),
    "no_sheet": _("This workbook has no sheet with that name."),
}


class UnreadableSheet(Exception):
    """The file cannot be read as a table. ``code`` names the reason; ``message`` is the sentence to show."""

    def __init__(self, code: str, message: str | Promise | None = None) -> None:
        self.code = code
        self._message = message if message is not None else SENTENCES[code]
        super().__init__(code)

    @property
    def message(self) -> str:
        """The sentence in the reader's language."""
        return str(self._message)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Sheet:
    """One worksheet. ``rows[i]`` is row ``i + 1`` of the file, ``row[j]`` its column ``j + 1``; rows may differ in length.

    hidden holds numbers of hidden rows; merges are (top, left, bottom, right), counted from 1.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    visible: bool = True
    hidden: frozenset[int] = frozenset()
    merges: Sequence[tuple[int, int, int, int]] = field(default=())


def read_sheets(source: Path | str | bytes) -> list[Sheet]:
    """Every worksheet of the file, in its order. Raises UnreadableSheet."""
    with _opened(source) as stdin, _scratch() as answer:
        _run("read", stdin, answer)
        return list(_sheets(answer))


def read_pasted(text: str) -> Sheet:
    """Cells copied in WPS or Excel and pasted as text: tabs between cells, quotes around cells with line breaks.

    Everything is text, so an ID number shows as it was displayed. Raises UnreadableSheet.
    """
    if not text.strip():
        raise UnreadableSheet("empty")
    if len(text) > sheetworker.MAX_FILE:
        raise UnreadableSheet("file_too_big")
    delimiter = "\t" if "\t" in text else None
    rows: list[list[Cell]] = []
    for row in sheetworker.text_rows(text, delimiter):
        if len(rows) >= sheetworker.MAX_ROWS:
            raise UnreadableSheet("too_many_rows")
        if len(row) > sheetworker.MAX_COLUMNS:
            raise UnreadableSheet("too_many_columns")
        if any(len(cell) > sheetworker.MAX_TEXT for cell in row):
            raise UnreadableSheet("cell_too_long")
        rows.append([cell or None for cell in row])
    return Sheet("", rows)


def annotated(workbook: bytes, sheet: str, notes: Iterable[tuple[int, int, str]]) -> bytes:
    """The same xlsx with a comment in each (row, column) named. Raises UnreadableSheet, also when it is no xlsx."""
    request = json.dumps({"sheet": sheet, "notes": list(notes)}).encode() + b"\n"
    with _opened(request + workbook) as stdin, _scratch() as answer:
        _run("annotate", stdin, answer)
        result = answer.read()
    if not result.startswith(b"PK"):
        raise UnreadableSheet(_reason(result.splitlines()[-1:]) or "damaged")
    return result


@contextlib.contextmanager
def _opened(source: Path | str | bytes) -> Iterator[IO[bytes]]:
    """The source as a file handle that a child can inherit."""
    if isinstance(source, bytes):
        with _scratch() as held:
            held.write(source)
            held.seek(0)
            yield held
    else:
        with Path(source).open("rb") as held:
            yield held


def _scratch() -> IO[bytes]:
    """A file that lives in memory where the system has such: rosters hold ID numbers and should leave no trace on a disk."""
    if hasattr(os, "memfd_create"):
        return cast(IO[bytes], os.fdopen(os.memfd_create("sheet"), "w+b"))
    return cast(IO[bytes], tempfile.TemporaryFile())  # pragma: no cover - other systems than Linux


def _run(mode: str, stdin: IO[bytes], answer: IO[bytes]) -> None:
    """Run the worker to its end, or stop it; afterwards ``answer`` stands at its beginning."""
    command = [sys.executable, "-I", "-X", "utf8", sheetworker.__file__, mode]
    # The child holds the writing end of a pipe until it is gone, so its end is seen at once and without polling.
    alive, held = os.pipe()
    try:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            command, stdin=stdin, stdout=answer, stderr=subprocess.DEVNULL, env={}, pass_fds=[held]
        )
        os.close(held)
        watch = select.poll()
        watch.register(alive)
        ended = watch.poll(WALL_SECONDS * 1000)
        if not ended:
            child.kill()
        returncode = child.wait()
    finally:
        os.close(alive)
    if not ended:
        raise UnreadableSheet("timeout")
    if returncode in {-24, -9}:  # SIGXCPU, SIGKILL at the hard limit
        raise UnreadableSheet("timeout")
    if returncode in {-6, -25, sheetworker.TOO_BIG}:  # abort() of an allocator that got nothing; SIGXFSZ
        raise UnreadableSheet("too_big")
    if returncode != 0:
        raise UnreadableSheet("damaged")
    answer.seek(0)


def _reason(lines: Sequence[bytes]) -> str | None:
    """The code of a refusal, when the last line is one."""
    if not lines or not lines[-1].startswith(b'{"refused"'):
        return None
    code = str(json.loads(lines[-1])["refused"])
    return code if code in SENTENCES else "damaged"


def _sheets(answer: IO[bytes]) -> Iterator[Sheet]:
    """The worker's lines as sheets; a refusal at the end undoes all that came before it."""
    heads: list[dict[str, object]] = []
    tables: list[list[list[Cell]]] = []
    ended = False
    lefts: list[None] = []
    for line in answer:
        if line.startswith(b"["):
            row = json.loads(line)
            if b'["' in line[1:]:
                row = [_moment(cell) if type(cell) is list else cell for cell in row]
            tables[-1].append(lefts + row)
        elif line.startswith(b'{"sheet"'):
            heads.append(json.loads(line))
            tables.append([])
            lefts = [None] * int(cast(int, heads[-1]["left"]))
        elif reason := _reason([line]):
            raise UnreadableSheet(reason)
        elif line.startswith(b'{"end"'):
            ended = True
    if not ended:
        raise UnreadableSheet("damaged")
    for head, rows in zip(heads, tables, strict=True):
        yield Sheet(
            name=str(head["sheet"]),
            rows=rows,
            visible=bool(head["visible"]),
            hidden=frozenset(cast(list[int], head["hidden"])),
            merges=[
                cast(tuple[int, int, int, int], tuple(merge))
                for merge in cast(list[list[int]], head["merges"])
            ],
        )


def _moment(cell: list[str]) -> Cell:
    """A day (times of day are dropped: offices date things by the day), or the text of a time."""
    sort, text = cell
    if sort == "d":
        return datetime.fromisoformat(text).date()
    return text

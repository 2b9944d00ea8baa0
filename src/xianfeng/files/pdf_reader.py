"""Says of a PDF on standard input whether anything in it runs: `clean`, `active`, `encrypted` or `damaged`.

Run as a program, in a process of its own with limits on memory and time: a PDF is read by a large library, and a
hostile one must not take the server with it. Imports nothing of ours.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

MEMORY = 512 * 1024 * 1024
SECONDS = 15
MAX_OBJECTS = 200_000
# Keys that lead to a script, a program start, an embedded file or a rich form, and actions that do.
KEYS = frozenset(
    {"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA"}
)
ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/EmbeddedFile", "/RichMedia", "/ImportData", "/SubmitForm", "/GoToE"}
)

# Looked for in the bytes as well: readers repair broken tables and then find what no table lists.
HIDDEN = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?)\b")


def limit() -> None:
    """Bound this process, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def verdict(content: bytes) -> str:
    """Look at every object of the file, also those packed in object streams and those no page refers to."""
    from pypdf import PdfReader

    if HIDDEN.search(content):
        return "active"
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted:
        return "encrypted"
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if not numbers or len(numbers) > MAX_OBJECTS or not len(reader.pages):
        return "damaged"
    if runs(reader.trailer):
        return "active"
    for number, generation in sorted(numbers):
        if runs(_object(reader, number, generation)):
            return "active"
    return "clean"


def _object(reader: Any, number: int, generation: int) -> Any:
    from pypdf.errors import PyPdfError
    from pypdf.generic import IndirectObject

    try:
        return reader.get_object(IndirectObject(number, generation, reader))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        # Old files point at free or missing places; a reader that cannot find the object cannot run it either.
        return None


def runs(value: Any) -> bool:
    """Whether an object, or one lying directly within it, is or names something that runs."""
    from pypdf.generic import NameObject

    return any(
        KEYS & {str(key) for key in part}
        if isinstance(part, dict)
        else isinstance(part, NameObject) and part in ACTIONS
        for part in within(value)
    )


def within(value: Any) -> Iterator[Any]:
    """An object and those directly inside; references are not followed, their objects are looked at by number."""
    from pypdf.generic import IndirectObject

    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            continue
        yield part
        if isinstance(part, dict):
            waiting.extend(dict.values(part))
        elif isinstance(part, list):
            waiting.extend(list.__iter__(part))


def main() -> int:
    limit()
    logging.disable()
    try:
        answer = verdict(sys.stdin.buffer.read())
    except (Exception, MemoryError, RecursionError):  # noqa: BLE001 - whatever a broken file provokes, it is broken
        answer = "damaged"
    sys.stdout.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())

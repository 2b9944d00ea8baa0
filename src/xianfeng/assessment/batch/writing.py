"""Output that appears whole or not at all: written aside, then renamed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .words import InputError, say


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to, file or folder; it becomes `path` when the block ends well.

    Whoever is killed in between leaves what was there before, and at most a folder with a dot before its name.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise InputError(f"{path}: {say('file_write', value=error.strerror)}") from None
    target = folder / path.name
    try:
        yield target
        if path.exists() and (target.is_dir() or path.is_dir()):
            path.replace(
                folder / "before"
            )  # a folder takes no other's place, and a file not that of a folder
        _sync(target)
        target.replace(path)
    except OSError as error:
        raise InputError(f"{path}: {say('file_write', value=error.strerror or error)}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sync(path: Path) -> None:
    if path.is_file():
        with path.open("rb") as file:
            os.fsync(file.fileno())

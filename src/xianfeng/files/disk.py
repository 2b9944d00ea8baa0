"""The store: contents under XIANFENG_HOME/media/ab/cd/<sha256>, written once, readable by our account only.

Smaller pictures made from a content lie beside it as <sha256>.<pixels>.jpg. A content appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

HASH = re.compile(r"[0-9a-f]{64}")


def root() -> Path:
    return Path(settings.XIANFENG_HOME) / "media"


def path_of(sha256: str, pixels: int | None = None) -> Path:
    """Where a content, or the picture of so many pixels made from it, lies or would lie."""
    if not HASH.fullmatch(sha256):
        raise ValueError("not a SHA-256")
    name = sha256 if pixels is None else f"{sha256}.{pixels}.jpg"
    return root() / sha256[:2] / sha256[2:4] / name


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put(content: bytes) -> str:
    """Keep a content and return its SHA-256. One that is already here is left alone, unless it has been damaged."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if path.exists() and path.stat().st_size == len(content) and digest_of(path) == sha256:
        path.touch()  # Young files are safe from `remove_orphans` until the row that refers to them is committed.
    else:
        write(path, content)
    return sha256


def write(path: Path, content: bytes) -> None:
    """Write a file of the store so that after a crash it is whole or absent, and on disk once this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o440)
        Path(draft).rename(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def room_for(size: int) -> bool:
    """Whether so many bytes leave at least MIN_FREE_DISK_PERCENT of the disk free (default 5)."""
    here = next(folder for folder in (root(), *root().parents) if folder.exists())
    usage = shutil.disk_usage(here)
    return usage.free - size >= usage.total * getattr(settings, "MIN_FREE_DISK_PERCENT", 5) / 100


def contents() -> Iterator[tuple[str, datetime, list[Path]]]:
    """What lies in the store: hash, when its newest file was written, and its files."""
    for folder in sorted(root().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
        found: dict[str, list[Path]] = {}
        for path in sorted(folder.iterdir()):
            found.setdefault(path.name.split(".")[0], []).append(path)
        for name, paths in found.items():
            written = max(path.stat().st_mtime for path in paths)
            yield name, datetime.fromtimestamp(written, timezone.get_current_timezone()), paths

"""Comparing the store with the database: for `xianfeng check`, and to clear what nothing refers to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from . import disk
from .models import Attachment, Attachments

# A removed file can still be asked back for so long; one handed in but never attached is a broken-off request.
KEEP_REMOVED = timedelta(days=30)
KEEP_STRAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One content with which something is wrong, and the names under which it was attached."""

    kind: Literal["missing", "corrupt", "orphan"]
    sha256: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        names = pgettext("between names", ", ").join(f"“{name}”" for name in self.names)
        values = {"names": names, "hash": self.sha256}
        if self.kind == "missing":
            return _("The file of %(names)s is missing from the store (%(hash)s).") % values
        if self.kind == "corrupt":
            return _("The file of %(names)s has been altered in the store (%(hash)s).") % values
        return _("A file in the store belongs to nothing (%(hash)s).") % values


def check_files() -> list[Finding]:
    """Contents that are missing or altered, and old contents that belong to nothing. Reads every stored file."""
    wanted: dict[str, list[str]] = {}
    for sha256, name in _kept().values_list("sha256", "name"):
        wanted.setdefault(sha256, []).append(name)
    findings = []
    for sha256, names in sorted(wanted.items()):
        path = disk.path_of(sha256)
        if not path.is_file():
            findings.append(Finding("missing", sha256, tuple(names)))
        elif disk.digest_of(path) != sha256:
            findings.append(Finding("corrupt", sha256, tuple(names)))
    return findings + [Finding("orphan", sha256) for sha256, _paths in _orphans(set(wanted))]


def remove_orphans() -> int:
    """Delete contents that no attachment refers to any more. Returns how many. Safe to run at any time."""
    gone = 0
    for _sha256, paths in _orphans(set(_kept().values_list("sha256", flat=True))):
        for path in paths:
            path.unlink(missing_ok=True)
        gone += 1
    return gone


def _kept() -> Attachments:
    """Attachments whose content must be there: live, or removed not long ago."""
    lately = timezone.now() - KEEP_REMOVED
    kept: Attachments = Attachment.objects.filter(Q(removed_at=None) | Q(removed_at__gt=lately))
    return kept


def _orphans(wanted: set[str]) -> list[tuple[str, list[Path]]]:
    old = timezone.now() - KEEP_STRAY
    return [(name, paths) for name, written, paths in disk.contents() if name not in wanted and written < old]

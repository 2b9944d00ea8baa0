"""The secrets of one installation: made once, kept in files beside the data, never inside it.

XIANFENG_HOME/keys (mode 0700) holds one file of mode 0400 per secret, as text that fits on a printed sheet:

    django.key     signs sessions and links
    data-<n>.key   root for sealed columns; the highest n seals, every n still opens: so keys can be rotated
    index.key      root for blind indexes; separate, because the index may be kept where the data root is not
    audit.key      root for the audit chain and for other seals of integrity

Every use has its own key, derived from its root by HKDF with a label, so that no key serves two purposes.
Nothing here imports Django's settings: the settings themselves begin by loading these keys.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from django.utils.translation import gettext_noop as _

from xianfeng.core.refusals import KeysMissing, WeakSettings

__all__ = ["Keys", "KeysMissing", "WeakSettings", "create", "fingerprints", "load"]

ROOT_BYTES = 32
MIN_DJANGO_CHARACTERS = 50
_DATA = re.compile(r"data-([1-9]\d{0,2})\.key")


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of an installation. `repr` shows none of them."""

    django: str = field(repr=False)
    data: Mapping[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    audit: bytes = field(repr=False)

    @property
    def newest(self) -> int:
        """The key id with which new values are sealed."""
        return max(self.data)


def folder(home: Path) -> Path:
    return home / "keys"


def has_data(home: Path) -> bool:
    """Whether something lies here that older keys may have sealed."""
    return any(home.glob("*.db")) or any(home.glob("*.sqlite3")) or (home / "media").is_dir()


def create(home: Path) -> Keys:
    """Make the secrets of a new installation.

    They appear all at once or not at all; of processes that start together one wins, and all use its keys.
    Raises KeysMissing where data already lies: new keys could never open it.
    """
    target = folder(home)
    if not target.exists():
        if has_data(home):
            raise KeysMissing(
                _("There is data in %(home)s but no keys folder: put it back from its safe copy."),
                home=home,
            )
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = Path(mkdtemp(prefix=".keys-", dir=home))
        _write(draft / "django.key", secrets.token_urlsafe(64))
        for name in ("data-1", "index", "audit"):
            _write(draft / f"{name}.key", secrets.token_hex(ROOT_BYTES))
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft)
            if not target.exists():
                raise
    return read(home)


@cache
def load(home: Path) -> Keys:
    """The secrets of an installation, made on the very first start. Read once per process.

    Raises KeysMissing when data lies here without its keys, WeakSettings when a key is short or readable by
    others.
    """
    return read(home) if folder(home).exists() else create(home)


def read(home: Path) -> Keys:
    """The secrets as they lie on disk, each checked for mode and length."""
    where = folder(home)
    _only_ours(where)
    data = {
        int(match[1]): _root(path)
        for path in sorted(where.iterdir())
        if (match := _DATA.fullmatch(path.name))
    }
    if not data:
        raise KeysMissing(
            _("The key file %(file)s is missing: put it back from its safe copy."), file=where / "data-1.key"
        )
    django = _text(where / "django.key")
    if len(django) < MIN_DJANGO_CHARACTERS:
        raise WeakSettings(_("The key in %(file)s is too short."), file=where / "django.key")
    return Keys(django, data, _root(where / "index.key"), _root(where / "audit.key"))


def fingerprints(keys: Keys) -> dict[str, str]:
    """Short names by which a printed sheet and a key file can be compared without showing the key."""
    parts = {"django": keys.django.encode(), "index": keys.index, "audit": keys.audit}
    parts |= {f"data-{number}": root for number, root in keys.data.items()}
    digests = {
        name: hashlib.sha256(b"xianfeng fingerprint" + secret).hexdigest() for name, secret in parts.items()
    }
    return {name: "-".join(digests[name][i : i + 4] for i in range(0, 16, 4)) for name in sorted(digests)}


def _write(path: Path, text: str) -> None:
    """Write and sync a secret that only its owner can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _only_ours(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise WeakSettings(_("Others on this machine can read %(file)s: run chmod go= on it."), file=path)


def _text(path: Path) -> str:
    if not path.exists():
        raise KeysMissing(_("The key file %(file)s is missing: put it back from its safe copy."), file=path)
    _only_ours(path)
    return path.read_text(encoding="ascii", errors="replace").strip()


def _root(path: Path) -> bytes:
    text = _text(path)
    if not re.fullmatch(r"[0-9a-f]*", text) or len(text) != 2 * ROOT_BYTES:
        raise WeakSettings(_("The key in %(file)s is too short."), file=path)
    return bytes.fromhex(text)

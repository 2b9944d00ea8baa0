"""What `serve` refuses to start with. Each finding is one sentence with its cure; there are no mere warnings."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from xianfeng.core import keys
from xianfeng.core.refusals import Refusal

MIN_SECRET = 50
MIN_DIFFERENT = 10
# Fragments of keys that stand in documentation, templates and leaked repositories.
KNOWN_SECRETS = (
    "django-insecure",
    "changeme",
    "change-me",
    "secret-key",
    "your-secret",
    "example",
    "insecure",
    "12345678",
)
KNOWN_PASSWORDS = frozenset(
    {"", "postgres", "postgresql", "password", "passwd", "123456", "12345678", "1234", "admin", "root", "xianfeng",
     "changeme", "secret", "test", "demo", "qwerty", "88888888", "111111"}
)  # fmt: skip
WEAK_HASHERS = ("MD5", "SHA1", "Unsalted", "Crypt")


def check_settings(settings: Any, *, host: str = "127.0.0.1") -> list[str]:
    """Why this configuration must not serve pages at the address `host`; an empty list when nothing speaks against it."""
    return [
        *_secrets(settings),
        *_addresses(settings, host),
        *_files(settings),
        *_databases(settings),
        *_choices(settings),
    ]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    bare = host.strip("[]").rstrip(".").lower()
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return bare == "localhost" or bare.endswith(".localhost")


def _secrets(settings: Any) -> Iterator[str]:
    for secret in (settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", ())):
        if len(secret) < MIN_SECRET or len(set(secret)) < MIN_DIFFERENT:
            yield _("The secret key is too short: remove the setting, and a good one is made by itself.")
        elif any(known in secret.lower() for known in KNOWN_SECRETS):
            yield _(
                "The secret key is known to others: remove the setting, and a good one is made by itself."
            )
    try:
        keys.read(Path(settings.XIANFENG_HOME))
    except FileNotFoundError:
        yield _("There is no keys folder in %(home)s: run `xianfeng init`.") % {
            "home": settings.XIANFENG_HOME
        }
    except Refusal as refusal:
        yield str(refusal)


def _addresses(settings: Any, host: str) -> Iterator[str]:
    named = [name for name in settings.ALLOWED_HOSTS if not is_loopback(name)]
    outside = not is_loopback(host)
    behind_tls = getattr(settings, "BEHIND_TLS", False)
    if settings.DEBUG and (named or outside):
        yield _(
            "Debug pages show secrets to every visitor: switch XIANFENG_DEBUG off, or serve this machine alone."
        )
    if any(name.startswith("*") or name in {".", ""} for name in settings.ALLOWED_HOSTS):
        yield _("XIANFENG_HOSTS accepts every name: write the names under which this site is reached.")
    if outside and not behind_tls:
        yield _(
            "Without encryption passwords could be read on the way: put a web server with HTTPS in front and set "
            "XIANFENG_BEHIND_TLS=1, or serve 127.0.0.1."
        )
    if (named or outside) and not getattr(settings, "SECOND_FACTOR", True):
        yield _(
            "Without second factors only this machine may be served: remove XIANFENG_SECOND_FACTOR=off, "
            "or serve 127.0.0.1 under local names alone."
        )
    if behind_tls and not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield _("Behind HTTPS the cookies must be marked secure.")
    for origin in getattr(settings, "CSRF_TRUSTED_ORIGINS", ()):
        parts = urlsplit(origin)
        if "*" in origin or (parts.scheme != "https" and not is_loopback(parts.hostname or "")):
            yield _("XIANFENG_ORIGINS trusts “%(origin)s”: name each address in full, with https.") % {
                "origin": origin
            }


def _files(settings: Any) -> Iterator[str]:
    home = Path(settings.XIANFENG_HOME)
    found = [home / "media"] if (home / "media").exists() else []
    for database in settings.DATABASES.values():
        if database["ENGINE"].endswith("sqlite3") and ":memory:" not in (name := str(database["NAME"])):
            found += [path for path in (Path(name), Path(name + "-wal")) if path.exists()]
    for path in found:
        if open_to_others(path):
            yield _("Others on this machine can read %(file)s: run chmod 700 %(folder)s.") % {
                "file": path,
                "folder": path.parent,
            }


def open_to_others(path: Path) -> bool:
    """Whether other accounts can read a file: its own mode allows it, and every folder above lets them through."""
    mode = path.stat().st_mode
    readable = mode & (stat.S_IROTH | stat.S_IRGRP)
    reachable = stat.S_IXOTH | (stat.S_IXGRP if mode & stat.S_IRGRP else 0)
    return bool(readable) and all(folder.stat().st_mode & reachable for folder in path.resolve().parents)


def _databases(settings: Any) -> Iterator[str]:
    for database in settings.DATABASES.values():
        if database["ENGINE"].endswith("sqlite3"):
            continue
        # Over a socket of this machine the system itself says who connects, and no password is needed.
        by_socket = not database.get("HOST") or str(database["HOST"]).startswith("/")
        password = str(database.get("PASSWORD") or "")
        if by_socket and not password:
            continue
        if password.lower() in KNOWN_PASSWORDS or password == database.get("USER"):
            yield _("The database has a password that everybody knows: give it one of its own.")


def _choices(settings: Any) -> Iterator[str]:
    if settings.CRYPTO_SUITE not in {"intl", "gm"}:
        yield _("XIANFENG_CRYPTO_SUITE may be intl or gm.")
    if any(weak in settings.PASSWORD_HASHERS[0] for weak in WEAK_HASHERS):
        yield _("Passwords would be stored in a form that can be reversed: use Argon2.")
    if "django.contrib.admin" in settings.INSTALLED_APPS:
        yield _("Django's admin goes past scope and audit: remove it from the installed apps.")

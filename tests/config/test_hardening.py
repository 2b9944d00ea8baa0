"""Twenty-odd ways to configure it badly, each refused with one sentence; and the good ways, which are not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from xianfeng.config.hardening import check_settings, is_loopback, open_to_others
from xianfeng.core import keys

GOOD_PASSWORD = "kq7-Tz2m-9fWp"  # of a database that does not exist


@pytest.fixture
def good(tmp_path: Path) -> SimpleNamespace:
    """A configuration with nothing against it: embedded database, this machine alone."""
    made = keys.create(tmp_path)
    database = tmp_path / "xianfeng.db"
    database.touch(mode=0o600)
    return SimpleNamespace(
        XIANFENG_HOME=tmp_path,
        SECRET_KEY=made.django,
        DEBUG=False,
        ALLOWED_HOSTS=["127.0.0.1", "localhost", "[::1]"],
        CSRF_TRUSTED_ORIGINS=[],
        BEHIND_TLS=False,
        SESSION_COOKIE_SECURE=False,
        CSRF_COOKIE_SECURE=False,
        CRYPTO_SUITE="intl",
        PASSWORD_HASHERS=["xianfeng.people.hashers.Argon2id"],
        INSTALLED_APPS=["xianfeng.core"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
    )


def postgres(password: str, host: str = "db.example.test") -> dict[str, Any]:
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": "x", "USER": "bureau", "PASSWORD": password, "HOST": host,
        }
    }  # fmt: skip


def published(settings: SimpleNamespace) -> None:
    """As an office serves it: behind a web server with HTTPS."""
    settings.BEHIND_TLS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.ALLOWED_HOSTS = ["dj.example.test"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://dj.example.test"]


def test_the_default_is_accepted(good: SimpleNamespace) -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        assert check_settings(good, host=host) == []


def test_behind_https_is_accepted(good: SimpleNamespace) -> None:
    published(good)
    assert check_settings(good, host="0.0.0.0") == []


def test_debug_on_this_machine_alone_is_accepted(good: SimpleNamespace) -> None:
    good.DEBUG = True
    assert check_settings(good) == []


@pytest.mark.parametrize(
    ("password", "host"), [(GOOD_PASSWORD, "db.example.test"), ("", "/run/postgresql"), ("", "")]
)
def test_a_guarded_postgresql_is_accepted(good: SimpleNamespace, password: str, host: str) -> None:
    good.DATABASES = postgres(password, host)
    assert check_settings(good) == []


BAD: dict[str, Callable[[SimpleNamespace], object]] = {
    "no secret": lambda s: setattr(s, "SECRET_KEY", ""),
    "short secret": lambda s: setattr(s, "SECRET_KEY", "kq7Tz2m9fWp-short"),
    "repeated secret": lambda s: setattr(s, "SECRET_KEY", "abc" * 30),
    "secret of startproject": lambda s: setattr(s, "SECRET_KEY", "django-insecure-" + s.SECRET_KEY),
    "secret of a template": lambda s: setattr(s, "SECRET_KEY", "your-secret-key-goes-here-" + s.SECRET_KEY),
    "weak former secret": lambda s: setattr(s, "SECRET_KEY_FALLBACKS", ["old"]),
    "debug for others": lambda s: (setattr(s, "DEBUG", True), s.ALLOWED_HOSTS.append("dj.example.test")),
    "any host": lambda s: setattr(s, "ALLOWED_HOSTS", ["*"]),
    "any host among others": lambda s: s.ALLOWED_HOSTS.append("*"),
    "trusts any origin": lambda s: s.CSRF_TRUSTED_ORIGINS.append("https://*.example.test"),
    "trusts plain http": lambda s: s.CSRF_TRUSTED_ORIGINS.append("http://dj.example.test"),
    "cookies in clear": lambda s: setattr(s, "BEHIND_TLS", True),
    "keys folder for all": lambda s: (s.XIANFENG_HOME / "keys").chmod(0o755),
    "key file for all": lambda s: (s.XIANFENG_HOME / "keys" / "index.key").chmod(0o444),
    "key missing": lambda s: (s.XIANFENG_HOME / "keys" / "audit.key").unlink(),
    "no keys": lambda s: (s.XIANFENG_HOME / "keys").rename(s.XIANFENG_HOME / "elsewhere"),
    "postgres/postgres": lambda s: setattr(s, "DATABASES", postgres("postgres")),
    "password 123456": lambda s: setattr(s, "DATABASES", postgres("123456")),
    "password is the name": lambda s: setattr(s, "DATABASES", postgres("bureau")),
    "no password over the network": lambda s: setattr(s, "DATABASES", postgres("")),
    "known password over a socket": lambda s: setattr(s, "DATABASES", postgres("admin", "/run/postgresql")),
    "unknown suite": lambda s: setattr(s, "CRYPTO_SUITE", "rot13"),
    "passwords as MD5": lambda s: setattr(
        s, "PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ),
    "admin site": lambda s: s.INSTALLED_APPS.append("django.contrib.admin"),
}


@pytest.mark.parametrize("how", BAD)
def test_a_bad_configuration_is_refused_with_one_sentence(good: SimpleNamespace, how: str) -> None:
    BAD[how](good)
    found = check_settings(good)
    assert len(found) == 1, found
    assert found[0].strip().endswith(("。", "."))
    assert "%(" not in found[0]
    assert GOOD_PASSWORD not in found[0]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.10", "dj.example.test", ""])
def test_plain_http_for_others_is_refused(good: SimpleNamespace, host: str) -> None:
    assert len(check_settings(good, host=host)) == 1


def test_debug_for_others_is_refused_also_behind_https(good: SimpleNamespace) -> None:
    published(good)
    good.DEBUG = True
    assert len(check_settings(good, host="0.0.0.0")) == 1


@pytest.mark.parametrize("name", ["xianfeng.db", "xianfeng.db-wal", "media"])
def test_data_that_others_can_read_is_refused(good: SimpleNamespace, name: str, monkeypatch: Any) -> None:
    path = good.XIANFENG_HOME / name
    path.mkdir() if name == "media" else path.touch()
    path.chmod(0o755)
    monkeypatch.setattr("xianfeng.config.hardening.open_to_others", lambda one: one == path)
    (sentence,) = check_settings(good)
    assert str(path) in sentence


def test_a_closed_folder_protects_what_lies_in_it(tmp_path: Path, monkeypatch: Any) -> None:
    """Modes count on the way as well: 0644 within 0700 is closed, 0644 within 0755 is open."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    file = folder / "xianfeng.db"
    file.touch()
    file.chmod(0o644)
    assert not open_to_others(file)
    real = Path.stat
    monkeypatch.setattr(
        Path,
        "stat",
        lambda self, **options: SimpleNamespace(st_mode=0o40755) if self != file else real(self, **options),
    )
    assert open_to_others(file)
    file.chmod(0o600)
    assert not open_to_others(file)
    file.chmod(0o640)
    assert open_to_others(file)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "LOCALHOST.", "a.localhost"]
)
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "10.0.0.1", "localhost.example.test", "127.0.0.1.example.test", "*", ""]
)
def test_other_machines(host: str) -> None:
    assert not is_loopback(host)

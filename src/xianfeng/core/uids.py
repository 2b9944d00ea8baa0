"""Public ids: what stands in addresses and binds ciphertext to its row. Never sequential, never guessable."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import models

# Crockford's base 32 in lower case: no i, l, o, u, so that a printed id survives being read aloud.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 16


def new_uid() -> str:
    """Sixteen characters of 80 random bits."""
    number = int.from_bytes(secrets.token_bytes(10), "big")
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(75, -1, -5))


if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField


class UidField(_CharField):
    """The public id of a row: given before it is saved, unique, never edited."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_length=LENGTH, unique=True, editable=False, default=new_uid)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "unique", "editable", "default"):
            kwargs.pop(fixed, None)
        return name, path, list(args), dict(kwargs)


class UidConverter:
    """`<uid:uid>` in a URL pattern: exactly the form of a public id, so nothing else reaches the database."""

    regex = f"[{ALPHABET}]{{{LENGTH}}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value

"""Addresses of rows in long lists: a pattern is resolved once, and each row only puts its public id into it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.urls import get_script_prefix, reverse

from .uids import ALPHABET, LENGTH

ANY = ALPHABET[-1] * LENGTH


def page(name: str) -> str:
    """A page without arguments."""
    return _page(name, get_script_prefix())


@cache
def _page(name: str, _prefix: str) -> str:
    return reverse(name)


def address(name: str, key: str) -> str:
    """The page of a row. The pattern takes one argument: a public id (`uid`) or a code (`slug`), which need no quoting."""
    return addresses(name)(key)


def addresses(name: str) -> Callable[[str], str]:
    """What gives the page of each row of a list."""
    before, after = _around(name, get_script_prefix())
    return lambda key: f"{before}{key}{after}"


@cache
def _around(name: str, _prefix: str) -> tuple[str, str]:
    before, _any, after = reverse(name, args=[ANY]).partition(ANY)
    return before, after

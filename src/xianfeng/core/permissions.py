"""The list of permissions. Each app declares its own in `permissions.py`; roles hold sets of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Permission:
    """`code` is `<app>.<verb>`; `label` is what a person who grants it reads.

    `members`: every party member holds it at the own branch, without any appointment; `inside`: and everywhere in the
    tree that the own branch belongs to.
    """

    code: str
    label: str | Promise
    members: bool = False
    inside: bool = False


_registry: dict[str, Permission] = {}


def declare(code: str, label: str | Promise, *, members: bool = False, inside: bool = False) -> str:
    """Make a permission known and return its code, so that modules can name it as a constant."""
    _registry[code] = Permission(code, label, members or inside, inside)
    return code


def held_by_members(code: str) -> bool:
    """Whether every party member holds it at the own branch."""
    return code in _registry and _registry[code].members


def held_inside(code: str) -> bool:
    """Whether every party member holds it in the whole tree that the own branch belongs to."""
    return code in _registry and _registry[code].inside


def known() -> dict[str, Permission]:
    """All declared permissions by code, in code order."""
    return dict(sorted(_registry.items()))

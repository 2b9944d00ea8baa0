"""Rows that may be one human entered twice. The ID number tells nothing here: nobody's number stands twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xianfeng.people.models import Person
from xianfeng.people.names import syllables

from . import permissions
from .models import Apart

MOST_ALIKE = 20
"""Of more people who share a value only so many are compared: it is a switchboard's number, or 1 January as the day of birth."""


@dataclass(frozen=True, slots=True)
class Someone:
    """What is compared of a person, in the order in which it is read."""

    pk: int
    name: str
    born_on: date | None
    phone_index: str | None
    organization: int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people and why they may be one; `sure` orders pairs, the surest first."""

    first: int
    second: int
    why: str | Promise
    sure: int


SAME_BIRTH = _("same name and date of birth")
SAME_PHONE = _("same phone number")
SAME_PLACE = _("same name in one branch")
SIMILAR = _("same date of birth, similar name")


def pairs(people: Iterable[Someone], apart: Iterable[tuple[int, int]] = ()) -> list[Pair]:
    """Who may be whom. One pass over the people; each pair once, for its strongest reason."""
    people = list(people)
    found: dict[tuple[int, int], Pair] = {}
    known = set(apart)

    def propose(group: Sequence[Someone], why: str | Promise, sure: int, alike: Any = None) -> None:
        first = sorted(group, key=lambda someone: someone.pk)[:MOST_ALIKE]
        for one, other in combinations(first, 2):
            key = one.pk, other.pk
            if key not in found and key not in known and (alike is None or alike(one, other)):
                found[key] = Pair(*key, why, sure)

    births: dict[date, list[Someone]] = defaultdict(list)
    phones: dict[str, list[Someone]] = defaultdict(list)
    named: dict[str, list[Someone]] = defaultdict(list)
    for someone in people:
        named[someone.name].append(someone)
        if someone.born_on:
            births[someone.born_on].append(someone)
        if someone.phone_index:
            phones[someone.phone_index].append(someone)
    for group in named.values():
        propose(group, SAME_BIRTH, 0, lambda one, other: one.born_on and one.born_on == other.born_on)
    for group in phones.values():
        propose(group, SAME_PHONE, 1)
    for group in named.values():
        propose(
            group,
            SAME_PLACE,
            2,
            lambda one, other: one.organization == other.organization and not (one.born_on and other.born_on),
        )
    for group in births.values():
        propose(group, SIMILAR, 3, lambda one, other: similar(one.name, other.name))
    return sorted(found.values(), key=lambda pair: (pair.sure, pair.first, pair.second))


def similar(one: str, other: str) -> bool:
    """Whether two names sound alike, or differ in one character of three or more."""
    if one == other:
        return True
    if len(one) != len(other):
        return False
    if syllables(one) == syllables(other):
        return True
    return len(one) >= 3 and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def found_by(visitor: Any) -> list[Pair]:
    """The pairs among the people whose data a visitor may change. Two queries."""
    people = (
        Person.objects.visible_to(visitor, permissions.CHANGE)
        .exclude(number=None)
        .values_list("pk", "name", "born_on", "phone_index", "organization")
    )
    return pairs((Someone(*row) for row in people), Apart.objects.values_list("first", "second"))

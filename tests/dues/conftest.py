"""Dues in the tests' world: it is 27 October 2026, and the branches begin to reckon in September."""

from __future__ import annotations

from typing import Any

import pytest

from xianfeng.core.periods import Period
from xianfeng.dues import actions
from xianfeng.dues.models import Collection, Due
from xianfeng.members.models import Membership
from xianfeng.people.models import Person

SEPTEMBER, OCTOBER = Period.parse("2026-09"), Period.parse("2026-10")


def people_of(branch: Any) -> list[Person]:
    """Members of a branch, in number order."""
    spells = Membership.objects.filter(organization=branch, until=None).values("person")
    return list(Person.objects.filter(pk__in=spells).select_related("organization").order_by("number"))


def line(person: Any, month: str = "2026-10") -> Due:
    """What a person owes for a month."""
    return Due.objects.get(person=person, month=Period.parse(month).start)


def sheet(branch: Any, month: str = "2026-10") -> Collection:
    """The sheet of a branch and month."""
    return Collection.objects.get(organization=branch, month=Period.parse(month).start)


@pytest.fixture
def reckoned(today: Any, world: Any) -> Any:
    """Everybody of 甲 is reckoned by 5000 yuan since September: 50 yuan a month."""
    actions.set_bases(
        [actions.NewBase(person, "serving", 500_000) for person in people_of(world.jia)],
        since=SEPTEMBER,
        by=world.clerk,
    )
    return world

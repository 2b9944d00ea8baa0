"""Telling people things. Safe to run twice: a person who was told under a key is not told again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count

from xianfeng.core import clock
from xianfeng.core.prepared import Prepared
from xianfeng.people.models import Person

from .kinds import frozen, known
from .models import Notice, Notices

UNREAD: Prepared[int] = Prepared(
    lambda person: (
        Notice.objects.filter(person=person)
        .unread()
        .order_by()
        .values("person")
        .annotate(number=Count("pk"))
        .values_list("number", flat=True)
    )
)


def notify(
    people: Iterable[Person], kind: str, params: Mapping[str, Any] | None = None, *, link: str = "", key: str
) -> int:
    """Tell people something; returns how many had not been told yet.

    `params` are the values that the kind's sentence names: texts, numbers, days, moments or periods. `link` is the
    page of ours where the matter is dealt with. `key` says what makes it the same matter ("report-due/2026-10/7").
    """
    if kind not in known():
        raise ValueError(f"{kind} is not a declared kind of notice")
    values, now = frozen(params or {}), clock.now()
    wanted = {person.pk: person for person in people if person.is_active}
    told = set(Notice.objects.filter(person__in=wanted, key=key).values_list("person", flat=True))
    new = [
        Notice(person=person, kind=kind, params=values, link=link, key=key, at=now)
        for pk, person in wanted.items()
        if pk not in told
    ]
    # Two workers may both find someone untold; the constraint keeps the first.
    Notice.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return len(new)


def mark_read(notices: Notices) -> int:
    """Note that these were read; returns how many were unread."""
    return notices.unread().update(read_at=clock.now())


def dealt_with(link: str) -> int:
    """The matter at an address of ours is dealt with: what anyone was told about it no longer waits. Returns how many."""
    return mark_read(Notice.objects.filter(link__startswith=link))


def unread_count(person: Person) -> int:
    """How many notices wait for a person. One query."""
    return sum(UNREAD(person=person.pk))

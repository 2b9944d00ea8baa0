"""Finding members by name, pinyin, initials or number."""

from __future__ import annotations

from typing import Any

from xianfeng.people.models import People, Person

from . import permissions


def matching(reader: Any, words: str) -> People:
    """People with a party record whom the reader may see, those still on the roll first."""
    people: People = Person.objects.visible_to(reader, permissions.VIEW)
    return (
        people.filter(member__isnull=False)
        .named(words)
        .select_related("organization")
        .order_by("-is_member", "number")
    )

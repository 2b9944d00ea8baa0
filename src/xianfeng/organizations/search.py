"""Finding organizations by name, number, unit or initials."""

from __future__ import annotations

from functools import lru_cache

from django.db.models import Q

from .models import Organizations


@lru_cache(maxsize=8192)
def initials(name: str) -> str:
    """Pinyin and initials of a name: xiangonglu xgl."""
    from pypinyin import lazy_pinyin  # loading its tables takes a moment that most commands need not spend

    parts = lazy_pinyin(name)
    return f"{''.join(parts)} {''.join(part[:1] for part in parts)}".lower()


def matching(rows: Organizations, words: str) -> Organizations:
    """Those of which every word is found in name, number or unit; Latin letters also as pinyin or initials."""
    for word in words.split():
        condition = (
            Q(name__icontains=word)
            | Q(short_name__icontains=word)
            | Q(number__icontains=word)
            | Q(unit__icontains=word)
        )
        if word.isascii() and word.isalpha():
            names = rows.order_by().values_list("pk", "short_name")
            condition |= Q(pk__in=[pk for pk, name in names if word.lower() in initials(name)])
        rows = rows.filter(condition)
    return rows

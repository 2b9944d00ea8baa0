"""Everything that is kept about one person, read through the declarations of `core.inventory`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise

from xianfeng.core.fields import BlindIndex, Sealed
from xianfeng.core.inventory import Kept, known

UNREADABLE = {
    "password",
    "code_hash",
    "session_key",
    "data",
    "source",
    "edits",
    "journal",
    "search_text",
    "digest",
}
MOST = 200  # rows of one kind shown on the page; the file has all


@dataclass(frozen=True, slots=True)
class Section:
    """What is kept in one table: why, how long, and the rows under their headings."""

    label: str
    kept: Kept
    headings: list[str]
    rows: list[list[Any]]
    total: int


def readable(kept: Kept) -> list[models.Field[Any, Any]]:
    """The fields of a model that say something to a reader: no hashes, no keys, no derived text."""
    return [
        field
        for field in apps.get_model(kept.model)._meta.concrete_fields
        if field.name in kept.fields and field.name not in UNREADABLE and not isinstance(field, BlindIndex)
    ]


def totals(person: Any) -> Iterator[Section]:
    """Where something is kept about a person, and how much, without what it says. A query for each kind."""
    for kept in known().values():
        if total := kept.rows(person).count():
            yield Section(_label(kept), kept, [], [], total)


def sections(person: Any, *, most: int = MOST) -> Iterator[Section]:
    """Where something is kept about a person, with up to so many rows, sealed values masked. A query for each kind."""
    for kept in known().values():
        found = kept.rows(person)
        fields = readable(kept)
        related = [field.name for field in fields if field.many_to_one]
        rows = list((found.select_related(*related) if related else found)[: most + 1])
        if not rows:
            continue
        total = len(rows) if len(rows) <= most else found.count()
        yield Section(
            _label(kept),
            kept,
            [str(field.verbose_name) for field in fields],
            [[_shown(row, field) for field in fields] for row in rows[:most]],
            total,
        )


def _label(kept: Kept) -> str:
    return str(apps.get_model(kept.model)._meta.verbose_name_plural)


def _shown(row: Any, field: models.Field[Any, Any]) -> Any:
    if worded := getattr(row, f"get_{field.name}_display", None):
        return str(worded())
    value = getattr(row, field.name)
    return str(value) if isinstance(value, Sealed | Promise | models.Model) else value


def everything(person: Any) -> dict[str, Any]:
    """The same whole and in clear text, for the person to take along."""
    document: dict[str, Any] = {}
    for kept in known().values():
        fields = readable(kept)
        document[kept.model] = {
            "purpose": str(kept.purpose),
            "retention": str(kept.retention),
            "rows": [
                {field.name: _plain(getattr(row, field.name)) for field in fields}
                for row in kept.rows(person).select_related(*[f.name for f in fields if f.many_to_one])
            ],
        }
    return document


def _plain(value: Any) -> Any:
    if isinstance(value, Sealed):
        return value.reveal()
    return str(value) if isinstance(value, models.Model) else value

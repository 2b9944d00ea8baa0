"""Writing many rows at once, new ones and changed ones alike, without making a model instance of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.constants import OnConflict


def upsert(
    model: type[models.Model],
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    unique: Sequence[str],
    update: Sequence[str],
) -> None:
    """Insert rows; where the fields `unique` are those of a row that is there, set its fields `update` instead.

    One statement, prepared once. A row holds the values of the fields `names` as the database takes them: whole numbers,
    texts, None, and JSON as text. For a model without sealed columns, and none of its defaults is filled in.
    """
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    quote = connection.ops.quote_name

    def columns(wanted: Sequence[str]) -> list[str]:
        fields: list[Any] = [model._meta.get_field(name) for name in wanted]
        return [field.column for field in fields]

    conflict = connection.ops.on_conflict_suffix_sql([], OnConflict.UPDATE, columns(update), columns(unique))
    into = ", ".join(map(quote, columns(names)))
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({into}) VALUES ({marks}) {conflict}",  # noqa: S608 - names of fields
            rows,
        )

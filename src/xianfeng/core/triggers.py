"""Append-only tables: triggers that refuse to change or delete a row, on both databases.

The owner of an SQLite file can remove them; the audit chain and its anchors are what shows such tampering.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.migrations.operations import RunPython


def append_only(table: str, *, erasable: Sequence[str] = ()) -> RunPython:
    """A migration operation that lets `table` only grow. Columns named in `erasable` may be set to NULL."""
    return RunPython(_install(table, erasable), _remove(table))


def _install(table: str, erasable: Sequence[str]) -> Callable[[Any, Any], None]:
    def install(apps: Any, schema_editor: Any) -> None:
        connection = schema_editor.connection
        with connection.cursor() as cursor:
            columns = [c.name for c in connection.introspection.get_table_description(cursor, table)]
        fixed = [c for c in columns if c not in erasable]
        if connection.vendor == "sqlite":
            changed = " OR ".join(
                [f'NEW."{c}" IS NOT OLD."{c}"' for c in fixed]
                + [f'(NEW."{c}" IS NOT NULL AND NEW."{c}" IS NOT OLD."{c}")' for c in erasable]
            )
            schema_editor.execute(
                f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" WHEN {changed} '
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
            schema_editor.execute(
                f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
            return
        changed = " OR ".join(
            [f'NEW."{c}" IS DISTINCT FROM OLD."{c}"' for c in fixed]
            + [f'(NEW."{c}" IS NOT NULL AND NEW."{c}" IS DISTINCT FROM OLD."{c}")' for c in erasable]
        )
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
            params=None,
        )
        schema_editor.execute(
            f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN ({changed}) '
            f"EXECUTE FUNCTION {table}_refuse()",
            params=None,
        )
        schema_editor.execute(
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" FOR EACH ROW '
            f"EXECUTE FUNCTION {table}_refuse()",
            params=None,
        )

    return install


def _remove(table: str) -> Callable[[Any, Any], None]:
    def remove(apps: Any, schema_editor: Any) -> None:
        on = "" if schema_editor.connection.vendor == "sqlite" else f' ON "{table}"'
        for what in ("update", "delete"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{what}"{on}', params=None)
        if on:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_refuse()", params=None)

    return remove

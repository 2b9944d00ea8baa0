"""Wide tables in one piece: what `{% table %}` shows, put together as strings.

A template loop costs some ten microseconds a cell; a sheet of 413 people by a dozen columns is read on one page, so here
each value is escaped once and joined. Use it for sheets that are not paged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from . import display
from .columns import Column

RIGHT = {"number", "points"}


def wide_table(
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    sort: str | None = None,
    own: Any = None,
    tall: bool = False,
) -> SafeString:
    """A three-line table of every row. `sort` is the present order, None: headings do not sort; `own` a row to mark;
    `tall`: it scrolls under its headings. It stays a table on the phone, with the columns that are shown there."""
    head = "".join(_heading(column, sort) for column in columns)
    openings = [f"<td{_classes(column)}>" for column in columns]
    shown = [_shower(column) for column in columns]
    links = [column.link for column in columns]
    out: list[str] = []
    add = out.append
    for row in rows:
        add('<tr class="own">' if own is not None and row == own else "<tr>")
        for opening, show, link in zip(openings, shown, links, strict=True):
            text = show(row)
            url = link(row) if link else None
            add(f'{opening}<a href="{escape(url)}">{text}</a></td>' if url else f"{opening}{text}</td>")
        add("</tr>\n")
    return SafeString(
        f'<div class="scroll wide{" tall" if tall else ""}"><table class="grid dense"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(out)}</tbody></table></div>"
    )


def _heading(column: Column, sort: str | None) -> str:
    label = conditional_escape(str(column.label))
    if sort is None or not column.order:
        return f'<th scope="col"{_classes(column)}>{label}</th>'
    now = {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, "none")
    turned = f"-{column.key}" if now == "ascending" else column.key
    link = format_html('<a href="?sort={}">{}</a>', turned, label)
    return f'<th scope="col"{_classes(column)} aria-sort="{now}">{link}</th>'


def _classes(column: Column) -> str:
    names = [name for name, has in (("r", column.kind in RIGHT), ("desk-only", not column.phone)) if has]
    return f' class="{" ".join(names)}"' if names else ""


def _shower(column: Column) -> Any:
    value = column.value
    if column.kind == "points":
        return lambda row: _points(value(row))
    if column.kind == "number":
        return lambda row: display.plain(value(row))
    return lambda row: escape(str(found)) if (found := value(row)) not in {None, ""} else display.NONE


@lru_cache(maxsize=8192)
def _points(value: Decimal | int | None) -> str:
    return display.points(value)

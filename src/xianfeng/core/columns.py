"""Columns: a table declared once gives the page, the Excel file and its headings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise

Kind = Literal["text", "number", "points", "money", "date", "status", "link", "code"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    `value` takes the row and gives a plain value: str, int, Decimal, date or None (shown as —).
    `link` gives the address the cell leads to; `order` names the database columns by which the list can be sorted;
    `kind` decides alignment and the format in Excel ("code" is text that must never become a number).
    `phone`, `screen` and `export` say where the column stands: as cards, on the page, in the file.
    """

    key: str
    label: str | Promise
    value: Callable[[Any], Any]
    kind: Kind = "text"
    order: tuple[str, ...] = ()
    link: Callable[[Any], str | None] | None = None
    tone: Callable[[Any], str] | None = None
    phone: bool = True
    screen: bool = True
    export: bool = True

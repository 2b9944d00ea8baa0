"""Writing Excel files: real numbers and dates, numbers of people as text, and nothing that runs as a formula.

Rows are streamed (xlsxwriter's constant memory): a list of fifty thousand costs no more memory than one of
fifty. The first row holds the headings, so that a sheet can be filtered, sorted and read in again as it is;
who exported it and when stands below the last row and on every printed page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

MAX_ROWS = 1_048_576
MAX_CELL = 32_767
WIDEST, NARROWEST = 48, 6
FORMATS = {"points": "0.0#", "money": "#,##0.00", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """Text without the characters that XML, and so a workbook, cannot hold."""
    return _NOT_XML.sub("", text)


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula, also after it was copied elsewhere or saved as CSV."""
    clean = printable(text)
    if clean.startswith(_RUNS):
        clean = "'" + clean
    return clean[:MAX_CELL]


def display_width(text: str) -> int:
    """Width in digits of a line of text: Chinese characters are two wide."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def sheet_name(title: str) -> str:
    """A title as a sheet may be called: 31 characters, none of []:*?/\\, no apostrophe at either end."""
    units = re.sub(r"[\[\]:*?/\\\s]", " ", printable(title)).encode("utf-16-le")[:62]
    name = units.decode("utf-16-le", "ignore").strip(" '")
    # Excel keeps this name for itself.
    return name if name and name.lower() != "history" else "Sheet1"


def workbook(
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[Any]],
    *,
    title: str,
    sheet: str = "",
    footer: str = "",
) -> bytes:
    """An xlsx file with one table.

    columns: (heading, kind), kinds as in `core.columns.Column`; "code" stays text whatever it looks like.
    rows: values in the order of the columns: str, int, Decimal, date, aware datetime, bool or None.
    Raises ValueError when there are more rows than a sheet holds: a list is never cut silently.
    """
    target = BytesIO()
    # Texts are written as texts: a formula or a link in a file of ours can only be a mistake.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": printable(title)[:255]})
    page = book.add_worksheet(sheet_name(sheet or title))
    head = book.add_format(
        {"bold": True, "bg_color": "#F3F0EA", "bottom": 1, "text_wrap": True, "valign": "top"}
    )
    cells = _Cells(book, page)

    widths = [display_width(heading) for heading, kind in columns]
    for at, (heading, _kind) in enumerate(columns):
        page.write_string(0, at, safe_cell(heading), head)
    last = 0
    for last, row in enumerate(rows, start=1):
        if last >= MAX_ROWS - 2:
            raise ValueError(f"more than {MAX_ROWS} rows in {title!r}")
        for at, (value, (_heading, kind)) in enumerate(zip(row, columns, strict=True)):
            shown = cells.write(last, at, value, kind)
            widths[at] = max(widths[at], min(WIDEST, max(map(display_width, shown.split("\n")))))
    if footer:
        page.write_string(last + 2, 0, safe_cell(footer))
        page.set_footer("&L" + printable(footer)[:100].replace("&", "&&") + "&R&P / &N")

    for at, width in enumerate(widths):
        page.set_column(at, at, max(NARROWEST, min(WIDEST, width)) + 2)
    page.freeze_panes(1, 1)
    if columns:
        page.autofilter(0, 0, last, len(columns) - 1)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    book.close()
    return target.getvalue()


class _Cells:
    """Writes cells by the type of their value."""

    def __init__(self, book: Any, page: Any) -> None:
        self.page = page
        self.text = book.add_format({"num_format": "@", "valign": "top"})
        self.numbers = {name: book.add_format({"num_format": pattern}) for name, pattern in FORMATS.items()}

    def write(self, row: int, column: int, value: Any, kind: str) -> str:
        """Write one cell and return what it shows, for the width of its column."""
        if value is None or value == "":
            return ""
        if kind != "code":
            if isinstance(value, bool):
                value = _("yes") if value else _("no")
            if isinstance(value, int | Decimal):
                self.page.write_number(row, column, value, self.numbers.get(kind))
                return f"{value:,}"
            if isinstance(value, datetime):
                local = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
                self.page.write_datetime(row, column, local, self.numbers["moment"])
                return "2026-01-01 00:00"
            if isinstance(value, date):
                self.page.write_datetime(row, column, value, self.numbers["date"])
                return "2026-01-01"
        shown = safe_cell(str(value))
        self.page.write_string(row, column, shown, self.text)
        return shown

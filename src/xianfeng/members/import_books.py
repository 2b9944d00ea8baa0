"""Workbooks that an import gives back: the office's own with comments, or only the rows that stayed out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from xianfeng.core import excel, sheets
from xianfeng.core.findings import Fault
from xianfeng.core.sheets import UnreadableSheet

from . import imports
from .batches import Look
from .models import Import


def commented(batch: Import, found: Look) -> bytes:
    """The office's own workbook with comments in the faulty cells; a plain copy where the file is not an xlsx."""
    notes = [(fault.row, max(fault.index, 0) + 1, _comment(fault)) for fault in found.faults]
    held = imports.source_of(batch)
    if "file" in held and (content := imports.content_of(held)).startswith(b"PK"):
        try:
            return sheets.annotated(content, found.profile.sheet.name, notes)
        except UnreadableSheet:
            pass  # Too large for openpyxl's model of a workbook: a plain copy then.
    return _copy(found, range(1, len(found.profile.sheet.rows) + 1), renumber=False)


def faulty_rows(found: Look) -> bytes:
    """A workbook with the headings and the rows that stayed out, comments in the faulty cells, ready to be mended and sent again."""
    return _copy(
        found, [*found.profile.heading_rows, *sorted({fault.row for fault in found.faults})], renumber=True
    )


def _comment(fault: Fault) -> str:
    return f"{fault.message}\n{_('Row %(row)d of the sheet as sent') % {'row': fault.row}}"


def _copy(found: Look, numbers: Sequence[int], *, renumber: bool) -> bytes:
    """Rows of the sheet as a new workbook. Texts stay texts; a damaged ID number stays the number it became."""
    import xlsxwriter  # loaded when somebody downloads, not before

    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(excel.sheet_name(found.profile.sheet.name or _("Rows to mend")))
    text = book.add_format({"num_format": "@"})
    heading = book.add_format({"bold": True, "bg_color": "#F3F0EA", "text_wrap": True})
    faulty = book.add_format({"num_format": "@", "bg_color": "#FFF2CC"})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    by_cell: dict[tuple[int, int], list[str]] = {}
    for fault in found.faults:
        by_cell.setdefault((fault.row, max(fault.index, 0)), []).append(_comment(fault))
    for place, number in enumerate(numbers):
        line = place if renumber else number - 1
        row = found.profile.sheet.rows[number - 1]
        for column, cell in enumerate(row):
            marked = (number, column) in by_cell
            style = heading if number in found.profile.heading_rows else faulty if marked else text
            if cell is None:
                if marked:
                    page.write_blank(line, column, None, style)
            elif isinstance(cell, bool):
                page.write_boolean(line, column, cell)
            elif isinstance(cell, int | float):
                page.write_number(line, column, cell, faulty if marked else None)
            elif isinstance(cell, date):
                page.write_datetime(line, column, cell, faulty if marked else days)
            else:
                page.write_string(line, column, excel.printable(cell), style)
    for (number, column), messages in by_cell.items():
        line = numbers.index(number) if renumber else number - 1
        page.write_comment(line, column, "\n".join(messages), {"x_scale": 2.5, "y_scale": 1.4})
    page.set_column(0, max((len(row) for row in found.profile.sheet.rows), default=1), 16)
    if renumber and found.profile.heading_rows:
        page.freeze_panes(len(found.profile.heading_rows), 0)
    book.close()
    return target.getvalue()

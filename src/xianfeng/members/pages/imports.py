"""What the page of an import shows: rows to mend, values that would change, columns and questions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from xianfeng.core import cells
from xianfeng.core.fields import mask
from xianfeng.core.findings import Fault, Question, safe
from xianfeng.core.sheets import Cell
from xianfeng.core.tables import SKIP_REASONS, Column
from xianfeng.organizations.models import Organization

from ..batches import Changed, Look, Outcome, Turn
from ..imports import kind_of
from ..models import Import

SHOWN_ROWS, SHOWN_NOTES, SHOWN_CHANGES = 200, 60, 300
SECRET = frozenset({"id_number", "mobile", "phone", "other_phone", "situation", "measures"})


@dataclass
class ShownCell:
    """A cell of a faulty row. A cell with ``messages`` can be mended in place."""

    text: str
    name: str = ""
    label: str = ""
    value: str = ""
    offer: str = ""
    messages: list[str] = field(default_factory=list)
    is_branch: bool = False


@dataclass
class ShownRow:
    """A faulty row."""

    number: int
    cells: list[ShownCell]


@dataclass
class ShownQuestion:
    """A question with what can be answered; ``kept`` is the row that alone is kept, 0 for all."""

    question: Question
    kept: int


def context(batch: Import, found: Look) -> dict[str, Any]:
    shown, headings, grouped = _rows(found)
    unsure = [column for column in found.profile.columns if column.field and not column.is_sure]
    choices: list[Any] = []
    if batch.kind != Import.Kind.BRANCHES:
        allowed = Organization.objects.branches().filter(dissolved_on=None)
        if batch.by is not None:
            allowed = allowed.visible_to(batch.by, kind_of(batch).permission)
        choices = list(allowed)
    return {
        "batch": batch,
        "found": found,
        "columns": [(column, _samples(column)) for column in found.profile.columns],
        "unsure": unsure,
        "needs_branch": any(fault.code == "branch_unknown" and fault.index < 0 for fault in found.faults)
        or batch.branch_id is not None,
        "choices": choices,
        "branches": [branch.short_name for branch in choices],
        **changes(found),
        "sheets": [sheet.name for sheet in found.sheets] if len(found.sheets) > 1 else [],
        "headings": headings,
        "shown": shown,
        "grouped_count": grouped,
        "hidden_count": found.refused - grouped - len(shown),
        "questions": [
            ShownQuestion(question, _kept(question, found)) for question in found.checked.questions
        ],
        "notes": found.notes[:SHOWN_NOTES],
        "notes_count": len(found.notes),
        "skipped": [(one.number, SKIP_REASONS[one.reason], one.text) for one in found.checked.body.skipped],
        "hidden_rows": sorted(found.profile.sheet.hidden & {row.row for row in found.checked.rows})[:20],
    }


def changes(found: Outcome) -> dict[str, Any]:
    """The values that would change, a line each, and how many lines are left out."""
    lines: list[tuple[Changed, Turn, bool]] = []
    for one in found.changed:
        lines += [(one, turn, place == 0) for place, turn in enumerate(one.turns)]
    return {"changes": lines[:SHOWN_CHANGES], "more_changes": max(0, len(lines) - SHOWN_CHANGES)}


def _kept(question: Question, found: Look) -> int:
    left = [row for row in question.rows if row not in found.left_out]
    return left[0] if len(left) == 1 < len(question.rows) else 0


def _samples(column: Column) -> str:
    return _(", ").join(_safe(sample, column.field) for sample in column.samples) or "—"


def _safe(text: str, code: str | None) -> str:
    """Numbers of people are shown masked, also where nobody said yet that they are some."""
    return mask(text) if code in SECRET else safe(text)


def initial(found: Look, fault: Fault) -> str:
    """What stands in the input at first: the cell, or nothing where it may not be shown."""
    row = found.profile.sheet.rows[fault.row - 1]
    cell: Cell = row[fault.index] if 0 <= fault.index < len(row) else None
    text = cells.text(cell)
    column = next((one for one in found.profile.columns if one.index == fault.index), None)
    return "" if column is not None and _safe(text, column.field) != text else text


def _rows(found: Look) -> tuple[list[ShownRow], list[str], int]:
    """The faulty rows with the columns that tell who it is and those with a fault, and how many are mended as groups."""
    in_groups = {(row, group.index) for group in found.groups for row in group.rows}
    alone = {fault.row for fault in found.faults if (fault.row, fault.index) not in in_groups}
    grouped = len({fault.row for fault in found.faults} - alone)
    by_cell: dict[tuple[int, int], list[Fault]] = defaultdict(list)
    for fault in found.faults:
        if fault.row in alone:
            by_cell[fault.row, fault.index].append(fault)
    faulty_columns = {index for _row, index in by_cell}
    telling = {"name", "branch", "number", "short_name"}
    columns = [one for one in found.profile.columns if one.index in faulty_columns or one.field in telling]
    cells_by_row = {row.number: row for row in found.checked.body.rows}
    shown = []
    for number in sorted({row for row, _index in by_cell})[:SHOWN_ROWS]:
        row = cells_by_row[number]
        line = []
        for column in columns:
            text = cells.text(row.get(column.index))
            faults = by_cell.get((number, column.index), [])
            cell = ShownCell(_safe(text, column.field) or "—")
            if faults:
                cell.name = f"{number}-{column.index}"
                cell.label = _("Row %(row)d, %(column)s") % {"row": number, "column": column.heading}
                cell.messages = [fault.message for fault in faults]
                cell.offer = next((fault.offer for fault in faults if fault.offer), "")
                cell.value = initial(found, faults[0])
                cell.is_branch = column.field == "branch"
            line.append(cell)
        shown.append(ShownRow(number, line))
    return shown, [column.heading for column in columns], grouped

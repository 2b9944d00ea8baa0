"""From a sheet to the register: drop or paste, look, mend, take, undo. Every page works without script."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xianfeng.audit import events
from xianfeng.audit.once import once
from xianfeng.core import cells
from xianfeng.core.fields import mask
from xianfeng.core.findings import Fault, Question, safe
from xianfeng.core.pages import needs
from xianfeng.core.sheets import Cell, UnreadableSheet
from xianfeng.core.tables import SKIP_REASONS, Column
from xianfeng.organizations.models import Organization

from .. import imports
from ..imports import Look
from ..models import Import

PERMISSIONS = ("members.import", "organizations.import")
SHOWN_ROWS, SHOWN_NOTES, SHOWN_IMPORTS = 200, 60, 50
SECRET = frozenset({"id_number", "mobile", "phone"})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _visible(request: HttpRequest) -> Any:
    """Imports of the kinds that the visitor may handle, at places where they may."""
    person: Any = request.user
    members = Import.objects.visible_to(person, "members.import").filter(kind=Import.Kind.MEMBERS)
    branches = Import.objects.visible_to(person, "organizations.import").filter(kind=Import.Kind.BRANCHES)
    return members | branches


def _get(request: HttpRequest, uid: str) -> Import:
    batch: Import = get_object_or_404(
        _visible(request).select_related("by", "branch", "organization"), uid=uid
    )
    return batch


@needs(*PERMISSIONS)
@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """What was imported, latest first."""
    batches = _visible(request).select_related("by")[:SHOWN_IMPORTS]
    return render(request, "imports/list.html", {"batches": batches})


@needs(*PERMISSIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def begin(request: HttpRequest) -> HttpResponse:
    """Drop a file or paste from WPS."""
    person: Any = request.user
    kinds = [kind for kind, permission in Import.PERMISSIONS.items() if person.can(permission)]
    asked = request.POST.get("kind") or request.GET.get("kind") or ""
    kind = next((one for one in kinds if one == asked), kinds[0])
    context: dict[str, Any] = {"kind": kind, "kinds": kinds}
    if request.method != "POST":
        return render(request, "imports/new.html", context)
    upload = request.FILES.get("file")
    pasted = request.POST.get("pasted", "")
    try:
        if upload is not None and (upload.size or 0) > imports.MAX_UPLOAD:
            raise UnreadableSheet("file_too_big")
        content = upload.read() if upload is not None else b""
        name = str(upload.name) if upload is not None else ""
        batch = imports.begin(kind, by=person, filename=name, content=content, pasted=pasted)
    except UnreadableSheet as refusal:
        context |= {"errors": [("pasted" if upload is None else "file", refusal.message)], "pasted": pasted}
        return render(request, "imports/new.html", context, status=422)
    return redirect(batch)


# -- looking and mending --


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


@needs(*PERMISSIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def check(request: HttpRequest, uid: str) -> HttpResponse:
    """What is in the sheet, what is wrong with it, and the acts that mend or take it."""
    batch = _get(request, uid)
    if batch.status != Import.Status.CHECKING:
        return redirect("imports:result", uid=batch.uid)
    if request.method == "POST":
        return _act(request, batch)
    try:
        found = imports.look(batch)
    except UnreadableSheet as refusal:
        context = {"batch": batch, "refusal": refusal.message}
        return render(request, "imports/unreadable.html", context, status=422)
    return render(request, "imports/check.html", _context(batch, found))


def _act(request: HttpRequest, batch: Import) -> HttpResponse:
    """Do what a button of the page asks, then show the page again."""
    act = request.POST.get("act", "")
    target = reverse("imports:check", args=[batch.uid])
    if request.POST.get("version") != str(batch.version):
        messages.error(request, _("Someone else changed this import in the meantime. Please look again."))
        return redirect(target)
    try:
        if act == "columns":
            _choose_columns(request, batch)
        elif act == "sheet":
            imports.choose_sheet(batch, request.POST.get("sheet", ""))
        elif act == "answers":
            _answer(request, batch)
        elif act == "take":
            imports.take(batch, by=request.user)
            return redirect("imports:result", uid=batch.uid)
        elif act == "drop":
            imports.drop(batch, by=request.user)
            messages.success(request, _("The import was given up. Nothing of the sheet is kept."))
            return redirect("imports:list")
        else:
            _mend(request, batch, act)
            target += "#rows"
    except ValidationError as error:
        messages.error(request, error.messages[0])
    except UnreadableSheet as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(target)


def _choose_columns(request: HttpRequest, batch: Import) -> None:
    found = imports.look(batch)
    known = {one.code for one in found.fields}
    mapping: dict[int, str | None] = {}
    for column in found.profile.columns:
        chosen = request.POST.get(f"column-{column.index}", "")
        code = chosen if chosen in known and chosen not in mapping.values() else None
        if code != column.field or str(column.index) in batch.mapping:
            mapping[column.index] = code
    missing = [
        one.label for one in found.fields if one.required and one.code not in request.POST.dict().values()
    ]
    if missing:
        raise ValidationError(_("Choose the column for “%(field)s”.") % {"field": missing[0]})
    branches = Organization.objects.branches().visible_to(request.user, "members.import")  # type: ignore[arg-type]
    branch = branches.filter(code=request.POST.get("branch", "")).first()
    imports.choose_columns(batch, mapping, branch)


def _answer(request: HttpRequest, batch: Import) -> None:
    """Which rows of namesakes are one person: only the row chosen is kept."""
    found = imports.look(batch)
    omitted: set[int] = set()
    for place, question in enumerate(found.checked.questions):
        kept = request.POST.get(f"question-{place}", "0")
        if kept.isdigit() and int(kept) in question.rows:
            omitted |= {row for row in question.rows if row != int(kept)}
    imports.leave_out(batch, sorted(omitted))


def _mend(request: HttpRequest, batch: Import, act: str) -> None:
    """Write the cells that were changed; ``group-N`` mends a group at once, ``offer-ROW-COLUMN`` takes what is offered."""
    found = imports.look(batch)
    faulty = {(fault.row, fault.index) for fault in found.faults if fault.index >= 0}
    changed: dict[tuple[int, int], str] = {}
    for fault in found.faults:
        typed = request.POST.get(f"cell-{fault.row}-{fault.index}")
        if fault.index >= 0 and typed is not None and typed.strip() != _initial(found, fault):
            changed[fault.row, fault.index] = typed.strip()
    verb, _dash, rest = act.partition("-")
    if verb == "group" and rest.isdigit() and int(rest) < len(found.groups):
        group = found.groups[int(rest)]
        text = request.POST.get(f"group-{rest}", "").strip()
        if not text:
            raise ValidationError(_("Fill in what the cells should become."))
        changed |= {(row, group.index): text for row in group.rows}
    elif verb == "offer":
        changed |= {
            (fault.row, fault.index): fault.offer
            for fault in found.faults
            if fault.offer and f"{fault.row}-{fault.index}" == rest
        }
    if mended := {place: text for place, text in changed.items() if place in faulty}:
        imports.mend(batch, mended)
    left = imports.look(batch).refused
    messages.success(
        request,
        _("Checked again: %(count)d rows still need mending.") % {"count": left}
        if left
        else _("Checked again: no row needs mending."),
    )


def _context(batch: Import, found: Look) -> dict[str, Any]:
    shown, headings, grouped = _rows(found)
    unsure = [column for column in found.profile.columns if column.field and not column.is_sure]
    branches: list[str] = []
    if batch.kind == Import.Kind.MEMBERS:
        allowed = Organization.objects.branches().filter(dissolved_on=None)
        if batch.by is not None:
            allowed = allowed.visible_to(batch.by, "members.import")
        branches = list(allowed.values_list("short_name", flat=True))
        choices = list(allowed)
    else:
        choices = []
    return {
        "batch": batch,
        "found": found,
        "columns": [(column, _samples(column)) for column in found.profile.columns],
        "unsure": unsure,
        "needs_branch": any(fault.index < 0 for fault in found.faults) or batch.branch_id is not None,
        "choices": choices,
        "branches": branches,
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


def _kept(question: Question, found: Look) -> int:
    left = [row for row in question.rows if row not in found.left_out]
    return left[0] if len(left) == 1 < len(question.rows) else 0


def _samples(column: Column) -> str:
    return _(", ").join(_safe(sample, column.field) for sample in column.samples) or "—"


def _safe(text: str, code: str | None) -> str:
    """Numbers of people are shown masked, also where nobody said yet that they are some."""
    return mask(text) if code in SECRET else safe(text)


def _initial(found: Look, fault: Fault) -> str:
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
                cell.value = _initial(found, faults[0])
                cell.is_branch = column.field == "branch"
            line.append(cell)
        shown.append(ShownRow(number, line))
    return shown, [column.heading for column in columns], grouped


# -- afterwards --


@needs(*PERMISSIONS)
@require_safe
def commented(request: HttpRequest, uid: str) -> HttpResponse:
    """The office's own workbook, with comments in the faulty cells."""
    batch = _get(request, uid)
    return _download(request, batch, imports.commented, _("with comments"))


@needs(*PERMISSIONS)
@require_safe
def faulty_rows(request: HttpRequest, uid: str) -> HttpResponse:
    """Only the rows that stayed out, with comments."""
    batch = _get(request, uid)
    return _download(request, batch, lambda _batch, found: imports.faulty_rows(found), _("rows to mend"))


def _download(request: HttpRequest, batch: Import, make: Any, what: str) -> HttpResponse:
    person: Any = request.user
    try:
        content = make(batch, imports.look(batch))
    except UnreadableSheet as refusal:
        messages.error(request, refusal.message)
        return redirect(batch)
    events.record("members.import_download", by=person, obj=batch, at=batch.organization)
    name = f"{batch.filename.rpartition('.')[0] or batch}-{what}.xlsx"
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


@needs(*PERMISSIONS)
@require_safe
def result(request: HttpRequest, uid: str) -> HttpResponse:
    """What an import did: added, changed, unchanged, refused."""
    batch = _get(request, uid)
    if batch.status == Import.Status.CHECKING:
        return redirect("imports:check", uid=batch.uid)
    until = batch.taken_at + Import.UNDO_FOR if batch.taken_at else None
    return render(
        request, "imports/result.html", {"batch": batch, "until": until, "kept": bool(batch.source)}
    )


@needs(*PERMISSIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def undo(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask, then make everything as it was before."""
    batch = _get(request, uid)
    if request.method == "POST":
        try:
            imports.undo(batch, by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("The import was undone. Everything is as it was before."))
        return redirect("imports:result", uid=batch.uid)
    if not batch.can_be_undone:
        return redirect("imports:result", uid=batch.uid)
    return render(request, "imports/undo.html", {"batch": batch})

"""From a sheet to the register: drop or paste, look, mend, take, undo. Every page works without script."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from xianfeng.audit import events
from xianfeng.audit.once import once
from xianfeng.core.pages import needs
from xianfeng.core.sheets import UnreadableSheet
from xianfeng.organizations.models import Organization

from .. import hardship, import_books, imports, permissions
from ..batches import KINDS, Kind
from ..models import Import
from ..pages.imports import context, initial
from . import bulk
from .hardship import ask

# Of the kinds that are declared; the apps above keep registers too, and are named, not imported.
PERMISSIONS = (
    permissions.IMPORT, permissions.CHANGE, permissions.MOBILE, permissions.HARDSHIP,
    "development.import", "organizations.import",
)  # fmt: skip
SHOWN_IMPORTS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _kinds(visitor: Any) -> list[Kind]:
    """What the visitor may bring in as a sheet, and may change in lists."""
    return [KINDS[code] for code in Import.Kind.values if visitor.can(KINDS[code].permission)]


def _visible(request: HttpRequest) -> Any:
    """Batches of the kinds that the visitor may handle, at places where they may; guarded ones are the own."""
    person: Any = request.user
    batches = [
        Import.objects.visible_to(person, kind.permission).filter(
            kind=kind.code, **({"by": person} if kind.guarded else {})
        )
        for kind in _kinds(person)
    ]
    return reduce(or_, batches)


def _get(request: HttpRequest, uid: str) -> Import:
    batch: Import = get_object_or_404(
        _visible(request).select_related("by", "branch", "organization"), uid=uid
    )
    return batch


def _asked(request: HttpRequest, kind: Kind) -> HttpResponse | None:
    """The page that asks for what work a guarded sheet is opened; None where it was said, or need not be."""
    if not kind.guarded or hardship.reason_of(request):
        return None
    return ask(request, target=request.get_full_path())


def _opened(request: HttpRequest, batch: Import, rows: int) -> None:
    """Rows of a guarded sheet were shown: that goes into the log, with the reason."""
    if imports.kind_of(batch).guarded:
        hardship.opened(request.user, hardship.reason_of(request), cases=rows)


@needs(*PERMISSIONS)
@never_cache
@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """What was imported, latest first."""
    batches = _visible(request).select_related("by")[:SHOWN_IMPORTS]
    return render(request, "imports/list.html", {"batches": batches})


@needs(*PERMISSIONS)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@once
def begin(request: HttpRequest) -> HttpResponse:
    """Drop a file or paste from WPS."""
    person: Any = request.user
    kinds = [kind for kind in _kinds(person) if kind.reader]
    if not kinds:
        raise Http404
    wanted = request.POST.get("kind") or request.GET.get("kind") or ""
    kind = next((one for one in kinds if one.code == wanted), kinds[0])
    if asked := _asked(request, kind):
        return asked
    shown: dict[str, Any] = {"kind": kind, "kinds": kinds}
    if request.method != "POST":
        return render(request, "imports/new.html", shown)
    upload = request.FILES.get("file")
    pasted = request.POST.get("pasted", "")
    try:
        if upload is not None and (upload.size or 0) > imports.MAX_UPLOAD:
            raise UnreadableSheet("file_too_big")
        content = upload.read() if upload is not None else b""
        name = str(upload.name) if upload is not None else ""
        batch = imports.begin(kind.code, by=person, filename=name, content=content, pasted=pasted)
    except UnreadableSheet as refusal:
        shown |= {"errors": [("pasted" if upload is None else "file", refusal.message)], "pasted": pasted}
        return render(request, "imports/new.html", shown, status=422)
    return redirect(batch)


# -- looking and mending --


@needs(*PERMISSIONS)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@once
def check(request: HttpRequest, uid: str) -> HttpResponse:
    """What is in the sheet, what is wrong with it, and the acts that mend or take it."""
    batch = _get(request, uid)
    if asked := _asked(request, imports.kind_of(batch)):
        return asked
    if batch.status != Import.Status.CHECKING:
        return redirect("imports:result", uid=batch.uid)
    if request.method == "POST" and request.POST.get("act") != "value":
        return _act(request, batch)
    if imports.kind_of(batch).reader is None:
        return bulk.check(request, batch)
    try:
        found = imports.look_at_sheet(batch)
    except UnreadableSheet as refusal:
        return render(
            request, "imports/unreadable.html", {"batch": batch, "refusal": refusal.message}, status=422
        )
    _opened(request, batch, found.total)
    return render(request, "imports/check.html", context(batch, found))


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
            imports.take(batch, by=request.user, seen=request.POST.get("seen", ""))
            return redirect("imports:result", uid=batch.uid)
        elif act == "drop":
            imports.drop(batch, by=request.user)
            messages.success(request, _("Given up. Nothing of it is kept."))
            return redirect("imports:list")
        else:
            _mend(request, batch, act)
            target += "#rows"
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except UnreadableSheet as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(target)


def _choose_columns(request: HttpRequest, batch: Import) -> None:
    found = imports.look_at_sheet(batch)
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
    permission = imports.kind_of(batch).permission
    visitor: Any = request.user
    branches = Organization.objects.branches().visible_to(visitor, permission)
    branch = branches.filter(code=request.POST.get("branch", "")).first()
    imports.choose_columns(batch, mapping, branch)


def _answer(request: HttpRequest, batch: Import) -> None:
    """Which rows of namesakes are one person: only the row chosen is kept."""
    found = imports.look_at_sheet(batch)
    omitted: set[int] = set()
    for place, question in enumerate(found.checked.questions):
        kept = request.POST.get(f"question-{place}", "0")
        if kept.isdigit() and int(kept) in question.rows:
            omitted |= {row for row in question.rows if row != int(kept)}
    imports.leave_out(batch, sorted(omitted))


def _mend(request: HttpRequest, batch: Import, act: str) -> None:
    """Write the cells that were changed; ``group-N`` mends a group at once, ``offer-ROW-COLUMN`` takes what is offered."""
    found = imports.look_at_sheet(batch)
    faulty = {(fault.row, fault.index) for fault in found.faults if fault.index >= 0}
    changed: dict[tuple[int, int], str] = {}
    for fault in found.faults:
        typed = request.POST.get(f"cell-{fault.row}-{fault.index}")
        if fault.index >= 0 and typed is not None and typed.strip() != initial(found, fault):
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


# -- afterwards --


@needs(*PERMISSIONS)
@never_cache
@require_safe
def commented(request: HttpRequest, uid: str) -> HttpResponse:
    """The office's own workbook, with comments in the faulty cells."""
    batch = _get(request, uid)
    return _download(request, batch, import_books.commented, _("with comments"))


@needs(*PERMISSIONS)
@never_cache
@require_safe
def faulty_rows(request: HttpRequest, uid: str) -> HttpResponse:
    """Only the rows that stayed out, with comments."""
    batch = _get(request, uid)
    return _download(request, batch, lambda _batch, found: import_books.faulty_rows(found), _("rows to mend"))


def _download(request: HttpRequest, batch: Import, make: Any, what: str) -> HttpResponse:
    person: Any = request.user
    kind = imports.kind_of(batch)
    if asked := _asked(request, kind):
        return asked
    if kind.reader is None:
        raise Http404
    try:
        content = make(batch, imports.look_at_sheet(batch))
    except UnreadableSheet as refusal:
        messages.error(request, refusal.message)
        return redirect(batch)
    details = {"reason": hardship.reason_of(request)} if kind.guarded else None
    events.record("members.import_download", by=person, obj=batch, at=batch.organization, details=details)
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
@never_cache
@require_safe
def result(request: HttpRequest, uid: str) -> HttpResponse:
    """What an import did: added, changed, unchanged, refused."""
    batch = _get(request, uid)
    if batch.status == Import.Status.CHECKING:
        return redirect("imports:check", uid=batch.uid)
    kind = imports.kind_of(batch)
    if asked := _asked(request, kind):
        return asked
    return render(
        request,
        "imports/result.html",
        {
            "batch": batch,
            "kind": kind,
            "until": batch.taken_at + Import.UNDO_FOR if batch.taken_at else None,
            "kept": bool(batch.source) and kind.reader is not None,
        },
    )


@needs(*PERMISSIONS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def undo(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask, then make everything as it was before."""
    batch = _get(request, uid)
    if asked := _asked(request, imports.kind_of(batch)):
        return asked
    if request.method == "POST":
        try:
            imports.undo(batch, by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("Undone. Everything is as it was before."))
        return redirect("imports:result", uid=batch.uid)
    if not batch.can_be_undone:
        return redirect("imports:result", uid=batch.uid)
    return render(request, "imports/undo.html", {"batch": batch})

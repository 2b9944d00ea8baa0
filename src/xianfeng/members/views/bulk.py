"""Changing many members at once: pick them from the list, say what they become, look, take. Undoing is that of imports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from xianfeng.audit.once import once
from xianfeng.core.lists import render_list
from xianfeng.core.pages import needs
from xianfeng.core.periods import today

from .. import edits, imports, permissions
from ..columns import READ, member_columns
from ..filters import MemberFilter
from ..models import Import, Membership
from ..pages.imports import changes

PER_PAGE = 200
SHOWN = ("number", "name", "branch", "stage", "post", "joined")


@needs(permissions.CHANGE)
@never_cache
@once
def member_bulk(request: HttpRequest) -> HttpResponse:
    """Pick members from the filtered list, or all of the filter, and what is to be changed."""
    visitor: Any = request.user
    on = today()
    rows = (
        Membership.objects.visible_to(visitor, permissions.CHANGE)
        .members()
        .on(on)
        .select_related("person", "person__member", "organization")
        .only(*READ)
        .annotate(uid=F("person__uid"))
        .order_by("person__number")
    )
    if request.method == "POST":
        if batch := _begin(request, rows):
            return redirect(batch)
        return redirect(request.get_full_path())
    return render_list(
        request,
        "bulk/pick.html",
        rows,
        columns=[column for column in member_columns(on) if column.key in SHOWN],
        filters=MemberFilter,
        title=_("Change many members"),
        context={"edits": edits.EDITS.values(), "chosen": request.GET.get("edit", "")},
        per_page=PER_PAGE,
    )


def _begin(request: HttpRequest, rows: Any) -> Import | None:
    """The batch that was asked for; None, with a sentence, where it cannot be."""
    code = request.POST.get("edit", "")
    if code not in edits.EDITS:
        messages.error(request, _("Choose what is to be changed."))
        return None
    if request.POST.get("all"):
        rows = MemberFilter(request.GET, queryset=rows, request=request).qs
    else:
        rows = rows.filter(person__uid__in=request.POST.getlist("person"))
    try:
        return edits.begin(code, rows.values_list("person", flat=True), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return None


def check(request: HttpRequest, batch: Import) -> HttpResponse:
    """What the chosen members become, and who would change how. Called by the page of batches, which finds the row."""
    said = request.POST if request.method == "POST" and request.POST.get("act") == "value" else None
    if said is not None and said.get("version") != str(batch.version):
        messages.error(request, _("Someone else changed this in the meantime. Please look again."))
        return redirect(batch)
    form = edits.value_form(batch, request.user, said)
    if said is not None and form.is_valid():
        edits.decide(batch, form)
        return redirect(batch)
    found = imports.look(batch)
    return render(
        request,
        "bulk/check.html",
        {
            "batch": batch,
            "edit": edits.edit_of(batch),
            "form": form,
            "found": found,
            "decided": edits.decided(batch),
            **changes(found),
        },
        status=422 if form.errors else 200,
    )

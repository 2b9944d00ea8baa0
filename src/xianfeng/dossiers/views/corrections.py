"""Asking for a correction in the own file, and deciding on what members asked for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from xianfeng.audit.once import once
from xianfeng.core.columns import Column
from xianfeng.core.lists import render_list
from xianfeng.core.pages import SIGNED_IN, needs
from xianfeng.members import permissions as members
from xianfeng.members.pages.shared import tabs

from .. import actions, permissions
from ..fields import CORRECTABLE, label_of
from ..forms import AskForm, CorrectionFilter
from ..models import Correction


@needs(SIGNED_IN)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@once
def correction_new(request: HttpRequest, field: str) -> HttpResponse:
    """Ask to have one field of the own file corrected."""
    reader: Any = request.user
    kind = CORRECTABLE.get(field)
    if kind is None or getattr(reader, "member", None) is None:
        raise Http404
    form = AskForm(request.POST if request.method == "POST" else None, field=kind, person=reader)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.ask(reader, field, said["value"], reason=said["reason"])
        except ValidationError as fault:
            found = getattr(fault, "error_dict", {"value": [ValidationError(fault.messages)]})
            for name, faults in found.items():
                form.add_error(name if name in form.fields else None, faults)
        else:
            messages.success(request, _("Your branch has been asked. You are told what it decides."))
            return redirect("dossiers:my_file")
    return render(
        request,
        "dossiers/ask.html",
        {"form": form, "field": kind, "now": kind.shown(kind.now(reader), clear=True)},
        status=422 if form.is_bound else 200,
    )


@needs(permissions.DECIDE, SIGNED_IN)
@never_cache
@sensitive_variables()
def correction(request: HttpRequest, uid: str) -> HttpResponse:
    """One request: what the file says, what it should say, and the moves. To decide, the value is shown in clear."""
    visitor: Any = request.user
    rows = Correction.objects.visible_to(visitor, permissions.DECIDE) | Correction.objects.visible_to(visitor, members.VIEW).filter(person=visitor.pk)  # fmt: skip
    found = get_object_or_404(rows.select_related("person__organization", "decided_by"), uid=uid)
    kind = CORRECTABLE.get(found.field)
    if kind is None:
        raise Http404
    own = found.person_id == visitor.pk
    may_read = (
        own or not kind.is_sensitive or visitor.can(permissions.SENSITIVE, at=found.person.organization)
    )
    is_open = found.status == Correction.Status.ASKED
    clear = may_read and (own or is_open)
    if clear and not own and kind.is_sealed:
        actions.read(
            found.person, by=visitor, reason=_("request for a correction: %(field)s") % {"field": kind.label}
        )
    value = found.value.reveal()
    value = kind.from_text(value) if clear or not kind.is_sealed else str(found.value)
    return render(
        request,
        "dossiers/correction.html",
        {
            "correction": found,
            "field": kind,
            "own": own,
            "may_read": may_read,
            "now": kind.shown(kind.now(found.person), clear=clear),
            "value": kind.shown(value) if may_read else "****",
            "tone": found.tone,
            "tabs": [] if own else tabs(visitor, "dossiers:correction_list"),
        },
    )


COLUMNS = [
    Column("at", gettext_lazy("Asked on"), lambda c: timezone.localdate(c.asked_at), "date", order=("asked_at",)),
    Column("number", gettext_lazy("Number"), lambda c: c.person.number, "code", order=("person__number",), phone=False),
    Column("name", gettext_lazy("Name"), lambda c: c.person.name, order=("person__name",)),
    Column(
        "branch", gettext_lazy("Branch"), lambda c: c.person.organization.short_name,
        order=("person__organization__number",),
    ),
    Column(
        "field", gettext_lazy("What"),
        lambda c: label_of(c.field), order=("field",), link=lambda c: str(c.get_absolute_url()),
    ),
    Column("reason", gettext_lazy("Why"), lambda c: c.reason, phone=False),
    Column(
        "status", gettext_lazy("State"), lambda c: c.get_status_display(), "status", order=("status",),
        tone=lambda c: c.tone,
    ),
    Column("by", gettext_lazy("Decided by"), lambda c: c.decided_by.name if c.decided_by else "", screen=False),
    Column("answer", gettext_lazy("Answer"), lambda c: c.answer, screen=False),
]  # fmt: skip


@needs(permissions.DECIDE)
def correction_list(request: HttpRequest) -> HttpResponse:
    """Requests of members in the visitor's scope, open ones first."""
    visitor: Any = request.user
    rows = Correction.objects.visible_to(visitor, permissions.DECIDE).filter(person__restricted_on=None)
    return render_list(
        request,
        "dossiers/correction_list.html",
        rows.select_related("person__organization", "decided_by").order_by("decided_at", "-asked_at"),
        columns=COLUMNS,
        filters=CorrectionFilter,
        title=_("Requests for correction"),
        context={
            "tabs": tabs(visitor, "dossiers:correction_list"),
            "waiting": rows.open().exclude(person=visitor.pk).count(),
        },
    )

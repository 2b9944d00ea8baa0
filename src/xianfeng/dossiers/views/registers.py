"""Entries of a file: entering, correcting and taking back posts, awards, training and sanctions; the list of awards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from xianfeng.audit.once import once
from xianfeng.core.columns import Column
from xianfeng.core.forms import add_faults
from xianfeng.core.lists import render_list
from xianfeng.core.pages import locked_when_sent, needs
from xianfeng.core.visits import reason_of
from xianfeng.members import permissions as members
from xianfeng.members.pages.shared import form_page, tabs

from .. import actions, permissions
from ..forms import FORMS, AwardFilter, ReasonForm
from ..models import Award, Sanction, Training, WorkPost
from ..reading import VISIT
from .files import one

MODELS: dict[str, Any] = {"workpost": WorkPost, "award": Award, "sanction": Sanction, "training": Training}
TITLES = {
    "workpost": gettext_lazy("Enter a post"),
    "award": gettext_lazy("Enter an award"),
    "sanction": gettext_lazy("Enter a sanction"),
    "training": gettext_lazy("Enter training"),
}
HINTS = {
    "award": gettext_lazy("It counts in the assessment once the party office has confirmed it."),
    "sanction": gettext_lazy(
        "Restricted: read only by who may, each time with a reason. It states nothing to the ledger."
    ),
}


def _needed(kind: str) -> str:
    """The permission that entries of a kind ask for."""
    if kind not in MODELS:
        raise Http404
    return permissions.SANCTIONS if kind == "sanction" else permissions.KEEP


def _closed(request: HttpRequest, kind: str) -> bool:
    """Whether a reason has to be stated first."""
    return kind == "sanction" and not reason_of(request, VISIT)


@needs(permissions.KEEP, permissions.SANCTIONS)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@once
def entry_new(request: HttpRequest, uid: str, kind: str) -> HttpResponse:
    """Enter something about a person."""
    person = one(request, _needed(kind), uid)
    page = reverse("dossiers:file", args=[uid])
    if _closed(request, kind) or (person.pk == request.user.pk and kind == "sanction"):
        return redirect(page)
    form = FORMS[kind](request.POST if request.method == "POST" else None, instance=MODELS[kind]())
    if form.is_valid():
        try:
            actions.enter(MODELS[kind], person, form.values(), by=request.user)
        except ValidationError as fault:
            add_faults(form, fault)
        else:
            messages.success(request, _("Saved."))
            return redirect(page)
    return form_page(
        request,
        form,
        title=str(TITLES[kind]),
        label=_("Enter"),
        above=(person.name, page),
        hint=str(HINTS.get(kind, "")),
    )


def _one_entry(request: HttpRequest, kind: str, uid: str) -> Any:
    visitor: Any = request.user
    needed = _needed(kind)
    rows = MODELS[kind].objects.visible_to(visitor, needed).live()
    rows = rows.exclude(person=visitor.pk) if kind == "sanction" else rows
    rows = locked_when_sent(request, rows, "person")
    found = get_object_or_404(rows, uid=uid)
    # A confirmed award counts: only who may confirm it changes it.
    if isinstance(found, Award) and found.status == Award.Status.CONFIRMED:
        get_object_or_404(Award.objects.visible_to(visitor, permissions.CONFIRM), pk=found.pk)
    return found


@needs(permissions.KEEP, permissions.SANCTIONS)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@once
def entry_edit(request: HttpRequest, kind: str, uid: str) -> HttpResponse:
    """Correct an entry."""
    row = _one_entry(request, kind, uid)
    page = reverse("dossiers:file", args=[row.person.uid])
    if _closed(request, kind):
        return redirect(page)
    if kind == "sanction" and request.method == "GET":
        actions.read(row.person, by=request.user, reason=reason_of(request, VISIT))
    form = FORMS[kind](request.POST if request.method == "POST" else None, instance=row)
    if form.is_valid():
        # The form has put its values on the row it was given.
        kept = MODELS[kind].objects.select_related("person__organization").get(pk=row.pk)
        try:
            actions.correct(kept, form.values(), by=request.user)
        except ValidationError as fault:
            add_faults(form, fault)
        else:
            messages.success(request, _("Saved."))
            return redirect(page)
    return form_page(
        request,
        form,
        title=_("Correct: %(what)s") % {"what": row._meta.verbose_name},
        label=_("Save"),
        above=(row.person.name, page),
    )


@needs(permissions.KEEP, permissions.SANCTIONS)
@never_cache
@once
def entry_take_back(request: HttpRequest, kind: str, uid: str) -> HttpResponse:
    """Take an entry back that was made by mistake."""
    row = _one_entry(request, kind, uid)
    page = reverse("dossiers:file", args=[row.person.uid])
    if _closed(request, kind):
        return redirect(page)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.take_back(row, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("It is taken back."))
        return redirect(page)
    return form_page(
        request,
        form,
        title=_("Take back: %(what)s") % {"what": row._meta.verbose_name},
        label=_("Take back"),
        above=(row.person.name, page),
        hint=_("For what was entered by mistake. The log keeps who did it and why."),
    )


AWARDS = [
    Column("on", gettext_lazy("Given on"), lambda a: a.on, "date", order=("on",)),
    Column("number", gettext_lazy("Number"), lambda a: a.person.number, "code", order=("person__number",), phone=False),
    Column(
        "name", gettext_lazy("Name"), lambda a: a.person.name, order=("person__name",),
        link=lambda a: reverse("dossiers:file", args=[a.person.uid]),
    ),
    Column(
        "branch", gettext_lazy("Branch"), lambda a: a.organization.short_name, order=("organization__number",),
    ),
    Column("title", gettext_lazy("Award"), lambda a: a.title, order=("title",)),
    Column("kind", gettext_lazy("Kind"), lambda a: a.get_kind_display(), order=("kind",), phone=False),
    Column("level", gettext_lazy("Level"), lambda a: a.get_level_display(), order=("level",)),
    Column("given_by", gettext_lazy("Given by"), lambda a: a.given_by, order=("given_by",), phone=False),
    Column("document", gettext_lazy("Document number"), lambda a: a.document, "code", screen=False),
    Column(
        "status", gettext_lazy("State"), lambda a: a.get_status_display(), "status", order=("status",),
        tone=lambda a: "ok" if a.status == Award.Status.CONFIRMED else "todo",
    ),
]  # fmt: skip


@needs(members.VIEW)
def award_list(request: HttpRequest) -> HttpResponse:
    """Awards of members in the visitor's scope, latest first; those that wait for the office can be confirmed."""
    visitor: Any = request.user
    seen = Award.objects.visible_to(visitor, members.VIEW).live().filter(person__restricted_on=None)
    rows = seen.select_related("person", "organization")
    waiting = rows.filter(status=Award.Status.ENTERED)
    return render_list(
        request,
        "dossiers/award_list.html",
        rows.order_by("-on", "-pk"),
        columns=AWARDS,
        filters=AwardFilter,
        title=_("Awards"),
        context={
            "tabs": tabs(visitor, "dossiers:award_list"),
            "waiting": list(waiting[:20]) if visitor.can(permissions.CONFIRM) else [],
        },
    )

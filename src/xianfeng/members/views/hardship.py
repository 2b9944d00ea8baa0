"""The register of members in hardship. Each visit begins with a reason; every opening is audited with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from xianfeng.audit.once import once
from xianfeng.core.lists import render_list
from xianfeng.core.pages import locked_when_sent, needs

from .. import hardship, permissions
from ..filters import HardshipFilter
from ..forms import DayForm
from ..models import HardshipCase
from ..pages.hardship import CASES, CaseForm, NewCaseForm, VisitForm
from ..pages.shared import form_page, tabs

READERS = (permissions.HARDSHIP, permissions.HARDSHIP_NAMED)


def _one(request: HttpRequest, permission: str, uid: str) -> HardshipCase:
    """A case the visitor may read, or keep; locked when it is about to change."""
    visitor: Any = request.user
    found = HardshipCase.objects.visible_to(visitor, permission)
    found = locked_when_sent(request, found, "person", "person__organization")
    case: HardshipCase = get_object_or_404(found, uid=uid)
    return case


def ask(request: HttpRequest, form: VisitForm | None = None, target: str = "") -> HttpResponse:
    """The page that asks for the reason of the visit."""
    form = form or VisitForm()
    return render(
        request,
        "hardship/visit.html",
        {
            "form": form,
            "target": target or request.get_full_path(),
            "tabs": tabs(request.user, "members:hardship_list"),
        },
        status=422 if form.is_bound else 200,
    )


@needs(*READERS)
@require_POST
@once
def hardship_open(request: HttpRequest) -> HttpResponse:
    """State the reason of a visit."""
    form = VisitForm(request.POST)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = reverse("members:hardship_list")
    if not form.is_valid():
        return ask(request, form, target)
    hardship.open_visit(request, form.cleaned_data["reason"])
    return redirect(target)


@needs(*READERS)
@never_cache
def hardship_list(request: HttpRequest) -> HttpResponse:
    """Cases the visitor may read, after the reason of the visit was stated."""
    visitor: Any = request.user
    reason = hardship.reason_of(request)
    if not reason:
        return ask(request)
    seen = HardshipCase.objects.visible_to(visitor, permissions.HARDSHIP_NAMED)
    cases = seen.going_on().count()
    hardship.opened(visitor, reason, cases=cases, export=request.GET.get("format") == "xlsx")
    return render_list(
        request,
        "hardship/hardship_list.html",
        seen.select_related("person", "person__organization").order_by("-since", "-pk"),
        columns=CASES,
        filters=HardshipFilter,
        title=_("Members in hardship"),
        context={
            "tabs": tabs(visitor, "members:hardship_list"),
            "total": hardship.worded(hardship.guarded({"all": cases})["all"]),
            "reason": reason,
            "may_change": visitor.can(permissions.HARDSHIP),
        },
    )


@needs(permissions.HARDSHIP)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@once
def hardship_new(request: HttpRequest) -> HttpResponse:
    """Enter a case."""
    form = NewCaseForm(
        request.POST or None, by=request.user, initial={"person": request.GET.get("person", "")}
    )
    if form.is_valid():
        try:
            case = hardship.enter(
                form.cleaned_data["person"],
                by=request.user,
                leaders=form.cleaned_data["leaders"],
                **form.values(),
            )
        except ValidationError as fault:
            form.add_error(None, ValidationError(fault.messages))
        else:
            messages.success(request, _("Saved."))
            return redirect(case)
    return form_page(
        request,
        form,
        title=_("Enter a case"),
        label=_("Enter"),
        above=_register(),
        hint=_(
            "Only what is needed for help. Only the secretary, the staff appointed for it and the leaders named here read it."
        ),
    )


def _register() -> tuple[str, str]:
    return _("Members in hardship"), reverse("members:hardship_list")


@needs(*READERS)
@never_cache
@sensitive_variables()
def hardship_detail(request: HttpRequest, uid: str) -> HttpResponse:
    """One case in clear, for the reason of the visit."""
    visitor: Any = request.user
    case = _one(request, permissions.HARDSHIP_NAMED, uid)
    reason = hardship.reason_of(request)
    if not reason:
        return ask(request)
    situation, measures = hardship.read(case, by=visitor, reason=reason)
    return render(
        request,
        "hardship/hardship_detail.html",
        {
            "case": case,
            "situation": situation,
            "measures": measures,
            "leaders": list(case.leaders.all()),
            "may_change": visitor.can(permissions.HARDSHIP, at=case.stands_at()),
        },
    )


@needs(permissions.HARDSHIP)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@once
def hardship_edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Correct or continue a case."""
    case = _one(request, permissions.HARDSHIP, uid)
    reason = hardship.reason_of(request)
    if not reason:
        return ask(request)
    if request.method == "GET":
        hardship.read(case, by=request.user, reason=reason)
    form = CaseForm(request.POST or None, instance=case)
    if form.is_valid():
        # The form has put its values on the row it was given.
        kept = HardshipCase.objects.visible_to(request.user, permissions.HARDSHIP).get(pk=case.pk)
        try:
            hardship.change(kept, form.values(), leaders=form.cleaned_data["leaders"], by=request.user)
        except ValidationError as fault:
            form.add_error(None, ValidationError(fault.messages))
        else:
            messages.success(request, _("Saved."))
            return redirect(case)
    return form_page(request, form, title=_("Correct the case"), label=_("Save"), above=_register(), row=case)


@needs(permissions.HARDSHIP)
@never_cache
@once
def hardship_end(request: HttpRequest, uid: str) -> HttpResponse:
    """The hardship is over."""
    case = _one(request, permissions.HARDSHIP, uid)
    if not hardship.reason_of(request):
        return ask(request)
    form = DayForm(request.POST or None)
    if form.is_valid():
        try:
            hardship.end(case, on=form.cleaned_data["on"], by=request.user)
        except ValidationError as fault:
            form.add_error("on", ValidationError(fault.messages))
        else:
            messages.success(request, _("Saved."))
            return redirect(case)
    return form_page(
        request, form, title=_("End the case"), label=_("End the case"), above=_register(), row=case
    )

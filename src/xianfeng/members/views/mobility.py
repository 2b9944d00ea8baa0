"""The register of mobile members: the list, one spell with its contact log, and what is entered about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xianfeng.audit.once import once
from xianfeng.core.lists import render_list
from xianfeng.core.pages import SIGNED_IN, locked_when_sent, needs
from xianfeng.core.periods import today

from .. import mobility, permissions
from ..filters import MobileFilter
from ..models import Absence
from ..pages.mobility import AbsenceForm, ContactForm, EndForm, InForm, OutForm, mobile_columns
from ..pages.shared import form_page, tabs


def _one(request: HttpRequest, permission: str, uid: str) -> Absence:
    """A spell in the visitor's scope; locked when it is about to change."""
    visitor: Any = request.user
    found = Absence.objects.visible_to(visitor, permission)
    found = locked_when_sent(request, found, "person", "organization")
    absence: Absence = get_object_or_404(found, uid=uid)
    return absence


@needs(permissions.VIEW)
def mobile_list(request: HttpRequest) -> HttpResponse:
    """Mobile members in the visitor's scope: who is away, who came, and what should be done."""
    visitor: Any = request.user
    on = today()
    seen = Absence.objects.visible_to(visitor, permissions.VIEW).with_last_contact()
    return render_list(
        request,
        "mobility/mobile_list.html",
        seen.select_related("person", "organization").order_by("-since", "-pk"),
        columns=mobile_columns(on),
        filters=MobileFilter,
        title=_("Mobile members"),
        context={
            "tabs": tabs(visitor, "members:mobile_list"),
            "counts": mobility.counts(seen.going_on(), on),
            "may_change": visitor.can(permissions.MOBILE),
        },
    )


@needs(permissions.MOBILE)
@once
def mobile_out(request: HttpRequest) -> HttpResponse:
    """A member of ours lives elsewhere."""
    form = OutForm(request.POST or None, by=request.user, initial={"person": request.GET.get("person", "")})
    if form.is_valid():
        return _begun(
            request,
            form,
            lambda: mobility.go_out(form.cleaned_data["person"], by=request.user, **form.values()),
        )
    return _form(request, form, _("Register a member who is away"), _("Register"))


@needs(permissions.MOBILE)
@once
def mobile_in(request: HttpRequest) -> HttpResponse:
    """A member of another organization lives here."""
    form = InForm(request.POST or None, by=request.user)
    if form.is_valid():
        data = form.cleaned_data
        return _begun(
            request,
            form,
            lambda: mobility.come_in(
                data["name"], data["organization"], by=request.user, personal=form.personal(), **form.values()
            ),
        )
    return _form(request, form, _("Register a member from elsewhere"), _("Register"))


def _begun(request: HttpRequest, form: Any, act: Any) -> HttpResponse:
    try:
        absence = act()
    except ValidationError as fault:
        form.add_error(None, ValidationError(fault.messages))
        title = (
            _("Register a member who is away")
            if isinstance(form, OutForm)
            else _("Register a member from elsewhere")
        )
        return _form(request, form, title, _("Register"))
    messages.success(request, _("Saved."))
    return redirect(absence)


def _form(
    request: HttpRequest, form: Any, title: str, label: str, absence: Absence | None = None
) -> HttpResponse:
    return form_page(
        request,
        form,
        title=title,
        label=label,
        above=(_("Mobile members"), reverse("members:mobile_list")),
        row=absence,
    )


@needs(permissions.VIEW, SIGNED_IN)
def mobile_detail(request: HttpRequest, uid: str) -> HttpResponse:
    """One spell with what should be done about it and the contact log. Members see their own."""
    return _detail(request, _one(request, permissions.VIEW, uid), ContactForm())


def _detail(request: HttpRequest, absence: Absence, form: ContactForm) -> HttpResponse:
    visitor: Any = request.user
    on = today()
    seen = Absence.objects.visible_to(visitor, permissions.VIEW).with_last_contact()
    row = seen.select_related("person", "organization").get(pk=absence.pk)
    return render(
        request,
        "mobility/mobile_detail.html",
        {
            "absence": row,
            "remarks": mobility.remarks(row, on),
            "contacts": list(row.contacts.select_related("by")),
            "form": form,
            "may_change": visitor.can(permissions.MOBILE, at=row.organization),
            "may_see_list": visitor.can(permissions.VIEW, at=row.organization),
        },
        status=422 if form.is_bound else 200,
    )


@needs(permissions.MOBILE)
@once
def mobile_edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Correct what is on record about a spell."""
    by: Any = request.user
    absence = _one(request, permissions.MOBILE, uid)
    form = AbsenceForm(request.POST or None, instance=absence)
    if form.is_valid():
        # The form has put its values on the row it was given.
        kept = Absence.objects.visible_to(by, permissions.MOBILE).get(pk=absence.pk)
        try:
            mobility.change(kept, form.values(), by=by)
        except ValidationError as fault:
            form.add_error(None, ValidationError(fault.messages))
        else:
            messages.success(request, _("Saved."))
            return redirect(absence)
    return _form(request, form, _("Correct the record"), _("Save"), absence)


@needs(permissions.MOBILE)
@require_POST
@once
def mobile_contact(request: HttpRequest, uid: str) -> HttpResponse:
    """Somebody spoke with the member."""
    absence = _one(request, permissions.MOBILE, uid)
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            mobility.contact(absence, by=request.user, **form.cleaned_data)
        except ValidationError as fault:
            form.add_error("day", ValidationError(fault.messages))
        else:
            messages.success(request, _("Saved."))
            return redirect(absence)
    return _detail(request, absence, form)


@needs(permissions.MOBILE)
@once
def mobile_end(request: HttpRequest, uid: str) -> HttpResponse:
    """The spell is over."""
    absence = _one(request, permissions.MOBILE, uid)
    form = EndForm(request.POST or None)
    if form.is_valid():
        try:
            mobility.end(absence, by=request.user, **form.cleaned_data)
        except ValidationError as fault:
            form.add_error("on", ValidationError(fault.messages))
        else:
            messages.success(request, _("Saved."))
            return redirect(absence)
    return _form(request, form, _("End the spell"), _("End the spell"), absence)

"""Roles, for the security officer: who may do what where, since when, until when, and whether it is used."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xianfeng.audit.once import once
from xianfeng.core.lists import render_list
from xianfeng.core.pages import needs
from xianfeng.core.periods import today
from xianfeng.core.permissions import known

from .. import actions, second_factor
from ..columns import APPOINTMENTS, appointment_tone, appointment_word
from ..filters import AppointmentFilter
from ..forms import AppointForm, ReasonForm, RelieveForm
from ..models import Appointment
from ..permissions import GRANT


def appointments(request: HttpRequest) -> Any:
    """The appointments the visitor decides about, those in force first."""
    visitor: Any = request.user
    found = Appointment.objects.visible_to(visitor, GRANT)
    return found.select_related("person", "role", "organization")


@needs(GRANT)
def role_list(request: HttpRequest) -> HttpResponse:
    """All appointments."""
    return render_list(
        request,
        "people/role_list.html",
        appointments(request).order_by(F("until").desc(nulls_first=True), "role", "pk"),
        columns=APPOINTMENTS,
        filters=AppointmentFilter,
        title=_("Roles"),
        context={"missing": actions.missing_administrators()},
    )


@needs(GRANT)
@once
def role_new(request: HttpRequest) -> HttpResponse:
    """Appoint someone."""
    person: Any = request.user
    form = AppointForm(request.POST or None, by=person)
    if form.is_valid():
        try:
            appointment = form.save()
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("%(person)s is appointed.") % {"person": appointment.person})
            return redirect("people:role_list")
    return render(request, "people/role_new.html", {"form": form}, status=422 if form.is_bound else 200)


@needs(GRANT)
def role_detail(request: HttpRequest, uid: str) -> HttpResponse:
    """One appointment: what it allows, and how to end it."""
    return _detail(request, get_object_or_404(appointments(request), uid=uid), RelieveForm(), ReasonForm())


def _detail(
    request: HttpRequest, appointment: Appointment, relieve: RelieveForm, reason: ReasonForm
) -> HttpResponse:
    labels = known()
    context = {
        "appointment": appointment,
        "person": appointment.person,
        "word": appointment_word(appointment),
        "tone": appointment_tone(appointment),
        "ended": appointment.until is not None and appointment.until <= today(),
        "permissions": [labels[code].label for code in appointment.role.permissions if code in labels],
        "second_factor": second_factor.is_set_up(appointment.person),
        "own": appointment.person_id == request.user.pk,
        "form": relieve,
        "reason_form": reason,
    }
    bound = relieve.is_bound or reason.is_bound
    return render(request, "people/role_detail.html", context, status=422 if bound else 200)


@needs(GRANT)
@require_POST
@once
def role_relieve(request: HttpRequest, uid: str) -> HttpResponse:
    """End an appointment."""
    by: Any = request.user
    appointment = get_object_or_404(appointments(request), uid=uid)
    form = RelieveForm(request.POST)
    if not form.is_valid():
        return _detail(request, appointment, form, ReasonForm())
    try:
        actions.relieve(appointment, by=by, until=form.cleaned_data["until"])
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("The appointment of %(person)s ends.") % {"person": appointment.person})
    return redirect("people:role_detail", uid=uid)


@needs(GRANT)
@require_POST
@once
def second_factor_drop(request: HttpRequest, uid: str) -> HttpResponse:
    """A lost device does not count any more."""
    by: Any = request.user
    appointment = get_object_or_404(appointments(request), uid=uid)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _detail(request, appointment, RelieveForm(), form)
    try:
        actions.drop_second_factor(appointment.person, reason=form.cleaned_data["reason"], by=by)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("The device does not count any more; the next sign-in sets up another."))
    return redirect("people:role_detail", uid=uid)

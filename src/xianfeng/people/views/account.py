"""One's own account: password, second factor, sessions."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from xianfeng.audit import events
from xianfeng.audit.once import once
from xianfeng.core import crypto
from xianfeng.core.pages import SIGNED_IN, before_second_factor, needs

from .. import actions, second_factor, sessions
from ..forms import ChangePasswordForm, EnrolForm, OwnPassword
from .entrance import next_page

DRAFT, SHOW_CODES = "second_factor_draft", "show_recovery_codes"


@needs(SIGNED_IN)
def account(request: HttpRequest) -> HttpResponse:
    """What the person may change about signing in, and where they are signed in."""
    person: Any = request.user
    context = {
        "person": person,
        "second_factor": second_factor.is_set_up(person),
        "sign_ins": sessions.living(person),
        "this_session": request.session.session_key,
    }
    return render(request, "people/account.html", context)


@needs(SIGNED_IN)
@sensitive_post_parameters("password", "password1", "password2")
@once
def password(request: HttpRequest) -> HttpResponse:
    """Change the password. Every other session ends."""
    person: Any = request.user
    form = ChangePasswordForm(request.POST or None, request=request)
    if form.is_valid():
        actions.change_password(
            person, form.cleaned_data["password1"], by=person, keep=request.session.session_key
        )
        sessions.renew(request, person)
        messages.success(request, _("Your password is changed. Elsewhere you are signed out."))
        return redirect("account")
    return render(request, "people/password.html", {"form": form}, status=422 if form.is_bound else 200)


@needs(SIGNED_IN)
@before_second_factor
@sensitive_post_parameters("password", "code")
@once
def enrol(request: HttpRequest) -> HttpResponse:
    """Take a device into use that makes codes, or replace it."""
    person: Any = request.user
    first = not second_factor.is_set_up(person)
    if not first and person.needs_second_factor and not sessions.passed_second_factor(request, person):
        logout(request)  # the role was given after this session began without its second step
        return redirect("login")
    form = EnrolForm(request.POST or None, request=request, secret=_draft(request), first=first)
    if form.is_valid():
        with transaction.atomic():
            second_factor.enrol(person, form.secret, form.cleaned_data["code"])
            events.record("people.second_factor", by=person, obj=person)
        sessions.note_second_factor(request, person)
        del request.session[DRAFT]
        request.session[SHOW_CODES] = True
        return redirect("people:recovery_codes")
    picture = segno.make(second_factor.address(person, form.secret), error="m")
    context = {
        "form": form,
        "first": first,
        "must": person.needs_second_factor,
        "picture": picture.svg_data_uri(scale=5, border=2),
        "secret": " ".join(form.secret[at : at + 4] for at in range(0, len(form.secret), 4)),
        "next": next_page(request),
    }
    return render(request, "people/second_factor.html", context, status=422 if form.is_bound else 200)


def _draft(request: HttpRequest) -> str:
    """The secret that is being set up: the same while the page is open, sealed in the session."""
    person: Any = request.user
    if request.method == "GET" or DRAFT not in request.session:
        request.session[DRAFT] = crypto.seal(second_factor.new_secret(), DRAFT, person.uid)
    return crypto.open_sealed(request.session[DRAFT], DRAFT, person.uid)


@needs(SIGNED_IN)
@sensitive_post_parameters("password")
@once
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes, shown once after they are made; how many are left at other times."""
    person: Any = request.user
    form = OwnPassword(request.POST or None, request=request)
    if form.is_valid():
        with transaction.atomic():
            second_factor.renew_recovery_codes(person)
            events.record("people.recovery_codes", by=person, obj=person)
        request.session[SHOW_CODES] = True
        return redirect("people:recovery_codes")
    codes = second_factor.recovery_codes(person)
    shown = request.method == "GET" and request.session.pop(SHOW_CODES, False)
    context = {"form": form, "codes": codes if shown else [], "left": len(codes)}
    return render(request, "people/recovery_codes.html", context, status=422 if form.is_bound else 200)


@needs(SIGNED_IN)
@require_POST
@once
def session_end(request: HttpRequest, uid: str) -> HttpResponse:
    """Sign out elsewhere."""
    person: Any = request.user
    sessions.revoke(get_object_or_404(person.sign_ins, uid=uid), by=person)
    messages.success(request, _("That session has ended."))
    return redirect("account")

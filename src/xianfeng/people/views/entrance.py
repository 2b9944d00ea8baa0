"""Signing in and out, the slip that opens an account, and the set-up link of a new installation."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from xianfeng.audit import events
from xianfeng.audit.once import once
from xianfeng.core.pages import SIGNED_IN, before_second_factor, needs, public
from xianfeng.organizations.models import Organization

from .. import actions, sessions
from ..forms import ActivationForm, AdministratorForm, RootForm, SecondStepForm, SignInAgainForm, SignInForm
from ..models import SetupLink


def next_page(request: HttpRequest) -> str:
    """Where the visitor wanted to go, if that is one of our own pages."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return (
        target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else settings.LOGIN_REDIRECT_URL
    )


@public
@never_cache
@sensitive_post_parameters("password", "code")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. A script of an open page (X-Requested-With: fetch) gets 204, or 422 with the form."""
    again = request.headers.get("X-Requested-With") == "fetch"
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(next_page(request))
    form = (SignInAgainForm if again else SignInForm)(request.POST or None, request=request)
    context = {"form": form, "next": next_page(request)}
    if request.method != "POST" or not form.is_valid():
        template = "people/sign_in.html#form" if again else "people/sign_in.html"
        return render(request, template, context, status=422 if form.is_bound else 200)
    if again:
        get_adapter().login(request, form.person)
        carried_on = HttpResponse(status=204)
        sessions.remember_preferences(carried_on, form.person)
        return carried_on
    login = Login(user=form.person, redirect_url=next_page(request), email_verification="none")
    response: HttpResponse = perform_login(request, login)
    return response


class SecondStep(AuthenticateView):
    """The page between password and session, for those who have a second factor."""

    form_class = SecondStepForm
    template_name = "people/second_step.html"


second_step = public(SecondStep.as_view())


@needs(SIGNED_IN)
@before_second_factor
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    person: Any = request.user
    events.record("people.sign_out", by=person, obj=person)
    person.sign_ins.filter(session_key=request.session.session_key).delete()
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("login")


@public
@never_cache
@sensitive_post_parameters("code", "password1", "password2")
@once
def activate(request: HttpRequest) -> HttpResponse:
    """Number and code of a printed slip open an account with a password of one's own."""
    form = ActivationForm(
        request.POST or None, request=request, initial={"number": request.GET.get("number")}
    )
    if form.is_valid() and form.match:
        try:
            actions.activate(form.match, form.cleaned_data["password1"])
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Your password is set. Please sign in with it."))
            return redirect("login")
    return render(request, "people/activate.html", {"form": form}, status=422 if form.is_bound else 200)


@public
@never_cache
@sensitive_post_parameters("password1", "password2")
@once
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Three different people make their accounts of administrators, one after the other."""
    link = actions.setup_link(token)
    if link is None:
        if not request.session.get("set_up"):
            raise Http404
        return render(request, "people/setup_done.html")
    missing = actions.missing_administrators()
    root = Organization.objects.filter(parent=None).order_by("pk").first()
    form: Any = (AdministratorForm if root else RootForm)(request.POST or None)
    if form.is_valid():
        try:
            _set_up(link, form.cleaned_data, root, missing)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            request.session["set_up"] = True
            return redirect("setup", token=token)
    context = {"form": form, "root": root, "missing": missing, "role": missing[0] if root else None}
    return render(request, "people/setup.html", context, status=422 if form.is_bound else 200)


def _set_up(link: SetupLink, data: dict[str, Any], root: Organization | None, missing: list[Any]) -> None:
    if root is None:
        actions.found_root(link, number=data["number"], name=data["name"])
    else:
        actions.make_administrator(
            link, missing[0], name=data["name"], account=data["account"], password=data["password1"]
        )

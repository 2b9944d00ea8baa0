"""Accounts, for the system administrator: who may sign in. Nothing of what people do here is shown."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xianfeng.audit.once import once
from xianfeng.core.lists import render_list
from xianfeng.core.pages import needs

from .. import actions, slips
from ..columns import ACCOUNTS as COLUMNS
from ..columns import account_tone, account_word
from ..filters import AccountFilter
from ..forms import NewAccountForm, ReasonForm
from ..models import Person
from ..permissions import ACCOUNTS


def accounts(request: HttpRequest) -> Any:
    """The people whose accounts the visitor looks after."""
    device = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    visitor: Any = request.user
    people = Person.objects.visible_to(visitor, ACCOUNTS).select_related("organization")
    return people.annotate(has_device=Exists(device))


@needs(ACCOUNTS)
def user_list(request: HttpRequest) -> HttpResponse:
    """All accounts."""
    return render_list(
        request,
        "people/user_list.html",
        accounts(request),
        columns=COLUMNS,
        filters=AccountFilter,
        title=_("Accounts"),
    )


@needs(ACCOUNTS)
def user_detail(request: HttpRequest, uid: str) -> HttpResponse:
    """One account, and what can be done about it."""
    return _detail(request, get_object_or_404(accounts(request), uid=uid), ReasonForm())


def _detail(request: HttpRequest, person: Person, form: ReasonForm) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "word": account_word(person),
        "tone": account_tone(person),
        "own": person.pk == request.user.pk,
    }
    return render(request, "people/user_detail.html", context, status=422 if form.is_bound else 200)


@needs(ACCOUNTS)
@once
def user_new(request: HttpRequest) -> HttpResponse:
    """An account for someone who is not on the roll of members. It opens with a slip like all others."""
    person: Any = request.user
    form = NewAccountForm(request.POST or None, by=person)
    if form.is_valid():
        try:
            entered = actions.enter(by=person, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The account is made; it opens with a slip."))
            return redirect("people:user_detail", uid=entered.uid)
    return render(request, "people/user_new.html", {"form": form}, status=422 if form.is_bound else 200)


@needs(ACCOUNTS)
@require_POST
@once
def user_act(request: HttpRequest, uid: str, act: str) -> HttpResponse:
    """Close, open or reset an account, or print its first slip."""
    by: Any = request.user
    person = get_object_or_404(accounts(request), uid=uid)
    form = ReasonForm(request.POST)
    try:
        match act:
            case "close":
                if not form.is_valid():
                    return _detail(request, person, form)
                actions.close_account(person, reason=form.cleaned_data["reason"], by=by)
                messages.success(request, _("The account is closed; its sessions have ended."))
            case "open":
                actions.open_account(person, by=by)
                messages.success(request, _("The account is open."))
            case "reset":
                slip = actions.reset_account(person, by=by)
                return redirect("people:slip_print", batch=slips.stash(request, [slip]))
            case _:
                raise Http404
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("people:user_detail", uid=uid)

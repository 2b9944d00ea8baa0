"""Acts of the superior that change an organization: a new name, another superior. What ends one stands in `members`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from xianfeng.audit.once import once
from xianfeng.core.forms import add_faults
from xianfeng.core.pages import needs

from .. import actions, permissions
from ..forms import ActForm, MoveForm, RenameForm
from ..models import Organization
from .register import one


def act_page(
    request: HttpRequest,
    organization: Organization,
    form: Any,
    act: Callable[..., Any],
    words: dict[str, str],
) -> HttpResponse:
    """A page that does one thing to an organization: `act` with what the form says.

    words: title, label, hint, and the sentence when it is done.
    """
    if request.method == "POST" and form.is_valid():
        try:
            act(**form.cleaned_data)
        except ValidationError as fault:
            add_faults(form, fault)
        else:
            messages.success(request, words["done"] % {"name": organization})
            return redirect(organization)
    return render(
        request, "organizations/organization_act.html", {"organization": organization, "form": form, **words}
    )


def _act(
    request: HttpRequest, code: str, form: type[ActForm], act: Any, words: dict[str, str]
) -> HttpResponse:
    organization = one(request, permissions.CHANGE, code)
    bound = form(request.POST or None, organization=organization, by=request.user)
    return act_page(
        request, organization, bound, lambda **said: act(organization, by=request.user, **said), words
    )


@needs(permissions.CHANGE)
@once
def organization_rename(request: HttpRequest, code: str) -> HttpResponse:
    """It is called something else from a day on."""
    return _act(
        request,
        code,
        RenameForm,
        actions.rename,
        {
            "title": _("Rename"),
            "label": _("Rename"),
            "hint": _(
                "The number stays. Papers and pages of earlier days keep the name that held then; the history keeps both."
            ),
            "done": _("It is called %(name)s now."),
        },
    )


@needs(permissions.CHANGE)
@once
def organization_move(request: HttpRequest, code: str) -> HttpResponse:
    """It stands below another superior from a day on."""
    return _act(
        request,
        code,
        MoveForm,
        actions.move,
        {
            "title": _("Change the superior"),
            "label": _("Change the superior"),
            "hint": _(
                "Everything below goes with it. Who looks after the new superior looks after it at once, who looked after the old one no more."
            ),
            "done": _("%(name)s has a new superior."),
        },
    )

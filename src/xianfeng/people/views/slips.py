"""Activation slips: choose people without an account, print or download their slips."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from xianfeng.audit.once import once
from xianfeng.core.downloads import WORD, download
from xianfeng.core.lists import render_list
from xianfeng.core.pages import needs
from xianfeng.core.periods import today

from .. import slips
from ..actions import issue_slips
from ..columns import WITHOUT_ACCOUNT
from ..filters import PeopleFilter
from ..models import ActivationCode, Person
from ..permissions import ACCOUNTS, ACTIVATE


def people_for(by: Any) -> QuerySet[Person]:
    """Whom someone may print slips for.

    Branches hand slips to plain members. Those of office holders come from the system administrator: otherwise a
    clerk could open the account of the own secretary.
    """
    waiting = Person.objects.without_account()
    members = waiting.visible_to(by, ACTIVATE).without_office(today())
    return waiting.filter(pk__in=members.values("pk")) | waiting.visible_to(by, ACCOUNTS)


@needs(ACTIVATE, ACCOUNTS)
@once
def slip_list(request: HttpRequest) -> HttpResponse:
    """People without an account; a POST issues slips for those that are ticked."""
    people = people_for(request.user)
    if request.method == "POST":
        chosen = list(people.filter(uid__in=request.POST.getlist("person")))
        if not chosen:
            messages.error(request, _("Please tick the people who are to get a slip."))
            return redirect("people:slip_list")
        return redirect("people:slip_print", batch=slips.stash(request, issue_slips(chosen, by=request.user)))
    valid = ActivationCode.objects.open().filter(person=OuterRef("pk")).values("expires_at")[:1]
    return render_list(
        request,
        "people/slip_list.html",
        people.select_related("organization").annotate(slip_until=Subquery(valid)),
        columns=WITHOUT_ACCOUNT,
        filters=PeopleFilter,
        title=_("People without an account"),
        per_page=500,
    )


@needs(ACTIVATE, ACCOUNTS)
@never_cache
def slip_print(request: HttpRequest, batch: str) -> HttpResponse:
    """The slips just issued, eight to a sheet."""
    found = slips.stashed(request, batch)
    if found is None:
        raise Http404
    printed, until = found
    context = {"sheets": slips.sheets(printed), "until": until, "batch": batch, "number": len(printed)}
    return render(request, "people/slip_print.html", context)


@needs(ACTIVATE, ACCOUNTS)
@never_cache
def slip_word(request: HttpRequest, batch: str) -> HttpResponse:
    """The slips just issued, as a Word document."""
    found = slips.stashed(request, batch)
    if found is None:
        raise Http404
    name = _("Activation slips %(day)s") % {"day": today().isoformat()} + ".docx"
    return download(slips.word(*found), name, WORD)

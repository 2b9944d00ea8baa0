"""Lists: the overview of branches, who has not paid, published accounts, and the visitor's own dues."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from xianfeng.core.lists import render_list
from xianfeng.core.pages import SIGNED_IN, needs
from xianfeng.core.periods import Period, today
from xianfeng.organizations.choices import branches
from xianfeng.organizations.models import Organization

from .. import rules
from ..columns import BRANCHES, MINE, PUBLISHED, UNPAID
from ..figures import collected, lines_of, reckoned, totals
from ..forms import OverviewFilter, UnpaidFilter, chosen_period
from ..models import Base, Due, Publication
from ..permissions import ACCOUNTS, VIEW


@needs(VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Branches and what they collected in a period. Whoever works for one branch comes to that branch at once."""
    visitor: Any = request.user
    found = branches(visitor, VIEW)
    few = list(found[:2])
    if len(few) == 1:
        return redirect("dues:branch", few[0].code)
    period = chosen_period(request.GET.get("period", ""), today())
    return render_list(
        request,
        "dues/overview.html",
        collected(found, period),
        columns=BRANCHES,
        filters=OverviewFilter,
        title=_("Party dues"),
        context={"period": period, "totals": totals(lines_of(visitor, found).of(period))},
    )


@needs(VIEW)
def unpaid_list(request: HttpRequest) -> HttpResponse:
    """Who has not paid: months before the running one, unless a period is asked for. Nobody is ranked."""
    visitor: Any = request.user
    this_month = Period.of(today()).start
    open_lines = Due.objects.visible_to(visitor, VIEW).open()
    months = (
        open_lines.filter(person=OuterRef("person"), month__lt=this_month)
        .order_by()
        .values("person")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows = (
        lines_of(visitor, Organization.objects.visible_to(visitor, VIEW))
        .open()
        .annotate(months_open=Coalesce(Subquery(months), 0))
        .select_related("person", "collection__organization")
        .order_by("collection__organization__number", "person__number", "month")
    )
    if not request.GET.get("period"):
        rows = rows.filter(month__lt=this_month)
    return render_list(
        request,
        "dues/unpaid_list.html",
        rows,
        columns=UNPAID,
        filters=UnpaidFilter,
        title=_("Party dues not paid"),
    )


@needs(ACCOUNTS)
def published(request: HttpRequest) -> HttpResponse:
    """The accounts of a year, as the branches published them: totals, no names. Every member may read them."""
    shown = Publication.objects.filter(status=Publication.Status.PUBLISHED)
    years = sorted(set(shown.order_by().values_list("year", flat=True)), reverse=True)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and int(asked) in years else (years[0] if years else today().year)
    rows = shown.filter(year=year).select_related("organization").order_by("organization__number")
    return render_list(
        request,
        "dues/published.html",
        rows,
        columns=PUBLISHED,
        title=_("Party dues of %(year)s: accounts") % {"year": year},
        context={"year": year, "years": years, "few": rules.FEW},
        per_page=200,
    )


@needs(SIGNED_IN)
def my_dues(request: HttpRequest) -> HttpResponse:
    """What the visitor owes and paid, and what it is reckoned by."""
    visitor: Any = request.user
    rows = (
        Due.objects.visible_to(visitor, VIEW)
        .filter(person=visitor)
        .select_related("collection__organization")
        .order_by("-month")
    )
    base = (
        Base.objects.visible_to(visitor, VIEW)
        .filter(person=visitor, since__lte=today())
        .order_by("-since")
        .first()
    )
    this_year = Period(today().year, "year")
    return render_list(
        request,
        "dues/my_dues.html",
        rows,
        columns=MINE,
        title=_("My party dues"),
        context={
            "base": reckoned(base) if base else None,
            "year": totals(rows.of(this_year)),
            "open": totals(rows.open()),
        },
    )

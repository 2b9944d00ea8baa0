"""A branch: its year, what its members are reckoned by, decisions, what was passed on and published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from xianfeng.audit.once import once
from xianfeng.core.display import day
from xianfeng.core.pages import SIGNED_IN, needs
from xianfeng.core.periods import Period, today
from xianfeng.ledger import permissions as ledger
from xianfeng.members.models import Member
from xianfeng.members.roll import members_on
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from .. import actions, rules, stating
from ..figures import month_row, settlement_row
from ..forms import AccountsForm, BasesForm, ReductionForm, RemittanceForm
from ..models import Base, Collection, Due, Publication, Reduction, Settlement
from ..permissions import CHANGE, VIEW
from ..rules import Group, yuan

Status = Due.Status


def one_branch(request: HttpRequest, code: str, permission: str = VIEW) -> Organization:
    """A branch in the visitor's scope."""
    visitor: Any = request.user
    found: Organization = get_object_or_404(
        Organization.objects.visible_to(visitor, permission).branches(), code=code
    )
    return found


def branch_url(place: Organization) -> str:
    """The page of a branch's dues."""
    return reverse("dues:branch", args=[place.code])


@needs(VIEW)
def branch(request: HttpRequest, code: str) -> HttpResponse:
    """The year of a branch: its months, what was passed on and published, decisions, and whom to look after."""
    visitor: Any = request.user
    place = one_branch(request, code)
    now, asked = Period.of(today()), request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and 2000 < int(asked) <= now.year else now.year
    months = list(
        Collection.objects.visible_to(visitor, VIEW)
        .filter(organization=place, month__year=year)
        .annotate(
            payers=Count("lines", filter=Q(lines__owed__gt=0)),
            owed=Sum("lines__owed", default=0),
            received=Sum("lines__paid", default=0),
            unpaid=Count("lines", filter=Q(lines__status=Status.OWED)),
            deferred=Count("lines", filter=Q(lines__status=Status.DEFERRED)),
        )
        .order_by("-month")
    )
    context: dict[str, Any] = {
        "organization": place,
        "year": year,
        "now": now,
        "months": [month_row(row) for row in months],
        "owed": yuan(sum(row.owed for row in months)),
        "received": yuan(sum(row.received for row in months)),
        "missing": stating.without_base(place, now, today()),
    }
    if request.headers.get("HX-Request"):
        latest = {"months": context["months"][:3], "is_panel": True}
        return render(request, "dues/branch.html#panel", context | latest)
    settlements = (
        Settlement.objects.visible_to(visitor, VIEW)
        .filter(organization=place, quarter__startswith=f"{year}-")
        .prefetch_related("lines")
        .order_by("quarter")
    )
    context |= {
        "may_change": visitor.can(CHANGE, at=place),
        "settlements": [settlement_row(row, months) for row in settlements],
        "publication": Publication.objects.visible_to(visitor, VIEW)
        .filter(organization=place, year=year)
        .first(),
        "reductions": Reduction.objects.visible_to(visitor, VIEW)
        .filter(organization=place, last__gte=Period(year, "year").start, first__lte=Period(year, "year").end)
        .select_related("person"),
        "long": long_unpaid(visitor, place),
        "years": range(now.year, now.year - 3, -1),
    }
    return render(request, "dues/branch.html", context)


def long_unpaid(visitor: Any, place: Organization) -> list[Person]:
    """Members who have owed for six months in a row. Nothing follows from it by itself."""
    runs = stating.unpaid_in_a_row([place.pk], today())
    people = [pk for pk, run in runs.items() if run >= rules.MAKE_UP_MONTHS]
    found = Person.objects.visible_to(visitor, VIEW).filter(pk__in=people)
    return list(found.order_by("number")) if people else []


@needs(VIEW)
@once
def bases(request: HttpRequest, code: str) -> HttpResponse:
    """What the members of a branch are reckoned by: one page for all, once a year or when pay changes."""
    visitor: Any = request.user
    place = one_branch(request, code)
    spells = [s for s in members_on(today(), place) if s.stage in stating.STAGES]
    people = [spell.person for spell in spells]
    held: dict[int, Base] = {}
    for base in Base.objects.visible_to(visitor, VIEW).filter(person__in=people).order_by("since"):
        if base.since <= today() or base.person_id not in held:
            held[base.person_id] = base
    retired = {
        s.person_id: Group.RETIRED
        for s in spells
        if getattr(s.person, "member", None) and s.person.member.occupation == Member.Occupation.RETIRED
    }
    may_change = visitor.can(CHANGE, at=place)
    form = BasesForm(people, held, retired, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if form.is_valid():
            try:
                number = actions.set_bases(form.entries, since=form.cleaned_data["since"], by=visitor)
            except ValidationError as fault:
                form.add_error(None, fault)
            else:
                messages.success(request, _("Saved: %(number)s changed.") % {"number": number})
                return redirect("dues:bases", code)
    return render(
        request,
        "dues/bases.html",
        {
            "organization": place,
            "form": form,
            "rows": list(form.rows),
            "may_change": may_change,
            "without": len(people) - len(held),
        },
        status=422 if form.is_bound else 200,
    )


def people_of(visitor: Any, place: Organization, permission: str = CHANGE) -> QuerySet[Person]:
    """Members of a branch whose dues the visitor enters."""
    on = [s.person_id for s in members_on(today(), place) if s.stage in stating.STAGES]
    return Person.objects.visible_to(visitor, permission).filter(pk__in=on).order_by("number")


@needs(CHANGE)
@once
def reduction_new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a decision that a member pays less, or nothing, for some months."""
    visitor: Any = request.user
    place = one_branch(request, code, CHANGE)
    form = ReductionForm(people_of(visitor, place), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        amount = given.pop("amount")
        try:
            made = actions.reduce(**given, fen=rules.fen(amount), by=visitor)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("Saved."))
            return redirect(made)
    return act_page(
        request, form, place, _("Enter a decision to reduce dues"),
        _("The branch committee decides and reports it to its superior. Months already paid stay as they are."),
    )  # fmt: skip


def act_page(request: HttpRequest, form: Any, place: Organization, title: str, hint: str) -> HttpResponse:
    """A page with one form about a branch."""
    return render(
        request,
        "dues/act.html",
        {"form": form, "organization": place, "title": title, "hint": hint},
        status=422 if form.is_bound else 200,
    )


@needs(VIEW, SIGNED_IN)
def reduction_detail(request: HttpRequest, uid: str) -> HttpResponse:
    """One decision, for those who enter dues and for the member it is about."""
    visitor: Any = request.user
    found: Reduction = get_object_or_404(
        Reduction.objects.visible_to(visitor, VIEW).select_related("person", "organization", "recorded_by"),
        uid=uid,
    )
    return render(
        request,
        "dues/reduction_detail.html",
        {
            "reduction": found,
            "own": found.person_id == visitor.pk,
            "may_change": visitor.can(CHANGE, found),
            "lines": found.lines.order_by("month"),
        },
    )


@needs(CHANGE)
@once
def remittance_new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter what was passed on to the superior, for a quarter (`?quarter=`) or one of its months."""
    visitor: Any = request.user
    place = one_branch(request, code, CHANGE)
    asked = request.GET.get("quarter", "")
    try:
        quarter = Period.parse(asked)
    except ValueError:
        quarter = Period.of(today(), "quarter")
    if quarter.kind != "quarter":
        quarter = Period.of(quarter.start, "quarter")
    lines = Due.objects.visible_to(visitor, CHANGE).filter(collection__organization=place).of(quarter)
    by_month = dict(lines.order_by().values_list("month").annotate(total=Sum("paid")))
    received = {month.code: by_month.get(month.start, 0) for month in quarter.months}
    received[quarter.code] = sum(received.values())
    form = RemittanceForm(quarter, received, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        covers, amount = Period.parse(given.pop("covers")), given.pop("amount")
        try:
            actions.remit(place, covers, fen=rules.fen(amount), by=visitor, **given)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{branch_url(place)}?year={quarter.year}")
    return act_page(
        request, form, place, _("Enter dues passed on"),
        _("Dues of %(quarter)s are to be passed on by %(day)s.")
        % {"quarter": quarter, "day": day(rules.remit_by(quarter))},
    )  # fmt: skip


@needs(VIEW, ledger.VIEW)
def settlement_record(request: HttpRequest, uid: str) -> HttpResponse:
    """Where the fact about a quarter's remittance leads."""
    visitor: Any = request.user
    found = (
        Settlement.objects.visible_to(visitor, VIEW).select_related("organization").filter(uid=uid).first()
    )
    if found:
        return redirect(f"{branch_url(found.organization)}?year={found.period.year}#quarters")
    row: Settlement = get_object_or_404(
        Settlement.objects.visible_to(visitor, ledger.VIEW)
        .select_related("organization")
        .prefetch_related("lines"),
        uid=uid,
    )
    if row.settled_on is None:
        said = _("Not passed on yet.")
    elif row.settled_on <= row.remit_by:
        said = _("Passed on in time.")
    else:
        said = _("Passed on later than asked for.")
    return render(request, "dues/fact.html", {"row": row, "said": said})


@needs(VIEW)
@once
def accounts(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The accounts of a branch's year as they stand, and publishing them."""
    visitor: Any = request.user
    place = one_branch(request, code)
    found = Publication.objects.visible_to(visitor, VIEW).filter(organization=place, year=year).first()
    may_change = visitor.can(CHANGE, at=place)
    form = AccountsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may_change or found is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                actions.publish(found, by=visitor, note=form.cleaned_data["note"])
            except ValidationError as fault:
                messages.error(request, fault.messages[0])
            else:
                messages.success(request, _("Published. Every member can read it now."))
            return redirect("dues:accounts", code, year)
    is_published = found is not None and found.status == Publication.Status.PUBLISHED
    figures = (
        {name: getattr(found, name) for name in ("payers", "owed", "received", "remitted")}
        if is_published
        else actions.accounts([place.pk], year)[place.pk]
    )
    return render(
        request,
        "dues/accounts.html",
        {
            "organization": place,
            "year": year,
            "publication": found,
            "is_published": is_published,
            "figures": {name: value if name == "payers" else yuan(value) for name, value in figures.items()},
            "form": form,
            "may_change": may_change,
            "may_publish": may_change and found is not None and not is_published,
            "publish_by": rules.publish_by(year),
        },
        status=422 if form.is_bound else 200,
    )

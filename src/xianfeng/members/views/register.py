"""The register of members: the list, a member's record, and the corrections the office makes to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from xianfeng.audit.once import once
from xianfeng.core.lists import Question, render_list
from xianfeng.core.pages import SIGNED_IN, locked_when_sent, needs
from xianfeng.core.periods import today
from xianfeng.organizations import permissions as organizations
from xianfeng.organizations.models import Organization
from xianfeng.people import permissions as people
from xianfeng.people.models import Person

from .. import actions, hardship, merging, permissions
from ..columns import READ, age, member_columns
from ..filters import MemberFilter
from ..forms import DayForm, LeaveForm, PartyForm, PersonForm
from ..life import life
from ..models import Member, Membership
from ..pages.shared import tabs
from ..record import entries_of, progress, timeline
from ..roll import members_on


def _one(request: HttpRequest, permission: str, uid: str) -> Person:
    """A person with a party record in the visitor's scope; locked when it is about to change."""
    visitor: Any = request.user
    found = Person.objects.visible_to(visitor, permission).filter(member__isnull=False)
    found = locked_when_sent(request, found, "member")
    person: Person = get_object_or_404(found, uid=uid)
    return person


ON_THE_ROLL = Question(
    permissions.VIEW,
    lambda viewer, day: (
        Membership.objects.visible_to(viewer, permissions.VIEW)
        .members()
        .on(day)
        .select_related("person", "person__member", "organization")
        .only(*READ)
        .order_by("person__number")
    ),
)


@needs(permissions.VIEW)
def member_list(request: HttpRequest) -> HttpResponse:
    """Members on the roll today in the visitor's scope, in number order."""
    visitor: Any = request.user
    on = today()
    return render_list(
        request,
        "members/member_list.html",
        ON_THE_ROLL.of(visitor, on),
        columns=member_columns(on),
        filters=MemberFilter,
        title=_("Members"),
        context={
            "tabs": tabs(visitor, "members:member_list"),
            "may_change": visitor.can(permissions.CHANGE),
            "may_import": visitor.can(permissions.IMPORT),
            "may_activate": visitor.can(people.ACTIVATE),
        },
    )


@needs(organizations.VIEW)
def branch_members(request: HttpRequest, code: str) -> HttpResponse:
    """Who belongs to a branch: names for everybody inside, stages for those who belong to it or look after it."""
    visitor: Any = request.user
    organization = get_object_or_404(Organization.objects.visible_to(visitor, permissions.NAMES), code=code)
    on = today()
    spells = members_on(on, organization)
    return render(
        request,
        "members/branch_members.html#panel"
        if request.headers.get("HX-Request")
        else "members/branch_members.html",
        {
            "organization": organization,
            "spells": spells,
            "full": [s for s in spells if s.stage == Membership.Stage.FULL],
            "may_open": visitor.can(permissions.VIEW, at=organization),
            "looks_after": visitor.can(organizations.VIEW, at=organization),
        },
    )


@needs(permissions.VIEW, SIGNED_IN)
def member_detail(request: HttpRequest, uid: str) -> HttpResponse:
    """A member's record. Members see their own, officers those of their branches. What was merged leads to the row kept."""
    try:
        person: Any = _one(request, permissions.VIEW, uid)
    except Http404:
        visitor: Any = request.user
        if (kept := merging.now_called(uid)) and visitor.can(permissions.VIEW, kept):
            return redirect("members:member_detail", kept.uid)
        raise
    return _record(request, person, person.member)


@needs(SIGNED_IN)
def my_record(request: HttpRequest) -> HttpResponse:
    """The reader's own record."""
    reader: Any = request.user
    member = Member.objects.filter(person=reader).first()
    if member is None:
        return render(request, "members/no_record.html", {})
    return _record(request, reader, member)


def _record(request: HttpRequest, person: Person, member: Member) -> HttpResponse:
    visitor: Any = request.user
    on = today()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and 1921 <= int(asked) <= on.year else on.year
    entries = entries_of(person, visitor, year)
    spells = list(Membership.objects.filter(person=person).select_related("organization").order_by("-since"))
    current = next((s for s in spells if s.since <= on and (s.until is None or s.until > on)), None)
    there = current.organization if current else None
    reason = ""
    if visitor.can(permissions.HARDSHIP) or visitor.can(permissions.HARDSHIP_NAMED):
        reason = hardship.reason_of(request)
    passages = life(person, visitor, spells, restricted=bool(reason))
    if any(passage.restricted for passage in passages):
        hardship.opened(visitor, reason, cases=1)
    return render(
        request,
        "members/member_detail.html",
        {
            "person": person,
            "member": member,
            "age": age(person.born_on, on),
            "party_age": age(member.confirmed_on, on),
            "exempt": member.exempt_on(on),
            "passages": passages,
            "current": current,
            "appointments": list(
                person.appointments.select_related("role", "organization").order_by("-since")
            ),
            "progress": progress(entries),
            "months": timeline(entries),
            "year": year,
            "before": year - 1,
            "after": year + 1 if year < on.year else None,
            "own": person.pk == visitor.pk,
            "may_change": there is not None and visitor.can(permissions.CHANGE, at=there),
            "may_reveal": there is not None and visitor.can(people.REVEAL, at=there),
            "may_transfer": current is not None
            and current.stage in Membership.PARTY
            and visitor.can(permissions.TRANSFER, at=there),
            "may_register_away": current is not None
            and current.stage in Membership.PARTY
            and visitor.can(permissions.MOBILE, at=there),
            "probationary": current is not None and current.stage == Membership.Stage.PROBATIONARY,
        },
    )


@needs(permissions.CHANGE)
@once
def member_edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Correct what is on record about a member."""
    person = _one(request, permissions.CHANGE, uid)
    member = person.member
    person_form = PersonForm(request.POST or None, instance=person)
    party_form = PartyForm(request.POST or None, instance=member)
    if request.method == "POST" and person_form.is_valid() and party_form.is_valid():
        person = Person.objects.get(pk=person.pk)  # the form has put its values on the row it was given
        try:
            actions.change(
                person, by=request.user, personal=person_form.values(), party=party_form.cleaned_data
            )
        except ValidationError as fault:
            person_form.add_error(None, ValidationError(fault.messages))
        else:
            messages.success(request, _("Saved."))
            return redirect("members:member_detail", uid)
    return render(
        request,
        "members/member_edit.html",
        {"person": person, "person_form": person_form, "party_form": party_form},
    )


def _on_a_day(
    request: HttpRequest,
    uid: str,
    make: Callable[[Person], Any],
    act: Callable[[Person, dict[str, Any]], None],
    words: dict[str, str],
) -> HttpResponse:
    """A page that does one thing to a member on a day: `act` with what the form from `make` says."""
    person = _one(request, permissions.CHANGE, uid)
    form = make(person)
    if request.method == "POST" and form.is_valid():
        try:
            act(person, form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, ValidationError(fault.messages))
        else:
            messages.success(request, words["done"] % {"name": person})
            return redirect("members:member_detail", uid)
    title = words["title"] % {"name": person}
    back = reverse("members:member_detail", args=[uid])
    return render(
        request,
        "members/member_act.html",
        {
            "person": person,
            "form": form,
            "title": title,
            "label": words["label"],
            "hint": words["hint"],
            "back": back,
        },
    )


@needs(permissions.CHANGE)
@once
def member_confirm(request: HttpRequest, uid: str) -> HttpResponse:
    """A probationary member becomes a full member."""
    return _on_a_day(
        request,
        uid,
        lambda person: DayForm(request.POST or None),
        lambda person, data: actions.confirm(person, by=request.user, **data),
        {
            "title": _("Confirm %(name)s as a full member"),
            "label": _("Confirm"),
            "hint": _(
                "The day of the members' meeting that decided it. From then on the member votes and counts in full."
            ),
            "done": _("%(name)s is a full member now."),
        },
    )


@needs(permissions.CHANGE)
@once
def member_leave(request: HttpRequest, uid: str) -> HttpResponse:
    """A member leaves the roll."""
    return _on_a_day(
        request,
        uid,
        lambda person: LeaveForm(request.POST or None),
        lambda person, data: actions.leave(person, by=request.user, **data),
        {
            "title": _("Take %(name)s off the roll"),
            "label": _("Take off the roll"),
            "hint": _("The member leaves the roll and the account closes. The record stays."),
            "done": _("%(name)s is no longer on the roll."),
        },
    )

"""Pages of terms and posts: the list of present terms, the terms of one organization, and the acts on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from xianfeng.audit.once import once
from xianfeng.core.forms import add_faults
from xianfeng.core.lists import render_list
from xianfeng.core.pages import needs
from xianfeng.core.periods import today
from xianfeng.organizations import panels
from xianfeng.organizations import permissions as organizations
from xianfeng.organizations.models import Organization

from . import actions, roles
from .columns import term_columns
from .elections import oddities
from .forms import (
    DATALIST,
    ElectedForms,
    ElectionForm,
    FillForm,
    PostponeForm,
    TermFilter,
    TermForm,
    VacateForm,
    beginning,
    candidates,
)
from .models import Post, Term
from .permissions import RECORD, VIEW


def _organization(request: HttpRequest, permission: str, code: str) -> Organization:
    visitor: Any = request.user
    found = Organization.objects.visible_to(visitor, permission)
    if request.method == "POST":
        found = found.select_for_update()
    organization: Organization = get_object_or_404(found, code=code)
    return organization


def _term(request: HttpRequest, uid: str) -> Term:
    visitor: Any = request.user
    rows = Term.objects.visible_to(visitor, RECORD).select_related("organization__parent")
    if request.method == "POST":
        rows = rows.select_for_update(of=("self",))
    term: Term = get_object_or_404(rows, uid=uid)
    return term


@needs(VIEW)
def term_list(request: HttpRequest) -> HttpResponse:
    """The present terms in the visitor's scope, in number order."""
    visitor: Any = request.user
    on = today()
    held = Prefetch("posts", Post.objects.on(on).select_related("person"), to_attr="held")
    rows = (
        Term.objects.visible_to(visitor, VIEW).current().select_related("organization").prefetch_related(held)
    )
    return render_list(
        request,
        "leadership/term_list.html",
        rows.order_by("organization__number"),
        columns=term_columns(on),
        filters=TermFilter,
        title=_("Terms of office"),
    )


@needs(organizations.HOME)
def branch_committee(request: HttpRequest, code: str) -> HttpResponse:
    """Who leads an organization, by name and post: a panel of its page, for all members inside."""
    visitor: Any = request.user
    organization = _organization(request, organizations.HOME, code)
    held = Post.objects.on(today()).filter(term__organization=organization).select_related("person", "term")
    template = "leadership/branch_committee.html"
    looks_after = visitor.can(VIEW, at=organization)
    return render(
        request,
        f"{template}#panel" if request.headers.get("HX-Request") else template,
        {
            "organization": organization,
            "posts": in_order(held),
            "term": Term.objects.filter(organization=organization).current().first() if looks_after else None,
            "looks_after": looks_after,
            "may_record": visitor.can(RECORD, at=organization) and not organization.dissolved_on,
        },
    )


def in_order(posts: Any) -> list[tuple[str, list[Post]]]:
    """Posts under their names, in order of precedence."""
    rows = list(posts)
    return [(str(kind.label), found) for kind in Post.Kind if (found := [p for p in rows if p.kind == kind])]


@needs(VIEW)
def term_list_of(request: HttpRequest, code: str) -> HttpResponse:
    """The terms of one organization, the present one first, each with its election and everybody who held a post."""
    visitor: Any = request.user
    organization = _organization(request, VIEW, code)
    terms = list(
        organization.terms.prefetch_related(Prefetch("posts", Post.objects.select_related("person")))
    )
    may_record = visitor.can(RECORD, at=organization) and not organization.dissolved_on
    return render(
        request,
        "leadership/term_list_of.html",
        {
            "organization": organization,
            "terms": [(term, _by_precedence(term), oddities(term)) for term in terms],
            "may_record": may_record,
            "proposals": roles.proposals(organization) if may_record else [],
        },
    )


def _by_precedence(term: Term) -> list[Post]:
    order = list(Post.Kind)
    return sorted(
        term.posts.all(), key=lambda p: (p.until is not None, order.index(Post.Kind(p.kind)), p.since)
    )


@needs(RECORD)
@once
def term_new(request: HttpRequest, code: str) -> HttpResponse:
    """Record an election. What was typed comes back with its faults; then the roles that follow are proposed."""
    organization = _organization(request, RECORD, code)
    people = list(candidates(organization).only("pk", "name", "number"))
    given: dict[str, Any] = {"organization": organization, "people": people}
    data = request.POST or None
    form = ElectionForm(data, organization=organization, due=_entitled(organization))
    lines = ElectedForms(data, initial=None if data else beginning(organization), form_kwargs=given)
    if request.method == "POST":
        valid = form.is_valid()
        if lines.is_valid() and valid:
            elected = [one for line in lines.forms if (one := line.elected())]
            try:
                term = actions.elect(organization, elected, by=request.user, **form.cleaned_data)
            except ValidationError as fault:
                add_faults(form, fault)
            else:
                messages.success(request, _("%(term)s is on record.") % {"term": term})
                return (
                    redirect("leadership:term_roles", code)
                    if roles.proposals(organization)
                    else redirect(term)
                )
    return render(
        request,
        "leadership/term_new.html",
        {"organization": organization, "form": form, "lines": lines, "people": people, "datalist": DATALIST},
        status=422 if form.is_bound else 200,
    )


def _entitled(organization: Organization) -> int | None:
    """Full members of today, who may vote."""
    values = panels.figures(today())(organization)
    members = values.get("members")
    return members - (values.get("probationary") or 0) if members else None


@needs(RECORD)
@once
def term_roles(request: HttpRequest, code: str) -> HttpResponse:
    """The roles of secretary that follow from the posts: proposed by the system, decided by whoever records."""
    organization = _organization(request, RECORD, code)
    found = roles.proposals(organization)
    if request.method == "POST":
        chosen = [proposal for proposal in found if proposal.key in request.POST.getlist("chosen")]
        try:
            roles.follow(organization, chosen, by=request.user)
        except ValidationError as fault:
            messages.error(request, fault.messages[0])
        else:
            messages.success(
                request, _("The roles are as decided.") if chosen else _("The roles stay as they are.")
            )
            return redirect("leadership:term_list_of", code)
    return render(request, "leadership/term_roles.html", {"organization": organization, "proposals": found})


def _act(
    request: HttpRequest,
    organization: Organization,
    form: Any,
    act: Callable[..., Any],
    words: dict[str, Any],
) -> HttpResponse:
    """A page that does one thing to a term or a post, and leads to the roles where those do not fit any more."""
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        try:
            act(**said)
        except ValidationError as fault:
            add_faults(form, fault)
        else:
            messages.success(request, _("Entered."))
            if roles.proposals(organization):
                return redirect("leadership:term_roles", organization.code)
            return redirect("leadership:term_list_of", organization.code)
    context = {"organization": organization, "form": form, "datalist": DATALIST, **words}
    return render(request, "leadership/term_act.html", context, status=422 if form.is_bound else 200)


@needs(RECORD)
@once
def term_edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Correct what is on record about an election."""
    term = _term(request, uid)
    return _act(
        request,
        term.organization,
        TermForm(request.POST or None, instance=term),
        lambda **said: actions.change(Term.objects.get(pk=term.pk), by=request.user, **said),
        {
            "title": _("Correct the election"),
            "label": _("Save"),
            "hint": _("For mistakes in what was entered. Posts that began with the election follow its day."),
        },
    )


@needs(RECORD)
@once
def term_postpone(request: HttpRequest, uid: str) -> HttpResponse:
    """The next election may be held later."""
    term = _term(request, uid)
    return _act(
        request,
        term.organization,
        PostponeForm(request.POST or None, term=term),
        lambda **said: actions.postpone(term, by=request.user, **said),
        {
            "title": _("Postpone the election"),
            "label": _("Postpone"),
            "hint": _("With the superior's approval, by a year at most. Reminders follow the new day."),
        },
    )


@needs(RECORD)
@once
def post_new(request: HttpRequest, uid: str) -> HttpResponse:
    """Somebody comes into a post during the term."""
    term = _term(request, uid)
    form = FillForm(request.POST or None, organization=term.organization)
    return _act(
        request,
        term.organization,
        form,
        lambda **said: actions.fill(term, by=request.user, **said),
        {
            "title": _("By-election"),
            "label": _("Enter"),
            "hint": _("Somebody comes into a post during the term. The term itself ends as before."),
            "people": form.people,
        },
    )


@needs(RECORD)
@once
def post_end(request: HttpRequest, uid: str) -> HttpResponse:
    """Somebody leaves a post during the term."""
    visitor: Any = request.user
    rows = Post.objects.visible_to(visitor, RECORD).select_related("person", "term__organization__parent")
    if request.method == "POST":
        rows = rows.select_for_update(of=("self",))
    post: Post = get_object_or_404(rows, uid=uid)
    return _act(
        request,
        post.term.organization,
        VacateForm(request.POST or None),
        lambda **said: actions.vacate(post, by=request.user, **said),
        {
            "title": _("%(post)s leaves the post") % {"post": post},
            "label": _("Enter"),
            "hint": _("The post stays on record with the days on which it was held."),
        },
    )

"""The register of organizations, and the page of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from xianfeng.audit.once import once
from xianfeng.core.lists import render_list
from xianfeng.core.pages import locked_when_sent, needs
from xianfeng.core.periods import today
from xianfeng.files.models import Attachment

from .. import actions, panels, permissions
from ..columns import WARNINGS, Warned, chapter_columns, directory_columns, organization_columns
from ..forms import ChangeForm, ChapterFilter, DirectoryFilter, FoundForm, OrganizationFilter
from ..models import Chapter, Honour, Organization

HISTORY = 20  # honours and chapters that a page shows


def one(request: HttpRequest, permission: str, code: str) -> Organization:
    """An organization in the visitor's scope; locked when it is about to change."""
    visitor: Any = request.user
    found = Organization.objects.visible_to(visitor, permission)
    found = locked_when_sent(request, found, "parent")
    organization: Organization = get_object_or_404(found, code=code)
    return organization


def _looks_after_all(visitor: Any) -> bool:
    """Whether the visitor may see the register of the whole tree, not only the own branch."""
    return any(path.count("/") == 1 for path in visitor.places(permissions.VIEW))


@needs(permissions.HOME, permissions.VIEW)
def organization_list(request: HttpRequest) -> HttpResponse:
    """All organizations inside, in number order: as a directory, or with what the register knows about them."""
    visitor: Any = request.user
    whole = _looks_after_all(visitor)
    on = today()
    return render_list(
        request,
        "organizations/organization_list.html",
        Organization.objects.known_to(visitor),
        columns=organization_columns(on) if whole else directory_columns(on),
        filters=OrganizationFilter if whole else DirectoryFilter,
        title=_("Organizations"),
        context={
            "may_found": visitor.can(permissions.CHANGE),
            "may_import": visitor.can(permissions.IMPORT),
            "whole": whole,
        },
    )


@needs(permissions.CHANGE)
def warnings(request: HttpRequest) -> HttpResponse:
    """Where the rules are broken or an election is near, organization by organization."""
    visitor: Any = request.user
    on = today()
    chosen = DirectoryFilter(
        request.GET,
        queryset=Organization.objects.visible_to(visitor, permissions.CHANGE).standing(on),
        request=request,
    )
    figures = panels.figures(on)
    rows: Any = [
        Warned(organization, remark)
        for organization in chosen.qs
        for remark in panels.remarks(organization, on, figures(organization))
    ]
    rows.sort(key=lambda row: ("bad", "warn", "").index(row.remark.tone))
    return render_list(
        request,
        "organizations/warnings.html",
        rows,
        columns=WARNINGS,
        title=_("Organizations to look after"),
        context={"filter": chosen},
    )


@needs(permissions.VIEW)
def history(request: HttpRequest) -> HttpResponse:
    """What organizations were called and where they stood on a day (`?on=`), those that have ended since included."""
    visitor: Any = request.user
    try:
        on = parse_date(request.GET.get("on", "")) or today()
    except ValueError:
        on = today()
    rows = Chapter.objects.visible_to(visitor, permissions.VIEW).on(on)
    return render_list(
        request,
        "organizations/history.html",
        rows.select_related("organization").order_by("organization__number"),
        columns=chapter_columns(on),
        filters=ChapterFilter,
        title=_("Organizations on a past day"),
        context={"on": on},
    )


@needs(permissions.HOME, permissions.VIEW)
def organization_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The home of an organization, for all members inside; for those who look after it also what is on record."""
    visitor: Any = request.user
    known = Organization.objects.known_to(visitor).select_related("parent")
    organization: Organization = get_object_or_404(known, code=code)
    on = today()
    looks_after = visitor.can(permissions.VIEW, at=organization)
    values = panels.figures(on)(organization) if looks_after else {}
    honours = list(organization.honours.shown()[:HISTORY])
    offered = panels.panels_for(organization, visitor)
    return render(
        request,
        "organizations/organization_detail.html",
        {
            "organization": organization,
            "looks_after": looks_after,
            "figures": panels.labelled(values),
            "remarks": panels.remarks(organization, on, values) if looks_after else [],
            "panels": [(panel, url) for panel, url in offered if not panel.aside],
            "aside": [(panel, url) for panel, url in offered if panel.aside],
            "children": []
            if organization.is_branch
            else Organization.objects.known_to(visitor).filter(parent=organization).standing(on),
            "honours": _with_certificates(honours),
            "announcements": organization.announcements.current(on) if organization.is_branch else [],
            "chapters": organization.chapters.select_related("parent", "into").order_by("-pk")[:HISTORY]
            if looks_after
            else [],
            "may_change": visitor.can(permissions.CHANGE, at=organization) and not organization.dissolved_on,
            "may_keep": visitor.can(permissions.KEEP_HOME, at=organization)
            and organization.is_branch
            and not organization.dissolved_on,
        },
    )


def _with_certificates(honours: list[Honour]) -> list[tuple[Honour, Attachment | None]]:
    """Each honour with its certificate, where there is one. One query."""
    files = {file.target_id: file for file in Attachment.objects.of_all(honours)}
    return [(honour, files.get(honour.pk)) for honour in honours]


@needs(permissions.CHANGE)
@once
def organization_new(request: HttpRequest) -> HttpResponse:
    """Found an organization."""
    form = FoundForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            organization = actions.found(by=request.user, **form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("%(name)s has been founded.") % {"name": organization})
            return redirect(organization)
    return render(request, "organizations/organization_form.html", {"form": form, "organization": None})


@needs(permissions.CHANGE)
@once
def organization_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Correct names, unit and contact of an organization."""
    organization = one(request, permissions.CHANGE, code)
    form = ChangeForm(request.POST or None, instance=organization)
    if request.method == "POST" and form.is_valid():
        organization.refresh_from_db()  # the form has put its values on it; the action compares with what is stored
        try:
            actions.change(organization, by=request.user, **form.values())
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("Saved."))
            return redirect(organization)
    return render(
        request, "organizations/organization_form.html", {"form": form, "organization": organization}
    )

"""The register of organizations, and the page of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from xianfeng.audit.once import once
from xianfeng.core.lists import render_list
from xianfeng.core.pages import needs
from xianfeng.core.periods import today

from . import actions, panels, permissions
from .columns import organization_columns
from .forms import ChangeForm, DissolveForm, FoundForm, OrganizationFilter
from .models import Organization


def _one(request: HttpRequest, permission: str, code: str) -> Organization:
    """An organization in the visitor's scope; locked when it is about to change."""
    visitor: Any = request.user
    found = Organization.objects.visible_to(visitor, permission)
    if request.method == "POST":
        found = found.select_for_update()
    organization: Organization = get_object_or_404(found, code=code)
    return organization


@needs(permissions.VIEW)
def organization_list(request: HttpRequest) -> HttpResponse:
    """Organizations in the visitor's scope, in number order."""
    visitor: Any = request.user
    return render_list(
        request,
        "organizations/organization_list.html",
        Organization.objects.visible_to(visitor, permissions.VIEW),
        columns=organization_columns(today()),
        filters=OrganizationFilter,
        title=_("Organizations"),
        context={"may_found": visitor.can(permissions.CHANGE), "may_import": visitor.can(permissions.IMPORT)},
    )


@needs(permissions.VIEW)
def organization_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What an organization is, what to look after, and the panels that other apps have about it."""
    visitor: Any = request.user
    organization = _one(request, permissions.VIEW, code)
    on = today()
    figures = panels.figures(organization, on)
    return render(
        request,
        "organizations/organization_detail.html",
        {
            "organization": organization,
            "figures": figures.values(),
            "remarks": panels.remarks(organization, on, figures),
            "panels": panels.panels_for(organization, visitor),
            "children": []
            if organization.is_branch
            else Organization.objects.visible_to(visitor, permissions.VIEW)
            .filter(parent=organization)
            .standing(on),
            "may_change": visitor.can(permissions.CHANGE, at=organization),
        },
    )


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
    """Change names, unit and term of an organization."""
    organization = _one(request, permissions.CHANGE, code)
    form = ChangeForm(request.POST or None, instance=organization)
    if request.method == "POST" and form.is_valid():
        organization.refresh_from_db()  # the form has put its values on it; the action compares with what is stored
        actions.change(organization, by=request.user, **form.values())
        messages.success(request, _("Saved."))
        return redirect(organization)
    return render(
        request, "organizations/organization_form.html", {"form": form, "organization": organization}
    )


@needs(permissions.CHANGE)
@once
def organization_dissolve(request: HttpRequest, code: str) -> HttpResponse:
    """End an organization that has no members and nothing below it."""
    organization = _one(request, permissions.CHANGE, code)
    _label, members = panels.figures(organization, today()).get("members", ("", 0))
    form = DissolveForm(request.POST or None, organization=organization, members=members)
    if request.method == "POST" and form.is_valid():
        actions.dissolve(organization, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(name)s has been dissolved.") % {"name": organization})
        return redirect(organization)
    return render(
        request, "organizations/organization_dissolve.html", {"form": form, "organization": organization}
    )

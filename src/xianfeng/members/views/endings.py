"""The two ways in which an organization ends."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from xianfeng.audit.once import once
from xianfeng.core.pages import needs
from xianfeng.core.periods import today
from xianfeng.organizations import permissions as organizations
from xianfeng.organizations.views.acts import act_page
from xianfeng.organizations.views.register import one

from .. import endings
from ..ending_forms import DissolveForm, MergeForm


@needs(organizations.CHANGE)
@once
def organization_dissolve(request: HttpRequest, code: str) -> HttpResponse:
    """End an organization to which nobody belongs any more."""
    by: Any = request.user
    organization = one(request, organizations.CHANGE, code)
    form = DissolveForm(request.POST or None, organization=organization, by=by)
    return act_page(
        request,
        organization,
        form,
        lambda **said: endings.dissolve(organization, by=by, **said),
        {
            "title": _("Dissolve"),
            "label": _("Dissolve"),
            "hint": _(
                "From that day on it owes no reports and takes no members; its committee and the roles held there end. What happened there stays on record."
            ),
            "done": _("%(name)s has been dissolved."),
        },
    )


@needs(organizations.CHANGE)
@once
def organization_merge(request: HttpRequest, code: str) -> HttpResponse:
    """End a branch with all its members going over to another."""
    by: Any = request.user
    organization = one(request, organizations.CHANGE, code)
    form = MergeForm(request.POST or None, organization=organization, by=by)
    count = endings.belonging(organization, today())
    return act_page(
        request,
        organization,
        form,
        lambda **said: endings.merge(organization, by=by, **said),
        {
            "title": _("Merge into another branch"),
            "label": _("Merge"),
            "hint": _(
                "All %(count)s who belong to it go over to the other branch on that day and are told. Reports and scores of the time before stay with %(name)s."
            )
            % {"count": count, "name": organization},
            "done": _("%(name)s has been merged."),
        },
    )

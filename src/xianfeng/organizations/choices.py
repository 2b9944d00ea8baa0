"""Places to choose from: what forms offer and lists are narrowed down by."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianfeng.core.actor import Actor
from xianfeng.core.filters import Offered, RowFilter
from xianfeng.core.periods import today
from xianfeng.core.prepared import Prepared

from .models import Organization, Organizations

PLACES: Prepared[Organization] = Prepared(
    lambda day, *, roots: Organization.objects.under(roots).standing(day)  # as `visible_to` has it
)

OFFERED: Prepared[Offered] = Prepared(
    lambda day, *, roots: (
        Organization.objects.under(roots).branches().standing(day).values_list("code", "pk", "short_name")
    )
)


def places(actor: Actor, permission: str, day: date) -> list[Organization]:
    """The organizations where somebody holds a permission and that stand on a day, in number order. One query."""
    return PLACES(day=day, roots=actor.places(permission))


def branches(actor: Actor, permission: str) -> Organizations:
    """The branches that somebody may choose from today, in number order, as forms want them."""
    return Organization.objects.visible_to(actor, permission).branches().standing(today())


def branch_filter(permission: str, field_name: str = "organization", **more: Any) -> RowFilter:
    """Narrows a list down to one of the branches where the visitor holds a permission."""
    return RowFilter(
        field_name=field_name,
        rows=lambda request: OFFERED(day=today(), roots=request.user.places(permission)),
        label=_("Branch"),
        empty_label=_("All branches"),
        **more,
    )

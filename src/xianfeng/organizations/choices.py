"""Places to choose from: what forms offer and lists are narrowed down by."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianfeng.core.actor import Actor
from xianfeng.core.filters import MANY, Offered, RowFilter
from xianfeng.core.periods import today
from xianfeng.core.prepared import Prepared

from .models import Organization, Organizations

PLACES: Prepared[Organization] = Prepared(
    lambda day, *, roots: Organization.objects.under(roots).standing(day)  # as `visible_to` has it
)

OFFER = ("code", "pk", "short_name")
OFFERED: Prepared[Offered] = Prepared(
    lambda day, *, roots: (
        Organization.objects.under(roots).branches().standing(day).values_list(*OFFER)[: MANY + 1]
    )
)


def places(actor: Actor, permission: str, day: date) -> list[Organization]:
    """The organizations where somebody holds a permission and that stand on a day, in number order. One query."""
    return PLACES(day=day, roots=actor.places(permission))


def branches(actor: Actor, permission: str) -> Organizations:
    """The branches that somebody may choose from today, in number order, as forms want them."""
    return Organization.objects.visible_to(actor, permission).branches().standing(today())


def named(request: Any, permission: str, typed: str) -> list[Offered]:
    """The branches that a typed number or name means, two at most: one whose number or name it is, else those whose name
    contains it."""
    offered = branches(request.user, permission).values_list(*OFFER)
    exact = list(offered.filter(Q(code__iexact=typed) | Q(number__iexact=typed) | Q(short_name=typed))[:2])
    return exact or list(offered.filter(short_name__contains=typed)[:2])


def branch_filter(permission: str, field_name: str = "organization", **more: Any) -> RowFilter:
    """Narrows a list down to one of the branches where the visitor holds a permission."""
    return RowFilter(
        field_name=field_name,
        rows=lambda request: OFFERED(day=today(), roots=request.user.places(permission)),
        find=lambda request, typed: named(request, permission, typed),
        label=_("Branch"),
        empty_label=_("All branches"),
        **more,
    )

"""How an organization ends: dissolved when nobody belongs to it any more, or merged into another with all who do."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from xianfeng.core.display import long_day
from xianfeng.core.periods import today
from xianfeng.leadership.actions import close
from xianfeng.organizations import actions as organizations
from xianfeng.organizations.models import Organization

from .actions import place
from .models import Membership


def belonging(organization: Organization, on: date) -> int:
    """How many belong to it on a day or later, members or not."""
    spells = Membership.objects.filter(organization=organization)
    return spells.filter(Q(until=None) | Q(until__gt=on)).values("person").distinct().count()


@transaction.atomic
def dissolve(organization: Organization, *, on: date, document: str, by: Any, reason: str = "") -> None:
    """End an organization on a day, with its term, its posts and the roles held there.

    Raises ValidationError while somebody belongs to it, while others stand below it, or for a day ahead.
    """
    if count := belonging(organization, on):
        raise ValidationError(
            _("%(name)s still has %(count)s members. Please move them to other branches first, or merge it.")
            % {"name": organization, "count": count}
        )
    close(organization, on=on, by=by)
    organizations.dissolve(organization, on=on, document=document, reason=reason, by=by)


@transaction.atomic
def merge(organization: Organization, into: Organization, *, on: date, document: str, by: Any) -> int:
    """Whoever belongs to the one belongs to the other from a day on, and the one ends; returns how many moved.

    What happened stays where it happened, and so do reports and scores. Raises ValidationError for a branch that takes
    no members, a day ahead, or when somebody came or was confirmed after that day.
    """
    if on > today():
        raise ValidationError({"on": _("That day lies ahead. Please enter it when it has come.")})
    if not organization.is_branch or not into.is_branch:
        raise ValidationError({"into": _("Only branches can be merged, and only into a branch.")})
    if into.pk == organization.pk or into.dissolved_on or (into.founded_on and into.founded_on > on):
        raise ValidationError({"into": _("%(name)s did not stand on that day.") % {"name": into}})
    late = Membership.objects.filter(organization=organization, since__gt=on).select_related("person").first()
    if late:
        raise ValidationError(
            {
                "on": _("The record of %(name)s changed on %(day)s. Please choose that day or a later one.")
                % {"name": late.person, "day": long_day(late.since)}
            }
        )
    moving = [spell.person for spell in Membership.objects.on(on).filter(organization=organization).select_related("person")]  # fmt: skip
    for person in moving:
        place(person, into, on=on, by=by)
    close(organization, on=on, by=by)
    organizations.dissolve(organization, on=on, document=document, into=into, by=by)
    return len(moving)

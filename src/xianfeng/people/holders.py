"""Who holds a role where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from xianfeng.organizations.models import Organization

from .models import Appointment, Person


def secretaries(on: date) -> Mapping[int, list[str]]:
    """Names of the secretaries on a day by organization id. One query."""
    names: dict[int, list[str]] = defaultdict(list)
    held = Appointment.objects.in_force(on).filter(role__code="secretary").order_by("since", "pk")
    for organization, name in held.values_list("organization", "person__name"):
        names[organization].append(name)
    return names


def holders(permission: str, *, at: Organization, on: date, nearest: bool = False) -> list[Person]:
    """Who holds a permission for an organization on a day, by roles there or above. One query.

    `nearest`: only those appointed closest to it, so that a branch with people of its own does not bother the office.
    """
    above = [int(part) for part in (at.path or "").strip("/").split("/") if part]
    held = [
        appointment
        for appointment in Appointment.objects.in_force(on)
        .filter(organization__in=above)
        .select_related("person", "role", "organization")
        .order_by("since", "pk")
        if permission in appointment.role.permissions
    ]
    if nearest and held:
        closest = max(len(appointment.organization.path or "") for appointment in held)
        held = [a for a in held if len(a.organization.path or "") == closest]
    return list({appointment.person_id: appointment.person for appointment in held}.values())

"""Reminding those responsible of limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from xianfeng.members.models import Membership
from xianfeng.messaging.actions import notify
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Appointment, Person

from .. import notices
from ..models import Road
from ..permissions import APPROVE, RECORD
from ..steps import BY_NUMBER
from .roads import open_roads

Stage = Membership.Stage
DAYS_BEFORE = (30, 7)  # before a limit runs out


def responsible(organizations: Iterable[Organization], day: date) -> dict[int, list[Person]]:
    """Who sees to it at each branch on a day, by organization id: its own people, and those above who approve. One query."""
    found: dict[int, list[Person]] = defaultdict(list)
    held = list(
        Appointment.objects.in_force(day).select_related("person", "role", "organization").order_by("pk")
    )
    for organization in organizations:
        for appointment in held:
            permissions = appointment.role.permissions
            own = appointment.organization_id == organization.pk and RECORD in permissions
            above = (organization.path or "").startswith(appointment.organization.path or "-")
            if (own or (above and APPROVE in permissions)) and appointment.person not in found[
                organization.pk
            ]:
                found[organization.pk].append(appointment.person)
    return found


def remind(day: date) -> int:
    """Each morning: limits that run out in 30 or 7 days, and those that ran out yesterday. Returns the new notices."""
    open_roads()
    spells = Membership.objects.on(day).exclude(stage=Stage.FULL).values("person")
    roads = [
        road
        for road in Road.objects.filter(due_on__isnull=False, person__in=spells).select_related(
            "person__organization"
        )
        if road.due_on and ((road.due_on - day).days in DAYS_BEFORE or road.due_on < day)
    ]
    places = {
        road.person.organization_id: road.person.organization for road in roads if road.person.organization
    }
    people = responsible(places.values(), day)
    sent = 0
    for road in roads:
        if road.due_on is None or road.due_step is None:
            continue
        late = road.due_on < day
        ahead = "late" if late else str((road.due_on - day).days)
        sent += notify(
            people.get(road.person.organization_id or 0, []),
            notices.OVERDUE if late else notices.DUE,
            {"name": road.person.name, "step": str(BY_NUMBER[road.due_step]), "day": road.due_on},
            link=reverse("development:road", args=[road.person.uid]),
            key=f"development/{road.uid}/{road.due_step}/{road.due_on}/{ahead}",
        )
    return sent

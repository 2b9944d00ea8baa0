"""Telling branches and the office that an election is near: six months before, three months before, and when it is overdue."""

from __future__ import annotations

from datetime import date

from xianfeng.core.periods import months_before
from xianfeng.messaging.actions import notify
from xianfeng.organizations.models import Organization
from xianfeng.organizations.terms import EARLY, SOON
from xianfeng.people.models import Appointment, Person

from . import notices
from .permissions import RECORD

BRANCH_ROLES = ("secretary", "clerk")


def _kind(ends: date, day: date) -> str | None:
    """What is to be told on a day about a term that ends on another."""
    if ends < day:
        return notices.TERM_OVER
    if months_before(ends, SOON) <= day:
        return notices.TERM_ENDS_SOON
    if months_before(ends, EARLY) <= day:
        return notices.TERM_ENDS
    return None


def remind(day: date) -> int:
    """Tell each branch whose election is near, and the office above it; returns how many notices were new.

    Run daily, and twice without harm: each is told once for each step and each last day. Two queries, and one for each
    organization that is told.
    """
    standing = Organization.objects.standing(day).exclude(term_ends_on=None)
    near = [(o, kind) for o in standing if (kind := _kind(o.term_ends_on or day, day))]
    if not near:
        return 0
    held = list(Appointment.objects.in_force(day).select_related("person", "role", "organization"))
    return sum(
        notify(
            _told(organization, held),
            kind,
            {"branch": organization.short_name, "day": organization.term_ends_on},
            link=organization.get_absolute_url(),
            key=f"{kind}/{organization.code}/{organization.term_ends_on:%Y%m%d}",
        )
        for organization, kind in near
    )


def _told(organization: Organization, held: list[Appointment]) -> list[Person]:
    """Who keeps the branch, and who records elections above it."""
    return [
        appointment.person
        for appointment in held
        if (appointment.organization_id == organization.pk and appointment.role.code in BRANCH_ROLES)
        or (
            RECORD in appointment.role.permissions
            and (organization.path or "").startswith(appointment.organization.path or "-")
        )
    ]

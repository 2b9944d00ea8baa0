"""The role of secretary that follows from an election: what the system proposes, and what whoever records decides.

Only the role `secretary`, only at branches, only for those who hold the post: the narrow part of granting that goes with
recording elections. The security officer is told of each change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from xianfeng.core.periods import today
from xianfeng.messaging.actions import notify
from xianfeng.organizations.models import Organization
from xianfeng.people.actions import appoint, relieve
from xianfeng.people.models import Appointment, Person, Role

from . import notices
from .models import Post

ROLE = "secretary"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One appointment to make, or (`appointment` given) to end. `ticked`: what usually follows."""

    person: Person
    appointment: Appointment | None
    why: str
    ticked: bool = True

    @property
    def key(self) -> str:
        """Names it in a form."""
        return f"{'end' if self.appointment else 'give'}-{self.person.uid}"


def proposals(organization: Organization) -> list[Proposal]:
    """What should follow from the posts of today. Empty where posts and roles agree, and at all but branches. Two queries."""
    if not organization.is_branch or organization.dissolved_on:
        return []
    day = today()
    leading = (
        Post.objects.on(day)
        .filter(term__organization=organization, kind__in=(Post.Kind.SECRETARY, Post.Kind.DEPUTY))
        .select_related("person")
    )
    posts = {post.person_id: post for post in sorted(leading, key=lambda p: p.kind == Post.Kind.SECRETARY)}
    if not posts:
        return []
    held = Appointment.objects.in_force(day).filter(organization=organization, role__code=ROLE)
    appointments = {a.person_id: a for a in held.select_related("person", "role", "organization")}
    give = [
        Proposal(
            post.person,
            None,
            _("%(post)s since %(day)s") % {"post": post.get_kind_display(), "day": post.since.isoformat()},
            ticked=post.kind == Post.Kind.SECRETARY,
        )
        for pk, post in posts.items()
        if pk not in appointments
    ]
    end = [
        Proposal(appointment.person, appointment, _("is not secretary any more"))
        for pk, appointment in appointments.items()
        if pk not in posts
    ]
    return [*give, *end]


@transaction.atomic
def follow(organization: Organization, chosen: Iterable[Proposal], *, by: Any) -> int:
    """Do what was decided, each by the verbs of `people`; returns how many changed.

    Raises ValidationError where the separation of duties forbids one: nobody appoints themselves.
    """
    chosen = list(chosen)
    role = Role.objects.get(code=ROLE)
    day = today()
    for proposal in chosen:
        if proposal.appointment is None:
            appoint(proposal.person, role, organization, by=by, since=day)
        elif by is not None and proposal.person.pk == by.pk:
            raise ValidationError(_("Nobody can end the own role."))
        else:
            relieve(proposal.appointment, by=by, until=day)
    if chosen:
        officers = (
            Appointment.objects.in_force(day).filter(role__code="security_admin").select_related("person")
        )
        notify(
            [a.person for a in officers],
            notices.ROLE_FOLLOWED,
            {"branch": organization.short_name, "by": str(by or "")},
            link="/manage/roles/",
            key=f"{notices.ROLE_FOLLOWED}/{organization.code}/{day:%Y%m%d}",
        )
    return len(chosen)

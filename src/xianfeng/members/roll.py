"""Who belongs where on a day: the questions other apps ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from xianfeng.organizations.models import Organization

from .models import Membership

COMMITTEE_FROM = 7  # 支部工作条例 ch. 6: with seven full members a branch has a committee


@dataclass(frozen=True, slots=True)
class Strength:
    """Members of a branch on a day."""

    full: int
    probationary: int

    @property
    def total(self) -> int:
        return self.full + self.probationary

    @property
    def owes_committee(self) -> bool:
        """Whether the branch has a committee, and so owes committee meetings."""
        return self.full >= COMMITTEE_FROM


def strengths(day: date, organizations: Iterable[Organization] | None = None) -> dict[int, Strength]:
    """Strength by organization id. One query; organizations without members are absent."""
    spells = Membership.objects.on(day)
    if organizations is not None:
        spells = spells.filter(organization__in=list(organizations))
    rows = (
        spells.order_by()
        .values_list("organization")
        .annotate(
            full=Count("pk", filter=Q(stage=Membership.Stage.FULL)),
            probationary=Count("pk", filter=Q(stage=Membership.Stage.PROBATIONARY)),
        )
    )
    return {organization: Strength(full, probationary) for organization, full, probationary in rows}


def members_on(day: date, organization: Organization) -> list[Membership]:
    """Memberships of a branch on a day, with person and member read, in number order. One query."""
    return list(
        Membership.objects.on(day)
        .filter(organization=organization)
        .select_related("person", "person__member")
        .order_by("person__number")
    )


def everyone_on(day: date) -> dict[int, list[Membership]]:
    """The same for all branches at once, by organization id. One query."""
    roll: dict[int, list[Membership]] = defaultdict(list)
    spells = Membership.objects.on(day).select_related("person", "person__member").order_by("person__number")
    for spell in spells:
        roll[spell.organization_id].append(spell)
    return roll

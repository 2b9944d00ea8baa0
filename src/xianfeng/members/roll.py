"""Who belongs where on a day: the questions other apps ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from xianfeng.organizations.models import Organization
from xianfeng.organizations.panels import Remark

from .models import Membership

COMMITTEE_FROM = 7  # 支部工作条例 ch. 6: with seven full members a branch has a committee
FEWEST, MOST = 3, 50  # ch. 2: full members a branch needs, members it should not exceed


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


def strengths(day: date, organizations: Iterable[Organization | int] | None = None) -> dict[int, Strength]:
    """Strength by organization id, of these organizations (rows or ids) or of all. One query; those without members are absent."""
    spells = Membership.objects.members().on(day)
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
        Membership.objects.members()
        .on(day)
        .filter(organization=organization)
        .select_related("person", "person__member")
        .order_by("person__number")
    )


def everyone_on(day: date) -> dict[int, list[Membership]]:
    """The same for all branches at once, by organization id. One query."""
    roll: dict[int, list[Membership]] = defaultdict(list)
    spells = (
        Membership.objects.members()
        .on(day)
        .select_related("person", "person__member")
        .order_by("person__number")
    )
    for spell in spells:
        roll[spell.organization_id].append(spell)
    return roll


def tree_strengths(day: date) -> Mapping[int, Strength]:
    """Strength by organization id, each with everything below it added. One query."""
    rows = (
        Membership.objects.members()
        .on(day)
        .order_by()
        .values_list("organization__path")
        .annotate(
            full=Count("pk", filter=Q(stage=Membership.Stage.FULL)),
            probationary=Count("pk", filter=Q(stage=Membership.Stage.PROBATIONARY)),
        )
    )
    total: dict[int, Strength] = {}
    for path, full, probationary in rows:
        for pk in map(int, path.strip("/").split("/")):
            below = total.get(pk, Strength(0, 0))
            total[pk] = Strength(below.full + full, below.probationary + probationary)
    return total


def check_spells() -> list[str]:
    """People who stood in two spells on one day. One query; empty when all is well."""
    faults, last = [], None
    spells = Membership.objects.order_by("person", "since").values_list("person__number", "since", "until")
    for number, since, until in spells:
        if last is not None and last[0] == number and (last[1] is None or last[1] > since):
            faults.append(f"{number}: two memberships on {since}")
        last = (number, until)
    return faults


def check_strength(organization: Organization, _day: date, figures: Mapping[str, Any]) -> Iterator[Remark]:
    """Says when a branch has too few or too many members, or owes a committee that no election is recorded for."""
    if not organization.is_branch or organization.dissolved_on:
        return
    total = figures.get("members") or 0
    full = total - (figures.get("probationary") or 0)
    if full < FEWEST:
        yield Remark(
            "bad",
            _("%(full)s full members: a branch needs at least 3. Please consider a joint branch.")
            % {"full": full},
        )
    if total > MOST:
        yield Remark(
            "warn",
            _(
                "%(total)s members: a branch should normally not have more than 50. Please consider dividing it."
            )
            % {"total": total},
        )
    if full >= COMMITTEE_FROM and organization.term_ends_on is None:
        yield Remark(
            "warn",
            _(
                "%(full)s full members: a branch with 7 or more elects a committee, but no term of office is on record."
            )
            % {"full": full},
        )

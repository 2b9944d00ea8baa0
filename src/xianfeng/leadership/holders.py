"""Who leads which organization: the questions that lists and pages ask, for all organizations at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xianfeng.organizations.models import Organization
from xianfeng.organizations.panels import Remark
from xianfeng.people.holders import secretaries

from .models import Post

COMMITTEE_FROM = 7  # 支部工作条例 ch. 6: full members with which a branch has a committee
SMALLEST, LARGEST = 3, 7  # members of a committee


@dataclass(slots=True)
class Charge:
    """Who leads one organization on a day, by name.

    `strays`: those in a post who do not belong there any more; `by_role`: who signs in as secretary.
    """

    heads: list[str] = field(default_factory=list)
    people: set[int] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    strays: list[str] = field(default_factory=list)
    by_role: list[str] = field(default_factory=list)

    @property
    def secretary(self) -> list[str]:
        """The head by post; where no post is on record, by role."""
        return self.heads or self.by_role

    @property
    def size(self) -> int | None:
        """People in the committee; None where no election is on record."""
        return len(self.people) or None


def in_charge(on: date) -> Mapping[int, Charge]:
    """Who leads which organization on a day, by organization id. Two queries."""
    found: dict[int, Charge] = {}
    posts = Post.objects.on(on).values_list(
        "term__organization", "kind", "person", "person__name", "person__is_member",
        "person__organization__path", "term__organization__path", "term__organization__parent__path",
        "term__organization__kind",
    )  # fmt: skip
    for organization, kind, person, name, is_member, at, own, above, of_kind in posts.order_by("pk"):
        charge = found.setdefault(organization, Charge())
        charge.people.add(person)
        charge.kinds.add(kind)
        if kind in Post.HEADS:
            charge.heads.append(name)
        place = above if of_kind == Organization.Kind.GROUP else own
        if not is_member or not (at or "").startswith(place):
            charge.strays.append(name)
    for organization, names in secretaries(on).items():
        found.setdefault(organization, Charge()).by_role = names
    return found


def check_leadership(organization: Organization, _day: date, figures: Mapping[str, Any]) -> Iterator[Remark]:
    """Says who is missing in a committee, and where posts, membership and roles do not fit each other."""
    if organization.dissolved_on:
        return
    charge: Charge = figures.get("charge") or Charge()
    if organization.kind == Organization.Kind.GROUP:
        if not charge.heads:
            yield Remark("warn", _("The party group has no leader on record."))
        return
    if organization.is_branch:
        full = (figures.get("members") or 0) - (figures.get("probationary") or 0)
        yield from _check_branch(charge, full)
    if charge.strays:
        names = _(", ").join(dict.fromkeys(charge.strays))
        yield Remark(
            "warn",
            _("%(names)s: in a post, but not a member here any more. Please record the end of the post.")
            % {"names": names},
        )


def _check_branch(charge: Charge, full: int) -> Iterator[Remark]:
    if not charge.secretary and full:
        yield Remark("bad", _("The branch has no secretary on record. Please elect or appoint one."))
    if charge.people and full >= COMMITTEE_FROM:
        size = len(charge.people)
        if size < SMALLEST:
            yield Remark(
                "warn",
                _(
                    "%(full)s full members and %(size)s in the committee: with 7 or more it has 3 to 5 members."
                )
                % {"full": full, "size": size},
            )
        missing = [kind.label for kind in Post.EXPECTED if kind not in charge.kinds]
        if size >= SMALLEST and missing:
            yield Remark("", _("The committee has nobody as %(posts)s.") % {"posts": _(", ").join(map(str, missing))})  # fmt: skip
        if size > LARGEST:
            yield Remark("warn", _("%(size)s in the committee: normally it has 3 to 5, at most 7 members.") % {"size": size})  # fmt: skip
    if charge.heads and set(charge.heads) - set(charge.by_role):
        yield Remark(
            "",
            _("%(name)s is secretary but does not sign in as one. Please see to the roles.")
            % {"name": _(", ").join(charge.heads)},
        )

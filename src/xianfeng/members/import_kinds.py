"""The kinds of sheets of this app: registers of organizations, rosters of members, mobile members, members in hardship."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianfeng.core.places import Place, Places
from xianfeng.core.sheets import Sheet, UnreadableSheet
from xianfeng.core.tables import Profile
from xianfeng.organizations import registers
from xianfeng.organizations.models import Organization

from . import enrolment, journals, permissions, returns, roster_columns, rosters
from .batches import Journal, Kind, Look, declare


def branches_of(by: Any, permission: str) -> Places[int]:
    """The branches that a sheet of somebody's may name. Raises UnreadableSheet where there is none."""
    branches = Organization.objects.branches().filter(dissolved_on=None)
    if by is not None:
        branches = branches.visible_to(by, permission)
    places: Places[int] = Places(
        Place(pk, (short, name, number))
        for pk, short, name, number in branches.values_list("pk", "short_name", "name", "number")
    )
    if not len(places):
        raise UnreadableSheet(
            "no_branches", _("There are no branches yet. Import the register of organizations first.")
        )
    return places


class Members:
    """Rosters of members, into the branches where the person may import."""

    def __init__(self, by: Any) -> None:
        self.by = by
        self.places = branches_of(by, permissions.IMPORT)
        self.fields = roster_columns.fields(self.places)

    def find(self, held: Sequence[Sheet]) -> Profile:
        return rosters.find(held, self.places)

    def look(self, profile: Profile, day: date, branch: int | None, left_out: frozenset[int]) -> Look:
        numbered = enrolment.by_number(rosters.numbers(profile))
        roster = rosters.check(profile, self.places, today=day, for_all=branch, registered=numbered)
        plan = enrolment.plan(roster, by=self.by, leave_out=left_out, numbered=numbered)
        faults = sorted([*roster.faults, *plan.faults], key=lambda fault: (fault.row, fault.index))
        return Look(
            profile=profile, fields=self.fields, checked=roster,
            new=len(plan.new), changing=len(plan.changes), same=len(plan.same), plan=plan,
            changed=enrolment.shown(plan.changes), groups=roster.groups(), faults=faults,
            notes=[*roster.notes, *plan.notes], left_out=left_out,
        )  # fmt: skip

    def take(self, found: Look, by: Any, day: date) -> Journal:
        return enrolment.take(found.plan, by=by, day=day)


class Branches:
    """Registers of organizations."""

    fields = registers.FIELDS

    def __init__(self, by: Any) -> None:
        self.by = by

    def find(self, held: Sequence[Sheet]) -> Profile:
        return registers.find(held)

    def look(self, profile: Profile, day: date, branch: int | None, left_out: frozenset[int]) -> Look:
        register = registers.check(profile, today=day)
        rows = [row for row in register.good if row.row not in left_out]
        standing = {organization.number: organization for organization in Organization.objects.all()}
        changing = [
            row for row in rows if row.number in standing and registers.differences(row, standing[row.number])
        ]
        new = [row for row in rows if row.number not in standing]
        return Look(
            profile=profile, fields=self.fields, checked=register,
            new=len(new), changing=len(changing), same=len(rows) - len(new) - len(changing), plan=rows,
            groups=register.groups(), faults=register.faults, notes=register.notes, left_out=left_out,
        )  # fmt: skip

    def take(self, found: Look, by: Any, day: date) -> Journal:
        return registers.take(found.plan, by=by).journal()


class Register:
    """The register of mobile members, or of members in hardship, of the branches where the person keeps it."""

    def __init__(self, register: returns.Register, permission: str, by: Any) -> None:
        self.register, self.by = register, by
        self.allowed = by.places(permission) if by is not None else ("",)
        self.fields = returns.fields(register.columns)
        self.places = branches_of(by, permission)

    def find(self, held: Sequence[Sheet]) -> Profile:
        return returns.find(held, self.register.columns)

    def look(self, profile: Profile, day: date, branch: int | None, left_out: frozenset[int]) -> Look:
        checked = returns.check(profile, self.register.columns, self.places, day)
        plan = self.register.plan(checked, left_out, self.allowed)
        faults = sorted([*checked.faults, *plan.faults], key=lambda fault: (fault.row, fault.index))
        return Look(
            profile=profile, fields=self.fields, checked=checked,
            new=len(plan.new), changing=len(plan.changes), same=len(plan.same), plan=plan,
            changed=self.register.shown(plan), faults=faults, notes=plan.notes, left_out=left_out,
        )  # fmt: skip

    def take(self, found: Look, by: Any, day: date) -> Journal:
        return self.register.take(found.plan, by)


def _register(register: returns.Register, permission: str) -> Callable[[Any], Register]:
    return lambda by: Register(register, permission, by)


declare(
    Kind(
        "members", _("Roster of members"), permissions.IMPORT, "members:member_list",
        lambda journal, by: enrolment.take_back(journal), Members, slips=True,
    )
)  # fmt: skip
declare(
    Kind(
        "mobile", _("Register of mobile members"), permissions.MOBILE, "members:mobile_list",
        lambda journal, by: journals.take_back(journal), _register(returns.MOBILE, permissions.MOBILE),
    )
)  # fmt: skip
declare(
    Kind(
        "hardship", _("Register of members in hardship"), permissions.HARDSHIP, "members:hardship_list",
        lambda journal, by: journals.take_back(journal), _register(returns.HARDSHIP, permissions.HARDSHIP),
        guarded=True,
    )
)  # fmt: skip
declare(
    Kind(
        "branches", _("Register of organizations"), "organizations.import", "organizations:organization_list",
        lambda journal, by: registers.take_back(journal, by=by), Branches,
    )
)  # fmt: skip

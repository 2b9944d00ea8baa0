"""How complete the registers are: which fields each must have, who lacks what, and what a branch's month is worth (必填率).

A field is asked of whom it concerns: the day of confirmation of full members, the post of those who serve. Cases of hardship
count only where a branch has enough of them that the sum tells nobody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xianfeng.ledger import facts
from xianfeng.organizations.models import Organization

from . import permissions
from .models import Absence, Completeness, HardshipCase, Member, Membership
from .parameters import FEWEST_COUNTED, parameter

ENOUGH = Decimal("98")
"""Percent of required fields that the scheme asks for (domain.md §4.2, B2)."""

EVERYBODY = Q(pk__isnull=False)


@dataclass(frozen=True, slots=True)
class Need:
    """A field that must be filled. `missing`: rows that lack it; `asked`: rows of which it is asked."""

    code: str
    label: str | Promise
    missing: Q
    asked: Q = EVERYBODY


@dataclass(frozen=True, slots=True)
class Register:
    """A register and what each of its rows must have.

    rows: those of a day, of whoever may see them (None: all). place: lookup of the branch. read: relations that a page shows.
    mend: URL name of the page on which a row is mended, of the row's own or its person's uid.
    """

    code: str
    title: str | Promise
    permission: str
    rows: Callable[[Any, date], Any]
    place: str
    needs: tuple[Need, ...]
    mend: str
    mend_permission: str
    of_person: bool = True
    guarded: bool = False

    def link(self, row: Any, *, may_mend: bool) -> str:
        """Where what is missing is filled in; for who may not, where the row is seen."""
        uid = row.person.uid if self.of_person else row.uid
        seen = "members:member_detail" if self.of_person else self.mend.replace("_edit", "_detail")
        return reverse(self.mend if may_mend else seen, args=[uid])

    def lacking(self, rows: Any, code: str = "") -> Any:
        """The rows that lack something, or one field, each with `lacks_…` for every field. The answer is one query."""
        found = rows.annotate(
            **{
                f"lacks_{need.code}": ExpressionWrapper(need.asked & need.missing, BooleanField())
                for need in self.needs
            }
        )
        wanted = Q()
        for need in self.needs:
            if code in {"", need.code}:
                wanted |= need.asked & need.missing
        return found.filter(wanted)

    def words(self, row: Any) -> list[str]:
        """What a row of `lacking` lacks."""
        return [str(need.label) for need in self.needs if getattr(row, f"lacks_{need.code}")]


def _seen(rows: Any, by: Any, permission: str) -> Any:
    return rows.all() if by is None else rows.visible_to(by, permission)


PERSONAL = (
    Need("sex", _("Sex"), Q(person__sex__in=("0", "9"))),
    Need("ethnicity", _("Ethnic group"), Q(person__ethnicity="")),
    Need("born_on", _("Date of birth"), Q(person__born_on=None)),
    Need("education", _("Education"), Q(person__education="")),
    Need("id_number", _("ID number"), Q(person__id_number_index=None)),
    Need("phone", _("Phone"), Q(person__phone_index=None)),
)
SERVING = ~Q(person__member__occupation=Member.Occupation.RETIRED)

REGISTERS = {
    register.code: register
    for register in (
        Register(
            "members",
            _("Members"),
            permissions.VIEW,
            lambda by, on: _seen(Membership.objects, by, permissions.VIEW).members().on(on),
            "organization",
            (
                *PERSONAL,
                Need("post", _("Post"), Q(person__post=""), SERVING),
                Need("joined_on", _("Joined the party"), Q(person__member__joined_on=None)),
                Need(
                    "confirmed_on",
                    _("Full member since"),
                    Q(person__member__confirmed_on=None),
                    Q(stage=Membership.Stage.FULL),
                ),
            ),
            "members:member_edit",
            permissions.CHANGE,
        ),
        Register(
            "activists",
            _("Activists"),
            "development.view",  # kept by the app above, in the history that is ours
            lambda by, on: _seen(Membership.objects, by, "development.view").developing().on(on),
            "organization",
            (*PERSONAL, Need("post", _("Post"), Q(person__post=""))),
            "members:member_edit",
            permissions.CHANGE,
        ),
        Register(
            "mobile",
            _("Mobile members"),
            permissions.VIEW,
            lambda by, on: _seen(Absence.objects, by, permissions.VIEW).going_on().filter(since__lte=on),
            "organization",
            (
                Need("phone", _("Phone while away"), Q(phone="")),
                Need("other_organization", _("Other organization"), Q(other_organization="")),
                Need("other_contact", _("Contact person there"), Q(other_contact="")),
                Need("registered_on", _("Registered by us on"), Q(registered_on=None)),
                Need(
                    "registered_there_on", _("Registered by the other side on"), Q(registered_there_on=None)
                ),
            ),
            "members:mobile_edit",
            permissions.MOBILE,
            of_person=False,
        ),
        Register(
            "hardship",
            _("Hardship"),
            permissions.HARDSHIP,
            lambda by, on: (
                _seen(HardshipCase.objects, by, permissions.HARDSHIP).going_on().filter(since__lte=on)
            ),
            "person__organization",
            (
                Need("situation", _("Situation"), Q(situation="")),
                Need("measures", _("What is done"), Q(measures="")),
                Need(
                    "leaders",
                    _("Leader who keeps in touch"),
                    ~Q(Exists(HardshipCase.leaders.through.objects.filter(hardshipcase=OuterRef("pk")))),
                ),
            ),
            "members:hardship_edit",
            permissions.HARDSHIP,
            of_person=False,
            guarded=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Share:
    """Fields filled of fields required."""

    filled: int = 0
    required: int = 0

    @property
    def percent(self) -> Decimal | None:
        """A share of 100 with one decimal, rounded down: 98 is reached, not rounded to."""
        if not self.required:
            return None
        return Decimal(self.filled * 1000 // self.required) / 10

    @property
    def enough(self) -> bool:
        percent = self.percent
        return percent is None or percent >= ENOUGH

    def __add__(self, other: Share) -> Share:
        return Share(self.filled + other.filled, self.required + other.required)


Counted = dict[int, dict[str, Share]]
"""Shares by branch and field."""


def count(register: Register, by: Any, on: date) -> Counted:
    """How complete a register is, by branch. One query."""
    numbers: dict[str, Any] = {"rows": Count("pk")}
    for need in register.needs:
        numbers[f"asked_{need.code}"] = Count("pk", filter=need.asked)
        numbers[f"missing_{need.code}"] = Count("pk", filter=need.asked & need.missing)
    least = parameter(FEWEST_COUNTED, on) if register.guarded else 1
    found: Counted = {}
    for row in register.rows(by, on).order_by().values(register.place).annotate(**numbers):
        if row["rows"] >= least and row[register.place] is not None:
            found[row[register.place]] = {
                need.code: Share(
                    row[f"asked_{need.code}"] - row[f"missing_{need.code}"], row[f"asked_{need.code}"]
                )
                for need in register.needs
            }
    return found


def together(shares: Iterable[Share]) -> Share:
    """The sum of shares."""
    return sum(shares, Share())


def totals(counted: Iterable[Counted]) -> Mapping[int, Share]:
    """What all registers of a branch come to."""
    found: dict[int, Share] = defaultdict(Share)
    for register in counted:
        for place, shares in register.items():
            found[place] += together(shares.values())
    return found


@transaction.atomic
def count_month(day: date) -> int:
    """Keep how complete each branch's registers are on a day as what its month is worth, and state it as a fact.

    Each evening anew, so that the last evening of the month stands. Returns the entries written. A handful of queries.
    """
    shares = totals(count(register, None, day) for register in REGISTERS.values())
    month = day.replace(day=1)
    known = {row.organization_id: row for row in Completeness.objects.select_for_update().filter(month=month)}
    new, changed = [], []
    for organization in Organization.objects.branches().standing(day).order_by("pk"):
        share = shares.get(organization.pk, Share())
        row = known.get(organization.pk)
        values = {"counted_on": day, "filled": share.filled, "required": share.required}
        if row is None:
            new.append(Completeness(organization=organization, month=month, **values))
        elif row.counted_on <= day:
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    Completeness.objects.bulk_create(new, batch_size=500)
    Completeness.objects.bulk_update(changed, ["counted_on", "filled", "required"], batch_size=500)
    return facts.record_all([*new, *changed])

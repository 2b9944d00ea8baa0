"""The register of organizations as an office keeps it: number, names, kind, superior, unit, end of the term.

``check(profile)`` touches the database only to read which organizations stand already; ``take(rows, by)`` founds and changes them
by the same actions that the pages use. Codes of faults: number_missing, number, name_missing, kind, parent_unknown,
duplicate_organization, date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core import cells, findings, tables
from xianfeng.core.findings import Checked, Fault, FaultGroup, Note, safe
from xianfeng.core.places import Place, Places
from xianfeng.core.sheets import Cell, Sheet, UnreadableSheet
from xianfeng.core.tables import BodyRow, Field, Profile

from . import actions
from .models import Organization

_NUMBER = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
_KINDS = (
    (Organization.Kind.JOINT_BRANCH, re.compile(r"联合.*支部|^632$|joint")),
    (Organization.Kind.GENERAL_BRANCH, re.compile(r"总支|^621$|general")),
    (Organization.Kind.GROUP, re.compile(r"党小组$|^小组$|group")),
    (Organization.Kind.BRANCH, re.compile(r"支部|^631$|branch")),
    (Organization.Kind.COMMITTEE, re.compile(r"党委|党工委|委员会|党组|^611$|committee")),
)
_UNIT_KINDS = (
    (Organization.UnitKind.OFFICE, re.compile(r"机关|行政")),
    (Organization.UnitKind.INSTITUTION, re.compile(r"事业|参公")),
    (Organization.UnitKind.ENTERPRISE, re.compile(r"企业|公司")),
    (Organization.UnitKind.OTHER, re.compile(r"其他|社会组织|农村|社区")),
)


def kind_of(text: str) -> str | None:
    """The kind that a word of the register names."""
    folded = cells.folded(text)
    return next((kind.value for kind, pattern in _KINDS if pattern.search(folded)), None)


def _is_kind(cell: Cell) -> bool:
    return kind_of(cells.text(cell)) is not None


FIELDS = (
    Field("serial", gettext_lazy("No."), ("序号|顺序号|no",), context=True),
    Field(
        "number", gettext_lazy("number"),
        ("(?:党组织|组织|支部|党支部)?(?:编号|编码|代码)", "number|code", "(?:党组织|组织|支部)?号"),
        lambda cell: _NUMBER.fullmatch(cells.text(cell)) is not None, required=True,
    ),
    Field("name", gettext_lazy("full name"), ("(?:党组织|组织|支部|党支部)?(?:全称|名称)", "(?:党组织|组织|支部|党支部)(?:全称|名称).*", "(?:full)?name|党组织|党支部|支部"), required=True),
    Field("short_name", gettext_lazy("short name"), ("(?:党组织|组织|支部)?(?:简称|简写)(?:名称)?|shortname",)),
    Field("kind", gettext_lazy("kind"), ("(?:党组织|组织|支部)?(?:类别|类型|性质)|kind",), _is_kind),
    Field("parent", gettext_lazy("superior"), ("(?:所属|隶属|直接|直属)?上级(?:党组织|组织|党委|单位)?(?:名称|简称|全称|编号)?|隶属(?:党组织|关系)?|所属党委|superior|parent",)),
    Field("unit", gettext_lazy("unit"), ("(?:党组织)?(?:所在|所属)?单位(?:名称)?|unit",)),
    Field("unit_kind", gettext_lazy("kind of unit"), ("(?:所在)?单位(?:性质|类别|类型)|kindofunit",)),
    Field("founded_on", gettext_lazy("founded on"), ("(?:批准)?(?:建立|成立|设立|组建)(?:时间|日期|年月|日)?|founded.*",)),
    Field("term_ends_on", gettext_lazy("term of office ends on"), ("(?:本届)?(?:班子)?(?:任期)?(?:届满|到期|换届|任期届满)(?:时间|日期|日)?|term.*",)),
)  # fmt: skip
"""What the columns of a register can hold."""

GROUPED = frozenset({"kind", "parent_unknown", "date"})


@dataclass(frozen=True)
class OrganizationRow:
    """One organization as a row of the sheet tells it; ``parent`` is the superior's number, blank for the topmost."""

    row: int
    number: str
    name: str
    short_name: str
    kind: str
    parent: str
    unit: str
    unit_kind: str
    founded_on: date | None
    term_ends_on: date | None


@dataclass
class Register(Checked):
    """A register looked through."""

    rows: list[OrganizationRow] = field(default_factory=list)

    def groups(self) -> list[FaultGroup]:
        """Faults to be mended in many rows at once."""
        return findings.groups(self.faults, GROUPED)


def find(sheets: Iterable[Sheet]) -> Profile:
    """The register among the sheets of a workbook. Raises UnreadableSheet when none of them is one."""
    held = list(sheets)
    found = tables.best(held, FIELDS)
    if found is None or "name" not in found.mapping or "number" not in found.mapping:
        if not any(any(cell is not None for cell in row) for sheet in held for row in sheet.rows):
            raise UnreadableSheet("empty")
        raise UnreadableSheet(
            "no_heading",
            gettext_lazy(
                "No row of headings with columns for numbers and names was found. Is this a register of organizations?"
            ),
        )
    return found


def check(found: Profile, *, today: date) -> Register:
    """Look through every row. Superiors may stand anywhere in the sheet or be registered already."""
    body = tables.body(found, FIELDS, keys=("number",))
    checked = Register(found, body)
    standing = list(Organization.objects.values_list("number", "short_name", "name"))
    reader = _Reader(found, today, checked, body.rows, standing)
    for row in body.rows:
        checked.rows.append(reader.row(row))
    reader.check_superiors()
    return checked


class _Reader:
    """Reads rows one after another."""

    def __init__(
        self,
        found: Profile,
        today: date,
        checked: Register,
        rows: Sequence[BodyRow],
        standing: list[tuple[str, str, str]],
    ) -> None:
        self.today, self.checked = today, checked
        self.columns = {column.field: column for column in found.columns if column.field}
        self.standing = {number for number, *_names in standing}
        self.seen: dict[str, int] = {}
        names: dict[str, list[str]] = {number: [number, short, name] for number, short, name in standing}
        for self.current in rows:
            number = self.text("number")
            if number:
                names.setdefault(number, [number]).extend([self.text("short_name"), self.text("name")])
        self.superiors: Places[str] = Places(
            Place(number, tuple(dict.fromkeys(name for name in said[1:] + said[:1] if name)))
            for number, said in names.items()
        )

    def cell(self, code: str) -> Cell:
        column = self.columns.get(code)
        return self.current.get(column.index) if column else None

    def text(self, code: str) -> str:
        cell = self.cell(code)
        return "" if cells.is_nothing(cell) else cells.text(cell)

    def fault(
        self,
        code: str,
        field_code: str,
        message: str | Promise,
        *,
        row: int = 0,
        value: str = "",
        offer: str = "",
    ) -> None:
        column = self.columns.get(field_code)
        heading, index = (column.heading, column.index) if column else ("", -1)
        shown = value or safe(self.text(field_code))[:60]
        self.checked.faults.append(
            Fault(row or self.current.number, heading, code, shown, str(message), index, offer)
        )

    def row(self, row: BodyRow) -> OrganizationRow:
        self.current = row
        name = self.text("name")[:120]
        if not name:
            self.fault(
                "name_missing", "name", _("There is no name. Fill in the full name as it stands on the seal.")
            )
        return OrganizationRow(
            row=row.number,
            number=self.number(),
            name=name,
            short_name=self.text("short_name")[:60] or name[:60],
            kind=self.kind(name),
            parent=self.parent(),
            unit=self.text("unit")[:80],
            unit_kind=self.unit_kind(),
            founded_on=self.day("founded_on"),
            term_ends_on=self.day("term_ends_on"),
        )

    def number(self) -> str:
        number = self.text("number")
        if not number:
            self.fault(
                "number_missing",
                "number",
                _("There is no number. Every organization has one, such as 371122-JT-07."),
            )
            return ""
        if not _NUMBER.fullmatch(number) or len(number) > 30:
            self.fault(
                "number",
                "number",
                _(
                    "“%(value)s” is not a number of an organization. Use letters, digits and dashes, such as 371122-JT-07."
                )
                % {"value": safe(number)[:40]},
            )
            return ""
        first = self.seen.setdefault(number, self.current.number)
        if first != self.current.number:
            self.fault(
                "duplicate_organization",
                "number",
                _("This number already stands on row %(row)d. Every organization has a number of its own.")
                % {"row": first},
            )
        return number

    def kind(self, name: str) -> str:
        told = self.text("kind")
        kind = kind_of(told) if told else kind_of(name[-8:])
        if kind is None:
            self.fault(
                "kind",
                "kind",
                _(
                    "“%(value)s” is not a kind of party organization. Write 党委, 党总支, 党支部 or 联合党支部."
                )
                % {"value": safe(told)[:40]},
            )
        return kind or ""

    def parent(self) -> str:
        told = self.text("parent")
        if not told:
            return ""
        place = self.superiors.get(told)
        if place is not None:
            return place.key
        near = self.superiors.nearest(told)
        if near is not None:
            message = _("There is no organization “%(value)s”. Do you mean “%(near)s”?") % {
                "value": safe(told)[:40],
                "near": near.name,
            }
        else:
            message = _(
                "There is no organization “%(value)s”. Use the short name or number of the superior, or add it as a row."
            ) % {"value": safe(told)[:40]}
        self.fault("parent_unknown", "parent", message, offer=near.name if near else "")
        return ""

    def unit_kind(self) -> str:
        told = self.text("unit_kind")
        found = (
            next((kind.value for kind, pattern in _UNIT_KINDS if pattern.search(told)), "") if told else ""
        )
        if told and not found:
            self.note("unit_kind", _("The kind of unit was not understood and was left out."))
        return found

    def note(self, field_code: str, message: str) -> None:
        self.checked.notes.append(Note(self.current.number, self.columns[field_code].heading, message))

    def day(self, code: str) -> date | None:
        cell = self.cell(code)
        if cells.is_nothing(cell):
            return None
        found = cells.day(cell, today=self.today)
        if found is None:
            self.fault(
                "date",
                code,
                _("“%(value)s” is not a date that exists. Write year, month and day as 1998-07-01.")
                % {"value": safe(cells.text(cell))[:30]},
            )
            return None
        return found.value

    def check_superiors(self) -> None:
        """One organization at most has no superior, and none stands below itself or below a row that stays out."""
        rows = {row.number: row for row in self.checked.rows if row.number}
        top = [row for row in self.checked.rows if not row.parent and row.row not in self.checked.faulty]
        root = Organization.objects.filter(parent=None).values_list("number", flat=True).first()
        if root and len(top) == 1 and top[0].number != root and top[0].kind == Organization.Kind.COMMITTEE:
            message = _(
                "The topmost organization is registered as %(number)s. Use that number, or fill in the superior."
            )
            self.fault(
                "number",
                "number",
                message % {"number": root},
                row=top[0].row,
                value=top[0].number,
                offer=root,
            )
            top = []
        for row in top:
            first = root or top[0].number
            if row.number != first:
                self.fault(
                    "parent_unknown",
                    "parent",
                    _("There is no superior. Only the topmost organization has none."),
                    row=row.row,
                    value=row.number,
                )
        changed = True
        while changed:
            # A row goes in only after its superior: whatever hangs on a faulty row, or on itself, stays out with it.
            faulty = self.checked.faulty
            reachable = set(self.standing) | {
                row.number for row in self.checked.rows if not row.parent and row.row not in faulty
            }
            grew = True
            while grew:
                more = {
                    row.number for row in rows.values() if row.parent in reachable and row.row not in faulty
                } - reachable
                reachable |= more
                grew = bool(more)
            lost = [row for row in rows.values() if row.row not in faulty and row.number not in reachable]
            for row in lost:
                self.fault(
                    "parent_unknown",
                    "parent",
                    _("The superior stands on a row with a fault. Mend that row first."),
                    row=row.row,
                    value=row.parent,
                )
            changed = bool(lost)
        self.checked.faults.sort(key=lambda fault: (fault.row, fault.index))


@dataclass
class Taken:
    """What a register led to: rows of each kind, and what is needed to take it back."""

    added: list[Organization] = field(default_factory=list)
    changed: list[tuple[Organization, dict[str, Any]]] = field(default_factory=list)
    unchanged: int = 0

    def journal(self) -> dict[str, Any]:
        """What ``take_back`` needs."""
        return {
            "added": [organization.pk for organization in self.added],
            "changed": [
                {
                    "organization": organization.pk,
                    "version": organization.version,
                    "before": {name: _plain(value) for name, value in before.items()},
                }
                for organization, before in self.changed
            ],
        }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


DETAILS = ("name", "short_name", "kind", "unit", "unit_kind", "founded_on", "term_ends_on")


def differences(row: OrganizationRow, standing: Organization) -> dict[str, Any]:
    """New values by field; what the sheet leaves blank changes nothing."""
    return {
        name: value
        for name in DETAILS
        if (value := getattr(row, name)) not in {"", None} and value != getattr(standing, name)
    }


@transaction.atomic
def take(rows: Iterable[OrganizationRow], *, by: Any) -> Taken:
    """Found and change organizations as the rows say, superiors first. All or nothing.

    Raises ValidationError with the row in its text when an organization cannot be what the row says.
    """
    taken = Taken()
    waiting = list(rows)
    held = {organization.number: organization for organization in Organization.objects.all()}
    while waiting:
        ready = [row for row in waiting if not row.parent or row.parent in held]
        if not ready:
            raise ValidationError(_("Row %(row)d: its superior is not registered.") % {"row": waiting[0].row})
        for row in ready:
            try:
                held[row.number] = _take(row, held, taken, by)
            except ValidationError as error:
                raise ValidationError(
                    _("Row %(row)d: %(message)s") % {"row": row.row, "message": " ".join(error.messages)}
                ) from error
        waiting = [row for row in waiting if row.number not in held]
    return taken


def _take(row: OrganizationRow, held: dict[str, Organization], taken: Taken, by: Any) -> Organization:
    standing = held.get(row.number)
    if standing is None:
        values = {
            name: getattr(row, name)
            for name in ("short_name", "unit", "unit_kind", "founded_on", "term_ends_on")
        }
        parent = held[row.parent] if row.parent else None
        organization = actions.found(
            number=row.number, name=row.name, kind=row.kind, parent=parent, by=by, **values
        )
        taken.added.append(organization)
        return organization
    changes = differences(row, standing)
    if changes:
        before = {name: getattr(standing, name) for name in changes}
        actions.change(standing, by=by, **changes)
        taken.changed.append((standing, before))
    else:
        taken.unchanged += 1
    return standing


@transaction.atomic
def take_back(journal: dict[str, Any], *, by: Any) -> None:
    """Make the tree as it was. Raises ValidationError when somebody used or changed what came in."""
    added = Organization.objects.filter(pk__in=journal["added"])
    used = [organization for organization in added if organization.version]
    for one in journal["changed"]:
        organization = Organization.objects.get(pk=one["organization"])
        if organization.version != one["version"]:
            used.append(organization)
    if used:
        raise ValidationError(_in_use([organization.short_name for organization in used]))
    for one in journal["changed"]:
        values = {
            name: date.fromisoformat(value) if name.endswith("_on") and value else value
            for name, value in one["before"].items()
        }
        actions.change(Organization.objects.get(pk=one["organization"]), by=by, **values)
    try:
        with transaction.atomic():
            # Below before above: a superior is protected by what stands under it.
            for organization in sorted(added, key=lambda held: held.path or "", reverse=True):
                organization.delete()
    except ProtectedError as error:
        raise ValidationError(_in_use(sorted({str(row) for row in error.protected_objects}))) from error


def _in_use(names: list[str]) -> str:
    return _("The import cannot be undone: it has been worked with since (%(names)s).") % {
        "names": _(", ").join(names[:5])
    }

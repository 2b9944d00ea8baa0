"""The registers of mobile members and of members in hardship, coming back as sheets.

``check`` reads what our own exports write and touches no database; ``plan`` compares it with what is registered, ``take`` does it by
the verbs of the registers. A row is somebody by member number and name, else by ID number; of those who came from elsewhere and
have neither, by name and branch. What is blank or masked stays as it is registered; nobody is taken off a register by a sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core import cells, excel, tables
from xianfeng.core.crypto import blind
from xianfeng.core.fields import HIDDEN, mask
from xianfeng.core.findings import Checked, Fault, Note, safe
from xianfeng.core.places import Places
from xianfeng.core.sheets import Cell, Sheet, UnreadableSheet
from xianfeng.core.tables import Field, Profile
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from . import hardship, mobility, vocabulary
from .batches import Changed, Turn
from .enrolment import ID_LABEL, by_number
from .journals import Rows
from .models import Absence, HardshipCase
from .roster_columns import is_masked
from .roster_rows import read_name, read_number

Words = Mapping[str, Any]
SHORT = 40  # characters of a number; a longer sealed text is a story, of which even the ends say something


def _turned(words: Mapping[str, str]) -> Words:
    return {word: value for value, word in words.items()}


@dataclass(frozen=True, slots=True)
class Told:
    """What a column tells: a text, a day, or one of some words. `most`: characters kept of a text."""

    code: str
    label: str | Promise
    headings: str
    kind: str = "text"
    words: Words = field(default_factory=dict)
    most: int = 0
    required: bool = False


WHO = (
    Told("number", gettext_lazy("member number"), "党员编号"),
    Told("name", gettext_lazy("name"), "姓名", required=True),
    Told("id_number", gettext_lazy("ID number"), "身份证号码?"),
    Told("branch", gettext_lazy("branch"), "所在党支部|党支部", kind="branch"),
)
ABSENCE = (
    Told("direction", gettext_lazy("direction"), "流动方向", "word", _turned(vocabulary.DIRECTION_WORDS), required=True),
    Told("place_name", gettext_lazy("place"), "流动地点", most=80, required=True),
    Told("abroad", gettext_lazy("outside mainland China"), "是否境外", "word", {"是": True, "否": False}),
    Told("reason", gettext_lazy("reason"), "流动原因", "word", _turned(vocabulary.REASON_WORDS), required=True),
    Told("since", gettext_lazy("since"), "流动开始日期", "day", required=True),
    Told("expected_until", gettext_lazy("expected until"), "预计结束日期", "day"),
    Told("phone", gettext_lazy("phone while away"), "外出期间电话", most=20),
    Told("other_organization", gettext_lazy("other organization"), "对方党组织", most=120),
    Told("other_contact", gettext_lazy("contact person there"), "对方联系人", most=60),
    Told("other_phone", gettext_lazy("phone there"), "对方联系电话", most=20),
    Told("certificate", gettext_lazy("certificate of mobile members, no."), "活动证编号", most=40),
    Told("registered_on", gettext_lazy("registered by us on"), "我方登记日期", "day"),
    Told("registered_there_on", gettext_lazy("registered by the other side on"), "对方登记日期", "day"),
)  # fmt: skip
CASE = (
    Told("kind", gettext_lazy("kind"), "困难类型", "word", _turned(vocabulary.HARDSHIP_WORDS), required=True),
    Told(
        "degree", gettext_lazy("degree"), "困难程度", "word", _turned(vocabulary.DEGREE_WORDS), required=True
    ),
    Told("since", gettext_lazy("since"), "认定日期", "day", required=True),
    Told("situation", gettext_lazy("situation"), "困难情况", most=2000, required=True),
    Told("measures", gettext_lazy("what is done"), "帮扶措施", most=2000),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: who it is about, and what it tells by column of the register."""

    row: int
    name: str
    number: str
    id_number: str
    branch: int | None
    values: dict[str, Any]


@dataclass
class Plan:
    """What a sheet would do."""

    new: list[tuple[Row, Person | None]] = field(default_factory=list)
    changes: list[tuple[Row, Any, dict[str, Any]]] = field(default_factory=list)
    same: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def fields(columns: Iterable[Told]) -> tuple[Field, ...]:
    """The columns as the finder of tables wants them."""
    return tuple(
        Field(
            c.code, c.label, (c.headings,), required=c.code == "name", context=c.code in {"number", "branch"}
        )
        for c in columns
    )


def find(held: Sequence[Sheet], columns: Sequence[Told]) -> Profile:
    """The register among the sheets of a workbook. Raises UnreadableSheet where there is none."""
    found = tables.best(held, fields(columns))
    if found is None or not set(found.mapping) & {c.code for c in columns if c not in WHO}:
        raise UnreadableSheet(
            "no_heading",
            gettext_lazy(
                "The headings of this register were not found. Export it first to see how they read."
            ),
        )
    return found


def check(found: Profile, columns: Sequence[Told], branches: Places[int], today: date) -> Checked:
    """Read every row; its `rows` are `Row`."""
    body = tables.body(found, fields(columns), keys=("name", "id_number"))
    checked = Checked(found, body)
    at = found.mapping
    for line in body.rows:
        told: dict[str, Any] = {}
        for column in columns:
            cell = line.get(at.get(column.code))
            if cells.is_nothing(cell) or is_masked(cell):
                continue
            value = _read(column, cell, branches, today)
            if value is None:
                heading = found.columns[[c.index for c in found.columns].index(at[column.code])].heading
                checked.faults.append(_fault(line.number, heading, at[column.code], column, cell))
            else:
                told[column.code] = value
        who = {code: told.pop(code, None) for code in ("number", "name", "id_number", "branch")}
        checked.rows.append(
            Row(
                line.number,
                who["name"] or "",
                who["number"] or "",
                who["id_number"] or "",
                who["branch"],
                told,
            )
        )
    return checked


def _read(column: Told, cell: Cell, branches: Places[int], today: date) -> Any:
    if column.code == "number":
        return read_number(cell)
    if column.code == "name":
        return read_name(cell)
    if column.kind == "branch":
        place = branches.get(cells.text(cell))
        return place.key if place else None
    if column.kind == "word":
        return column.words.get(cells.text(cell))
    if column.kind == "day":
        day = cells.day(cell, today=today)
        return day.value if day else None
    return as_read(column, cells.text(cell))


def as_read(column: Told, text: str) -> str:
    """A text as a sheet with exactly this text would be read."""
    return cells.text(excel.safe_cell(text))[: column.most or None]


def _fault(row: int, heading: str, index: int, column: Told, cell: Cell) -> Fault:
    shown = safe(cells.text(cell))[:30]
    if column.kind == "day":
        text = _("“%(value)s” is not a date that exists. Write year, month and day as 1998-07-01.")
        return Fault(row, heading, "date", shown, text % {"value": shown}, index)
    if column.kind == "branch":
        text = _("There is no branch “%(value)s”. Use the short name from the register of organizations, or add the branch there.")  # fmt: skip
        return Fault(row, heading, "branch_unknown", shown, text % {"value": shown}, index)
    text = _("“%(value)s” is none of the words of this column: %(words)s.")
    return Fault(
        row, heading, "word", shown, text % {"value": shown, "words": _(", ").join(column.words)}, index
    )


@dataclass(frozen=True, slots=True)
class Register:
    """A register that comes back: its columns, the rows going on, and its verbs. `enter` gives the rows it added."""

    columns: tuple[Told, ...]
    going_on: Callable[[], Any]
    enter: Callable[[Row, Person | None, Any], list[Any]]
    change: Callable[[Any, dict[str, Any], Any], Any]
    guests: bool = False

    def plan(self, checked: Checked, leave_out: Iterable[int] = (), allowed: Sequence[str] = ("",)) -> Plan:
        """Compare the good rows with what is registered. `allowed`: paths under which the register may be kept."""
        result, omitted = Plan(), set(leave_out)
        name = checked.profile.column("name") or checked.profile.columns[0]
        rows: list[Row] = [row for row in checked.good if row.row not in omitted]
        numbered = by_number({row.number for row in rows if row.number})
        index = {row.row: blind(ID_LABEL, row.id_number) for row in rows if row.id_number}
        identified = {
            p.id_number_index: p
            for p in Person.objects.filter(id_number_index__in=set(index.values())).select_related(
                "organization"
            )
        }
        standing = list(self.going_on())
        by_person = {one.person_id: one for one in standing}
        seen: set[int] = set()
        for row in rows:
            person = numbered.get(row.number)
            if person is not None and read_name(person.name) != row.name:
                person = None
            person = person or identified.get(index.get(row.row))
            guests = (
                [one for one in standing if self.guests and _is_guest(one, row)] if person is None else []
            )
            if len(guests) == 1:
                person = guests[0].person
            message = self._refused(row, person, by_person, seen) or (
                ""
                if person is None or _within(person.organization, allowed)
                else ELSEWHERE % {"name": row.name}
            )
            if message:
                result.faults.append(Fault(row.row, name.heading, "person", row.name, message, name.index))
                continue
            known = by_person.get(person.pk) if person else None
            if person is not None:
                seen.add(person.pk)
            if known is None:
                result.new.append((row, person))
            elif values := self._differences(row, known):
                result.changes.append((row, known, values))
            else:
                result.same.append(row)
        return result

    def _refused(self, row: Row, person: Person | None, standing: Mapping[int, Any], seen: set[int]) -> str:
        if person is not None and person.pk in seen:
            return _("%(name)s stands on an earlier row already. Delete one of the two.") % {"name": row.name}
        if person is None and not (self.guests and row.values.get("direction") == Absence.Direction.IN):
            return _(
                "There is no member %(name)s with this number. Compare both with the register of members."
            ) % {"name": row.name}
        if person is None or person.pk not in standing:
            missing = [
                c.label for c in self.columns if c.required and c not in WHO and c.code not in row.values
            ]
            if person is None and row.branch is None:
                missing.insert(0, WHO[3].label)
            if missing:
                return _("To enter %(name)s, please fill in: %(columns)s.") % {
                    "name": row.name, "columns": _(", ").join(map(str, missing)),
                }  # fmt: skip
        return ""

    def _differences(self, row: Row, known: Any) -> dict[str, Any]:
        values = {}
        for column in self.columns:
            if column.code not in row.values:
                continue
            told, stored = row.values[column.code], getattr(known, column.code)
            clear = stored.reveal() if hasattr(stored, "reveal") else stored
            if told != (
                as_read(column, clear) if isinstance(clear, str) and column.kind == "text" else clear
            ):
                values[column.code] = told
        return values

    def shown(self, what: Plan) -> list[Changed]:
        """The changes as a page shows them: what is sealed stands masked."""
        labels = {column.code: column for column in self.columns}
        return [
            Changed(
                row.row,
                known.person.name,
                known.person.number or "",
                tuple(
                    Turn(
                        str(labels[code].label),
                        _worded(labels[code], getattr(known, code)),
                        _worded(labels[code], value, sealed=hasattr(getattr(known, code), "reveal")),
                    )
                    for code, value in values.items()
                ),
            )
            for row, known, values in what.changes
        ]

    @transaction.atomic
    def take(self, what: Plan, by: Any) -> dict[str, Any]:
        """Enter the new, change the changed; returns the journal. Raises ValidationError, and does nothing, where a verb refuses."""
        done = Rows()
        for row, person in what.new:
            with _of_row(row):
                for added in self.enter(row, person, by):
                    done.entered(added)
        for row, known, values in what.changes:
            before = done.before(known, values)
            with _of_row(row):
                self.change(known, values, by)
            before["version"] = known.version
        return done.as_json()


@contextmanager
def _of_row(row: Row) -> Iterator[None]:
    """What a verb refuses, with the row it refuses."""
    try:
        yield
    except ValidationError as error:
        raise ValidationError(
            _("Row %(row)d: %(message)s") % {"row": row.row, "message": " ".join(error.messages)}
        ) from error


ELSEWHERE = gettext_lazy(
    "%(name)s is registered with another party organization. Ask that organization to enter it, or take the row out."
)


def _within(organization: Organization | None, allowed: Sequence[str]) -> bool:
    """Whether an organization lies under one of the paths."""
    path = organization.path or "" if organization else ""
    return any(path.startswith(one) for one in allowed)


def _worded(column: Told, value: Any, *, sealed: bool = False) -> str:
    """A value as a page shows it."""
    if hasattr(value, "reveal") or sealed:
        clear = value.reveal() if hasattr(value, "reveal") else value
        return (mask(clear) if column.most <= SHORT else HIDDEN if clear else "") or "—"
    if column.kind == "word":
        return next((word for word, code in column.words.items() if code == value), str(value))
    return str(value or "—")


def _is_guest(absence: Absence, row: Row) -> bool:
    return (
        not absence.is_out
        and row.values.get("direction", "in") == absence.direction
        and read_name(absence.person.name) == row.name
        and row.branch in {None, absence.organization_id}
    )


def _enter_absence(row: Row, person: Person | None, by: Any) -> list[Any]:
    values = {name: value for name, value in row.values.items() if name != "direction"}
    if row.values["direction"] == Absence.Direction.OUT:
        assert person is not None  # the plan refuses such rows
        return [mobility.go_out(person, by=by, **values)]
    assert row.branch is not None  # the plan refuses such rows
    at = Organization.objects.get(pk=row.branch)
    known = person or mobility.known_by(row.id_number)
    personal = {"id_number": row.id_number} if row.id_number else {}
    absence = mobility.come_in(row.name, at, by=by, personal=personal, **values)
    return [absence] if known else [absence.person, absence]


def _enter_case(row: Row, person: Person | None, by: Any) -> list[Any]:
    assert person is not None  # the plan refuses such rows
    return [hardship.enter(person, by=by, **row.values)]


MOBILE = Register(
    (*WHO, *ABSENCE),
    lambda: Absence.objects.going_on().select_related("person__organization", "organization"),
    _enter_absence,
    lambda absence, values, by: mobility.change(absence, values, by=by),
    guests=True,
)
HARDSHIP = Register(
    (*WHO, *CASE),
    lambda: HardshipCase.objects.going_on().select_related("person__organization"),
    _enter_case,
    lambda case, values, by: hardship.change(case, values, leaders=case.leaders.all(), by=by),
)

"""The register of activists, coming back as a sheet: applicants, activists and candidates.

A sheet tells the stage in which somebody stands and the day each stage was reached. Days that are told become steps of the
road; what is blank or masked stays as it is registered. Nobody goes down the ladder by a sheet, and members have their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.core import cells
from xianfeng.core.crypto import blind
from xianfeng.core.findings import Fault, Note, safe
from xianfeng.core.places import Places
from xianfeng.core.sheets import Sheet
from xianfeng.core.tables import Field, Profile
from xianfeng.members import enrolment, roster_columns, roster_reader, rosters, vocabulary
from xianfeng.members.actions import NewMember, admit_all, place
from xianfeng.members.batches import Changed, Journal, Kind, Look, Turn, declare
from xianfeng.members.import_kinds import branches_of
from xianfeng.members.journals import last_event, plain
from xianfeng.members.models import Membership
from xianfeng.members.roster_rows import MemberRow, Roster
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from .actions import Particulars, correct, open_roads, record_step, settle
from .models import Paper, Road, StepRecord
from .permissions import IMPORT
from .steps import CARRIERS

Stage = Membership.Stage
STAGES = (Stage.APPLICANT, Stage.ACTIVIST, Stage.CANDIDATE)
RANK = {str(stage): rank for rank, stage in enumerate(STAGES)}
COLUMN = {
    str(Stage.APPLICANT): "applied_on",
    str(Stage.ACTIVIST): "activist_on",
    str(Stage.CANDIDATE): "candidate_on",
}
_WHEN = "(?:时间|日期|年月日|年月|日)"
LABELS = {
    "applied_on": gettext_lazy("Applied on"),
    "activist_on": gettext_lazy("Activist since"),
    "candidate_on": gettext_lazy("Candidate since"),
}
HEADINGS = {
    "applied_on": (
        f"(?:何时)?(?:递交|提出|提交)?(?:申请入党|入党申请书?|申请书?)(?:递交|提出|提交)?{_WHEN}",
    ),
    "activist_on": (
        f"(?:何时)?(?:确定|列为|成为|批准|被?推荐)?(?:为)?(?:入党)?积极分子(?:确定|备案)?{_WHEN}",
    ),
    "candidate_on": (f"(?:何时)?(?:确定|列为|成为|批准)?(?:为)?发展对象(?:确定|备案)?{_WHEN}",),
}

Row = MemberRow[int]


def fields(places: Places[int]) -> tuple[Field, ...]:
    """What the columns can hold: as of members, with the days of the way instead of those of membership."""
    personal = [one for one in roster_columns.fields(places) if one.code not in {"joined_on", "confirmed_on"}]
    return (*personal, *(Field(code, LABELS[code], HEADINGS[code]) for code in HEADINGS))


class Reader(roster_reader.Reader[int]):
    """Reads rows about people on the way."""

    def days(self, stage: str) -> tuple[date | None, date | None]:
        """Membership has not begun. What the row tells of the way is read by `reached`."""
        return None, None

    def stage(self) -> str:
        """applicant, activist or candidate; blank when the sheet does not say."""
        cell = self.cell("stage")
        if cells.is_nothing(cell):
            return ""
        stage = vocabulary.stage(cell) or ""
        if stage in RANK:
            return stage
        shown = safe(cells.text(cell))[:20]
        self.fault(
            "stage",
            "stage",
            _("“%(value)s” is a member already. Take the row out, or bring it in with the roster of members.")
            % {"value": shown}
            if stage
            else _("“%(value)s” is no stage of the way. Write 入党申请人, 入党积极分子 or 发展对象.")
            % {"value": shown},
        )
        return ""

    def stage_from_days(self, joined: date | None, confirmed: date | None) -> str:
        """Where the sheet says nothing, the furthest day that it tells decides."""
        told = [stage for stage, code in COLUMN.items() if not cells.is_nothing(self.cell(code))]
        return told[-1] if told else str(Stage.APPLICANT)

    def reached(self, stage: str, *, told: bool) -> dict[str, date]:
        """The days that the row tells; those of one day are one step, the furthest."""
        days: dict[str, date] = {}
        for one, code in COLUMN.items():
            day = self.day(code, wanted=False)
            if day is None:
                continue
            if day > self.today:
                self.fault("date", code, _("That day lies ahead. Please enter it when it has come."))
            elif stage in RANK and RANK[one] > RANK[stage]:
                self.fault(
                    "stage",
                    code,
                    _(
                        "The row says “%(stage)s” but has a day for a later stage. Correct the stage, or take the day out."
                    )
                    % {"stage": vocabulary.STAGE_WORDS[stage]},
                )
            elif days and max(days.values()) > day:
                self.fault(
                    "date_order",
                    code,
                    _("This day lies before that of an earlier stage. Compare both with the file."),
                )
            else:
                days = {earlier: on for earlier, on in days.items() if on != day} | {one: day}
        if not self.known and stage in RANK and stage not in days and COLUMN[stage] not in self.faulty_now():
            self.fault(
                "date",
                COLUMN[stage],
                _("There is no day for “%(stage)s”. Find it in the person's file and write it as 1998-07-01.")
                % {"stage": vocabulary.STAGE_WORDS[stage]},
            )
        return days

    def faulty_now(self) -> set[str]:
        """Columns of the present row in which a fault was found."""
        by_index = {column.index: code for code, column in self.columns.items()}
        return {
            by_index.get(fault.index, "") for fault in self.checked.faults if fault.row == self.current.number
        }


@dataclass
class Change:
    """A registered person and what the sheet tells otherwise: values as of members, and days by stage."""

    row: int
    person: Person
    values: dict[str, Any]
    days: dict[str, date]
    known: dict[str, date]


@dataclass
class Plan:
    """What a sheet would do."""

    new: list[Row] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    same: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def plan(roster: Roster[int], left_out: frozenset[int], by: Any, numbered: Mapping[str, Person]) -> Plan:
    """Compare the good rows with what is registered. A handful of queries in all."""
    rows: list[Row] = [row for row in roster.good if row.row not in left_out]
    index = {row.row: blind(enrolment.ID_LABEL, row.id_number) for row in rows if row.id_number}
    found = enrolment.registered(rows, index, numbered, members=False)
    people = [person.pk for person in found.values()]
    spells = enrolment.current_spells(people)
    known = _reached(people)
    names = enrolment.namesakes(rows, found)
    allowed = by.places(IMPORT) if by is not None else ("",)
    result = Plan()
    for row in rows:
        person = found.get(row.row)
        if person is None:
            result.new.append(row)
            if others := names.get(row.name):
                result.notes.append(enrolment.namesake_note(row, others))
            continue
        spell = spells.get(person.pk)
        days = {stage: day for stage, day in row.reached.items() if known[person.pk].get(stage) != day}
        message, code = (
            enrolment.elsewhere(person, allowed)
            or _refused(person, spell)
            or enrolment.other_id(row, person, index),
            "id_number",
        )
        if not message and spell is not None:
            message, code = _step(row, spell, known[person.pk], days)
        if message or spell is None:
            column = next(
                (c for c in roster.profile.columns if c.field == code),
                roster.profile.column("name") or roster.profile.columns[0],
            )
            result.faults.append(
                Fault(row.row, column.heading, "duplicate_person", "", message, column.index)
            )
            continue
        values = enrolment.personal_differences(row, person)
        if row.branch is not None and spell.organization_id != row.branch:
            values["organization"] = row.branch
        if values or days:
            result.changes.append(Change(row.row, person, values, days, known[person.pk]))
        else:
            result.same.append(row)
    return result


def _reached(people: Sequence[int]) -> dict[int, dict[str, date]]:
    """The day each stage was reached, by person."""
    found: dict[int, dict[str, date]] = {pk: {} for pk in people}
    for start in range(0, len(people), enrolment.AT_ONCE):
        some = people[start : start + enrolment.AT_ONCE]
        spells = Membership.objects.filter(person__in=some).order_by("since")
        for pk, stage, since in spells.values_list("person", "stage", "since"):
            found[pk].setdefault(stage, since)
    return found


def _refused(person: Person, spell: Membership | None) -> str:
    who = {"name": person.name, "number": person.number or "—"}
    if spell is None:
        return (
            _(
                "%(name)s (%(number)s) is not on the way to membership any more. Take the person up again on the page of the register first."
            )
            % who
        )
    if spell.stage in Membership.PARTY:
        return (
            _(
                "%(name)s (%(number)s) is a member already. Take the row out, or bring it in with the roster of members."
            )
            % who
        )
    return ""


def _step(
    row: Row, spell: Membership, known: Mapping[str, date], days: Mapping[str, date]
) -> tuple[str, str]:
    """Why the stage or a day cannot be as the row tells, with the column it stands in; blank when all is well."""
    told = "stage" not in row.derived
    if told and RANK[row.stage] < RANK[spell.stage]:
        text = _(
            "%(name)s is registered as “%(stage)s”. A step is taken back on the page of the person's road, not by a sheet."
        )
        return text % {"name": row.name, "stage": vocabulary.STAGE_WORDS[spell.stage]}, "stage"
    if told and RANK[row.stage] > RANK[spell.stage] and row.stage not in days:
        text = _("There is no day for “%(stage)s”. Find it in the person's file and write it as 1998-07-01.")
        return text % {"stage": vocabulary.STAGE_WORDS[row.stage]}, "stage"
    whole = {**known, **days}
    order = [whole[stage] for stage in COLUMN if stage in whole]
    if days and any(late <= early for early, late in pairwise(order)):
        changed = next(iter(days))
        return _("This day lies before that of an earlier stage. Compare both with the file."), COLUMN[
            changed
        ]
    return "", ""


def shown(changes: Sequence[Change]) -> list[Changed]:
    """The changes as a page shows them."""
    personal = enrolment.shown(
        [enrolment.Change(change.row, change.person, change.values) for change in changes]
    )
    return [
        Changed(
            one.row,
            one.name,
            one.number,
            one.turns
            + tuple(
                Turn(str(LABELS[COLUMN[stage]]), plain(change.known.get(stage)) or "—", day.isoformat())
                for stage, day in change.days.items()
            ),
        )
        for one, change in zip(personal, changes, strict=True)
    ]


# -- take and take back --


@transaction.atomic
def take(what: Plan, *, by: Any, day: date) -> Journal:
    """Enter the new with their roads, change the changed."""
    wanted = {row.branch for row in what.new} | {change.values.get("organization") for change in what.changes}
    places = Organization.objects.in_bulk([pk for pk in wanted if pk is not None])
    people = admit_all([_newcomer(row, places) for row in what.new], by=by, day=day)
    Membership.objects.bulk_create(
        (
            Membership(person=person, organization=person.organization, stage=stage, since=since, until=until)
            for person, row in zip(people, what.new, strict=True)
            for (stage, since), until in zip(
                list(row.reached.items())[:-1], list(row.reached.values())[1:], strict=True
            )
        ),
        batch_size=500,
    )
    open_roads(people, by=by)
    changed = [_change(change, places, by, day) for change in what.changes]
    return {"added": [person.pk for person in people], "changed": changed, "event": last_event()}


def _newcomer(row: Row, places: Mapping[int, Organization]) -> NewMember:
    assert row.branch is not None  # such rows have a fault
    stage, since = list(row.reached.items())[-1]
    return NewMember(row.name, places[row.branch], stage, personal=enrolment.personal(row), since=since)


def _change(change: Change, places: Mapping[int, Organization], by: Any, day: date) -> dict[str, Any]:
    person = Person.objects.select_related("member", "organization").get(pk=change.person.pk)
    stood = enrolment.before(person, change.values)
    roads = open_roads([person], by=by)
    road = roads[0] if roads else Road.objects.get(person=person)
    stood["road"] = {
        "pk": road.pk,
        "opened": bool(roads),
        "records": {record.pk: record.done_on.isoformat() for record in StepRecord.objects.filter(road=road)},
    }
    enrolment.change_personal(person, change.values)
    papers = tuple(
        Paper.objects.filter(road=road).values_list("code", flat=True)
    )  # what lies in the file stays there
    for stage, on in change.days.items():
        step = CARRIERS[Stage(stage)]
        record = StepRecord.objects.live().filter(road=road, step=step).first()
        if record is None:
            record_step(road, step, Particulars(on, papers=papers), by=by)
        else:
            told = {name: getattr(record, name) for name in Particulars(on).columns} | {"done_on": on}
            correct(
                record, Particulars(**told, papers=papers), reason=_("Corrected by an imported sheet."), by=by
            )
    if change.days:
        person.refresh_from_db(fields=["version", "is_member"])
    if "organization" in change.values:
        place(person, places[change.values["organization"]], on=day, by=by)
    if change.values:
        details = {"fields": sorted(change.values)}
        events.record("members.correct", by=by, obj=person, at=person.organization, details=details)
    return stood | {"version": person.version}


@transaction.atomic
def take_back(journal: Journal, by: Any) -> None:
    """Make everything as it was before. Raises ValidationError when somebody touched the people since."""
    roads = Road.objects.filter(person__in=journal["added"])
    with transaction.atomic():
        if not enrolment.touched(journal):
            StepRecord.objects.filter(road__in=roads).delete()
            roads.delete()
        enrolment.take_back(journal)
    restored = []
    for stood in journal["changed"]:
        known = stood["road"]
        road = Road.objects.select_related("person").get(pk=known["pk"])
        records = StepRecord.objects.filter(road=road)
        records.exclude(pk__in=known["records"]).delete()
        if known["opened"]:
            records.delete()
            road.delete()
            continue
        for pk, done_on in known["records"].items():
            records.filter(pk=pk).update(done_on=done_on)
        restored.append(road)
    settle(restored)


class Activists:
    """The register of activists, of the branches where the person may import it."""

    def __init__(self, by: Any) -> None:
        self.by = by
        self.places = branches_of(by, IMPORT)
        self.fields = fields(self.places)

    def find(self, held: Sequence[Sheet]) -> Profile:
        return rosters.find(held, self.places, self.fields)

    def look(self, profile: Profile, day: date, branch: int | None, left_out: frozenset[int]) -> Look:
        numbered = enrolment.by_number(rosters.numbers(profile))
        roster = rosters.check(
            profile, self.places, today=day, for_all=branch, registered=numbered,
            columns=self.fields, read_by=Reader,
        )  # fmt: skip
        made = plan(roster, left_out, self.by, numbered)
        faults = sorted([*roster.faults, *made.faults], key=lambda fault: (fault.row, fault.index))
        return Look(
            profile=profile, fields=self.fields, checked=roster,
            new=len(made.new), changing=len(made.changes), same=len(made.same), plan=made,
            changed=shown(made.changes), groups=roster.groups(), faults=faults,
            notes=[*roster.notes, *made.notes], left_out=left_out,
        )  # fmt: skip

    def take(self, found: Look, by: Any, day: date) -> Journal:
        return take(found.plan, by=by, day=day)


declare(
    Kind(
        "activists", gettext_lazy("Register of activists"), IMPORT, "development:activist_list",
        take_back, Activists, slips=False,
    )
)  # fmt: skip

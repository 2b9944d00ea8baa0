"""Verbs of the road: apply, record, correct, take back, examine, extend, keep papers, stop, remind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core import clock
from xianfeng.core.display import day as spoken
from xianfeng.core.periods import today
from xianfeng.files.models import Attachment
from xianfeng.files.storing import remove, store
from xianfeng.members.actions import NewMember, admit_all, leave, reached, trace
from xianfeng.members.models import Membership
from xianfeng.messaging.actions import dealt_with, notify
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Appointment, Person

from . import notices
from . import steps as at
from .limits import deadline, probation_ends
from .models import Examination, Helper, Paper, Road, StepRecord
from .permissions import APPROVE, RECORD, VIEW
from .reading import past_of, pasts_of
from .steps import BY_NUMBER, CARRIERS, PAPERS

Stage = Membership.Stage
DAYS_BEFORE = (30, 7)  # before a limit runs out
HELPERS = {step: Helper.Kind(kind) for kind, step in Helper.STEPS.items()}


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is written down of one step; only the columns its step asks for are filled."""

    done_on: date
    reference: str = ""
    note: str = ""
    notice_from: date | None = None
    notice_to: date | None = None
    days: Decimal | None = None
    hours: Decimal | None = None
    due: int | None = None
    present: int | None = None
    in_favour: int | None = None
    effective_on: date | None = None
    extends_by: int | None = None
    helpers: tuple[Person, ...] = ()
    papers: tuple[str, ...] = ()
    files: Mapping[str, Iterable[UploadedFile[Any]]] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, Any]:
        """Those of `StepRecord` among them."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(f.name for f in fields(Particulars) if f.name not in {"helpers", "papers", "files"})


# --- opening ---


@transaction.atomic
def apply(newcomer: NewMember, *, on: date, by: Any, reference: str = "", papers: Iterable[str] = ()) -> Road:
    """Somebody applies: one row, one file and the first step, in one act."""
    [road] = apply_all([newcomer], on=on, by=by)
    record = road.records.get()
    if reference:
        record.reference = reference
        record.save(update_fields=["reference"])
    keep_papers(road, papers, {}, by=by)
    return road


@transaction.atomic
def apply_all(newcomers: Iterable[NewMember], *, on: date, by: Any) -> list[Road]:
    """The same for many on one day, without references and papers."""
    if on > today():
        raise ValidationError({"done_on": _("That day lies ahead. Please enter it when it has come.")})
    newcomers = [
        NewMember(n.name, n.organization, Stage.APPLICANT, n.personal, n.party, since=on) for n in newcomers
    ]
    people = admit_all(newcomers, by=by, day=on)
    roads = open_roads(people, by=by)
    for road in roads:
        events.record(
            "development.apply", by=by, obj=road.person, at=road.person.organization, details={"on": on}
        )
    return roads


@transaction.atomic
def open_roads(people: Iterable[Person] | None = None, *, by: Any = None) -> list[Road]:
    """Roads for those on the way who have none yet, with the steps that their history of membership tells.

    Without `people`: for everybody. Who became a full member without a road is left alone. Safe to run again.
    """
    spells = Membership.objects.on(today()).exclude(stage=Stage.FULL).filter(person__road=None)
    if people is not None:
        spells = spells.filter(person__in=[person.pk for person in people])
    waiting = list(spells.select_related("person", "person__organization").order_by("person"))
    roads = Road.objects.bulk_create([Road(person=spell.person) for spell in waiting], batch_size=500)
    days: dict[int, dict[str, date]] = defaultdict(dict)
    past = Membership.objects.filter(person__in=[spell.person_id for spell in waiting]).order_by("since")
    for person, stage, since in past.values_list("person", "stage", "since"):
        days[person].setdefault(stage, since)
    StepRecord.objects.bulk_create(
        (
            StepRecord(road=road, step=CARRIERS[Stage(stage)], done_on=on, recorded_by=by)
            for road in roads
            for stage, on in days[road.person_id].items()
            if Stage(stage) in CARRIERS
        ),
        batch_size=500,
    )
    settle(roads)
    if roads and people is None:
        events.record("development.open", by=by, details={"people": [road.person.uid for road in roads]})
    return roads


# --- steps ---


def may_record(person: Any, step: int, road: Road) -> bool:
    """Whether a person may record, correct or take back a step of a road."""
    return bool(person.can(APPROVE if BY_NUMBER[step].upper else RECORD, road))


def _entitled(by: Any, step: int, road: Road) -> None:
    if by is not None and not may_record(by, step, road):
        raise PermissionDenied


def _locked(road: Road) -> Road:
    found: Road = (
        Road.objects.select_for_update(of=("self",)).select_related("person__organization").get(pk=road.pk)
    )
    return found


@transaction.atomic
def record_step(road: Road, step: int, what: Particulars, *, by: Any) -> StepRecord:
    """Write down that a step was done. Where it carries a stage of membership, the person stands in it from then on.

    Order and limits never refuse; raises ValidationError only for what cannot be: a day ahead, a step twice.
    """
    road = _locked(road)
    _entitled(by, step, road)
    _check(what)
    if not Membership.objects.filter(person=road.person, until=None).exists():
        raise ValidationError(_("%(name)s is not on the way to membership any more.") % {"name": road.person})
    if what.extends_by is not None and step != at.CONFIRMATION:
        raise ValidationError(_("Only probation can be extended."))
    live = StepRecord.objects.live().filter(road=road, step=step)
    if live.filter(extends_by__isnull=what.extends_by is None).exists():
        raise ValidationError(
            _("Step %(step)s “%(name)s” is already recorded. Please correct it instead.")
            % {"step": step, "name": BY_NUMBER[step].name}
            if what.extends_by is None
            else _("Probation can be extended once only.")
        )
    record = StepRecord(road=road, step=step, recorded_by=by, **what.columns)
    if step == at.CONFIRMED and record.effective_on is None:
        record.effective_on = takes_effect(road, what.done_on)
    record.full_clean(exclude=["road", "recorded_by"])
    record.save(force_insert=True)
    _keep(road, record, what, by=by)
    _carry(road, by=by)
    _settled(road)
    details = {"step": step, "done_on": what.done_on, "reference": what.reference}
    if what.extends_by is None:
        events.record(
            "development.record", by=by, obj=road.person, at=road.person.organization, details=details
        )
    else:
        details["months"] = what.extends_by
        events.record(
            "development.extend", by=by, obj=road.person, at=road.person.organization, details=details
        )
    return record


@transaction.atomic
def record_all(steps: Iterable[tuple[Road, int, Particulars]], *, by: Any) -> None:
    """Write down many steps at once, as when the files of a branch are entered. No scans and no extensions.

    Few statements for all, a handful for each road, and one event a road. Refuses as `record_step` does.
    """
    by_road: dict[int, list[tuple[int, Particulars]]] = defaultdict(list)
    roads: dict[int, Road] = {}
    for road, step, what in steps:
        roads[road.pk] = road
        by_road[road.pk].append((step, what))
        _check(what)
    for pk, found in by_road.items():
        for upper in {BY_NUMBER[step].upper for step, _what in found}:
            if by is not None and not by.can(APPROVE if upper else RECORD, roads[pk]):
                raise PermissionDenied
    records = [
        StepRecord(road=roads[pk], step=step, recorded_by=by, **what.columns)
        for pk, found in by_road.items()
        for step, what in found
    ]
    for record in records:
        if record.step == at.CONFIRMED and record.effective_on is None:
            record.effective_on = takes_effect(record.road, record.done_on)
        record.clean_fields(exclude=["road", "recorded_by"])
    StepRecord.objects.bulk_create(records, batch_size=500)
    Helper.objects.bulk_create(
        (
            Helper(road=roads[pk], kind=HELPERS[step], person=person)
            for pk, found in by_road.items()
            for step, what in found
            if step in HELPERS
            for person in what.helpers
        ),
        batch_size=500,
    )
    Paper.objects.bulk_create(
        (
            Paper(road=roads[pk], code=code)
            for pk, found in by_road.items()
            for _step, what in found
            for code in what.papers
        ),
        batch_size=500,
        ignore_conflicts=True,
    )
    for pk, found in by_road.items():
        if any(BY_NUMBER[step].carries for step, _what in found):
            _carry(roads[pk], by=by)
        events.record(
            "development.record_all",
            by=by,
            obj=roads[pk].person,
            at=roads[pk].person.organization,
            details={"steps": [step for step, _what in found]},
        )
    settle(roads.values())


@transaction.atomic
def correct(record: StepRecord, what: Particulars, *, reason: str, by: Any) -> StepRecord:
    """Put a recorded step right. The day of a step that carries a stage can be moved, and the stage moves with it."""
    road = _locked(record.road)
    locked: StepRecord = StepRecord.objects.live().select_for_update().get(pk=record.pk)
    _entitled(by, locked.step, road)
    _check(what)
    _reasoned(reason)
    before = {name: getattr(locked, name) for name in COLUMNS}
    values = {**what.columns, "extends_by": what.extends_by if locked.extends_by else None}
    if locked.step == at.CONFIRMED and values["effective_on"] is None:
        values["effective_on"] = takes_effect(road, what.done_on)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.full_clean(exclude=["road", "recorded_by"])
    locked.save(update_fields=[*COLUMNS])
    _keep(road, locked, what, by=by)
    _carry(road, by=by)
    _settled(road)
    changes = {name: [before[name], values[name]] for name in COLUMNS if before[name] != values[name]}
    events.record(
        "development.correct",
        by=by,
        obj=road.person,
        at=road.person.organization,
        details={"step": locked.step, "reason": reason, **changes},
    )
    return locked


def last_record(road: Road) -> StepRecord | None:
    """The record that was entered last and not taken back."""
    found: StepRecord | None = StepRecord.objects.live().filter(road=road).order_by("pk").last()
    return found


@transaction.atomic
def take_back(record: StepRecord, *, reason: str, by: Any) -> None:
    """The step entered last was no step. The stage it carried falls with it; papers stay in the file."""
    road = _locked(record.road)
    _entitled(by, record.step, road)
    _reasoned(reason)
    last = last_record(road)
    if last is None or last.pk != record.pk:
        raise ValidationError(
            _(
                "Only the step entered last can be taken back. Please correct the others, or take back the later ones first."
            )
        )
    if not StepRecord.objects.live().filter(road=road).exclude(pk=record.pk).exists():
        raise ValidationError(
            _("The first step stays. If the application was withdrawn, please end the development.")
        )
    last.taken_back_at = clock.now()
    last.save(update_fields=["taken_back_at"])
    if last.step in HELPERS:
        road.helpers.filter(kind=HELPERS[last.step]).delete()
    _carry(road, dropped=last.kind.carries, by=by)
    _settled(road)
    events.record(
        "development.take_back",
        by=by,
        obj=road.person,
        at=road.person.organization,
        details={"step": last.step, "done_on": last.done_on, "reason": reason},
    )


def takes_effect(road: Road, approved_on: date) -> date:
    """From when somebody is a full member: the end of probation (党龄从预备期满转为正式党员之日算起)."""
    ends = probation_ends(past_of(road))
    return ends if ends and ends <= approved_on else approved_on


def _check(what: Particulars) -> None:
    faults: dict[str, str] = {}
    ahead = _("That day lies ahead. Please enter it when it has come.")
    for name in ("done_on", "effective_on"):
        day = getattr(what, name)
        if day is not None and day > today():
            faults[name] = ahead
    if what.notice_from and what.notice_to and what.notice_to < what.notice_from:
        faults["notice_to"] = _("The end lies after the beginning.")
    if what.present is not None and what.due is not None and what.present > what.due:
        faults["present"] = _("More voters present than due. Please check.")
    if what.in_favour is not None and what.present is not None and what.in_favour > what.present:
        faults["in_favour"] = _("More votes in favour than voters present. Please check.")
    if what.extends_by is not None and not 6 <= what.extends_by <= 12:
        faults["extends_by"] = _("Probation is extended by half a year at least and one year at most.")
    if faults:
        raise ValidationError(faults)


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why.")})


def _keep(road: Road, record: StepRecord, what: Particulars, *, by: Any) -> None:
    """Helpers, papers and files that came with a step."""
    if record.step in HELPERS:
        kind = HELPERS[record.step]
        road.helpers.filter(kind=kind).delete()
        Helper.objects.bulk_create(Helper(road=road, kind=kind, person=person) for person in what.helpers)
    keep_papers(road, what.papers, what.files, by=by, step=record.step)


def _carry(road: Road, *, dropped: Stage | None = None, by: Any) -> None:
    """Let the person's stages follow the recorded steps. Stages that no step tells of stay as they are known."""
    days = {stage: day for stage, day in reached(road.person).items() if stage != dropped}
    before = dict(days)
    records = StepRecord.objects.live().filter(road=road, extends_by=None, step__in=CARRIERS.values())
    for record in records:
        stage = record.kind.carries
        days[str(stage)] = record.effective_on or record.done_on
    if days != before or dropped:
        trace(road.person, days, by=by)


def settle(roads: Iterable[Road], day: date | None = None) -> None:
    """Write where roads stand: the next step, the next limit, steps left out. Four queries for any number."""
    day = day or today()
    roads = list(roads)
    changed = []
    for road, past in zip(roads, pasts_of(roads), strict=True):
        due = deadline(past, day)
        values = {
            "next_step": past.next_step,
            "due_step": due.step if due else None,
            "due_on": due.day if due else None,
            "gaps": len(past.missing),
        }
        if any(getattr(road, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(road, name, value)
            changed.append(road)
    Road.objects.bulk_update(changed, ["next_step", "due_step", "due_on", "gaps"], batch_size=500)


def _settled(road: Road) -> None:
    """The same for one road that was just changed; what was told about a limit that is kept no longer waits."""
    before = road.due_step, road.due_on
    settle([road])
    road.version += 1
    road.save(update_fields=["version"])
    if (road.due_step, road.due_on) != before:
        dealt_with(road.get_absolute_url())


# --- papers, examinations, extension, end ---


@transaction.atomic
def keep_papers(
    road: Road,
    codes: Iterable[str],
    files: Mapping[str, Iterable[UploadedFile[Any]]],
    *,
    by: Any,
    step: int | None = None,
    gone: Iterable[str] = (),
) -> None:
    """Put papers into the file: `codes` lie there, `files` are their scans. With `step`, papers of that step that are not
    among them any more are taken out, unless they have scans; `gone` are uids of scans to remove."""
    wanted = {code for code in codes if code in PAPERS} | {code for code, scans in files.items() if scans}
    known = {paper.code: paper for paper in Paper.objects.filter(road=road)}
    new = Paper.objects.bulk_create(Paper(road=road, code=code) for code in sorted(wanted - known.keys()))
    known |= {paper.code: paper for paper in new}
    for code, scans in files.items():
        for scan in scans:
            store(scan, target=known[code], permission=VIEW, by=by)
    out = []
    if gone := set(gone):
        for paper in known.values():
            for attached in Attachment.objects.of(paper).filter(uid__in=gone):
                remove(attached, by)
    if step is not None:
        for paper in BY_NUMBER[step].papers:
            held = known.get(paper.code)
            if held and paper.code not in wanted and not Attachment.objects.of(held).exists():
                out.append(held)
        Paper.objects.filter(pk__in=[paper.pk for paper in out]).delete()
    if new or out or gone or any(files.values()):
        events.record(
            "development.papers",
            by=by,
            obj=road.person,
            at=road.person.organization,
            details={"papers": sorted(wanted), "taken_out": [paper.code for paper in out]},
        )


@transaction.atomic
def examine(road: Road, *, on: date, result: str, note: str = "", by: Any) -> Examination:
    """The branch has examined an activist."""
    road = _locked(road)
    _entitled(by, at.EDUCATION, road)
    if on > today():
        raise ValidationError({"held_on": _("That day lies ahead. Please enter it when it has come.")})
    if Examination.objects.live().filter(road=road, held_on=on).exists():
        raise ValidationError(
            {"held_on": _("An examination on %(day)s is already recorded.") % {"day": spoken(on)}}
        )
    made = Examination(road=road, held_on=on, result=result, note=note, recorded_by=by)
    made.full_clean(exclude=["road", "recorded_by"])
    made.save(force_insert=True)
    _settled(road)
    events.record(
        "development.examine",
        by=by,
        obj=road.person,
        at=road.person.organization,
        details={"on": on, "result": result},
    )
    return made


@transaction.atomic
def take_back_examination(examination: Examination, *, reason: str, by: Any) -> None:
    """An examination was entered by mistake."""
    road = _locked(examination.road)
    _entitled(by, at.EDUCATION, road)
    _reasoned(reason)
    examination.taken_back_at = clock.now()
    examination.save(update_fields=["taken_back_at"])
    _settled(road)
    events.record(
        "development.take_back_examination",
        by=by,
        obj=road.person,
        at=road.person.organization,
        details={"on": examination.held_on, "reason": reason},
    )


@transaction.atomic
def stop(road: Road, *, on: date, reason: str, by: Any) -> None:
    """The application is withdrawn, or the branch ends the development. The row, the steps and the papers stay."""
    road = _locked(road)
    _entitled(by, at.ACTIVIST, road)
    _reasoned(reason)
    spell = Membership.objects.filter(person=road.person, until=None).first()
    if spell is None or spell.stage == Stage.FULL:
        raise ValidationError(_("%(name)s is not on the way to membership any more.") % {"name": road.person})
    if on > today():
        raise ValidationError({"on": _("That day lies ahead. Please enter it when it has come.")})
    leave(road.person, on=on, ending=Membership.Ending.WITHDRAWN, reason=reason, by=by)
    events.record(
        "development.stop",
        by=by,
        obj=road.person,
        at=road.person.organization,
        details={"on": on, "reason": reason},
    )
    dealt_with(road.get_absolute_url())


# --- reminders ---


def responsible(organizations: Iterable[Organization], day: date) -> dict[int, list[Person]]:
    """Who sees to it at each branch on a day, by organization id: its own people, and those above who approve. One query."""
    found: dict[int, list[Person]] = defaultdict(list)
    held = list(
        Appointment.objects.in_force(day).select_related("person", "role", "organization").order_by("pk")
    )
    for organization in organizations:
        for appointment in held:
            permissions = appointment.role.permissions
            own = appointment.organization_id == organization.pk and RECORD in permissions
            above = (organization.path or "").startswith(appointment.organization.path or "-")
            if (own or (above and APPROVE in permissions)) and appointment.person not in found[
                organization.pk
            ]:
                found[organization.pk].append(appointment.person)
    return found


def remind(day: date) -> int:
    """Each morning: limits that run out in 30 or 7 days, and those that ran out yesterday. Returns the new notices."""
    open_roads()
    spells = Membership.objects.on(day).exclude(stage=Stage.FULL).values("person")
    roads = [
        road
        for road in Road.objects.filter(due_on__isnull=False, person__in=spells).select_related(
            "person__organization"
        )
        if road.due_on and ((road.due_on - day).days in DAYS_BEFORE or road.due_on < day)
    ]
    places = {
        road.person.organization_id: road.person.organization for road in roads if road.person.organization
    }
    people = responsible(places.values(), day)
    sent = 0
    for road in roads:
        if road.due_on is None or road.due_step is None:
            continue
        late = road.due_on < day
        ahead = "late" if late else str((road.due_on - day).days)
        sent += notify(
            people.get(road.person.organization_id or 0, []),
            notices.OVERDUE if late else notices.DUE,
            {"name": road.person.name, "step": str(BY_NUMBER[road.due_step]), "day": road.due_on},
            link=reverse("development:road", args=[road.person.uid]),
            key=f"development/{road.uid}/{road.due_step}/{road.due_on}/{ahead}",
        )
    return sent

"""What is done on a road: record a step, correct it, take it back. Stages of membership follow."""

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
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core import clock
from xianfeng.core.periods import today
from xianfeng.members.actions import reached, trace
from xianfeng.members.models import Membership
from xianfeng.people.models import Person

from .. import steps as at
from ..limits import probation_ends
from ..models import Helper, Paper, Road, StepRecord
from ..permissions import APPROVE, RECORD
from ..reading import past_of
from ..steps import BY_NUMBER, CARRIERS
from .papers import keep_papers
from .roads import entitled, locked_road, reasoned, settle, settled

Stage = Membership.Stage
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


@transaction.atomic
def record_step(road: Road, step: int, what: Particulars, *, by: Any) -> StepRecord:
    """Write down that a step was done. Where it carries a stage of membership, the person stands in it from then on.

    Order and limits never refuse; raises ValidationError only for what cannot be: a day ahead, a step twice.
    """
    road = locked_road(road)
    entitled(by, step, road)
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
    settled(road)
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
    road = locked_road(record.road)
    locked: StepRecord = StepRecord.objects.live().select_for_update().get(pk=record.pk)
    entitled(by, locked.step, road)
    _check(what)
    reasoned(reason)
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
    settled(road)
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
    road = locked_road(record.road)
    entitled(by, record.step, road)
    reasoned(reason)
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
    settled(road)
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

"""A road as a whole: opening it, where it stands, who may write on it, and its end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core.periods import today
from xianfeng.members.actions import NewMember, admit_all, leave
from xianfeng.members.models import Membership
from xianfeng.messaging.actions import dealt_with
from xianfeng.people.models import Person

from .. import steps as at
from ..limits import deadline
from ..models import Road, StepRecord
from ..permissions import APPROVE, RECORD
from ..reading import pasts_of
from ..steps import BY_NUMBER, CARRIERS
from .papers import keep_papers

Stage = Membership.Stage


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


@transaction.atomic
def stop(road: Road, *, on: date, reason: str, by: Any) -> None:
    """The application is withdrawn, or the branch ends the development. The row, the steps and the papers stay."""
    road = locked_road(road)
    entitled(by, at.ACTIVIST, road)
    reasoned(reason)
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


def settled(road: Road) -> None:
    """The same for one road that was just changed; what was told about a limit that is kept no longer waits."""
    before = road.due_step, road.due_on
    settle([road])
    road.version += 1
    road.save(update_fields=["version"])
    if (road.due_step, road.due_on) != before:
        dealt_with(road.get_absolute_url())


def may_record(person: Any, step: int, road: Road) -> bool:
    """Whether a person may record, correct or take back a step of a road."""
    return bool(person.can(APPROVE if BY_NUMBER[step].upper else RECORD, road))


def entitled(by: Any, step: int, road: Road) -> None:
    """Raises PermissionDenied when somebody may not record this step."""
    if by is not None and not may_record(by, step, road):
        raise PermissionDenied


def locked_road(road: Road) -> Road:
    """The road as it is now, with its person, until the end of the transaction."""
    found: Road = (
        Road.objects.select_for_update(of=("self",)).select_related("person__organization").get(pk=road.pk)
    )
    return found


def reasoned(reason: str) -> None:
    """Raises ValidationError when no reason is given."""
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why.")})

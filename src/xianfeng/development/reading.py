"""Reading roads: from rows to the plain values that the rules are applied to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from xianfeng.members.models import Membership

from .limits import Done, Past
from .models import Examination, Helper, Road, StepRecord


def past_of(road: Road) -> Past:
    """One road."""
    return pasts_of([road])[0]


def pasts_of(roads: Iterable[Road]) -> list[Past]:
    """Many roads, in their order. Four queries; the persons have to be read."""
    roads = list(roads)
    records: dict[int, dict[int, Done]] = defaultdict(dict)
    extended: dict[int, int] = {}
    for record in StepRecord.objects.live().filter(road__in=roads):
        if record.extends_by is not None:
            extended[record.road_id] = record.extends_by
            continue
        records[record.road_id][record.step] = Done(
            record.done_on,
            record.notice_from,
            record.notice_to,
            record.days,
            record.hours,
            record.due,
            record.present,
            record.in_favour,
        )
    examined = defaultdict(list)
    for road, day in Examination.objects.live().filter(road__in=roads).values_list("road", "held_on"):
        examined[road].append(day)
    helpers = list(Helper.objects.filter(road__in=roads).select_related("person"))
    full = defaultdict(list)
    spells = Membership.objects.full().filter(person__in={helper.person_id for helper in helpers})
    for person, since, until in spells.values_list("person", "since", "until"):
        full[person].append((since, until))
    names: dict[tuple[int, str], list[str]] = defaultdict(list)
    not_full: dict[int, list[str]] = defaultdict(list)
    for helper in helpers:
        names[helper.road_id, helper.kind].append(helper.person.name)
        done = records[helper.road_id].get(Helper.STEPS[helper.kind])
        if done and not any(
            since <= done.on and (until is None or done.on < until) for since, until in full[helper.person_id]
        ):
            not_full[helper.road_id].append(helper.person.name)
    return [
        Past(
            done=records[road.pk],
            born_on=road.person.born_on,
            examined=sorted(examined[road.pk]),
            extended_by=extended.get(road.pk, 0),
            contacts=names[road.pk, Helper.Kind.CONTACT],
            introducers=names[road.pk, Helper.Kind.INTRODUCER],
            not_full=not_full[road.pk],
        )
        for road in roads
    ]

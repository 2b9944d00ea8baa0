"""Stating what is owed, month by month. Everything here may run any number of times and changes only what is not settled."""

from __future__ import annotations

from collections.abc import Collection as Some
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Q

from xianfeng.audit import events
from xianfeng.core.periods import Period
from xianfeng.ledger.facts import record_all
from xianfeng.members.models import Membership
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from . import rules
from .models import Base, Collection, Due, Publication, Reduction, Settlement

Status = Due.Status
STAGES = (Membership.Stage.FULL, Membership.Stage.PROBATIONARY)


@transaction.atomic
def state(month: Period, on: date, *, people: Some[int] | None = None, by: Any = None) -> int:
    """State what members owe for a month, as known on a day; returns how many lines were made or changed.

    A member owes from the month of joining on, at the branch of the first day of membership in the month, once there is a
    base. `people` narrows it down; for them what is not paid yet is reckoned anew. Five queries and three writes.
    """
    places = homes(month, on, people)
    lines = {line.person_id: line for line in _lines(month, places if people is not None else None)}
    missing = [pk for pk in places if pk not in lines]
    again = [pk for pk, line in lines.items() if people is not None and _may_change(line)]
    wanted = _amounts(month, [*missing, *again])
    new = {pk: wanted[pk] for pk in missing if pk in wanted}
    collections, fresh = _collections(month, {places[pk] for pk in new}, on)
    Due.objects.bulk_create(
        (
            Due(
                collection=collections[places[pk]],
                person_id=pk,
                month=month.start,
                owed=amount.fen,
                status=Status.OWED if amount.fen else Status.EXEMPT,
                reduction_id=amount.reduction,
            )
            for pk, amount in new.items()
        ),
        batch_size=500,
    )
    changed = [line for pk in again if pk in wanted and _apply(line := lines[pk], wanted[pk])]
    Due.objects.bulk_update(changed, ["owed", "status", "reduction", "version"], batch_size=500)
    # A sheet that was just begun in its own month states nothing yet.
    touched = {c.pk for c in collections.values() if c.closed_on or c.organization_id not in fresh}
    count({*touched, *(line.collection_id for line in changed)}, by=by)
    if made := len(new) + len(changed):
        events.record("dues.state", by=by, details={"month": month.code, "made": made})
    return made


def count(collections: Some[int], *, by: Any) -> None:
    """Bring the ledger in step with the collections of these ids."""
    if not collections:
        return
    record_all(Collection.objects.filter(pk__in=collections).prefetch_related("lines"), by=by)


def homes(month: Period, on: date, people: Some[int] | None) -> dict[int, int]:
    """Where each member stood when the month began, or joined within it: organization by person."""
    spells = Membership.objects.filter(stage__in=STAGES, since__lte=min(month.end, on)).filter(
        Q(until=None) | Q(until__gt=month.start)
    )
    if people is not None:
        spells = spells.filter(person__in=people)
    rows = spells.order_by("-since", "-pk").values_list("person_id", "organization_id")
    return dict(rows)  # the earliest comes last and stays


def _lines(month: Period, people: Some[int] | None) -> list[Due]:
    lines = Due.objects.filter(month=month.start)
    if people is None:  # only whether there is one
        return list(lines.only("person_id", "status"))
    return list(lines.filter(person__in=people).select_for_update())


def _may_change(line: Due) -> bool:
    """What has been paid stands as it was stated."""
    return line.status not in Due.SETTLED and not line.paid


@dataclass(frozen=True, slots=True)
class Amount:
    """Fen owed, and the decision that made it so."""

    fen: int
    reduction: int | None = None


def _amounts(month: Period, people: Some[int]) -> dict[int, Amount]:
    """What each owes for the month; people without a base are absent."""
    if not people:
        return {}
    bases = {}
    for base in Base.objects.filter(since__lte=month.start, person__in=people).order_by("since"):
        bases[base.person_id] = base
    decisions = {
        decision.person_id: decision
        for decision in Reduction.objects.filter(
            status=Reduction.Status.IN_FORCE,
            first__lte=month.start,
            last__gte=month.start,
            person__in=people,
        ).order_by("decided_on", "pk")
    }
    found = {}
    for pk, base in bases.items():
        full = base.due(month.start)
        decision = decisions.get(pk)
        found[pk] = Amount(min(full, decision.amount), decision.pk) if decision else Amount(full)
    return found


def _apply(line: Due, amount: Amount) -> bool:
    """Take over an amount; says whether anything is different."""
    status = line.status
    if not amount.fen:
        status = Status.EXEMPT
    elif status == Status.EXEMPT:
        status = Status.OWED
    before = (line.owed, line.status, line.reduction_id)
    line.owed, line.status, line.reduction_id = amount.fen, status, amount.reduction
    line.version += 1
    return before != (line.owed, line.status, line.reduction_id)


def _collections(month: Period, organizations: Some[int], on: date) -> tuple[dict[int, Collection], set[int]]:
    """The collections of a month by organization, made where they are missing; and where they were. A month that is over
    is closed at once."""
    if not organizations:
        return {}, set()
    known = Collection.objects.filter(month=month.start, organization__in=organizations)
    found = {row.organization_id: row for row in known}
    fresh = set(organizations) - set(found)
    closed_on = on if month.end < on else None
    new = [Collection(organization_id=pk, month=month.start, closed_on=closed_on) for pk in sorted(fresh)]
    return found | {row.organization_id: row for row in Collection.objects.bulk_create(new)}, fresh


@transaction.atomic
def close(on: date, *, by: Any = None) -> int:
    """Months that are over: what was not paid in them counts as not paid. Returns how many sheets were closed."""
    over = Collection.objects.filter(month__lt=Period.of(on).start, closed_on=None)
    # Where everybody has paid, the facts stand already.
    behind = set(over.filter(lines__status=Status.OWED).values_list("pk", flat=True))
    closed = over.update(closed_on=on)
    count(behind, by=by)
    return closed


# -- what branches have to do with it --


@transaction.atomic
def state_duties(month: Period, *, by: Any = None) -> int:
    """In the last month of a quarter: that it is to be passed on; in December: that the year is to be published.

    Only branches that collect owe it. Returns how many duties were stated.
    """
    quarter = Period.of(month.start, "quarter")
    made = 0
    if month.number == quarter.last_month:
        made += _state(Settlement, _collecting(quarter), by, day=month.start, quarter=quarter.code)
    if month.number == rules.PUBLISH_FROM_MONTH:
        made += _state(Publication, _collecting(Period(month.year, "year")), by, year=month.year)
    if made:
        events.record("dues.duties", by=by, details={"month": month.code, "made": made})
    return made


def _collecting(period: Period) -> set[int]:
    """Branches that collect dues in a period."""
    within = Collection.objects.filter(month__range=(period.start, period.end))
    return set(within.order_by().values_list("organization", flat=True).distinct())


def _state(model: Any, organizations: set[int], by: Any, **what: Any) -> int:
    known = set(model.objects.filter(**what).values_list("organization", flat=True))
    new = [model(organization_id=pk, **what) for pk in sorted(organizations - known)]
    record_all(model.objects.bulk_create(new), by=by)
    return len(new)


@transaction.atomic
def lapse(on: date, *, by: Any = None) -> int:
    """Deferrals that ran out are owed again; returns how many."""
    lines = Due.objects.filter(status=Status.DEFERRED, deferred_until__lt=on)
    touched = set(lines.values_list("collection", flat=True))
    if not touched:
        return 0
    ended = lines.update(status=Status.OWED)
    count(touched, by=by)
    events.record("dues.lapse", by=by, details={"made": ended})
    return ended


# -- what is not paid, and what cannot be reckoned yet --


def without_base(organization: Organization, month: Period, on: date) -> list[Person]:
    """Members who belong to a branch in a month and for whom nothing is stated, in number order. Two queries."""
    spells = Membership.objects.filter(
        stage__in=STAGES, organization=organization, since__lte=min(month.end, on)
    ).filter(Q(until=None) | Q(until__gt=month.start))
    stated = Due.objects.filter(month=month.start).values("person")
    found = Person.objects.filter(pk__in=spells.values("person")).exclude(pk__in=stated)
    return list(found.order_by("number"))


def unpaid_in_a_row(organizations: Any, on: date) -> dict[int, int]:
    """How many months in a row each member of these branches has owed without a stated reason, the running month left
    out; by person, only those who owe. One query."""
    this_month = Period.of(on).start
    rows = (
        Due.objects.open()
        .filter(collection__organization__in=organizations, month__lt=this_month)
        .order_by("person", "month")
        .values_list("person", "month")
    )
    months: dict[int, list[date]] = {}
    for person, month in rows:
        months.setdefault(person, []).append(month)
    return {person: _longest(found) for person, found in months.items()}


def _longest(months: list[date]) -> int:
    """The longest run of months that follow each other."""
    longest = run = 1
    for before, after in pairwise(months):
        run = run + 1 if Period.of(before).shifted(1).start == after else 1
        longest = max(longest, run)
    return longest


def branches_with_six_months(on: date) -> list[Organization]:
    """Branches where somebody has owed for six months in a row, as far as a job has to look."""
    owing = Due.objects.open().filter(month__lt=Period.of(on).start)
    places = owing.order_by().values_list("collection__organization", flat=True).distinct()
    branches = list(Organization.objects.filter(pk__in=set(places)))
    people = unpaid_in_a_row([b.pk for b in branches], on)
    long = [pk for pk, run in people.items() if run >= rules.MAKE_UP_MONTHS]
    where = set(owing.filter(person__in=long).values_list("collection__organization", flat=True))
    return [branch for branch in branches if branch.pk in where]

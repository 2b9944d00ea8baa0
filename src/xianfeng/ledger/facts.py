"""Stating facts: the one writer of the ledger, which reconciles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Sum

from xianfeng.core import clock
from xianfeng.core.numbers import to_units

from .measures import MeasureDeclaration
from .models import Entry, Measure

LIMIT = 10**8


@dataclass(frozen=True, slots=True)
class Fact:
    """Something done out of something due. `done` and `due` are in the measure's unit, at most four decimals."""

    measure: MeasureDeclaration | str
    organization_id: int
    person_id: int | None
    day: date
    done: Decimal | int = 0
    due: Decimal | int = 0

    @property
    def code(self) -> str:
        return self.measure if isinstance(self.measure, str) else self.measure.code


class Source(models.Model):
    """Base of models that count. `facts()` reads only what the row and its lines store: never today's date or
    membership, so that the answer cannot change behind one's back. A row that does not count states nothing.
    `facts_need` names the relations that `facts()` reads, so that many rows can be read at once.
    """

    facts_need: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def facts(self) -> Iterable[Fact]:
        raise NotImplementedError


Key = tuple[int, int, int | None, date]


def _wanted(sources: Iterable[Source], ids: dict[str, int]) -> dict[int, dict[Key, list[int]]]:
    wanted: dict[int, dict[Key, list[int]]] = {}
    for source in sources:
        sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
        for fact in source.facts():
            done, due = to_units(fact.done), to_units(fact.due)
            if abs(done) >= LIMIT * 10_000 or abs(due) >= LIMIT * 10_000:
                raise ValueError(f"{fact.code}: done and due stay below {LIMIT}")
            cell = sums[(ids[fact.code], fact.organization_id, fact.person_id, fact.day)]
            cell[0] += done
            cell[1] += due
        wanted[source.pk] = sums
    return wanted


def _stated(content_type: ContentType, pks: list[int]) -> dict[int, dict[Key, tuple[int, int]]]:
    stated: dict[int, dict[Key, tuple[int, int]]] = defaultdict(dict)
    rows = (
        Entry.objects.filter(content_type=content_type, object_id__in=pks)
        .order_by()
        .values_list("object_id", "measure_id", "organization_id", "person_id", "day")
        .annotate(Sum("done"), Sum("due"))
    )
    for pk, measure, organization, person, day, done, due in rows:
        stated[pk][(measure, organization, person, day)] = (done, due)
    return stated


def measure_ids() -> dict[str, int]:
    """Row ids of measures by code."""
    return dict(Measure.objects.order_by().values_list("code", "pk"))


def _differences(content_type: ContentType, sources: list[Source]) -> Iterator[tuple[int, Key, int, int]]:
    """What is missing in the ledger, as (source, key, done, due)."""
    wanted = _wanted(sources, measure_ids())
    stated = _stated(content_type, list(wanted))
    for pk, sums in wanted.items():
        have = stated.get(pk, {})
        for key in sorted({*sums, *have}, key=str):
            done, due = sums.get(key, (0, 0))
            was_done, was_due = have.get(key, (0, 0))
            if (done, due) != (was_done, was_due):
                yield pk, key, done - was_done, due - was_due


@transaction.atomic
def record(source: Source, *, by: Any = None) -> int:
    """Bring the ledger in step with what a record states; returns the number of entries appended.

    Locks the source, compares its facts with what its entries sum to and appends the signed difference. A second call
    appends nothing.
    """
    type(source)._default_manager.select_for_update().values_list("pk").get(pk=source.pk)
    return record_all([source], by=by)


@transaction.atomic
def record_all(sources: Iterable[Source], *, by: Any = None) -> int:
    """The same for many records of one model, in three queries. The caller holds whatever lock is needed."""
    sources = list(sources)
    if not sources:
        return 0
    content_type = ContentType.objects.get_for_model(sources[0])
    now = clock.now()
    entries = [
        Entry(
            measure_id=measure,
            organization_id=organization,
            person_id=person,
            day=day,
            month=day.year * 100 + day.month,
            done=done,
            due=due,
            content_type=content_type,
            object_id=pk,
            posted_at=now,
            posted_by_id=by.pk if by else None,
        )
        for pk, (measure, organization, person, day), done, due in _differences(content_type, sources)
    ]
    Entry.objects.bulk_create(entries, batch_size=500)
    return len(entries)


def source_models() -> list[type[Source]]:
    """Every model that states facts."""
    return [model for model in apps.get_models() if issubclass(model, Source)]


def check_ledger() -> list[str]:
    """Differences between what records state and what the ledger says; empty when they agree."""
    faults: list[str] = []
    codes = {pk: code for code, pk in measure_ids().items()}
    for model in source_models():
        content_type, name = ContentType.objects.get_for_model(model), model.__name__
        stated = Entry.objects.filter(content_type=content_type).order_by()
        gone = set(stated.values_list("object_id", flat=True).distinct())
        rows = model._default_manager.order_by("pk").prefetch_related(*model.facts_need).iterator(500)
        while batch := list(islice(rows, 500)):
            gone -= {source.pk for source in batch}
            for pk, (measure, _place, _person, day), done, due in _differences(content_type, batch):
                faults.append(f"{name} {pk}: {codes[measure]} on {day} differs by {done}/{due}")
        faults += [f"{name} {pk} is gone but its entries stand" for pk in sorted(gone)]
    return faults

"""The records behind the readings of a score, by measure, as far as the reader may open them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Min, Sum
from django.utils.translation import gettext as _

from xianfeng.core import permissions
from xianfeng.core.display import month
from xianfeng.ledger.models import Entry

from .explain import Loss
from .models import MemberScore, Report, Score


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record behind a reading. `url` is empty where the reader may not open it."""

    text: str
    day: date
    url: str
    who: str
    at: datetime


def records_behind(
    score: Score, lost: Iterable[Loss], reports: Iterable[Report], reader: Any
) -> dict[str, list[Evidence]]:
    """Records by measure, those that fell short first. One query for the facts, one for each kind of record.

    `lost` are the lines of the score that cost points; `reports` the branch's of its period, which are at hand.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for loss in lost:
        if loss.line is not None:
            for cell, amount in zip(loss.cells, loss.amounts, strict=True):
                if amount:
                    wanted[loss.line.measure].update(range(cell.first, cell.last + 1))
    if not wanted:
        return {}
    year = score.round.year * 100
    entries = Entry.objects.filter(
        measure__code__in=list(wanted),
        month__in={year + number for numbers in wanted.values() for number in numbers},
        day__lte=score.round.as_of,
    )
    if isinstance(score, MemberScore):
        entries = entries.filter(person=score.person_id)
    else:
        entries = entries.filter(organization=score.organization_id)
    rows = [
        row
        for row in entries.order_by()
        .values("measure__code", "content_type_id", "object_id")
        .annotate(
            in_month=Min("month"),
            on=Min("day"),
            did=Sum("done"),
            owed=Sum("due"),
            at=Max("posted_at"),
            by=Max("posted_by__name"),
        )
        if (row["did"] or row["owed"]) and row["in_month"] - year in wanted[row["measure__code"]]
    ]
    sources = _sources({(row["content_type_id"], row["object_id"]) for row in rows}, reports, reader)
    found: dict[str, list[Evidence]] = defaultdict(list)
    # What was done stands before what was only owed; among it, what fell short.
    rows.sort(key=lambda row: (not row["did"], row["did"] >= row["owed"], row["on"], row["object_id"]))
    for row in rows:
        text, url = sources.get((row["content_type_id"], row["object_id"]), (_("a record"), ""))
        found[row["measure__code"]].append(Evidence(text, row["on"], url, row["by"] or "", row["at"]))
    return found


def _sources(
    keys: Iterable[tuple[int, int]], reports: Iterable[Report], reader: Any
) -> dict[tuple[int, int], tuple[str, str]]:
    """What a record is called and where it is, without an address where the reader may not open it."""
    of_reports = ContentType.objects.get_for_model(Report).pk
    # Whoever sees a branch's score sees its reports, and those of the period are at hand.
    found = {(of_reports, r.pk): (called(r), r.get_absolute_url()) for r in reports}
    by_type: dict[int, list[int]] = defaultdict(list)
    for content_type, pk in keys:
        if (content_type, pk) not in found:
            by_type[content_type].append(pk)
    for type_id, pks in by_type.items():
        model: Any = ContentType.objects.get_for_id(type_id).model_class()
        if model is None or not hasattr(model, "get_absolute_url"):
            continue
        permission = f"{model._meta.app_label}.view"
        rows = model._default_manager.filter(pk__in=pks)
        if permission in permissions.known() and hasattr(rows, "visible_to"):
            rows = rows.visible_to(reader, permission)
        if any(f.name == "organization" for f in model._meta.fields):
            rows = rows.select_related("organization")
        found.update({(type_id, row.pk): (called(row), row.get_absolute_url()) for row in rows})
    return found


def called(record: Any) -> str:
    """A record beside a lost point; of a report only the month, since the branch stands above."""
    if isinstance(record, Report):
        return _("Report for %(month)s") % {"month": month(record.month)}
    return str(record)

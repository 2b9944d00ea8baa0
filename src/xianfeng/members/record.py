"""What the ledger says about one member: progress of the year, and the timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from xianfeng.core.numbers import from_units
from xianfeng.ledger import permissions
from xianfeng.ledger.models import Entries, Entry
from xianfeng.people.models import Person


@dataclass(frozen=True, slots=True)
class Progress:
    """Done out of due on one measure, in the measure's unit."""

    label: str
    unit: str
    done: Decimal
    due: Decimal

    @property
    def complete(self) -> bool:
        """Whether nothing is owed."""
        return self.done >= self.due

    @property
    def extra(self) -> bool:
        """Whether it counts without being owed."""
        return not self.due


@dataclass(slots=True)
class Item:
    """One thing on the timeline: what some record says about the member on a day."""

    day: date
    measure: str
    unit: str
    title: str
    url: str
    done: Decimal = Decimal(0)
    due: Decimal = Decimal(0)

    @property
    def missed(self) -> bool:
        """Whether something was due and not done."""
        return self.done < self.due


@dataclass(slots=True)
class Month:
    """A month of the timeline."""

    start: date
    items: list[Item] = field(default_factory=list)


def entries_of(person: Person, reader: Any, year: int) -> list[Entry]:
    """A member's facts of a year that the reader may see. One query."""
    visible: Entries = Entry.objects.visible_to(reader, permissions.VIEW)
    facts = visible.filter(person=person, month__gte=year * 100 + 1, month__lte=year * 100 + 12)
    return list(facts.select_related("measure").order_by("day", "pk"))


def about(entry: Entry) -> tuple[Any, ...]:
    """What a fact is about: corrections are about the same as what they correct."""
    return entry.content_type_id, entry.object_id, entry.measure_id, entry.day


def eventful(entries: Iterable[Entry]) -> list[int]:
    """The months (yyyymm) in which something is left after corrections, latest first."""
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for entry in entries:
        cell = sums[about(entry)]
        cell[0] += entry.done
        cell[1] += entry.due
        cell[2] = entry.month
    return sorted({month for done, due, month in sums.values() if done or due}, reverse=True)


def progress(entries: Iterable[Entry]) -> list[Progress]:
    """Sums by measure, in the order of their codes."""
    sums: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for entry in entries:
        cell = sums[entry.measure]
        cell[0] += entry.done
        cell[1] += entry.due
    return [
        Progress(str(measure), measure.unit, from_units(done), from_units(due))
        for measure, (done, due) in sorted(sums.items(), key=lambda pair: pair[0].code)
        if done or due
    ]


def _titled(source: Any) -> str:
    """What a list calls a record: its kind, and what it was about."""
    kind = str(source.get_kind_display()) if hasattr(source, "get_kind_display") else ""
    title = str(getattr(source, "title", source))
    return _("%(kind)s: %(title)s") % {"kind": kind, "title": title} if kind and kind != title else title


def timeline(entries: Iterable[Entry]) -> list[Month]:
    """What happened, latest month first. Corrections are joined with what they correct; what was taken back is gone. One
    query for each kind of source."""
    entries = list(entries)
    prefetch_related_objects(entries, "source")
    items: dict[tuple[Any, ...], Item] = {}
    for entry in entries:
        source: Any = entry.source
        item = items.setdefault(
            about(entry),
            Item(
                entry.day,
                str(entry.measure),
                entry.measure.unit,
                _titled(source) if source else str(entry.measure),
                source.get_absolute_url() if hasattr(source, "get_absolute_url") else "",
            ),
        )
        item.done += from_units(entry.done)
        item.due += from_units(entry.due)
    months: dict[date, Month] = {}
    for item in sorted(items.values(), key=lambda i: i.day, reverse=True):
        if item.done or item.due:
            start = item.day.replace(day=1)
            months.setdefault(start, Month(start)).items.append(item)
    return list(months.values())

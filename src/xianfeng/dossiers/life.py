"""Life in the party from facts: what `members.life` tells, and what the records of the other apps say. Nothing is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from xianfeng.activities import permissions as activities
from xianfeng.activities.models import Attendance, Kind
from xianfeng.core.display import plain
from xianfeng.core.numbers import from_units
from xianfeng.development import permissions as development
from xianfeng.development.models import StepRecord
from xianfeng.development.steps import CARRIERS, CONFIRMED, OATH, TRAINING
from xianfeng.leadership.models import Post
from xianfeng.ledger import permissions as ledger
from xianfeng.ledger.measures import declaration
from xianfeng.ledger.models import Entries, Entry
from xianfeng.members.life import Passage, life
from xianfeng.members.models import Membership
from xianfeng.people.models import Person

from .models import Award, Training

# Of the 25 steps those that a life is told by; the road itself shows all of them.
TOLD_STEPS = frozenset({*CARRIERS.values(), TRAINING, OATH}) - {CONFIRMED}
# What a year is told by, in this order.
YEARLY = ("meeting.attendance", "dues.paid", "volunteer.hours")


def whole_life(
    person: Person,
    reader: Any,
    spells: Iterable[Membership],
    *,
    awards: Iterable[Award],
    training: Iterable[Training],
    on: date,
    restricted: bool = False,
) -> list[Passage]:
    """Everything the reader may see of a person's way, the latest first. Seven queries, one more when `restricted`."""
    found = [
        *life(person, reader, spells, restricted=restricted),
        *_posts(person),
        *_steps(person, reader),
        *_appraisals(person, reader),
        *_years(person, reader, on),
        *(Passage(a.on, a.title, a.on, f"{a.given_by} · {a.get_level_display()}") for a in awards),
        *(Passage(t.since, t.title, _after(t), t.amount or str(t.get_kind_display())) for t in training),
    ]
    return sorted(found, key=lambda passage: passage.since, reverse=True)


def _after(training: Training) -> date:
    return max(training.until, training.since)


def _posts(person: Person) -> Iterator[Passage]:
    for post in Post.objects.filter(person=person.pk).select_related("term__organization"):
        text = "" if post.until is None or not post.ending else str(post.get_ending_display())
        title = f"{post.term.organization} {post.get_kind_display()}"
        yield Passage(post.since, title, post.until, text, post.get_absolute_url())


def _steps(person: Person, reader: Any) -> Iterator[Passage]:
    records: Any = StepRecord.objects.live().filter(
        road__person=person.pk, step__in=TOLD_STEPS, extends_by=None
    )
    if person.pk != reader.pk:
        records = records.visible_to(reader, development.VIEW)
    for record in records:
        yield Passage(record.done_on, str(record.kind), record.done_on, record.reference)


def _appraisals(person: Person, reader: Any) -> Iterator[Passage]:
    rows: Any = Attendance.objects.visible_to(reader, activities.VIEW)
    found = rows.filter(person=person.pk, activity__kind=Kind.APPRAISAL, activity__status="recorded")
    for line in found.select_related("activity"):
        held = line.activity
        yield Passage(
            held.held_on,
            str(held.get_kind_display()),
            held.held_on,
            str(line.get_state_display()),
            held.get_absolute_url(),
        )


def _years(person: Person, reader: Any, on: date) -> Iterator[Passage]:
    """What the ledger says of each year: attendance, dues, volunteering."""
    entries: Entries = Entry.objects.visible_to(reader, ledger.VIEW)
    rows = (
        entries.filter(person=person.pk, measure__code__in=YEARLY)
        .order_by()
        .values_list("measure__code", "month")
        .annotate(Sum("done"), Sum("due"))
    )
    sums: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for code, month, done, due in rows:
        cell = sums[month // 100][code]
        cell[0] += done
        cell[1] += due
    for year, cells in sums.items():
        told = [_told(code, *cells[code]) for code in YEARLY if any(cells.get(code, ()))]
        if told:
            last = min(date(year, 12, 31), on)
            yield Passage(last, _("The year %(year)s") % {"year": year}, last, _("; ").join(told))


def _told(code: str, done: int, due: int) -> str:
    measure = declaration(code)
    assert measure is not None  # they are declared by the apps below
    amount = plain(from_units(done)) + (f"/{plain(from_units(due))}" if due else "")
    return _("%(what)s %(amount)s %(unit)s") % {
        "what": measure.label,
        "amount": amount,
        "unit": measure.unit,
    }

"""A report as its pages show it: by category, each line with its sentence, its source, its points and what is odd.

The fill page, the check page, the review and the print all draw from one `Sheet`, made in a fixed number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from xianfeng.core import display
from xianfeng.core.components import Tone
from xianfeng.core.numbers import from_units
from xianfeng.core.periods import Period
from xianfeng.files.models import Attachment

from . import scoring
from .filling import PERIODS, Known, odd
from .measures import Choice
from .models import Report, ReportLine
from .oddities import Oddity
from .scheme import Line, scaled

NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A record behind a counted line."""

    label: str
    url: str
    day: date


@dataclass
class Row:
    """One line as it is shown. `before` is what it said the last time it was asked; `duty_url` leads to where it is
    recorded when nothing is there yet; `typed` is what could not be saved, and `error` why."""

    line: ReportLine
    rule: Line | None
    month: Period
    sources: list[SourceLink] = field(default_factory=list)
    sources_name: str = ""
    duty_url: str = ""
    own: list[Attachment] = field(default_factory=list)
    evidence_of_records: list[Attachment] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    before: ReportLine | None = None
    before_month: Period | None = None
    earned: int | None = None
    error: str = ""
    typed: str = ""

    @property
    def anchor(self) -> str:
        """Its id on the page: dots have a meaning in selectors."""
        return "l-" + self.line.code.replace(".", "-")

    @property
    def evidence(self) -> list[Attachment]:
        """What proves the line: attached to it, or to the records behind it."""
        return [*self.own, *self.evidence_of_records]

    @property
    def full(self) -> int:
        """Full marks of the line's period, in ten-thousandths."""
        return scaled(self.rule.points) // self.rule.periods if self.rule else 0

    @property
    def points(self) -> str:
        """`0.25 / 0.25`; a dash for what cannot be said yet."""
        earned = None if self.earned is None else from_units(self.earned)
        return f"{display.plain(earned)} / {display.plain(from_units(self.full))}"

    @property
    def ends_now(self) -> bool:
        """Whether the line's period ends with this month, so that its points are settled."""
        return (
            self.rule is not None
            and Period.of(self.month.start, PERIODS[self.rule.per]).end == self.month.end
        )

    @property
    def said(self) -> str:
        return sentence(self.line, self.rule.per if self.rule else "month")

    @property
    def said_before(self) -> str:
        if self.before is None:
            return ""
        return (
            sentence(self.before, "month")
            if self.before.kind == ReportLine.Kind.REPORTED
            else amount(self.before)
        )

    @property
    def changed(self) -> bool:
        """Whether it says something else than the last time."""
        if self.before is None:
            return True
        compared = ("done", "answer", "sentence", "not_applicable")
        return any(getattr(self.line, name) != getattr(self.before, name) for name in compared)

    @property
    def tone(self) -> Tone:
        line = self.line
        if line.returned:
            return "back"
        match line.state:
            case ReportLine.State.OPEN:
                return "todo"
            case ReportLine.State.CHECK:
                return "check"
        return "closed" if line.not_applicable else "ok"

    @property
    def word(self) -> str:
        line = self.line
        if line.returned:
            return _("returned")
        match line.state:
            case ReportLine.State.OPEN:
                return _("to be filled in")
            case ReportLine.State.CHECK:
                return _("to be checked")
        if line.not_applicable:
            return _("not this month")
        return _("brought in") if line.kind == ReportLine.Kind.COUNTED else _("filled in")

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.line.choices

    @property
    def needs_sentence(self) -> bool:
        """Whether the page shows a field for a sentence beside the given answers."""
        return any(choice.explain for choice in self.choices)

    @property
    def number(self) -> str:
        """What the field for a number shows."""
        if self.typed:
            return self.typed
        return "" if self.line.done is None else display.plain(from_units(self.line.done))


@dataclass
class Category:
    """A category of the scheme with the lines of this report."""

    code: str
    name: str
    rows: list[Row]

    @property
    def full(self) -> Decimal:
        """Full marks that are settled by this month."""
        return from_units(sum(row.full for row in self.rows if row.ends_now))


@dataclass
class Sheet:
    """A whole report as it is shown."""

    report: Report
    categories: list[Category]
    photos: list[Attachment]
    oddities: list[Oddity]

    @property
    def rows(self) -> Iterator[Row]:
        return (row for category in self.categories for row in category.rows)

    @property
    def total(self) -> int:
        return sum(len(category.rows) for category in self.categories)

    @property
    def left(self) -> list[Row]:
        return [row for row in self.rows if row.line.state != ReportLine.State.READY]

    @property
    def ready(self) -> int:
        return self.total - len(self.left)

    @property
    def odd_rows(self) -> list[Row]:
        return [row for row in self.rows if row.oddities]

    @property
    def to_return(self) -> list[Row]:
        """In the order in which lines are sent back: odd ones, then what the branch answered, then what was counted."""
        return sorted(self.rows, key=lambda r: (not r.oddities, r.line.kind != ReportLine.Kind.REPORTED))

    @property
    def evidence_count(self) -> int:
        return len(self.photos) + sum(len(row.evidence) for row in self.rows)


def sheet(report: Report, known: Known | None = None) -> Sheet:
    """A report with everything its pages show. Queries: a fixed number, plus one per kind of record behind it."""
    known = known or Known.read(report.period, [report])
    lines = list(report.lines.all())
    for line in lines:
        line.report = report
    rules = {line.code: line for line in report.scheme.parsed.lines}
    rows = [Row(line, rules.get(line.code), report.period) for line in lines]
    _attach(report, rows)
    _link(report, rows)
    for row in rows:
        before = known.before.get((report.organization_id, row.line.code))
        if before:
            row.before, row.before_month = before.line, before.month
        row.oddities = odd(row.line, known)
        row.earned = _earned(row, known)
    names = {
        category.code: _headed(number, category.name)
        for number, category in enumerate(report.scheme.parsed.categories, start=1)
    }
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.line.category].append(row)
    categories = [Category(code, names.get(code, code), rows) for code, rows in grouped.items()]
    return Sheet(report, categories, photos_of(report), [oddity for row in rows for oddity in row.oddities])


def _headed(number: int, name: str) -> str:
    """A category with its number, as official documents count: 一、领导班子建设."""
    if (get_language() or "").startswith("zh") and number <= len(NUMERALS):
        return f"{NUMERALS[number - 1]}、{name}"
    return f"{number}. {name}"


def _earned(row: Row, known: Known) -> int | None:
    """Points of the line's period so far; what the branch reports here counts as if it were accepted."""
    line, rule = row.line, row.rule
    if rule is None or line.not_applicable or not line.is_answered:
        return None
    done, due = line.period_done, line.period_due
    if line.kind == ReportLine.Kind.REPORTED:
        done, due = known.of_period(line.report.organization_id, line.measure, rule.per)
        if not line.report.is_decided:
            done, due = done + (line.done or 0), due + (line.due or 0)
    return points(rule, max(done, 0), max(due, 0))


def points(rule: Line, done: int, due: int) -> int | None:
    """Points of one period by the scheme's rule, in ten-thousandths; None: nothing was due, the line is left out."""
    full = scaled(rule.points) // rule.periods
    if rule.rule == "count":
        return int(scoring.counted(rule, np.array([done]))[0])
    if due == 0:
        return {"full": full, "none": 0}.get(rule.idle or "")
    columns = np.array([done]), np.array([due])
    return int((scoring.banded(rule, *columns) if rule.rule == "bands" else scoring.share(full, *columns))[0])


# -- words --


def amount(line: ReportLine) -> str:
    """What was counted in the month, with its unit: 2 times."""
    return f"{display.plain(from_units(line.done or 0))} {line.unit}".strip()


def days(line: ReportLine) -> str:
    """The days on which it happened: 9 October, 20 October."""
    named = sorted({source["day"] for source in line.records})
    return _(", ").join(display.day(date.fromisoformat(day)) for day in named)


def sentence(line: ReportLine, per: str) -> str:
    """What a line says, in words. `per`: the period of its rule."""
    if line.kind == ReportLine.Kind.COUNTED:
        return _counted(line, per)
    if line.not_applicable:
        return _("Does not concern this month: %(reason)s") % {"reason": line.reason}
    match line.asks:
        case "number":
            return "" if line.done is None else amount(line)
        case "yes":
            chosen = line.chosen
            if chosen is None or not line.sentence:
                return str(chosen.label) if chosen else ""
            answer = str(chosen.short or chosen.label)
            return _("%(answer)s: %(sentence)s") % {"answer": answer, "sentence": line.sentence}
        case _:
            return line.sentence


def _counted(line: ReportLine, per: str) -> str:
    held_due = sum(source["due"] for source in line.records)
    if held_due:  # attendance and the like: the record itself says how many were due
        return _("%(done)s of %(due)s %(unit)s") % {
            "done": display.plain(from_units(line.done or 0)),
            "due": display.plain(from_units(line.due or 0)),
            "unit": line.unit,
        }
    if not line.done and not line.period_due and not line.period_done:
        return _("Nothing was due this month.")
    values = {
        "amount": amount(line),
        "days": days(line),
        "due": display.plain(from_units(line.period_due)),
        "done": display.plain(from_units(line.period_done)),
        "unit": line.unit,
    }
    parts = [_("%(amount)s on %(days)s") % values if line.done else _("Nothing recorded this month")]
    if line.period_due:
        match per:
            case "month":
                if line.period_done < line.period_due:
                    parts.append(_("%(due)s %(unit)s due") % values)
            case "quarter":
                parts.append(_("this quarter %(done)s of %(due)s %(unit)s done") % values)
            case "half":
                parts.append(_("this half-year %(done)s of %(due)s %(unit)s done") % values)
            case _:
                parts.append(_("this year %(done)s of %(due)s %(unit)s done") % values)
    return _("; ").join(parts)


def left_over(left: int) -> str:
    """How many things need attention, as the summary above a form says it."""
    return ngettext(
        "%(left)d thing needs attention before you can submit",
        "%(left)d things need attention before you can submit",
        left,
    ) % {"left": left}


# -- evidence and records --


def _attach(report: Report, rows: Iterable[Row]) -> None:
    """Give each row its own attachments and those of the records behind it. One query."""
    by_target: dict[tuple[int, int], list[Row]] = defaultdict(list)
    line_type = ContentType.objects.get_for_model(ReportLine).pk
    for row in rows:
        by_target[line_type, row.line.pk].append(row)
        for source in row.line.records:
            target = by_target[source["type"], source["pk"]]
            if row not in target:
                target.append(row)
    where = Q(pk__in=())
    kinds: dict[int, list[int]] = defaultdict(list)
    for content_type, pk in by_target:
        kinds[content_type].append(pk)
    for content_type, pks in kinds.items():
        where |= Q(target_type=content_type, target_id__in=pks)
    for attachment in Attachment.objects.live().filter(where).order_by("pk"):
        for row in by_target[attachment.target_type_id, attachment.target_id]:
            kept = row.own if attachment.target_type_id == line_type else row.evidence_of_records
            kept.append(attachment)


def photos_of(report: Report) -> list[Attachment]:
    found: list[Attachment] = list(Attachment.objects.of(report))
    return found


def _link(report: Report, rows: Iterable[Row]) -> None:
    """Name the records behind counted lines and lead to them. One query per kind of record."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        for source in row.line.sources:
            wanted[source["type"]].add(source["pk"])
    found: dict[tuple[int, int], Any] = {}
    for content_type, pks in wanted.items():
        model = ContentType.objects.get_for_id(content_type).model_class()
        if model is not None:
            for pk, one in model._default_manager.in_bulk(pks).items():
                if getattr(one, "organization_id", None) == report.organization_id:
                    setattr(one, "organization", report.organization)  # noqa: B010 - it stands at this branch, as all do
                found[content_type, pk] = one
    for row in rows:
        for source in row.line.sources:
            record: Any = found.get((source["type"], source["pk"]))
            if record is None:
                continue
            url = record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""
            if not source["done"]:
                row.duty_url = "" if row.line.done else url
                continue
            row.sources_name = str(record._meta.verbose_name_plural)
            label = str(getattr(record, "title", record))
            row.sources.append(SourceLink(label, url, date.fromisoformat(source["day"])))

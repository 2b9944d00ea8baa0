"""Making the lines of reports and keeping them in step with the ledger until a report is accepted.

Works on many reports of one month at once, in a fixed number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, Sum

from xianfeng.core.periods import Kind as PeriodKind
from xianfeng.core.periods import Period
from xianfeng.files.models import Attachment
from xianfeng.ledger.facts import measure_ids
from xianfeng.ledger.measures import MeasureDeclaration, declared
from xianfeng.ledger.models import Entry
from xianfeng.ledger.readings import monthly_sums
from xianfeng.members.roll import Strength, strengths

from . import oddities
from .measures import ON_TIME
from .models import Report, ReportLine, Scheme
from .oddities import Before, Clash, Oddity
from .scheme import Line

PERIODS: dict[str, PeriodKind] = {"month": "month", "quarter": "quarter", "half": "half", "year": "year"}
ALWAYS = ("month", "quarter")
COUNTED = ("done", "due", "period_done", "period_due", "sources")
Key = tuple[int, str]  # organization id, measure code


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of the scheme that a month's report may hold."""

    line: Line
    category: str
    position: int
    declaration: MeasureDeclaration
    kind: ReportLine.Kind


@dataclass(frozen=True, slots=True)
class Held:
    """A record behind a counted line: what it states on a day, in ten-thousandths. One without `done` is a duty."""

    content_type: int
    pk: int
    day: date
    done: int
    due: int

    def dump(self) -> dict[str, Any]:
        return {
            "type": self.content_type,
            "pk": self.pk,
            "day": self.day.isoformat(),
            "done": self.done,
            "due": self.due,
        }


@dataclass
class Known:
    """What the ledger and earlier reports say about some branches in one month."""

    month: Period
    sums: dict[Key, dict[int, tuple[int, int]]] = field(default_factory=dict)
    held: dict[Key, list[Held]] = field(default_factory=dict)
    before: dict[tuple[int, str], Before] = field(default_factory=dict)
    strengths: dict[int, Strength] = field(default_factory=dict)
    clashes: dict[int, list[Clash]] = field(default_factory=dict)

    @classmethod
    def read(
        cls,
        month: Period,
        reports: Sequence[Report],
        *,
        photos: bool = True,
        facts: bool = True,
        compare: bool = False,
    ) -> Known:
        """Everything that lines and oddities need. A fixed number of queries, whatever the number of reports.

        Without `facts` only what answers are judged by; without `photos` not where else these stand; with `compare`
        also what counted lines said a month before, which pages show.
        """
        places = [report.organization_id for report in reports]
        known = cls(month)
        if facts:
            known._read_facts(places)
            known.strengths = strengths(month.end, [report.organization for report in reports])
        known.before = _before(month, places, counted=compare)
        if photos:
            known.clashes = _clashes(reports)
        return known

    def _read_facts(self, places: Sequence[int]) -> None:
        month, codes = self.month, {pk: code for code, pk in measure_ids().items()}
        first = Period(month.year, "year").start
        for row in monthly_sums("organization", since=first, until=month.end, subjects=places):
            key = (row.subject_id, codes[row.measure_id])
            self.sums.setdefault(key, {})[row.month % 100] = (row.done, row.due)
        quarter = Period.of(month.start, "quarter")
        entries = (
            Entry.objects.filter(
                organization__in=places,
                month__gte=month.year * 100 + quarter.first_month,
                month__lte=month.year * 100 + month.number,
            )
            .order_by()
            .values_list("organization_id", "measure_id", "content_type_id", "object_id", "day")
            .annotate(Sum("done"), Sum("due"))
        )
        for place, measure, content_type, pk, day, done, due in entries:
            if done or due:
                held = Held(content_type, pk, day, done, due)
                self.held.setdefault((place, codes[measure]), []).append(held)

    def of_month(self, place: int, measure: str) -> tuple[int, int]:
        return self.sums.get((place, measure), {}).get(self.month.number, (0, 0))

    def of_period(self, place: int, measure: str, per: str) -> tuple[int, int]:
        """Sums from the start of the line's period to the end of the month."""
        period = Period.of(self.month.start, PERIODS[per])
        months = self.sums.get((place, measure), {})
        inside = [months[m] for m in range(period.first_month, self.month.number + 1) if m in months]
        return sum(done for done, _due in inside), sum(due for _done, due in inside)

    def records(self, place: int, measure: str) -> list[dict[str, Any]]:
        """The records that did something this month, by day, and those that ask for it this quarter."""
        held = sorted(self.held.get((place, measure), ()), key=lambda h: (h.day, h.pk))
        return [record.dump() for record in held if not record.done or record.day in self.month]


_ANSWER = tuple(field.attname for field in ReportLine._meta.concrete_fields if field.name != "sources")


def _before(month: Period, places: Sequence[int], *, counted: bool) -> dict[tuple[int, str], Before]:
    """What each line said before, by (organization id, code): a reported one the last time within twelve months, a
    `counted` one in the month before. One query."""
    since, last = month.shifted(-12), month.shifted(-1)
    asked = Q(kind=ReportLine.Kind.REPORTED)
    if counted:
        asked |= Q(report__year=last.year, report__month=last.number)
    rows = (
        ReportLine.objects.filter(asked, report__organization__in=places)
        .exclude(report__year__lt=since.year)
        .exclude(report__year__gt=month.year)
        .order_by("report__year", "report__month")
        .values_list("report__organization", "report__year", "report__month", *_ANSWER)
    )
    code = 3 + _ANSWER.index("code")
    latest: dict[tuple[int, str], tuple[Period, tuple[Any, ...]]] = {}
    for row in rows:
        then = Period(row[1], "month", row[2])
        if since <= then < month:
            latest[row[0], row[code]] = then, row[3:]
    # Only the last ones become lines; most rows are older answers to the same questions.
    return {
        key: Before(then, ReportLine.from_db(rows.db, _ANSWER, values))
        for key, (then, values) in latest.items()
    }


def _clashes(reports: Sequence[Report]) -> dict[int, list[Clash]]:
    """Photos of these reports that stand in other reports too, by report id. One query without photos, else five."""
    photos = _photos(reports)
    if not photos:
        return {}
    mine: dict[str, list[tuple[_Spot, str]]] = defaultdict(list)
    spots = _spots(ReportLine.objects.filter(report__in=reports), reports)
    for attachment in photos:
        mine[attachment.sha256].append((spots[_target(attachment)], attachment.name))
    types = {content_type for content_type, _pk in spots}
    others = list(Attachment.objects.live().filter(target_type__in=types, sha256__in=list(mine)))
    lines = [a.target_id for a in others if a.target_type_id == _type(ReportLine)]
    whole = [a.target_id for a in others if a.target_type_id == _type(Report)]
    there = _spots(
        ReportLine.objects.filter(pk__in=lines),
        Report.objects.filter(pk__in=whole).select_related("organization"),
    )
    found: dict[int, dict[tuple[str, str], Clash]] = defaultdict(dict)
    for other in others:
        that = there[_target(other)]
        for this, name in mine[other.sha256]:
            if that.report.pk != this.report.pk:
                same = that.report.organization_id == this.report.organization_id
                where = that.report.period.code if same else str(that.report.organization)
                clash = Clash(this.code, name, where, same)
                found[this.report.pk].setdefault((this.code, other.sha256), clash)
    return {report: list(clashes.values()) for report, clashes in found.items()}


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a photo stands: a line of a report, or (code empty) the report as a whole."""

    report: Report
    code: str


def _type(model: type[Any]) -> int:
    return ContentType.objects.get_for_model(model).pk


def _target(attachment: Any) -> tuple[int, int]:
    return attachment.target_type_id, attachment.target_id


def _spots(lines: Any, reports: Iterable[Report]) -> dict[tuple[int, int], _Spot]:
    found = {(_type(Report), report.pk): _Spot(report, "") for report in reports}
    for line in lines.select_related("report__organization"):
        found[_type(ReportLine), line.pk] = _Spot(line.report, line.code)
    return found


def _photos(reports: Sequence[Report]) -> list[Any]:
    """The photos of some reports and of their lines."""
    pks = [report.pk for report in reports]
    lines = ReportLine.objects.filter(report__in=pks).order_by().values("pk")
    where = Q(target_type=_type(Report), target_id__in=pks)
    where |= Q(target_type=_type(ReportLine), target_id__in=lines)
    return list(Attachment.objects.live().filter(where, kind=Attachment.Kind.IMAGE))


def asked(scheme: Scheme, month: Period) -> Iterator[Asked]:
    """The lines that a report of this month may hold, in the scheme's order.

    Left out: measures nobody supplies yet, what a reviewer marks, questions of other months, and the line about the
    report itself, which only its receipt can answer.
    """
    known, position = declared(), 0
    for category in scheme.parsed.categories:
        for item in category.items:
            for line in item.lines:
                declaration = known.get(line.measure)
                position += 1
                if declaration is None or line.measure == ON_TIME.code:
                    continue
                if declaration.supply == "counted":
                    yield Asked(line, category.code, position, declaration, ReportLine.Kind.COUNTED)
                elif declaration.supply == "reported" and month.number in declaration.months:
                    yield Asked(line, category.code, position, declaration, ReportLine.Kind.REPORTED)


def concerns(ask: Asked, known: Known, place: int) -> bool:
    """Whether a line stands in this branch's report: half-yearly and yearly counted ones do when something happened."""
    if ask.kind == ReportLine.Kind.REPORTED or ask.line.per in ALWAYS:
        return True
    done, _due = known.of_month(place, ask.line.measure)
    return bool(done) or known.month.end == Period.of(known.month.start, PERIODS[ask.line.per]).end


@dataclass
class Change:
    """Lines to be added, to be deleted, and those that stay; `states`: whose state is another now."""

    new: list[ReportLine] = field(default_factory=list)
    gone: list[ReportLine] = field(default_factory=list)
    kept: list[ReportLine] = field(default_factory=list)
    states: list[ReportLine] = field(default_factory=list)


def fill(report: Report, lines: Iterable[ReportLine], known: Known) -> Change:
    """What must change so that a report's lines are what the scheme asks and what the ledger says.

    Nothing is written. What a branch answered stays; a line that is asked no more goes only when nothing stands in it.
    """
    have = {line.code: line for line in lines}
    change = Change()
    wanted = {
        ask.line.code: ask
        for ask in asked(report.scheme, known.month)
        if concerns(ask, known, report.organization_id)
    }
    for code, ask in wanted.items():
        line = have.pop(code, None)
        if line is not None and (line.measure != ask.line.measure or line.kind != ask.kind):
            change.gone.append(line)
            line = None
        if line is None:
            line = ReportLine(
                report=report,
                code=code,
                category=ask.category,
                position=ask.position,
                measure=ask.line.measure,
                kind=ask.kind,
            )
            change.new.append(line)
        else:
            change.kept.append(line)
        if ask.kind == ReportLine.Kind.COUNTED:
            _count(line, ask.line.per, known)
    for line in have.values():
        (change.gone if line.kind == ReportLine.Kind.COUNTED or not line.is_answered else change.kept).append(
            line
        )
    for line in (*change.new, *change.kept):
        if settle(line, known):
            change.states.append(line)
    return change


def _count(line: ReportLine, per: str, known: Known) -> None:
    place = line.report.organization_id
    before = tuple(getattr(line, name) for name in COUNTED)
    line.done, line.due = known.of_month(place, line.measure)
    line.period_done, line.period_due = known.of_period(place, line.measure, per)
    line.sources = known.records(place, line.measure)
    if line.pk and before != tuple(getattr(line, name) for name in COUNTED):
        # What was odd or sent back is looked at anew once the facts behind it changed.
        line.confirmed = line.returned = False


def odd(line: ReportLine, known: Known) -> list[Oddity]:
    """What is odd about a line, photos included."""
    place = line.report.organization_id
    strength = known.strengths.get(place)
    found = oddities.of_line(
        line, known.month, known.before.get((place, line.code)), strength.total if strength else 0
    )
    clashes = known.clashes.get(line.report_id, ())
    return found + oddities.of_photos([clash for clash in clashes if clash.line == line.code])


def settle(line: ReportLine, known: Known) -> bool:
    """Work out the state of a line; True when it changed."""
    if not line.is_answered:
        state = ReportLine.State.OPEN
    elif line.returned or (not line.confirmed and odd(line, known)):
        state = ReportLine.State.CHECK
    else:
        state = ReportLine.State.READY
    changed = line.state != state
    line.state = state
    return changed

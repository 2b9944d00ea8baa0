"""Verbs of the reporting branch: open, save, hand in, take back; and reminding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from xianfeng.assessment import notices
from xianfeng.assessment.filling import COUNTED, Change, Known, fill, odd, settle
from xianfeng.assessment.models import DraftRevision, Report, ReportLine, Scheme, WorkCalendar
from xianfeng.assessment.permissions import REPORT
from xianfeng.audit import events
from xianfeng.audit.moves import Refused, move
from xianfeng.core import clock
from xianfeng.core.numbers import from_units, to_units
from xianfeng.core.periods import Period
from xianfeng.ledger.facts import LIMIT, record, record_all
from xianfeng.messaging.actions import dealt_with, notify
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Appointment, Person

from .schemes import ensure_default_schemes

Status = Report.Status
REMIND_DAYS = (7, 3, 1)


# -- opening and keeping in step --


@transaction.atomic
def open_reports(month: Period, *, by: Any = None) -> list[Report]:
    """Make the reports of a month for every branch that stands; returns those that were not there yet.

    Each states at once that a report is due. A year without a scheme starts with the product's own.
    """
    branches = Organization.objects.branches().standing(month.start)
    have = Report.objects.of_month(month).values("organization")
    scheme = Scheme.objects.in_force("organization", month.year)
    if scheme is None:
        ensure_default_schemes(month.year, by=by)
        scheme = Scheme.objects.in_force("organization", month.year)
    if scheme is None:
        raise ValidationError(
            _("No assessment rules for branches are in force for %(year)s. Put a scheme in force first.")
            % {"year": month.year}
        )
    due_at = WorkCalendar.load().due_at(month)
    reports = [
        Report(
            organization=branch,
            year=month.year,
            month=month.number,
            scheme=scheme,
            number=number_of(branch, month),
            due_at=due_at,
        )
        for branch in branches.exclude(pk__in=have).order_by("number")
    ]
    if not reports:
        return []
    Report.objects.bulk_create(reports, batch_size=500)
    made: list[Report] = list(
        Report.objects.of_month(month)
        .filter(number__in=[report.number for report in reports])
        .select_related("organization", "scheme")
        .order_by("organization__number")
    )
    refresh(made, photos=False)
    record_all(made, by=by)
    events.record(
        "assessment.open_reports", by=by, obj=scheme, details={"month": month.code, "reports": len(made)}
    )
    return made


def number_of(branch: Organization, month: Period) -> str:
    """YB-JT12-202610."""
    return f"YB-{branch.code.upper().replace('-', '')}-{month.year}{month.number:02d}"


def refresh(reports: Iterable[Report], *, photos: bool = True, known: Known | None = None) -> int:
    """Bring counted lines and states in step with the ledger; returns how many lines were written.

    For reports of one month that are not accepted yet. A report still with the branch follows the scheme in force.
    Nothing is written when nothing changed, so pages may call it. Who has read what stands behind them hands it in.
    """
    reports = list(reports)
    if not reports:
        return 0
    month = reports[0].period
    if any(report.period != month for report in reports):
        raise ValueError("refresh reports of one month at a time")
    return _refresh(reports, known or Known.read(month, reports, photos=photos))[0]


def _refresh(reports: list[Report], known: Known) -> tuple[int, list[ReportLine]]:
    """The same with what stands behind them read already; also returns their lines as they are now."""
    _follow_scheme(reports, known.month)
    lines: dict[int, list[ReportLine]] = {report.pk: [] for report in reports}
    by_pk = {report.pk: report for report in reports}
    for line in ReportLine.objects.filter(report__in=reports).order_by("position"):
        line.report = by_pk[line.report_id]
        lines[line.report_id].append(line)
    stored = {line.pk: _stored(line) for kept in lines.values() for line in kept}
    changes = [fill(report, lines[report.pk], known) for report in reports]
    now = [line for change in changes for line in (*change.kept, *change.new)]
    return _write(changes, stored), now


_KEPT = (*COUNTED, "position", "confirmed", "returned", "state")


def _stored(line: ReportLine) -> tuple[Any, ...]:
    return tuple(getattr(line, name) for name in _KEPT)


def _write(changes: list[Change], stored: Mapping[int, tuple[Any, ...]]) -> int:
    gone = [line.pk for change in changes for line in change.gone]
    new = [line for change in changes for line in change.new]
    other = [line for change in changes for line in change.kept if stored[line.pk] != _stored(line)]
    if gone or new or other:
        with transaction.atomic():
            if gone:
                ReportLine.objects.filter(pk__in=gone).delete()
            ReportLine.objects.bulk_create(new, batch_size=500)
            _store(other, _KEPT)
    return len(gone) + len(new) + len(other)


def _store(lines: Sequence[ReportLine], columns: Sequence[str]) -> None:
    """Write some columns of lines that are there: one upsert, which is several times quicker than bulk_update."""
    ReportLine.objects.bulk_create(
        lines, batch_size=500, update_conflicts=True, unique_fields=["pk"], update_fields=columns
    )


def _follow_scheme(reports: list[Report], month: Period) -> None:
    scheme = Scheme.objects.in_force("organization", month.year)
    if scheme is None:
        return
    behind = [report for report in reports if report.is_open and report.scheme_id != scheme.pk]
    for report in reports:
        if report in behind or report.scheme_id == scheme.pk:
            report.scheme = scheme  # read already
    if behind:
        Report.objects.bulk_update(behind, ["scheme"])


def known_of(report: Report) -> Known:
    """What stands behind one report, for the page that shows it."""
    return Known.read(report.period, [report], compare=True)


# -- saving --


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two people changed: what each wrote, and who was first."""

    name: str
    line: str
    mine: str
    theirs: str
    who: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Saved:
    """How a save went. `version` names what the writer's page shows now and comes back with the next save;
    `errors` are fields that hold nothing that can be saved, by name; `conflicts` were left as the other wrote them."""

    version: str
    at: datetime | None
    errors: dict[str, str] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


FIELDS = ("number", "answer", "sentence", "na", "reason")
ANSWERED = ("done", "due", "answer", "sentence", "not_applicable", "reason", "confirmed", "returned", "state")


def fields_of(report: Report, lines: Iterable[ReportLine]) -> dict[str, str]:
    """What can be filled in, as flat texts: `C1.1-number`, `coordination`, …"""
    fields = {"coordination": report.coordination}
    for line in lines:
        if line.kind == ReportLine.Kind.REPORTED:
            number = "" if line.done is None or line.asks != "number" else plain(line.done)
            fields |= {
                f"{line.code}-number": number,
                f"{line.code}-answer": line.answer,
                f"{line.code}-sentence": line.sentence,
                f"{line.code}-na": "1" if line.not_applicable else "",
                f"{line.code}-reason": line.reason,
            }
    return fields


def plain(units: int) -> str:
    """Ten-thousandths as a person writes them: 2, 1.5."""
    return f"{from_units(units).normalize():f}"


@transaction.atomic
def save_draft(
    report: Report, posted: Mapping[str, str], *, version: str, by: Any, overwrite: bool = False
) -> Saved:
    """Save what someone filled in, field by field, without undoing what a second editor saved meanwhile.

    `posted` holds the fields of the lines the form showed; fields not named stay. `version` is what the page was given
    with them: the number of a save, followed by `.mine` where the page shows only its own part of that save. A field
    changed on both sides is a conflict and stays as it is, unless `overwrite` says that the writer chose the own text.
    """
    locked: Report = (
        Report.objects.select_for_update(of=("self",))
        .select_related("organization", "scheme")
        .get(pk=report.pk)
    )
    if not locked.is_open:
        raise Refused(
            _("This report is %(status)s and cannot be changed.") % {"status": locked.get_status_display()},
            code="refused",
        )
    lines = {line.code: line for line in locked.lines.all()}
    for line in lines.values():
        line.report = locked
    now_stored = fields_of(locked, lines.values())
    mine = {name: clean(value) for name, value in posted.items() if name in now_stored}
    base = _base(locked, version, now_stored)
    conflicts: list[Conflict] = []
    wanted: dict[str, str] = {}
    for name, value in mine.items():
        theirs = now_stored[name]
        # A line that was added meanwhile had no text before.
        before = None if base is None else base.get(name, theirs)
        if value in (before, theirs):
            continue
        if theirs == before or overwrite:
            wanted[name] = value
        else:
            conflicts.append(_conflict(locked, name, value, theirs))
    errors = _apply(locked, lines, wanted)
    applied = {name: value for name, value in wanted.items() if name not in errors}
    shown = now_stored if base is None else base
    view = {**shown, **mine} | {name: shown.get(name, "") for name in (*errors, *(c.name for c in conflicts))}
    if not applied:
        return Saved(version, locked.saved_at, errors, conflicts)
    known = Known.read(locked.period, [locked], facts=False)
    touched = {name.rpartition("-")[0] for name in applied}
    answers = [line for line in lines.values() if line.kind == ReportLine.Kind.REPORTED]
    # An answer may make another line odd no more (the same photo, the same text): all answers are judged anew.
    settled = [line for line in answers if settle(line, known)]
    _store([line for line in answers if line.code in touched or line in settled], ANSWERED)
    revisions = []
    if locked.rev == 0:
        revisions.append(
            DraftRevision(report=locked, rev=0, state=now_stored, view=now_stored, by=None, at=clock.now())
        )
    locked.rev += 1
    locked.saved_at = clock.now()
    locked.save(update_fields=["rev", "saved_at", "coordination"])
    state = fields_of(locked, lines.values())
    revisions.append(
        DraftRevision(report=locked, rev=locked.rev, state=state, view=view, by=by, at=locked.saved_at)
    )
    DraftRevision.objects.bulk_create(revisions)
    DraftRevision.objects.filter(report=locked, rev__lte=locked.rev - DraftRevision.KEPT).delete()
    report.rev, report.saved_at, report.coordination = locked.rev, locked.saved_at, locked.coordination
    seen = all(view.get(name, value) == value for name, value in state.items())
    return Saved(f"{locked.rev}" if seen else f"{locked.rev}.mine", locked.saved_at, errors, conflicts)


def clean(value: str) -> str:
    """A text as it is stored: no blanks around it, line breaks as one sign."""
    return value.replace("\r\n", "\n").strip()


def _base(report: Report, version: str, now_stored: dict[str, str]) -> dict[str, str] | None:
    """What the writer's page showed before. A version that is no longer kept makes every difference a conflict."""
    number, _dot, mine = version.partition(".")
    if not mine and number == str(report.rev):
        return now_stored
    revision = DraftRevision.objects.filter(report=report, rev=number).first() if number.isdigit() else None
    if revision is None:
        return None
    shown: dict[str, str] = revision.view if mine else revision.state
    return shown


def _conflict(report: Report, name: str, mine: str, theirs: str) -> Conflict:
    """Who wrote the other text, and when: the first save in which it stood."""
    writer = None
    for revision in report.revisions.select_related("by").order_by("-rev"):
        if revision.state.get(name, "") != theirs:
            break
        writer = revision
    code, _dash, _field = name.rpartition("-")
    return Conflict(
        name=name,
        line=code,
        mine=mine,
        theirs=theirs,
        who=str(writer.by) if writer and writer.by else _("Someone else"),
        at=writer.at if writer else None,
    )


def _apply(report: Report, lines: Mapping[str, ReportLine], wanted: Mapping[str, str]) -> dict[str, str]:
    """Put values into the rows; returns what cannot be put, by field."""
    errors: dict[str, str] = {}
    touched: set[str] = set()
    for name, value in wanted.items():
        code, _dash, what = name.rpartition("-")
        try:
            if name == "coordination":
                _fits(Report, "coordination", value)
                report.coordination = value
                continue
            _put(lines[code], what, value)
            touched.add(code)
        except ValidationError as error:
            errors[name] = error.messages[0]
    for code in touched:
        _state_amounts(lines[code])
        lines[code].confirmed = lines[code].returned = False
    return errors


def _put(line: ReportLine, what: str, value: str) -> None:
    match what:
        case "number":
            line.done = number(value) if value else None
        case "answer":
            if value and value not in {choice.value for choice in line.choices}:
                raise ValidationError(_("Choose one of the answers."))
            line.answer = value
        case "na":
            line.not_applicable = value == "1"
        case "reason" | "sentence":
            _fits(ReportLine, what, value)
            setattr(line, what, value)


def _fits(model: type[models.Model], name: str, value: str) -> None:
    limit = getattr(model._meta.get_field(name), "max_length", None)
    if limit and len(value) > limit:
        raise ValidationError(_("Please use at most %(limit)s characters.") % {"limit": limit})


def number(value: str) -> int:
    """What a person typed as ten-thousandths. Raises ValidationError with the cure."""
    try:
        amount = Decimal(value)
        if amount < 0 or amount >= LIMIT:
            raise InvalidOperation
        return to_units(amount)
    except (InvalidOperation, ValueError) as error:
        raise ValidationError(_("Enter a number. If none, enter 0.")) from error


def _state_amounts(line: ReportLine) -> None:
    """What the answer amounts to: done of what was expected."""
    expected = line.declaration.expected
    match line.asks:
        case "yes":
            chosen = line.chosen
            line.done = to_units(chosen.done) if chosen else None
        case "text":
            line.done = to_units(expected) if line.sentence else None
    line.due = None if line.done is None else to_units(expected)


@transaction.atomic
def confirm(report: Report, code: str, *, by: Any) -> None:
    """Say that an odd line is right, or that what was sent back needs no change. The reviewer sees that it was."""
    locked: Report = Report.objects.select_for_update().get(pk=report.pk)
    line = ReportLine.objects.filter(report=locked, code=code).first()
    if line is None or not locked.is_open or line.state == ReportLine.State.OPEN:
        raise Refused(_("There is nothing to confirm."), code="refused")
    line.confirmed, line.returned, line.state = True, False, ReportLine.State.READY
    line.save(update_fields=["confirmed", "returned", "state"])
    events.record("assessment.confirm", by=by, obj=locked, at=locked.organization, details={"line": code})


# -- handing in --


def _unready(report: Report, by: Any) -> str | None:
    left = report.lines.exclude(state=ReportLine.State.READY).count()
    if left:
        return ngettext(
            "%(left)d thing needs attention before you can submit",
            "%(left)d things need attention before you can submit",
            left,
        ) % {"left": left}
    return None


@move(
    Report,
    sources=Report.OPEN,
    target=Status.SUBMITTED,
    permission=REPORT,
    label=gettext_lazy("Submit"),
    condition=_unready,
    formal=True,
)
def submit(report: Report, *, by: Any) -> None:
    """Hand the month's report to the superior organization. The first receipt decides whether it was in time."""
    now = clock.now()
    known = Known.read(report.period, [report])
    _written, lines = _refresh([report], known)
    lines.sort(key=lambda line: line.position)
    found = [oddity for line in lines for oddity in odd(line, known)]
    report.oddities = [oddity.dump() for oddity in found]
    report.received_at = report.received_at or now
    report.submitted_at, report.submitted_by = now, by
    report.decided_at = report.decided_by = None
    report.save(
        update_fields=["oddities", "received_at", "submitted_at", "submitted_by", "decided_at", "decided_by"]
    )
    record(report, by=by)
    dealt_with(report.get_absolute_url())


@move(
    Report,
    sources={Status.SUBMITTED},
    target=None,
    permission=REPORT,
    label=gettext_lazy("Withdraw"),
)
def withdraw(report: Report, *, by: Any) -> None:
    """Take a report back before its review starts. A report that was never returned counts as not handed in again."""
    report.status = Status.RETURNED if report.returns else Status.DRAFT
    report.submitted_at = report.submitted_by = None
    if not report.returns:
        report.received_at = None
    report.save(update_fields=["submitted_at", "submitted_by", "received_at"])
    record(report, by=by)


# -- reminding --


def reporters(organizations: Iterable[int], day: date) -> dict[int, list[Person]]:
    """Who fills in the report of each branch on a day, by organization id. One query."""
    found: dict[int, list[Person]] = {}
    held = (
        Appointment.objects.in_force(day)
        .filter(organization__in=list(organizations))
        .select_related("person", "role")
        .order_by("pk")
    )
    for appointment in held:
        if REPORT in appointment.role.permissions:
            people = found.setdefault(appointment.organization_id, [])
            if appointment.person not in people:
                people.append(appointment.person)
    return found


def remind(day: date) -> int:
    """Remind branches 7, 3 and 1 days before their report is due; returns how many notices were new."""
    sent = 0
    reports = (
        Report.objects.missing().with_progress().filter(due_at__date__gt=day).select_related("organization")
    )
    due = [report for report in reports if (timezone.localdate(report.due_at) - day).days in REMIND_DAYS]
    people = reporters({report.organization_id for report in due}, day)
    for report in due:
        days = (timezone.localdate(report.due_at) - day).days
        sent += notify(
            people.get(report.organization_id, []),
            notices.REPORT_DUE,
            {
                "month": report.period,
                "due": timezone.localtime(report.due_at),
                "left": report.lines_total - report.lines_ready,
            },
            link=report.get_absolute_url(),
            key=f"report-due/{report.number}/{days}",
        )
    return sent


def remind_overdue(reports: Iterable[Report], *, by: Any) -> int:
    """Tell branches that their report is overdue, at most once a day; returns how many notices were new."""
    day = clock.today()
    late = [report for report in reports if report.is_open and report.due_at < clock.now()]
    people = reporters({report.organization_id for report in late}, day)
    sent = 0
    for report in late:
        sent += notify(
            people.get(report.organization_id, []),
            notices.REPORT_OVERDUE,
            {"month": report.period, "due": timezone.localtime(report.due_at)},
            link=report.get_absolute_url(),
            key=f"report-overdue/{report.number}/{day:%Y%m%d}",
        )
    if late:
        events.record("assessment.remind_overdue", by=by, details={"reports": [r.number for r in late]})
    return sent

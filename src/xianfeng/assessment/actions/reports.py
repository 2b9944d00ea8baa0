"""Verbs of the reporting branch: open, keep in step, hand in, take back; and reminding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from xianfeng.assessment import notices
from xianfeng.assessment.filling import COUNTED, Change, Known, fill, odd
from xianfeng.assessment.models import Report, ReportLine, Scheme, WorkCalendar
from xianfeng.assessment.permissions import REPORT
from xianfeng.audit import events
from xianfeng.audit.moves import move
from xianfeng.core import clock
from xianfeng.core.periods import Period
from xianfeng.ledger.facts import record, record_all
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
            store_lines(other, _KEPT)
    return len(gone) + len(new) + len(other)


def store_lines(lines: Sequence[ReportLine], columns: Sequence[str]) -> None:
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

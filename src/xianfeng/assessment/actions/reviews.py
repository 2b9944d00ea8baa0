"""Verbs of the reviewing office. Nobody reviews a report of the own branch or one they handed in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.assessment import notices
from xianfeng.assessment.models import Report, ReportLine
from xianfeng.assessment.permissions import REVIEW
from xianfeng.audit.moves import Refused, move
from xianfeng.core import clock
from xianfeng.core.periods import today
from xianfeng.ledger.facts import record
from xianfeng.ledger.models import Entry
from xianfeng.members.models import Membership
from xianfeng.messaging.actions import notify
from xianfeng.messaging.models import Notice

from .reports import refresh, reporters

Status = Report.Status
UNDO = timedelta(seconds=10)
_ON_THE_WAY = timedelta(seconds=5)  # a click in the tenth second has still to arrive


def independence(report: Report, by: Any) -> str | None:
    """Why this person may not review this report; None when they may."""
    own = by.organization_id == report.organization_id or (
        Membership.objects.members()
        .on(today())
        .filter(person=by, organization=report.organization_id)
        .exists()
    )
    if own:
        return _("This is the report of your own branch. A colleague reviews it.")
    if report.submitted_by_id == by.pk:
        return _("You handed this report in. A colleague reviews it.")
    return None


@move(
    Report,
    sources={Status.SUBMITTED},
    target=Status.REVIEW,
    permission=REVIEW,
    label=gettext_lazy("Start review"),
    condition=independence,
)
def start_review(report: Report, *, by: Any) -> None:
    """Take a report in hand; the branch can no longer withdraw it."""


@move(
    Report,
    sources={Status.SUBMITTED, Status.REVIEW},
    target=Status.REVIEW,
    permission=REVIEW,
    label=gettext_lazy("Defer"),
    condition=independence,
)
def defer(report: Report, *, by: Any) -> None:
    """Put a report aside; it stays in the queue, at its end."""
    report.deferred_at = clock.now()
    report.save(update_fields=["deferred_at"])


@move(
    Report,
    sources={Status.SUBMITTED, Status.REVIEW},
    target=Status.ACCEPTED,
    permission=REVIEW,
    label=gettext_lazy("Accept"),
    condition=independence,
    formal=True,
)
def accept(report: Report, *, by: Any) -> None:
    """Accept a report: what it says counts from now on."""
    if _facts_since(report):
        refresh([report])
    _decide(report, by)
    record(report, by=by)


@move(
    Report,
    sources={Status.SUBMITTED, Status.REVIEW},
    target=Status.RETURNED,
    permission=REVIEW,
    label=gettext_lazy("Return"),
    takes=("line", "reason"),
    condition=independence,
)
def return_(report: Report, *, by: Any, line: str, reason: str) -> None:
    """Send a report back for one line, saying why. The receipt stands: mending is not lateness."""
    found = ReportLine.objects.filter(report=report, code=line).first()
    if found is None:
        raise Refused(_("Choose the line that is to be mended."), code="line")
    found.review_note, found.returned, found.confirmed = reason, True, False
    found.state = ReportLine.State.CHECK
    found.save(update_fields=["review_note", "returned", "confirmed", "state"])
    report.returns += 1
    report.save(update_fields=["returns"])
    _decide(report, by)
    notify(
        reporters([report.organization_id], today()).get(report.organization_id, []),
        notices.REPORT_RETURNED,
        {"month": report.period, "line": f"{found.code} {found.name}", "reason": reason},
        link=report.get_absolute_url(),
        key=_notice_key(report),
    )


def _notice_key(report: Report) -> str:
    return f"report-returned/{report.number}/{report.returns}"


def _facts_since(report: Report) -> bool:
    """Whether facts of this year came in at the branch since the report was handed in, and so brought in step."""
    months = (report.year * 100 + 1, report.year * 100 + report.month)
    others = Entry.objects.filter(organization=report.organization_id, month__range=months).exclude(
        content_type=ContentType.objects.get_for_model(Report), object_id=report.pk
    )
    return others.filter(posted_at__gte=report.submitted_at).exists()


def _decide(report: Report, by: Any) -> None:
    report.decided_at, report.decided_by, report.deferred_at = clock.now(), by, None
    report.save(update_fields=["decided_at", "decided_by", "deferred_at"])


def _undoable(report: Report, by: Any) -> str | None:
    if report.decided_by_id != by.pk or report.decided_at is None:
        return _("Only whoever decided can undo it.")
    if clock.now() - report.decided_at > UNDO + _ON_THE_WAY:
        return _("A decision can be undone for 10 seconds.")
    if report.saved_at and report.saved_at > report.decided_at:
        return _("The branch is already working on it.")
    return None


@move(
    Report,
    sources={Status.ACCEPTED, Status.RETURNED},
    target=Status.REVIEW,
    permission=REVIEW,
    label=gettext_lazy("Undo"),
    condition=_undoable,
)
def undo(report: Report, *, by: Any) -> None:
    """Take a decision back within ten seconds; what it stated no longer counts."""
    Notice.objects.filter(kind=notices.REPORT_RETURNED, key=_notice_key(report)).delete()
    if report.lines.filter(returned=True).update(
        returned=False, review_note="", state=ReportLine.State.READY
    ):
        report.returns -= 1
    report.decided_at = report.decided_by = None
    report.save(update_fields=["decided_at", "decided_by", "returns"])
    record(report, by=by)

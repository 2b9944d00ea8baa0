"""The office's pages: the queue, one report as differences, what is overdue."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from xianfeng.assessment.actions import (
    accept,
    defer,
    known_of,
    refresh,
    remind_overdue,
    return_,
    start_review,
    undo,
)
from xianfeng.assessment.actions.reviews import UNDO, independence
from xianfeng.assessment.models import Report
from xianfeng.assessment.permissions import REVIEW
from xianfeng.assessment.presenting import sheet
from xianfeng.assessment.queue import Queue, queue
from xianfeng.audit.moves import Refused, moves_of
from xianfeng.audit.once import once
from xianfeng.core import clock
from xianfeng.core.columns import Column
from xianfeng.core.lists import render_list
from xianfeng.core.pages import needs
from xianfeng.core.periods import Period

from . import visitor
from .shared import NUMBER, TONES, report_or_404

VERBS = {
    "accept": accept,
    "return": return_,
    "defer": defer,
    "start": start_review,
    "undo": undo,
}
REASONS = (
    gettext_lazy("The number does not agree with the evidence. Please check it."),
    gettext_lazy("Evidence is missing. Please add it."),
    gettext_lazy("Please say in one sentence what was done."),
    gettext_lazy("This is the same text as last time. Please state this month's work."),
    gettext_lazy("The date does not lie in this month. Please correct it."),
    gettext_lazy("More people present than members. Please put guests under observers."),
)


@needs(REVIEW)
@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    """What waits for review; opens the first."""
    waiting = queue(visitor(request))
    first = waiting.reviewable[0].report if waiting.reviewable else None
    return _page(request, waiting, first)


@needs(REVIEW)
@require_safe
def review_detail(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """One report as differences, with the queue beside it."""
    report = report_or_404(request, REVIEW, code, month)
    return _page(request, queue(visitor(request)), report)


def _page(request: HttpRequest, waiting: Queue, report: Report | None) -> HttpResponse:
    context: dict[str, Any] = {
        "queue": waiting,
        "report": report,
        "reasons": list(enumerate(REASONS, start=1)),
        "returning": "return" in request.GET,
        "decided": _just_decided(request),
    }
    if report is not None:
        known = known_of(report)
        if not report.is_decided:
            refresh([report], known=known)
        before, after = waiting.neighbours(report)
        context |= {
            "sheet": sheet(report, known),
            "tone": TONES[report.status],
            "refusal": moves_of(Report)["accept"].refusal(report, visitor(request))
            if report.status in (Report.Status.SUBMITTED, Report.Status.REVIEW)
            else _("This report is %(status)s.") % {"status": report.get_status_display()},
            "own": independence(report, visitor(request)),
            "before": before,
            "after": after,
        }
    return render(request, "assessment/review.html", context)


def _just_decided(request: HttpRequest) -> Report | None:
    """The report this person decided within the last ten seconds: its decision can still be undone."""
    decided: Report | None = (
        Report.objects.visible_to(visitor(request), REVIEW)
        .filter(
            decided_by=visitor(request).pk,
            decided_at__gt=clock.now() - UNDO,
            status__in=(Report.Status.ACCEPTED, Report.Status.RETURNED),
        )
        .select_related("organization")
        .order_by("-decided_at")
        .first()
    )
    return decided


@needs(REVIEW)
@require_POST
@once
def review_decide(request: HttpRequest, code: str, month: Period, verb: str) -> HttpResponse:
    """Accept, return, defer, start or undo; leads on to the next report in the queue."""
    report = report_or_404(request, REVIEW, code, month)
    run = VERBS.get(verb)
    if run is None:
        raise Http404
    after = queue(visitor(request)).neighbours(report)[1]
    version = request.POST.get("version", "")
    texts = {}
    if verb == "return":
        texts = {"line": request.POST.get("line", ""), "reason": _reason(request)}
    try:
        run(report, by=visitor(request), version=int(version) if version.isdigit() else None, **texts)
    except Refused as refused:
        messages.error(request, refused.messages[0])
        after = report
    if verb in ("undo", "start"):
        after = report
    return redirect(_url(after) if after else reverse("assessment:review_queue"))


def _reason(request: HttpRequest) -> str:
    """The chosen template and what was added to it."""
    chosen = request.POST.get("template", "")
    parts = [str(REASONS[int(chosen) - 1])] if chosen.isdigit() and 0 < int(chosen) <= len(REASONS) else []
    return " ".join([*parts, request.POST.get("more", "").strip()]).strip()[:300]


def _url(report: Report) -> str:
    return reverse("assessment:review_detail", args=[report.organization.code, report.period.code])


OVERDUE = (
    NUMBER,
    Column(
        "branch",
        gettext_lazy("Branch"),
        lambda r: r.organization.short_name,
        order=("organization__short_name",),
    ),
    Column("month", gettext_lazy("Month"), lambda r: r.period.code, kind="code", order=("year", "month")),
    Column("left", gettext_lazy("Still open"), lambda r: r.lines_total - r.lines_ready, kind="number"),
    Column(
        "status",
        gettext_lazy("Status"),
        lambda r: r.get_status_display(),
        kind="status",
        order=("status",),
        tone=lambda r: TONES[r.status],
    ),
    Column("due", gettext_lazy("Due by"), lambda r: r.due_at, kind="date", order=("due_at",)),
    Column(
        "days",
        gettext_lazy("Days over"),
        lambda r: (clock.today() - timezone.localdate(r.due_at)).days,
        kind="number",
    ),
)


@needs(REVIEW)
@once
def overdue(request: HttpRequest) -> HttpResponse:
    """Who has not handed in, and one button that reminds them all."""
    late = (
        Report.objects.visible_to(visitor(request), REVIEW)
        .missing()
        .filter(due_at__lt=clock.now())
        .select_related("organization")
        .order_by("due_at", "organization__number")
    )
    if request.method == "POST":
        sent = remind_overdue(late, by=visitor(request))
        messages.success(
            request,
            ngettext("%(sent)d person was reminded.", "%(sent)d people were reminded.", sent)
            % {"sent": sent},
        )
        return redirect("assessment:overdue")
    return render_list(
        request,
        "assessment/overdue.html",
        late.with_progress(),
        columns=OVERDUE,
        title=_("Overdue reports"),
    )

"""The branch's pages: the year, one month's report, its check and its receipt."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from xianfeng.assessment.actions import Saved, confirm, known_of, refresh, save_draft, submit
from xianfeng.assessment.actions.drafts import FIELDS
from xianfeng.assessment.models import Report, WorkCalendar
from xianfeng.assessment.permissions import REPORT, VIEW
from xianfeng.assessment.presenting import Sheet, left_over, sheet
from xianfeng.audit.moves import Refused, moves_of
from xianfeng.audit.once import once
from xianfeng.core import clock, display
from xianfeng.core.columns import Column
from xianfeng.core.components import Milestone
from xianfeng.core.lists import render_list
from xianfeng.core.pages import needs
from xianfeng.core.periods import Period, today
from xianfeng.organizations.models import Organization

from . import visitor
from .evidence import qr
from .shared import NUMBER, TONES, may, page, report_or_404

REPLY_WORKDAYS = 3

REPORTS = (
    NUMBER,
    Column(
        "branch",
        gettext_lazy("Branch"),
        lambda r: r.organization.short_name,
        kind="link",
        order=("organization__short_name",),
        link=lambda r: r.get_absolute_url(),
    ),
    Column("ready", gettext_lazy("Ready"), lambda r: f"{r.lines_ready} / {r.lines_total}"),
    Column(
        "status",
        gettext_lazy("Status"),
        lambda r: r.get_status_display(),
        kind="status",
        order=("status",),
        tone=lambda r: TONES[r.status],
    ),
    Column(
        "received", gettext_lazy("Received"), lambda r: r.received_at, kind="date", order=("received_at",)
    ),
    Column("late", gettext_lazy("Late"), lambda r: _("late") if r.was_late else "", phone=False),
    Column("due", gettext_lazy("Due by"), lambda r: r.due_at, kind="date", phone=False),
)


# -- the year --


@needs(VIEW)
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """A branch sees its year; whoever sees several branches sees one month of them all."""
    reports = Report.objects.visible_to(visitor(request), VIEW)
    places = list(Organization.objects.visible_to(visitor(request), VIEW).branches()[:2])
    if len(places) == 1:
        return _year(request, places[0])
    month = _month_of(request)
    rows = (
        reports.of_month(month)
        .with_progress()
        .select_related("organization")
        .order_by("organization__number")
    )
    return render_list(
        request,
        "assessment/report_list.html",
        rows,
        columns=REPORTS,
        title=_("Monthly reports %(month)s") % {"month": month.code},
        context={"month": month, "before": month.shifted(-1), "after": month.shifted(1)},
    )


def _month_of(request: HttpRequest) -> Period:
    """The month asked for; by default the one whose reports are being handed in."""
    try:
        asked = Period.parse(request.GET.get("month", ""))
    except ValueError:
        asked = None
    if asked and asked.kind == "month":
        return asked
    now = today()
    this = Period.of(now)
    # Until the 15th people look at the month that has just ended.
    return this.shifted(-1) if now.day <= 15 else this


@needs(VIEW)
@require_safe
def branch_reports(request: HttpRequest, code: str) -> HttpResponse:
    """One branch's year of reports."""
    branches = Organization.objects.visible_to(visitor(request), VIEW).branches()
    return _year(request, get_object_or_404(branches, code=code))


def _year(request: HttpRequest, branch: Organization) -> HttpResponse:
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and len(asked) == 4 else today().year
    rows = list(
        Report.objects.visible_to(visitor(request), VIEW)
        .filter(organization=branch, year=year)
        .select_related("organization")
        .with_progress()
        .order_by("month")
    )
    for report in rows:
        report.tone = TONES[report.status]
    return render(
        request,
        "assessment/branch_reports.html",
        {
            "branch": branch,
            "year": year,
            "road": road(rows, year),
            "reports": rows[::-1],
            "current": current(rows),
            "may_report": visitor(request).can(REPORT, branch),
        },
    )


def current(reports: list[Report]) -> Report | None:
    """The report to be worked on now: the oldest that is still with the branch."""
    return next((report for report in reports if report.is_open), None)


def road(reports: list[Report], year: int) -> list[Milestone]:
    """The twelve milestones of a branch's year."""
    by_month = {report.month: report for report in reports}
    now, at = Period.of(today()), current(reports)
    stones = []
    for number in range(1, 13):
        report = by_month.get(number)
        if report is None:
            ahead = Period(year, "month", number) > now
            stones.append(Milestone(number, _("ahead") if ahead else _("no report"), future=ahead))
        else:
            stones.append(
                Milestone(
                    number,
                    str(report.get_status_display()),
                    TONES[report.status],
                    report.get_absolute_url(),
                    current=report is at,
                )
            )
    return stones


# -- filling in --


@needs(VIEW, REPORT)
def report_detail(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """Fill in a report, or read it. Saving by the button leads on to the check, or shows what could not be saved."""
    if request.method == "POST":
        # No form key: saving twice is harmless, and coming back with the browser's button must not cost the text.
        return _save(request, report_or_404(request, REPORT, code, month))
    report = report_or_404(request, VIEW, code, month)
    return _fill_page(request, report)


def _fill_page(
    request: HttpRequest, report: Report, saved: Saved | None = None, status: int = 200
) -> HttpResponse:
    known = known_of(report)
    if not report.is_decided:
        refresh([report], known=known)
    shown = sheet(report, known)
    if saved:
        _mark(request, shown, saved)
    editable = report.is_open and may(request, REPORT, report)
    context = {
        "report": report,
        "sheet": shown,
        "editable": editable,
        "saved": saved,
        "version": str(report.rev),
        "days_left": days_left(report),
        "left_over": left_over(len(shown.left)) if shown.left else "",
        "show_errors": "check" in request.GET,
        "tone": TONES[report.status],
        "qr": qr(request, report) if editable else "",
        "withdraw": _may_withdraw(request, report),
    }
    return render(request, "assessment/report_detail.html", context, status=status)


def _mark(request: HttpRequest, shown: Sheet, saved: Saved) -> None:
    """Show what could not be saved where it was typed."""
    rows = {row.line.code: row for row in shown.rows}
    for name, error in saved.errors.items():
        code = name.rpartition("-")[0]
        if code in rows:
            rows[code].error, rows[code].typed = error, request.POST.get(name, "")
        else:
            messages.error(request, error)


def days_left(report: Report) -> int | None:
    """Days until it is due; None once it was received."""
    if report.received_at is not None:
        return None
    return (timezone.localdate(report.due_at) - today()).days


def _posted(request: HttpRequest, report: Report) -> dict[str, str]:
    """The fields of the lines that the form showed; a box that is not ticked is not sent, but was shown."""
    fields: dict[str, str] = {}
    if "coordination" in request.POST:
        fields["coordination"] = request.POST["coordination"]
    for code in request.POST.getlist("line"):
        for what in FIELDS:
            name = f"{code}-{what}"
            if name in request.POST or what == "na":
                fields[name] = request.POST.get(name, "")
    return fields


def _save(request: HttpRequest, report: Report) -> HttpResponse:
    try:
        saved = save_draft(
            report, _posted(request, report), version=request.POST.get("version", ""), by=visitor(request)
        )
    except Refused as refused:
        messages.error(request, refused.messages[0])
        return redirect(report.get_absolute_url())
    for conflict in saved.conflicts:
        messages.warning(
            request, told(conflict) + " " + _("You wrote: %(mine)s") % {"mine": conflict.mine or "—"}
        )
    if saved.errors or saved.conflicts:
        return _fill_page(request, report, saved, status=409 if saved.conflicts else 422)
    if request.POST.get("then") == "check":
        return redirect(page("report_check", report))
    return redirect(report.get_absolute_url())


def told(conflict: Any) -> str:
    """Who changed what a moment ago, and what it is now."""
    return _("%(who)s changed %(line)s at %(time)s to “%(theirs)s”.") % {
        "who": conflict.who,
        "line": conflict.line or _("matters for the party office"),
        "time": display.clock(conflict.at),
        "theirs": conflict.theirs or "—",
    }


@needs(REPORT)
@require_POST
def report_draft(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """Save what is being typed. Answers 200 with when and which version, 409 with both texts, 401 when signed out."""
    report = report_or_404(request, REPORT, code, month)
    try:
        saved = save_draft(
            report,
            _posted(request, report),
            version=request.POST.get("version", ""),
            by=visitor(request),
            overwrite=request.POST.get("overwrite") == "1",
        )
    except Refused as refused:
        return JsonResponse({"message": refused.messages[0]}, status=422)
    answer: dict[str, Any] = {
        "version": saved.version,
        "saved_at": display.clock(saved.at or clock.now()),
        "errors": saved.errors,
    }
    if saved.conflicts:
        answer["message"] = " ".join([*map(told, saved.conflicts), _("Choose which one to keep.")])
        answer["conflicts"] = [
            {"name": c.name, "line": c.line, "mine": c.mine, "theirs": c.theirs, "who": c.who}
            for c in saved.conflicts
        ]
    return JsonResponse(answer, status=409 if saved.conflicts else 200)


@needs(REPORT)
@require_safe
def report_progress(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """How far the report is, fetched anew after each save."""
    report = report_or_404(request, REPORT, code, month)
    return render(
        request,
        "assessment/_progress.html",
        {"report": report, "sheet": sheet(report), "editable": report.is_open},
    )


@needs(REPORT)
@require_POST
@once
def report_confirm(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """Say that an odd line is right as it stands."""
    report = report_or_404(request, REPORT, code, month)
    line = request.POST.get("confirm", "")
    try:
        confirm(report, line, by=visitor(request))
    except Refused as refused:
        messages.error(request, refused.messages[0])
    return redirect(page("report_detail", report, at="l-" + line.replace(".", "-")))


# -- handing in --


@needs(REPORT)
@once
def report_check(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """What changed since the last time and what is odd, on one page; from here it is handed in."""
    report = report_or_404(request, REPORT, code, month)
    if request.method == "POST":
        try:
            submit(report, by=visitor(request), version=_version(request))
        except Refused as refused:
            messages.error(request, refused.messages[0])
            return redirect(page("report_check", report))
        return redirect(page("report_receipt", report))
    if not report.is_open:
        return redirect(page("report_receipt", report))
    known = known_of(report)
    refresh([report], known=known)
    shown = sheet(report, known)
    if shown.left:
        return redirect(f"{report.get_absolute_url()}?check=1")
    context = {"report": report, "sheet": shown, "days_left": days_left(report)}
    return render(request, "assessment/report_check.html", context)


def _version(request: HttpRequest) -> int | None:
    version = request.POST.get("version", "")
    return int(version) if version.isdigit() else None


@needs(VIEW, REPORT)
@require_safe
def report_receipt(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """That it was received, when, under which number, and when the office answers."""
    report = report_or_404(request, VIEW, code, month)
    if report.submitted_at is None:
        return redirect(report.get_absolute_url())
    submitted = timezone.localdate(report.submitted_at)
    context = {
        "report": report,
        "tone": TONES[report.status],
        "reply_by": WorkCalendar.load().nth_workday_after(submitted, REPLY_WORKDAYS),
        "withdraw": _may_withdraw(request, report),
    }
    return render(request, "assessment/report_receipt.html", context)


def _may_withdraw(request: HttpRequest, report: Report) -> bool:
    return (
        report.status == Report.Status.SUBMITTED
        and moves_of(Report)["withdraw"].refusal(report, visitor(request)) is None
    )


@needs(VIEW, REPORT)
@require_safe
def report_print(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """The report as an official document."""
    report = report_or_404(request, VIEW, code, month)
    context = {"report": report, "sheet": sheet(report)}
    return render(request, "assessment/report_print.html", context)

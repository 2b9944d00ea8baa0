"""What lies beside a report: files and photos, also from a phone that is not signed in."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from xianfeng.assessment.evidence import PASS_SECONDS, admitted, attach, detach, photo_pass
from xianfeng.assessment.models import Report, ReportLine
from xianfeng.assessment.permissions import REPORT, VIEW
from xianfeng.assessment.presenting import photos_of
from xianfeng.audit.once import once
from xianfeng.core.pages import needs, public
from xianfeng.core.periods import Period
from xianfeng.files.access import access_file

from . import visitor
from .shared import may, page, report_or_404


@needs(REPORT)
@require_POST
@once
def evidence_add(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """Attach files: each field is named after its line, `file-C1.1`; `file` alone is for the report as a whole."""
    report = report_or_404(request, REPORT, code, month)
    at = ""
    for name, uploads in request.FILES.lists():
        line = report.lines.filter(code=name.removeprefix("file-")).first() if name != "file" else None
        if name != "file" and line is None:
            continue
        at = "photos" if line is None else "l-" + line.code.replace(".", "-")
        if line:
            line.report = report
        try:
            attach(uploads, target=line or report, by=visitor(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect(page("report_detail", report, at=at))


@needs(REPORT)
@require_POST
@once
def evidence_remove(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """Take a piece of evidence of this report away."""
    report = report_or_404(request, REPORT, code, month)
    person = visitor(request)
    attachment = access_file(person, request.POST.get("file", ""))
    target = attachment.target
    owner = (
        target if isinstance(target, Report) else target.report if isinstance(target, ReportLine) else None
    )
    if owner is None or owner.pk != report.pk:
        raise Http404
    try:
        detach(attachment, report=report, by=person)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    at = "l-" + target.code.replace(".", "-") if isinstance(target, ReportLine) else "photos"
    return redirect(page("report_detail", report, at=at))


@needs(VIEW, REPORT)
@require_safe
def report_photos(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """The photos sent from a phone, asked for every three seconds while the page is open."""
    report = report_or_404(request, VIEW, code, month)
    context = {
        "report": report,
        "photos": photos_of(report),
        "editable": report.is_open and may(request, REPORT, report),
    }
    return render(request, "assessment/_photos.html", context)


@needs(REPORT)
@require_safe
def photo_code(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """A fresh QR code; the page asks for one before the old one runs out."""
    report = report_or_404(request, REPORT, code, month)
    return render(request, "assessment/_qr.html", {"report": report, "qr": qr(request, report)})


def qr(request: HttpRequest, report: Report) -> str:
    """The drawn pass by which a phone sends photos for this report."""
    person = visitor(request)
    url = request.build_absolute_uri(reverse("assessment:upload", args=[photo_pass(report, person)]))
    drawn = segno.make(url, error="m").svg_inline(border=2, omitsize=True)
    # segno draws from our own address; nothing a person typed is in it.
    return mark_safe(drawn)  # noqa: S308


@public
@once
def upload(request: HttpRequest, word: str) -> HttpResponse:
    """Send photos from a phone that is not signed in. Shows the name of the report and nothing of it."""
    pair = admitted(word)
    if pair is None:
        return render(request, "assessment/upload.html", {"report": None}, status=410)
    report, person = pair
    if request.method == "POST":
        files = request.FILES.getlist("file")
        try:
            kept = attach(files, target=report, by=person)
        except ValidationError as error:
            context = {"report": report, "errors": error.messages}
            return render(request, "assessment/upload.html", context, status=422)
        return HttpResponseRedirect(f"{request.path}?sent={len(kept)}")
    sent = request.GET.get("sent", "")
    context = {
        "report": report,
        "sent": int(sent) if sent.isdigit() else 0,
        "minutes": PASS_SECONDS // 60,
    }
    return render(request, "assessment/upload.html", context)

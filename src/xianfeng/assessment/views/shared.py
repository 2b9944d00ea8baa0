"""What the pages of one report share: the report itself, its address, its tone."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy

from xianfeng.assessment.models import Report
from xianfeng.core.columns import Column
from xianfeng.core.components import Tone
from xianfeng.core.periods import Period

from . import visitor

TONES: dict[str, Tone] = {
    Report.Status.DRAFT: "todo",
    Report.Status.SUBMITTED: "review",
    Report.Status.REVIEW: "review",
    Report.Status.RETURNED: "back",
    Report.Status.ACCEPTED: "ok",
}

NUMBER = Column(
    "code",
    gettext_lazy("Number"),
    lambda r: r.organization.short_number,
    kind="code",
    order=("organization__number",),
)
"""The number of the branch, in lists of reports."""


def report_or_404(request: HttpRequest, permission: str, code: str, month: Period) -> Report:
    """The report that this person may see with this right; the same 404 for what is foreign and what is not there."""
    rows = Report.objects.visible_to(visitor(request), permission).select_related(
        "organization", "scheme", "submitted_by", "decided_by"
    )
    found: Report = get_object_or_404(rows, organization__code=code, year=month.year, month=month.number)
    return found


def page(name: str, report: Report, **query: str) -> str:
    """Address of a page of one report."""
    url = reverse(f"assessment:{name}", args=[report.organization.code, report.period.code])
    return f"{url}#{query['at']}" if query.get("at") else url


def may(request: HttpRequest, permission: str, report: Report) -> bool:
    """Whether the visitor holds this right at the branch of the report."""
    person = visitor(request)
    return bool(person.can(permission, report))

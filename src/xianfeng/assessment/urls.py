from __future__ import annotations

from django.urls import path, register_converter

from xianfeng.core.periods import Period

from .views import evidence, reports, reviews, schemes


class MonthConverter:
    """`<month:month>` in a URL pattern: 2026-10, as a Period."""

    regex = r"\d{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> Period:
        return Period.parse(value)

    def to_url(self, value: Period | str) -> str:
        return value if isinstance(value, str) else value.code


register_converter(MonthConverter, "month")

app_name = "assessment"
report = "reports/<slug:code>/<month:month>/"
urlpatterns = [
    path("reports/", reports.report_list, name="report_list"),
    path("reports/<slug:code>/", reports.branch_reports, name="branch_reports"),
    path(report, reports.report_detail, name="report_detail"),
    path(f"{report}check/", reports.report_check, name="report_check"),
    path(f"{report}receipt/", reports.report_receipt, name="report_receipt"),
    path(f"{report}print/", reports.report_print, name="report_print"),
    path(f"{report}confirm/", reports.report_confirm, name="report_confirm"),
    path(f"{report}evidence/", evidence.evidence_add, name="evidence_add"),
    path(f"{report}evidence/remove/", evidence.evidence_remove, name="evidence_remove"),
    path(f"{report}_/draft/", reports.report_draft, name="report_draft"),
    path(f"{report}_/progress/", reports.report_progress, name="report_progress"),
    path(f"{report}_/photos/", evidence.report_photos, name="report_photos"),
    path(f"{report}_/photo-code/", evidence.photo_code, name="photo_code"),
    path("u/<str:word>/", evidence.upload, name="upload"),
    path("review/", reviews.review_queue, name="review_queue"),
    path("review/overdue/", reviews.overdue, name="overdue"),
    path("review/<slug:code>/<month:month>/", reviews.review_detail, name="review_detail"),
    path("review/<slug:code>/<month:month>/<slug:verb>/", reviews.review_decide, name="review_decide"),
    path("targets/rules/", schemes.scheme_list, name="scheme_list"),
    path("targets/rules/defaults/", schemes.scheme_defaults, name="scheme_defaults"),
    path("targets/rules/import/", schemes.scheme_import, name="scheme_import"),
    path("targets/rules/<slug:code>/", schemes.scheme_detail, name="scheme_detail"),
    path("targets/rules/<slug:code>/<int:number>/", schemes.scheme_detail, name="scheme_version"),
    path("targets/rules/<slug:code>/<int:number>/edit/", schemes.scheme_edit, name="scheme_edit"),
    path(
        "targets/rules/<slug:code>/<int:number>/new/", schemes.scheme_new_version, name="scheme_new_version"
    ),
    path("targets/rules/<slug:code>/<int:number>/download/", schemes.scheme_download, name="scheme_download"),
    path("manage/calendar/", schemes.calendar, name="calendar"),
]

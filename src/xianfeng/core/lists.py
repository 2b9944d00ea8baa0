"""Lists: one function filters, sorts, pages, exports and answers htmx with the rows only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from .columns import Column

PER_PAGE = 50


class Pages(Paginator[Any]):
    """Pages of a list. The first is read with one row more: where that is all there is, nobody counts."""

    def get_page(self, number: Any) -> Page[Any]:
        if number not in {None, "", "1"}:
            return super().get_page(number)
        rows = list(self.object_list[: self.per_page + 1])
        if len(rows) <= self.per_page:
            self.count = len(rows)  # where Django's own property keeps what it counted
        return Page(rows[: self.per_page], 1, self)


def sorted_rows(rows: QuerySet[Any], columns: Sequence[Column], key: str) -> QuerySet[Any]:
    """The rows in the order of a column; a leading minus turns it round. Unknown keys leave the order as it is."""
    by = {column.key: column.order for column in columns if column.order}
    names = by.get(key.lstrip("-"))
    if not names:
        return rows
    turn = "-" if key.startswith("-") else ""
    return rows.order_by(*(turn + name for name in names), "pk")


def render_list(
    request: HttpRequest,
    template: str,
    rows: QuerySet[Any],
    *,
    columns: Sequence[Column],
    filters: Any = None,
    title: str = "",
    context: dict[str, Any] | None = None,
    per_page: int = PER_PAGE,
) -> HttpResponse:
    """A list page, its rows for htmx, or (`?format=xlsx`) the whole list as an Excel file.

    `filters` is a django-filter FilterSet class or None. Context given to the template: `page`, `columns`, `filter`,
    `sort`, `query` (the address without page and sort), `title`, and what the caller adds.
    """
    chosen = filters(request.GET, queryset=rows, request=request) if filters else None
    found: QuerySet[Any] = chosen.qs if chosen is not None else rows
    sort = request.GET.get("sort", "")
    found = sorted_rows(found, columns, sort)
    if request.GET.get("format") == "xlsx":
        return excel(request, found, columns, title=title)
    page: Page[Any] = Pages(found, per_page).get_page(request.GET.get("page"))
    kept = [(k, v) for k, vs in request.GET.lists() for v in vs if k not in {"page", "sort", "format"} and v]
    data = {
        "page": page,
        "columns": [column for column in columns if column.screen],
        "filter": chosen,
        "sort": sort,
        "query": urlencode(kept),
        "title": title,
        **(context or {}),
    }
    htmx = getattr(request, "htmx", False)
    return render(request, f"{template}#rows" if htmx and not request.htmx.boosted else template, data)  # type: ignore[attr-defined]


def excel(request: HttpRequest, rows: Any, columns: Sequence[Column], *, title: str) -> HttpResponse:
    """The list as an Excel file: same columns, same words, real numbers and dates, a Chinese file name."""
    from .excel import workbook  # xlsxwriter is only loaded when someone exports

    shown = [column for column in columns if column.export]
    content = workbook(
        [(str(column.label), column.kind) for column in shown],
        ([column.value(row) for column in shown] for row in rows),
        title=title,
        sheet=title,
        footer=_("Exported by %(who)s on %(when)s")
        % {"who": request.user, "when": timezone.localtime().strftime("%Y-%m-%d %H:%M")},
    )
    name = f"{title}_{timezone.localdate():%Y%m%d}.xlsx".replace("/", "-")
    return HttpResponse(
        content,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": content_disposition_header(True, name) or "attachment"},
    )

"""Lists: one function filters, sorts, pages, exports and answers htmx with the rows only."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from .actor import Actor, Viewer
from .columns import Column
from .prepared import Kept, is_plain, rows_of

PER_PAGE = 50


class Question:
    """The rows of a list, as a function of who looks and of the day.

    The function is given no more of the visitor than where one permission is held (`Viewer`); so what it gives is the same
    for everybody who holds it there, and the SQL of the first page is written once for them, for each filter and order.
    It may build a queryset, but not evaluate one.
    """

    def __init__(self, permission: str, build: Callable[[Viewer, date], QuerySet[Any]]) -> None:
        self.permission, self.build = permission, build

    def of(self, visitor: Actor, day: date) -> Asked:
        """The question as somebody asks it on a day."""
        return Asked(self, Viewer(visitor.pk, self.permission, visitor.places(self.permission)), day)


class Asked(NamedTuple):
    """A question with who asks it, and when."""

    question: Question
    viewer: Viewer
    day: date

    def rows(self) -> QuerySet[Any]:
        """All rows."""
        return self.question.build(self.viewer, self.day)


FIRST = Kept()


class Pages(Paginator[Any]):
    """Pages of a list. The first is read with one row more: where that is all there is, nobody counts. `shape`, where
    there is one, tells first pages apart whose SQL differs."""

    def __init__(self, found: Callable[[], QuerySet[Any]], per_page: int, shape: Hashable = None) -> None:
        super().__init__((), per_page)
        del self.object_list  # it is built when it is needed
        self.found, self.shape = found, shape

    @cached_property
    def object_list(self) -> Any:  # type: ignore[override]  # Django's attribute, made when it is needed
        """All rows."""
        return self.found()

    def get_page(self, number: Any) -> Page[Any]:
        if number not in {None, "", "1"}:
            return super().get_page(number)
        rows = self._first()
        if len(rows) <= self.per_page:
            self.count = len(rows)  # where Django's own property keeps what it counted
        return Page(rows[: self.per_page], 1, self)

    def page(self, number: Any) -> Page[Any]:
        """A page further on: its keys first, since a database that skips rows carries along all that is asked for."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        if not is_plain(self.object_list):
            return super().page(number)
        keys = list(self.object_list.values_list("pk", flat=True)[bottom : bottom + self.per_page])
        return Page(rows_of(self.object_list.filter(pk__in=keys)), number, self)

    def _first(self) -> list[Any]:
        if self.shape is None:
            return rows_of(self.object_list[: self.per_page + 1])
        return FIRST((self.shape, self.per_page), lambda: self.found()[: self.per_page + 1]).ask({})


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
    rows: QuerySet[Any] | Asked,
    *,
    columns: Sequence[Column],
    filters: Any = None,
    title: str = "",
    context: dict[str, Any] | None = None,
    per_page: int = PER_PAGE,
) -> HttpResponse:
    """A list page, its rows for htmx, or (`?format=xlsx`) the whole list as an Excel file.

    `rows` is a queryset or what a `Question` was asked; `filters` is a django-filter FilterSet class or None. Context given to the template: `page`, `columns`, `filter`,
    `sort`, `query` (the address without page and sort), `title`, and what the caller adds.
    """
    asked = rows if isinstance(rows, Asked) else None
    sort = request.GET.get("sort", "")
    chosen = None
    values: tuple[Any, ...] = ()
    if filters:
        chosen = filters(request.GET, queryset=None if asked else rows, request=request)
        values = tuple(chosen.form.cleaned_data.items()) if chosen.is_valid() else tuple(request.GET.items())

    def found() -> QuerySet[Any]:
        every = rows.rows() if isinstance(rows, Asked) else rows
        return sorted_rows(every if chosen is None else chosen.filter_queryset(every), columns, sort)

    if request.GET.get("format") == "xlsx":
        return excel(request, found(), columns, title=title)
    shape = (asked, filters, values, sort) if asked else None
    page: Page[Any] = Pages(found, per_page, shape).get_page(request.GET.get("page"))
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
    htmx: Any = getattr(request, "htmx", False)
    if not htmx or htmx.boosted:
        return render(request, template, data)
    answer = render(request, f"{template}#rows", data)
    if chosen is not None:
        answer.write(
            render_to_string("components/filter_refused.html", {"filter": chosen, "apart": True}, request)
        )
    return answer


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

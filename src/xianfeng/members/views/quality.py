"""How complete the registers are: by branch and register, and who lacks what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from xianfeng.core import charts
from xianfeng.core.columns import Column
from xianfeng.core.lists import excel, render_list
from xianfeng.core.pages import needs
from xianfeng.core.periods import today
from xianfeng.core.wide import wide_table
from xianfeng.organizations.models import Organization

from .. import hardship, permissions, quality
from ..filters import missing_filter
from ..pages.shared import tabs
from ..quality import Register, Share
from .hardship import ask

READERS = (permissions.VIEW, permissions.HARDSHIP)


@dataclass(frozen=True, slots=True)
class Line:
    """One branch, or the sum of all, with the share of each register and of all together."""

    branch: Organization | None
    shares: dict[str, Share]
    total: Share


def _registers(visitor: Any) -> list[Register]:
    return [register for register in quality.REGISTERS.values() if visitor.can(register.permission)]


@needs(*READERS)
def overview(request: HttpRequest) -> HttpResponse:
    """Completeness by branch and register, and which fields are missing most."""
    visitor: Any = request.user
    on, registers = today(), _registers(visitor)
    counted = {register.code: quality.count(register, visitor, on) for register in registers}
    seen: Any = Organization.objects.visible_to(visitor, registers[0].permission)
    branches = list(seen.branches().standing(on).order_by("number"))
    lines = []
    for branch in branches:
        shares = {
            code: quality.together(found.get(branch.pk, {}).values()) for code, found in counted.items()
        }
        lines.append(Line(branch, shares, quality.together(shares.values())))
    sums = {r.code: quality.together(line.shares[r.code] for line in lines) for r in registers}
    whole = Line(None, sums, quality.together(sums.values()))
    columns = _columns(registers)
    title = _("Completeness of the registers")
    if request.GET.get("format") == "xlsx":
        return excel(request, [*lines, whole], columns, title=title)
    return render(
        request,
        "quality/overview.html",
        {
            "title": title,
            "tabs": tabs(visitor, "members:quality"),
            "on": on,
            "whole": whole,
            "short": sum(not line.total.enough for line in lines),
            "table": wide_table(columns, [*lines, whole]),
            "chart": _missing(registers, counted),
            "registers": registers,
            "may_merge": visitor.can(permissions.CHANGE),
            "enough": quality.ENOUGH,
        },
    )


def _columns(registers: list[Register]) -> list[Column]:
    def of(register: Register) -> Column:
        def link(line: Line) -> str | None:
            if line.shares[register.code].required == line.shares[register.code].filled:
                return None
            address = reverse("members:quality_missing", args=[register.code])
            return f"{address}?{urlencode({'branch': line.branch.code})}" if line.branch else address

        return Column(
            register.code, register.title, lambda line: line.shares[register.code].percent, "points", link=link
        )  # fmt: skip

    return [
        Column("number", gettext_lazy("Number"), lambda line: line.branch and line.branch.short_number, "code"),
        Column(
            "branch",
            gettext_lazy("Branch"),
            lambda line: line.branch.short_name if line.branch else _("Together"),
        ),
        *map(of, registers),
        Column("missing", gettext_lazy("Fields missing"), lambda line: line.total.required - line.total.filled, "number"),
        Column("total", gettext_lazy("All registers, %"), lambda line: line.total.percent, "points"),
        Column(
            "state",
            gettext_lazy("98 per cent reached"),
            lambda line: _("yes") if line.total.enough else _("not reached"),
            "status",
            tone=lambda line: "ok" if line.total.enough else "check",
        ),
    ]  # fmt: skip


def _missing(registers: list[Register], counted: dict[str, quality.Counted]) -> charts.Chart | None:
    """Which fields are missing most, of all registers."""
    bars: dict[str, int] = {}
    for register in registers:
        for need in register.needs:
            lacking = sum(
                shares[need.code].required - shares[need.code].filled
                for shares in counted[register.code].values()
            )
            if lacking:
                bars[str(need.label)] = bars.get(str(need.label), 0) + lacking
    most = sorted(bars.items(), key=lambda bar: -bar[1])[:10]
    if not most:
        return None
    return charts.histogram(
        [label for label, _number in most],
        [number for _label, number in most],
        below=0,
        unit=_("What is missing"),
    )


@needs(*READERS)
@never_cache
def missing(request: HttpRequest, register: str) -> HttpResponse:
    """Who lacks what in one register, each with the way to where it is mended."""
    visitor: Any = request.user
    found = quality.REGISTERS.get(register)
    if found is None or not visitor.can(found.permission):
        raise Http404
    rows = found.lacking(found.rows(visitor, today()))
    if found.guarded:
        reason = hardship.reason_of(request)
        if not reason:
            return ask(request)
        hardship.opened(visitor, reason, cases=rows.count(), export=request.GET.get("format") == "xlsx")
    title = _("Missing: %(register)s") % {"register": found.title}
    return render_list(
        request,
        "quality/missing.html",
        rows.select_related("person", found.place).order_by("person__number", "pk"),
        columns=_people(found, may_mend=visitor.can(found.mend_permission)),
        filters=missing_filter(found),
        title=title,
        context={"tabs": tabs(visitor, "members:quality"), "register": found},
    )


def _people(register: Register, *, may_mend: bool) -> list[Column]:
    def place(row: Any) -> str:
        at = row.person.organization if register.place.startswith("person") else row.organization
        return at.short_name if at else ""

    return [
        Column("number", gettext_lazy("Number"), lambda row: row.person.number, "code", order=("person__number",)),
        Column(
            "name", gettext_lazy("Name"), lambda row: row.person.name, order=("person__name",),
            link=lambda row: register.link(row, may_mend=may_mend),
        ),
        Column("branch", gettext_lazy("Branch"), place, order=(f"{register.place}__number",)),
        Column("missing", gettext_lazy("What is missing"), lambda row: _(", ").join(register.words(row))),
    ]  # fmt: skip

"""The roll in numbers: one page, one Excel file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core import charts
from xianfeng.core.columns import Column
from xianfeng.core.lists import excel
from xianfeng.core.pages import needs
from xianfeng.core.periods import today
from xianfeng.core.wide import wide_table
from xianfeng.organizations.models import Organization

from .. import numbers, permissions
from ..forms import DayOf
from ..models import Membership
from ..numbers import FIGURES, Birthday, Figure, Strengths
from ..pages.shared import tabs

Line = tuple[Organization | None, Strengths]


@needs(permissions.VIEW)
def figures(request: HttpRequest) -> HttpResponse:
    """Strength, structure and political birthdays as of a day, of everything in the visitor's scope or of one branch.

    A day that cannot be read is said at its field, and today's figures are shown.
    """
    visitor: Any = request.user
    form = DayOf({"on": today().isoformat(), **request.GET.dict()}, by=visitor)
    form.is_valid()
    on = form.cleaned_data.get("on") or today()
    chosen: Organization | None = form.cleaned_data.get("branch")
    spells = Membership.objects.visible_to(visitor, permissions.VIEW)
    standing: Any = Organization.objects.visible_to(visitor, permissions.VIEW).branches().standing(on)
    if chosen is not None:
        spells, standing = spells.filter(organization=chosen), standing.filter(pk=chosen.pk)
    people = numbers.everybody(spells, on)
    rows = numbers.lines(people, list(standing.order_by("number")), on)
    title = _("The roll in numbers")
    if request.GET.get("format") == "xlsx":
        return excel(request, rows, columns(), title=f"{title} {on:%Y-%m-%d}")
    born = numbers.birthdays(people, on.year, on.month)
    return render(
        request,
        "members/numbers.html",
        {
            "title": title,
            "tabs": tabs(visitor, "members:numbers"),
            "form": form,
            "on": on,
            "people": len(people),
            "total": rows[-1][1],
            "table": wide_table(columns(), rows),
            "ages": _chart(numbers.ages(people, on), _("Age")),
            "party_ages": _chart(numbers.party_ages(people, on), _("Years in the party")),
            "educations": _chart(numbers.educations(people), _("Education")),
            "birthdays": wide_table(_birthday_columns(rows), born, tall=True),
            "celebrated": len(born),
            "file": urlencode({"on": str(on), "branch": chosen.code if chosen else "", "format": "xlsx"}),
        },
    )


def columns() -> list[Column]:
    """A line for each branch, as it is sent upward; the last line is the sum."""
    return [
        Column("number", gettext_lazy("Number"), lambda line: line[0] and line[0].short_number, "code"),
        Column(
            "branch", gettext_lazy("Branch"), lambda line: line[0].short_name if line[0] else _("Together")
        ),
        *map(_column, FIGURES),
    ]


def _column(figure: Figure) -> Column:
    return Column(figure.key, figure.label, lambda line: figure.count(line[1]), "number", phone=figure.phone)


def _birthday_columns(rows: Sequence[Line]) -> list[Column]:
    names = {branch.pk: branch.short_name for branch, _strengths in rows if branch}

    def one(birthday: Birthday) -> numbers.Someone:
        return birthday.someone

    return [
        Column("day", gettext_lazy("Day"), lambda b: b.day, "date"),
        Column("name", gettext_lazy("Name"), lambda b: one(b).name),
        Column("branch", gettext_lazy("Branch"), lambda b: names.get(one(b).organization)),
        Column("joined", gettext_lazy("Joined"), lambda b: one(b).joined_on, "date", phone=False),
        Column("years", gettext_lazy("Years since joining"), lambda b: b.years, "number"),
    ]


def _chart(structure: numbers.Structure, unit: str) -> charts.Chart | None:
    labels, counts = structure
    return charts.histogram(labels, counts, below=0, unit=unit) if any(counts) else None

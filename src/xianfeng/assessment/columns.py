"""Columns of the score sheets: declared once for page and Excel file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.columns import Column
from xianfeng.core.numbers import from_units, half_up

from .addresses import branch_score, branch_why
from .models import Round
from .models.rounds import rate

Part = list[Any]  # [code, points, full] in ten-thousandths


class BranchLine(NamedTuple):
    """A row of the branch sheet, as one query gives it."""

    organization: int
    code: str
    name: str
    full: int
    before_bonus: int | None
    bonus: int
    total: int | None
    grade: str
    standing: int | None
    categories: list[Part]


class MemberLine(NamedTuple):
    """A row of the member sheet, as one query gives it."""

    uid: str
    number: str
    name: str
    branch: str
    full: int
    before_bonus: int | None
    bonus: int
    total: int | None
    items: list[Part]


BRANCH_FIELDS = (
    "organization_id", "organization__code", "organization__short_name",
    "full", "before_bonus", "bonus", "total", "grade", "standing", "categories",
)  # fmt: skip
MEMBER_FIELDS = (
    "uid", "person__number", "person__name", "organization__short_name",
    "full", "before_bonus", "bonus", "total", "items",
)  # fmt: skip

amount = lru_cache(maxsize=8192)(from_units)


def _amount(units: int | None) -> Decimal | None:
    return None if units is None else amount(units)


@lru_cache(maxsize=8192)
def percent(units: int | None, full: int) -> Decimal | None:
    """A rate as sheets hold it: two decimals, of which the page shows one."""
    found = rate(units, full)
    return None if found is None else half_up(found, 2)


def _part(name: str, at: int) -> Callable[[Any], Decimal | None]:
    def value(row: Any) -> Decimal | None:
        return _amount(getattr(row, name)[at][1])

    return value


def _part_rate(name: str, at: int) -> Callable[[Any], Decimal | None]:
    def value(row: Any) -> Decimal | None:
        _code, units, full = getattr(row, name)[at]
        return percent(units, full)

    return value


def branch_columns(
    round_: Round, visible: frozenset[int] | None = None, *, sortable: bool = False
) -> list[Column]:
    """Code, name, the categories' rates, points, full marks, rate and grade.

    `visible`: the branches whose pages the reader may open; None: all.
    """
    period = round_.code
    scheme = round_.scheme.parsed

    def link(row: BranchLine) -> str | None:
        if visible is not None and row.organization not in visible:
            return None
        return branch_score(period, row.code)

    def why(row: BranchLine) -> str | None:
        if row.total is None or (visible is not None and row.organization not in visible):
            return None
        return branch_why(period, row.code)

    def order(key: str) -> tuple[str, ...]:
        return (key,) if sortable else ()

    bonus = [Column("bonus", gettext_lazy("Bonus"), lambda row: _amount(row.bonus), "points")]
    grade = [Column("grade", gettext_lazy("Grade"), lambda row: row.grade or None, order=order("grade"))]
    yearly = round_.months is None
    return [
        Column("code", gettext_lazy("Number"), lambda row: row.code.upper(), "code", order("code")),
        Column("name", gettext_lazy("Branch"), lambda row: row.name, link=link),
        *(
            Column(
                f"category-{category.code}",
                _("%(category)s %%") % {"category": category.name},
                _part_rate("categories", at),
                "points",
                order(f"category-{category.code}"),
                phone=False,
            )
            for at, category in enumerate(scheme.categories)
        ),
        *(bonus if yearly and scheme.bonus else []),
        Column("points", gettext_lazy("Points"), lambda row: _amount(row.total), "points", link=why),
        Column("full", gettext_lazy("Full marks"), lambda row: amount(row.full), "points"),
        Column(
            "rate",
            gettext_lazy("Rate %"),
            lambda row: percent(row.before_bonus, row.full),
            "points",
            order("rate"),
            link=why,
        ),
        *(grade if yearly else []),
    ]


def member_columns(round_: Round) -> list[Column]:
    """Number, name, branch, the items' points, total, full marks and rate. No place: members are not ranked."""
    period = round_.code
    scheme = round_.scheme.parsed

    # Resolving an address costs more than writing it, so one is made and filled in for every row.
    base = reverse("scores:member_why", args=[period, "0" * 16]).replace("0" * 16, "{}")

    def why(row: MemberLine) -> str:
        return base.format(row.uid)

    bonus = [Column("bonus", gettext_lazy("Bonus"), lambda row: _amount(row.bonus), "points")]
    return [
        Column("number", gettext_lazy("Number"), lambda row: row.number, "code"),
        Column("name", gettext_lazy("Name"), lambda row: row.name, link=why),
        Column("branch", gettext_lazy("Branch"), lambda row: row.branch, phone=False),
        *(
            Column(f"item-{item.code}", item.name, _part("items", at), "points", phone=False)
            for at, item in enumerate(scheme.items)
        ),
        *(bonus if round_.months is None and scheme.bonus else []),
        Column("points", gettext_lazy("Points"), lambda row: _amount(row.total), "points"),
        Column("full", gettext_lazy("Full marks"), lambda row: amount(row.full), "points"),
        Column("rate", gettext_lazy("Rate %"), lambda row: percent(row.before_bonus, row.full), "points"),
    ]


def why_columns() -> list[Column]:
    """The lost points of one score, for Excel."""
    return [
        Column("code", gettext_lazy("Number"), lambda row: row.code, "code"),
        Column("item", gettext_lazy("Indicator"), lambda row: row.item),
        Column("rule", gettext_lazy("What the rules say"), lambda row: row.rule),
        Column("fact", gettext_lazy("What the facts are"), lambda row: row.fact),
        Column("evidence", gettext_lazy("Records"), lambda row: "；".join(one.text for one in row.evidence)),
        Column("handled", gettext_lazy("Handled"), lambda row: row.handled),
        Column("amount", gettext_lazy("Points off"), lambda row: -row.amount, "points"),
    ]


def sorted_lines(rows: Sequence[BranchLine], columns: Sequence[Column], key: str) -> list[BranchLine]:
    """The rows by a column that sorts, those without a value last; any other key leaves the order of codes."""
    column = next((c for c in columns if c.order and c.key == key.lstrip("-")), None)
    if column is None:
        return list(rows)
    known = [row for row in rows if column.value(row) is not None]
    unknown = [row for row in rows if column.value(row) is None]
    return [*sorted(known, key=column.value, reverse=key.startswith("-")), *unknown]

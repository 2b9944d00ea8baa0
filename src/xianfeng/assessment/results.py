"""What scoring gives: columns for many subjects, a readable view of one, and rows for files."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from .layout import Plan
from .scheme import UNIT, Category, Grade, Item, Line, Scheme, Veto, digest

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CENT = UNIT // 100
"""Items, categories and totals before bonus are whole hundredths; a bonus may have four places."""

LEVELS = ("cell", "item", "category", "bonus", "total")
"""The levels of a result, in the order of its rows."""


@dataclass(frozen=True)
class Cell:
    """A line in one period, for one subject. Points are None when the period is left out, and on a veto."""

    line: Line | Veto
    label: str
    first: int
    last: int
    done: Decimal
    due: Decimal
    points: Decimal | None
    full: Decimal | None
    left_out: bool


@dataclass(frozen=True)
class ItemScore:
    item: Item
    points: Decimal | None
    full: Decimal
    left_out: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class CategoryScore:
    category: Category
    points: Decimal | None
    full: Decimal
    left_out: bool
    items: tuple[ItemScore, ...]


@dataclass(frozen=True)
class SubjectScore:
    """One subject's score as a page shows it. `before_bonus` and `total` are None for who has no total."""

    subject: Hashable
    full: Decimal
    before_bonus: Decimal | None
    bonus: Decimal
    total: Decimal | None
    grade: Grade | None
    uncapped: Grade | None
    place: int | None
    categories: tuple[CategoryScore, ...]
    bonus_cells: tuple[Cell, ...]
    veto_cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Result:
    """Scores of all subjects, in columns.

    Cells: `done`, `due`, `points`, `left_out` are (len(plan.columns), subjects). Items and categories:
    `item_*` and `category_*` are (items or categories, subjects); an item's full marks are the same for
    everyone, a category's are those of its items not left out. `full` is the full marks so far. Points of
    what is left out are 0 here and None in the views. `grade` indexes the scheme's grades, -1 where there
    is none; `uncapped` is the grade before vetoes; `place` is 0 where there is none.
    """

    plan: Plan
    subjects: Sequence[Hashable]
    done: Ints
    due: Ints
    points: Ints
    left_out: Flags
    item_points: Ints
    item_full: Ints
    item_left_out: Flags
    category_points: Ints
    category_full: Ints
    category_left_out: Flags
    full: int
    before_bonus: Ints
    bonus: Ints
    total: Ints
    scored: Flags
    grade: Ints
    uncapped: Ints
    place: Ints

    @property
    def scheme(self) -> Scheme:
        return self.plan.scheme

    @classmethod
    def of_totals(
        cls,
        plan: Plan,
        subjects: Sequence[Hashable],
        *,
        full: int,
        total: Ints,
        scored: Flags,
        grade: Ints,
        place: Ints,
    ) -> Result:
        """What is left when only totals are kept: no cells, items or categories."""
        nothing = np.zeros((0, len(subjects)), dtype=np.int64)
        none, zeros = nothing.astype(np.bool_), np.zeros(len(subjects), dtype=np.int64)
        return cls(
            plan, subjects, nothing, nothing, nothing, none, nothing, zeros[:0], none, nothing, nothing, none,
            full=full, before_bonus=zeros, bonus=zeros, total=total, scored=scored, grade=grade, uncapped=grade,
            place=place,
        )  # fmt: skip

    @cached_property
    def _index(self) -> Mapping[Hashable, int]:
        return {subject: index for index, subject in enumerate(self.subjects)}

    def __iter__(self) -> Iterator[SubjectScore]:
        return (self.at(index) for index in range(len(self.subjects)))

    def of(self, subject: Hashable) -> SubjectScore:
        """One subject's score; KeyError for who was not scored."""
        return self.at(self._index[subject])

    def at(self, s: int) -> SubjectScore:
        """The score of the s-th subject."""
        cells = [self._cell(k, s) for k in range(len(self.plan.columns))]
        items = [
            ItemScore(
                item=item,
                points=None if self.item_left_out[i, s] else decimal(self.item_points[i, s]),
                full=decimal(self.item_full[i]),
                left_out=bool(self.item_left_out[i, s]),
                cells=tuple(cells[self.plan.items[i]]),
            )
            for i, item in enumerate(self.scheme.items)
        ]
        categories = tuple(
            CategoryScore(
                category=category,
                points=None if self.category_left_out[c, s] else decimal(self.category_points[c, s]),
                full=decimal(self.category_full[c, s]),
                left_out=bool(self.category_left_out[c, s]),
                items=tuple(items[self.plan.categories[c]]),
            )
            for c, category in enumerate(self.scheme.categories)
        )
        scored = bool(self.scored[s])
        grades = self.scheme.grades
        return SubjectScore(
            subject=self.subjects[s],
            full=decimal(self.full),
            before_bonus=decimal(self.before_bonus[s]) if scored else None,
            bonus=decimal(self.bonus[s]),
            total=decimal(self.total[s]) if scored else None,
            grade=grades[self.grade[s]] if self.grade[s] >= 0 else None,
            uncapped=grades[self.uncapped[s]] if self.uncapped[s] >= 0 else None,
            place=int(self.place[s]) or None,
            categories=categories,
            bonus_cells=tuple(cells[self.plan.bonus]),
            veto_cells=tuple(cells[self.plan.vetoes]),
        )

    def _cell(self, k: int, s: int) -> Cell:
        column = self.plan.columns[k]
        pointless = bool(self.left_out[k, s]) or isinstance(column.line, Veto)
        return Cell(
            line=column.line,
            label=column.label,
            first=column.first,
            last=column.last,
            done=decimal(self.done[k, s]),
            due=decimal(self.due[k, s]),
            points=None if pointless else decimal(self.points[k, s]),
            full=None if column.full is None else decimal(column.full),
            left_out=bool(self.left_out[k, s]),
        )

    def digest(self) -> str:
        """SHA-256 (hex) of the whole result: what a published round keeps, and a recalculation must meet."""
        hasher = hashlib.sha256(
            f"{digest(self.scheme)}\n{self.plan.as_of.isoformat()} {self.plan.months}\n".encode()
        )
        hasher.update("\n".join(map(str, self.subjects)).encode())
        for array in (self.done, self.due, self.points, self.left_out, self.item_points, self.item_left_out):
            hasher.update(np.ascontiguousarray(array).astype("<i8").tobytes())
        for array in (self.bonus, self.total, self.scored, self.grade, self.place):
            hasher.update(np.ascontiguousarray(array).astype("<i8").tobytes())
        return hasher.hexdigest()


def decimal(number: int | np.int64) -> Decimal:
    """Ten-thousandths as a decimal with at least 2 places: 82600 → 8.26, 4375 → 0.4375."""
    whole = int(number)
    return Decimal(whole // CENT).scaleb(-2) if whole % CENT == 0 else Decimal(whole).scaleb(-4)


Row = tuple[str, str, str, str, str, str, str, str, str, str, str]
HEADER: Row = (
    "subject",
    "level",
    "code",
    "period",
    "done",
    "due",
    "points",
    "full",
    "left_out",
    "grade",
    "place",
)


@dataclass(frozen=True)
class Table:
    """The rows of every subject of a result, in columns: heads by subjects, heads in the order of the rows.

    A head is (level, code, period). `is_cell`, `has_points` and `has_full` say where the figures mean anything; where they
    are (heads, 1) it is the same for every subject.
    """

    heads: tuple[tuple[str, str, str], ...]
    is_cell: Flags
    done: Ints
    due: Ints
    points: Ints
    has_points: Flags
    full: Ints
    has_full: Flags
    left_out: Flags


def tabled(result: Result, level: str = "cell") -> Table:
    """A result's rows; `level` is the finest there are: cell, item or total."""
    layout, scheme = result.plan, result.scheme
    year, subjects = str(scheme.year), len(result.subjects)
    heads: list[tuple[str, str, str]] = []
    parts: list[tuple[Ints, Flags, Ints, bool, Flags]] = []

    def add(head: tuple[str, str, str], points: Ints, there: Flags, full: Any, left_out: Flags) -> None:
        heads.append(head)
        parts.append(
            (
                points,
                there,
                np.broadcast_to(0 if full is None else full, subjects),
                full is not None,
                left_out,
            )
        )

    cells = sorted(enumerate(layout.columns), key=lambda pair: (pair[1].code, pair[1].label))
    for k, column in cells if level == "cell" else ():
        full = (column.full or 0) if k < layout.ordinary.stop else None
        there = ~result.left_out[k] if k < layout.vetoes.start else np.zeros(subjects, dtype=np.bool_)
        add(("cell", column.code, column.label), result.points[k], there, full, result.left_out[k])
    for i, item in sorted(enumerate(scheme.items), key=lambda pair: pair[1].code) if level != "total" else ():
        out = result.item_left_out[i]
        add(("item", item.code, year), result.item_points[i], ~out, result.item_full[i], out)
    categories = sorted(enumerate(scheme.categories), key=lambda pair: pair[1].code)
    for c, category in categories if level != "total" else ():
        out = result.category_left_out[c]
        add(("category", category.code, year), result.category_points[c], ~out, result.category_full[c], out)
    if scheme.bonus and layout.months is None and level != "total":
        everyone = np.ones(subjects, dtype=np.bool_)
        add(("bonus", "", year), result.bonus, everyone, None, ~everyone)
    add(("total", "", year), result.total, result.scored, result.full, ~result.scored)
    order = [k for k, _ in cells] if level == "cell" else []
    rest = np.zeros((len(heads) - len(order), subjects), dtype=np.int64)
    points, there, fulls, has_full, left_out = zip(*parts, strict=True)
    return Table(
        heads=tuple(heads),
        is_cell=(np.arange(len(heads)) < len(order))[:, None],
        done=np.concatenate([result.done[order], rest]),
        due=np.concatenate([result.due[order], rest]),
        points=np.stack(points),
        has_points=np.stack(there),
        full=np.stack(fulls),
        has_full=np.array(has_full, dtype=np.bool_)[:, None],
        left_out=np.stack(left_out),
    )


def rows(result: Result, level: str = "cell") -> Iterator[Row]:
    """The result as text rows under HEADER, ordered by subject, level (LEVELS), code and period.

    Cells have 4 decimal places, all else 2 (4 where full marks so far need them). A column is empty where
    there is nothing to say: points of what is left out, points and full marks of a veto, full marks of a
    bonus, the code of bonus and total.
    """
    table = tabled(result, level)
    last = len(table.heads) - 1
    grades = [*(grade.name for grade in result.scheme.grades), ""]
    is_cell, has_full = table.is_cell[:, 0].tolist(), table.has_full[:, 0].tolist()
    for subject, s in sorted((str(subject), s) for s, subject in enumerate(result.subjects)):
        done, due, points, full = (
            array[:, s].tolist() for array in (table.done, table.due, table.points, table.full)
        )
        there, left = table.has_points[:, s].tolist(), table.left_out[:, s].tolist()
        for k, head in enumerate(table.heads):
            shown = _four if is_cell[k] else _two
            yield (
                subject,
                *head,
                _four(done[k]) if is_cell[k] else "",
                _four(due[k]) if is_cell[k] else "",
                shown(points[k]) if there[k] else "",
                shown(full[k]) if has_full[k] else "",
                "true" if left[k] else "false",
                grades[result.grade[s]] if k == last else "",
                str(result.place[s] or "") if k == last else "",
            )


@lru_cache(maxsize=100_000)
def _four(number: int) -> str:
    sign, magnitude = ("-", -number) if number < 0 else ("", number)
    return f"{sign}{magnitude // UNIT}.{magnitude % UNIT:04d}"


def _two(number: int | np.int64) -> str:
    """Two places, or four where two would lose something."""
    return f"{decimal(number):f}"

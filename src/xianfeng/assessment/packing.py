"""Scores as they are kept: figures and cells of one subject as plain data, and back to what scoring gave."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from json import JSONEncoder
from typing import TYPE_CHECKING, Any

from .layout import Plan, plan
from .results import CategoryScore, Cell, ItemScore, Result, SubjectScore, decimal
from .scheme import Grade, Scheme, Veto

if TYPE_CHECKING:
    from .models import Score


@dataclass(frozen=True, slots=True)
class Packed:
    """One subject's score as columns of a row, lists as JSON; `digest` tells whether anything in it changed."""

    subject: Hashable
    full: int
    before_bonus: int | None
    bonus: int
    total: int | None
    grade: str
    uncapped: str
    standing: int | None
    cells: str
    items: str
    categories: str
    digest: str


def packed(result: Result) -> Iterator[Packed]:
    """Every subject of a result, in its order."""
    layout, scheme = result.plan, result.scheme
    vetoes = range(layout.vetoes.start, layout.vetoes.stop)
    heads = [(column.code, column.label, column.full) for column in layout.columns]
    done, due, points, left = (
        array.T.tolist() for array in (result.done, result.due, result.points, result.left_out)
    )
    item_points, item_left = result.item_points.T.tolist(), result.item_left_out.T.tolist()
    item_heads = [(item.code, int(full)) for item, full in zip(scheme.items, result.item_full, strict=True)]
    category_points, category_full = result.category_points.T.tolist(), result.category_full.T.tolist()
    category_left = result.category_left_out.T.tolist()
    names = [grade.name for grade in scheme.grades]
    json = JSONEncoder(check_circular=False, separators=(",", ":")).encode
    full = int(result.full)
    for s, subject in enumerate(result.subjects):
        rows = zip(heads, done[s], due[s], points[s], left[s], strict=True)
        cells = [
            [code, label, d, o, None if out or k in vetoes else p, f]
            for k, ((code, label, f), d, o, p, out) in enumerate(rows)
        ]
        items = [
            [code, None if out else p, f]
            for (code, f), p, out in zip(item_heads, item_points[s], item_left[s], strict=True)
        ]
        categories = [
            [category.code, None if out else p, f]
            for category, p, f, out in zip(
                scheme.categories, category_points[s], category_full[s], category_left[s], strict=True
            )
        ]
        scored = bool(result.scored[s])
        figures = (
            full,
            int(result.before_bonus[s]) if scored else None,
            int(result.bonus[s]),
            int(result.total[s]) if scored else None,
            names[result.grade[s]] if result.grade[s] >= 0 else "",
            names[result.uncapped[s]] if result.uncapped[s] >= 0 else "",
            int(result.place[s]) or None,
        )
        lists = (json(cells), json(items), json(categories))
        digest = hashlib.sha256(repr((figures, lists)).encode()).hexdigest()
        yield Packed(subject, *figures, *lists, digest)


def unpacked(score: Score) -> SubjectScore:
    """A kept score as scoring gave it. Raises ValueError when it does not belong to its round's scheme."""
    round_ = score.round
    scheme = round_.scheme.parsed
    layout = plan(scheme, round_.as_of, round_.months)
    cells = _cells(layout, score.cells)
    items = [
        ItemScore(item, _points(points), decimal(full), points is None, tuple(cells[layout.items[i]]))
        for i, (item, (_code, points, full)) in enumerate(zip(scheme.items, score.items, strict=True))
    ]
    categories = tuple(
        CategoryScore(category, _points(points), decimal(full), points is None, tuple(items[part]))
        for category, part, (_code, points, full) in zip(
            scheme.categories, layout.categories, score.categories, strict=True
        )
    )
    return SubjectScore(
        subject=getattr(score, "person_id", None) or score.organization_id,
        full=decimal(score.full),
        before_bonus=_points(score.before_bonus),
        bonus=decimal(score.bonus),
        total=_points(score.total),
        grade=_grade(scheme, score.grade),
        uncapped=_grade(scheme, score.uncapped),
        place=score.standing,
        categories=categories,
        bonus_cells=tuple(cells[layout.bonus]),
        veto_cells=tuple(cells[layout.vetoes]),
    )


def _cells(layout: Plan, kept: list[list[Any]]) -> list[Cell]:
    cells = []
    for column, (code, label, done, due, points, full) in zip(layout.columns, kept, strict=True):
        if (code, label) != (column.code, column.label):
            raise ValueError(f"{code} {label} stands where the scheme has {column.code} {column.label}")
        left_out = points is None and not isinstance(column.line, Veto)
        cells.append(
            Cell(
                line=column.line,
                label=label,
                first=column.first,
                last=column.last,
                done=decimal(done),
                due=decimal(due),
                points=_points(points),
                full=_points(full),
                left_out=left_out,
            )
        )
    return cells


def _points(number: int | None) -> Any:
    return None if number is None else decimal(number)


def _grade(scheme: Scheme, name: str) -> Grade | None:
    return next((grade for grade in scheme.grades if grade.name == name), None)

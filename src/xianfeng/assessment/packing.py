"""Scores as they are kept: figures and cells of one subject as plain data, and back to what scoring gave."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .layout import Plan, plan
from .results import CategoryScore, Cell, Flags, Ints, ItemScore, Result, SubjectScore, decimal
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
    """Every subject of a result, in its order.

    The lists differ between subjects in their figures alone, so the text around these is written once.
    """
    layout, scheme = result.plan, result.scheme
    pointless = result.left_out.copy()
    pointless[layout.vetoes] = True
    item_full = np.broadcast_to(result.item_full[:, None], result.item_points.shape)
    cells = _texts(
        [(column.code, column.label) for column in layout.columns],
        result.done, result.due, _or_null(result.points, pointless), _same(result, [c.full for c in layout.columns]),
    )  # fmt: skip
    items = _texts(
        [(item.code,) for item in scheme.items], _or_null(result.item_points, result.item_left_out), item_full
    )
    categories = _texts(
        [(category.code,) for category in scheme.categories],
        _or_null(result.category_points, result.category_left_out), result.category_full,
    )  # fmt: skip
    names = ["" if at < 0 else scheme.grades[at].name for at in range(-1, len(scheme.grades))]
    columns = zip(
        result.subjects,
        result.scored.tolist(), result.before_bonus.tolist(), result.bonus.tolist(), result.total.tolist(),
        result.grade.tolist(), result.uncapped.tolist(), result.place.tolist(),
        cells, items, categories,
        strict=True,
    )  # fmt: skip
    full = int(result.full)
    for subject, scored, before, bonus, total, grade, uncapped, place, *texts in columns:
        lists = (texts[0], texts[1], texts[2])
        figures = (
            full,
            before if scored else None,
            bonus,
            total if scored else None,
            names[grade + 1],
            names[uncapped + 1],
            place or None,
        )
        digest = hashlib.sha256(repr((figures, lists)).encode()).hexdigest()
        yield Packed(subject, *figures, *lists, digest)


def _texts(heads: Sequence[tuple[str, ...]], *figures: Any) -> Iterator[str]:
    """For each subject, the JSON of [[*head, *figures], …]; each array of figures is (heads, subjects)."""
    marks = ["%s"] * len(figures)
    # What a head says is text, and may hold a per cent sign.
    texts = [",".join([json.dumps(word).replace("%", "%%") for word in head] + marks) for head in heads]
    template = "[" + ",".join(f"[{text}]" for text in texts) + "]"
    values = np.stack([array.astype(object) for array in figures], axis=1)
    columns, kinds, subjects = values.shape
    return (template % tuple(row) for row in values.reshape(columns * kinds, subjects).T.tolist())


def _or_null(points: Ints, left_out: Flags) -> Any:
    return np.where(left_out, "null", points.astype(object))


def _same(result: Result, values: Sequence[int | None]) -> Any:
    """The same for every subject."""
    column = np.array(["null" if value is None else value for value in values], dtype=object)
    return np.broadcast_to(column[:, None], result.done.shape)


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

"""The rules: from readings to points. Pure functions of columns; `docs/scoring.md` says the same in prose.

Every number is an int64 of ten-thousandths; arrays are shaped (rows, subjects), so one call scores one
subject for a page or a million for a batch, with the same result for each. Where a product could leave 64
bits the same code runs on Python's integers instead. Neither Django nor a database is imported.

The caller sums facts by measure, subject and *month*, taking those with `day <= as_of`, and hands the sums
over as `Readings`. Months are enough: a period is a month, a quarter, a half or the year, and ends with one;
`as_of` may lie inside a month, but then that month has not ended, so its facts reach only the bonus and veto
lines, which look at everything up to `as_of`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np

from .layout import Column, Plan, plan
from .results import CENT, Flags, Ints, Result
from .scheme import UNIT, Line, Scheme, Veto, scaled

_SAFE = 2**62
_SPAN = 2**22


@dataclass(frozen=True)
class Readings:
    """Sums of facts: in row k, what `subjects[subject[k]]` did and owed on `measures[measure[k]]` in a month.

    `month` is 1 to 12 of the scheme's year; `done` and `due` are ten-thousandths and may be negative (a
    correction). Several rows for one month add up; absent rows are 0. `subjects` is everyone to be scored,
    in the order the result will have.
    """

    subjects: Sequence[Hashable]
    measures: Sequence[str]
    measure: Ints
    subject: Ints
    month: Ints
    done: Ints
    due: Ints

    @classmethod
    def collect(
        cls,
        rows: Iterable[tuple[str, Hashable, int, int, int]],
        subjects: Iterable[Hashable] | None = None,
    ) -> Readings:
        """From (measure, subject, month, done, due) rows, as a group-by returns them; month 3 or 202603.

        `subjects` says who is scored; rows of others are left aside. Without it, everyone who has a row,
        in order.
        """
        codes, owners, months, done, due = tuple(zip(*rows, strict=True)) or ((),) * 5
        everyone = sorted(set(owners), key=str) if subjects is None else list(dict.fromkeys(subjects))
        place = {subject: index for index, subject in enumerate(everyone)}
        measures = {code: index for index, code in enumerate(dict.fromkeys(codes))}

        def column(values: Iterable[int]) -> Ints:
            return np.fromiter(values, np.int64, len(codes))

        subject = column(place.get(owner, -1) for owner in owners)
        listed = subject >= 0
        return cls(
            subjects=everyone,
            measures=list(measures),
            measure=column(map(measures.__getitem__, codes))[listed],
            subject=subject[listed],
            month=column(months)[listed] % 100,
            done=column(done)[listed],
            due=column(due)[listed],
        )

    @classmethod
    def of_columns(
        cls, columns: Ints, measures: Mapping[int, str], subjects: Sequence[int], months: tuple[int, int]
    ) -> Readings:
        """From a (5, rows) array of measure, subject, month, done and due, as a database's whole numbers come.

        `measures` names those that count by their number, `subjects` says who is scored, and only facts of `months`
        (first and last) are taken; rows of others are left aside.
        """
        known, everyone = np.array(sorted(measures), dtype=np.int64), np.array(subjects, dtype=np.int64)
        order = np.argsort(everyone)
        month = columns[2] % 100
        measure, named = _position(known, columns[0])
        subject, listed = _position(everyone[order], columns[1])
        kept = np.flatnonzero(named & listed & (month >= months[0]) & (month <= months[1]))
        return cls(
            subjects=subjects,
            measures=[measures[number] for number in known.tolist()],
            measure=measure[kept],
            subject=order[subject[kept]],
            month=month[kept],
            done=columns[3, kept],
            due=columns[4, kept],
        )

    def digest(self) -> str:
        """SHA-256 (hex) of the sums, whatever the order of rows: what a round keeps as its facts' hash."""
        measures, measure = _ordered(self.measures, self.measure)
        subjects, subject = _ordered([str(one) for one in self.subjects], self.subject)
        keys = (measure * max(len(subjects), 1) + subject) * 13 + self.month
        found, where = np.unique(keys, return_inverse=True)
        sums = np.zeros((2, len(found)), dtype=np.int64)
        np.add.at(sums[0], where, self.done)
        np.add.at(sums[1], where, self.due)
        told = (sums != 0).any(axis=0)
        found, sums = found[told], sums[:, told]
        rest, month = np.divmod(found, 13)
        measure, subject = np.divmod(rest, max(len(subjects), 1))
        hasher = hashlib.sha256()
        for names, places in ((measures, measure), (subjects, subject)):
            used, index = np.unique(places, return_inverse=True)
            hasher.update("\n".join(names[k] for k in used.tolist()).encode())
            hasher.update(b"\n\n" + np.ascontiguousarray(index).astype("<i8").tobytes())
        for array in (month, sums[0], sums[1]):
            hasher.update(np.ascontiguousarray(array).astype("<i8").tobytes())
        return hasher.hexdigest()


def _position(ordered: Ints, values: Ints) -> tuple[Ints, Flags]:
    """Where each value stands among those in order, and whether it is there at all."""
    if not len(ordered):
        return np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.bool_)
    at = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return at, ordered[at] == values


def _ordered(names: Sequence[str], places: Ints) -> tuple[list[str], Ints]:
    """The names sorted, and the places in that order."""
    order = sorted(range(len(names)), key=names.__getitem__)
    at = np.zeros(len(names), dtype=np.int64)
    at[order] = np.arange(len(names))
    return [names[k] for k in order], at[places] if len(names) else places


def half_up(numerator: Any, denominator: Any) -> Any:
    """numerator / denominator rounded to a whole number, halves away from zero; denominators are positive."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return np.where(numerator < 0, -magnitude, magnitude)


def share(full: Any, done: Any, due: Any) -> Any:
    """full × min(1, done / due), rounded; done, due and full are not negative. Where nothing was due: 0."""
    # Of what is not negative, half up is (2n + d) // 2d. Each step takes the place of the one before.
    points = np.minimum(done, due)
    points *= 2 * full
    divisor = np.maximum(due, 1)
    points += divisor
    divisor *= 2
    if points.dtype == np.int64:  # unsigned numbers divide without a look at signs
        return (points.view(np.uint64) // divisor.view(np.uint64)).view(np.int64)
    return points // divisor


def banded(line: Line, done: Any, due: Any) -> Any:
    """The points of the first band whose at_least ≤ done / due, for one period; below the last band 0."""
    points = np.zeros_like(done)
    for band in reversed(line.bands):
        reached = (due > 0) & (done * UNIT >= scaled(band.at_least) * due)
        points = np.where(reached, scaled(band.points) // line.periods, points)
    return points


def counted(line: Line, done: Any) -> Any:
    """base + each × done for one period, rounded and clipped to [floor, ceiling]."""
    base, floor, ceiling = (scaled(value) // line.periods for value in (line.base, line.floor, line.ceiling))
    # The bounds are whole ten-thousandths, so clipping after rounding equals clipping before.
    points = half_up(base * UNIT + scaled(line.each) * done, UNIT)
    return np.minimum(np.maximum(points, floor), ceiling)


def to_cents(points: Ints) -> Ints:
    """Points rounded to hundredths."""
    rounded: Ints = half_up(points, CENT) * CENT
    return rounded


def rescaled(points: Ints, full: int, weight: Ints) -> Ints:
    """points × full / weight, rounded to hundredths: makes up for what was left out. 0 where weight is 0."""
    result = to_cents(points)
    less = np.flatnonzero(weight != full)
    if len(less):
        some, weights = points[less], weight[less]
        factors = _wide_enough(int(full), some, np.array([full]), weights)
        scaled_up = CENT * half_up(factors[0] * factors[1], np.maximum(factors[2], 1) * CENT)
        result[less] = np.where(weights > 0, scaled_up, 0).astype(np.int64)
    return result


def places(totals: Ints, scored: Flags) -> Ints:
    """1, 2, 2, 4: one more than the number strictly above; 0 for who has no total.

    Everyone's full marks so far are the same, so comparing totals compares total ÷ full, exactly.
    """
    place = np.zeros(len(totals), dtype=np.int64)
    some = totals[scored]
    least = int(some.min(initial=0))
    if (
        int(some.max(initial=0)) - least <= _SPAN
    ):  # totals so near each other are counted without being sorted
        counts = np.bincount(some - least)
        values = np.flatnonzero(counts)
        table = np.zeros(len(counts), dtype=np.int64)
        table[values] = standings(values, counts[values])
        place[scored] = table[some - least]
        return place
    values, at, counts = np.unique(some, return_inverse=True, return_counts=True)
    place[scored] = standings(values, counts)[at]
    return place


def standings(values: Ints, counts: Ints) -> Ints:
    """The place of each total, from the totals there are (each once, in any order) and how many have each."""
    falling = np.argsort(-values, kind="stable")
    above = np.cumsum(counts[falling]) - counts[falling]
    place = np.zeros(len(values), dtype=np.int64)
    place[falling] = above + 1
    return place


def score(
    scheme: Scheme, readings: Readings, as_of: date | None = None, months: tuple[int, int] | None = None
) -> Result:
    """Score every subject of the readings on `as_of` (default: the last day of the scheme's year).

    The readings must hold only facts of the scheme's year with `day <= as_of`. Places compare the subjects
    given here; for a single subject's page take the place from the round. With `months` (first and last) the
    same is done with the periods that end in them alone: what a month or a quarter gave, before any bonus.
    """
    layout = plan(scheme, as_of or date(scheme.year, 12, 31), months)
    result = assess(layout, readings.subjects, *tally(layout, readings))
    return replace(result, place=places(result.total, result.scored))


def tally(layout: Plan, readings: Readings) -> tuple[Ints, Ints]:
    """done and due per (slot, subject)."""
    slots = layout.slots
    row_of = {measure: row for row, measure in enumerate(slots.measures)}
    unseen = len(slots.measures)
    rows = np.array([row_of.get(measure, unseen) for measure in readings.measures], dtype=np.int64)
    at = np.array([*slots.at, (-1,) * 13], dtype=np.int64)
    slot = at[rows[readings.measure] if len(rows) else readings.measure, readings.month]
    known = np.flatnonzero(slot >= 0)
    shape = (slots.count, len(readings.subjects))
    where = slot[known] * shape[1] + readings.subject[known]

    def summed(amounts: Ints) -> Ints:
        sums = np.zeros(shape, dtype=np.int64)
        np.add.at(sums.reshape(-1), where, amounts[known])
        return sums

    return summed(readings.done), summed(readings.due)


def assess(layout: Plan, subjects: Sequence[Hashable], done_sums: Ints, due_sums: Ints) -> Result:
    """Everything about these subjects but their places, from what they did and owed per (slot, subject)."""
    scheme = layout.scheme
    done, due = _of_columns(layout, done_sums), _of_columns(layout, due_sums)
    points, left_out = _cells(layout, done, due)
    items = _items(layout, points, left_out)
    categories = _categories(layout, items)

    weight = items.full.sum() - np.where(items.left_out, items.full[:, None], 0).sum(axis=0)
    scored = weight > 0
    before_bonus = rescaled(items.points.sum(axis=0), int(items.full.sum()), weight)
    bonus = np.zeros_like(before_bonus)
    if scheme.bonus and layout.months is None:
        earned = points[layout.bonus].sum(axis=0)
        bonus = np.minimum(earned, scaled(scheme.bonus.ceiling))
    total = np.where(scored, before_bonus + bonus, 0)
    uncapped, grade = _grades(layout, total, scored, done[layout.vetoes])
    return Result(
        plan=layout,
        subjects=subjects,
        done=done,
        due=due,
        points=points,
        left_out=left_out,
        item_points=items.points,
        item_full=items.full,
        item_left_out=items.left_out,
        category_points=categories.points,
        category_full=categories.full,
        category_left_out=categories.left_out,
        full=int(items.full.sum()),
        before_bonus=before_bonus,
        bonus=bonus,
        total=total,
        scored=scored,
        grade=grade,
        uncapped=uncapped,
        place=np.zeros_like(total),
    )


@dataclass(frozen=True)
class _Block:
    points: Ints
    full: Ints
    left_out: Flags


def _of_columns(layout: Plan, sums: Ints) -> Ints:
    """Sums per (column, subject) from those per slot; a sum below 0 counts as 0."""
    ends = np.array(layout.slots.columns, dtype=np.int64).reshape(-1, 2)
    start, stop = ends[:, 0], ends[:, 1]
    if (stop - start == 1).all():
        found = np.take(sums, start, axis=0)
    else:
        running = np.zeros((len(sums) + 1, sums.shape[1]), dtype=np.int64)
        np.cumsum(sums, axis=0, out=running[1:])
        found = running[stop] - running[start]
    return np.maximum(found, 0, out=found)


def _cells(layout: Plan, done: Ints, due: Ints) -> tuple[Ints, Flags]:
    """Points and whether left out, per (column, subject)."""
    points = np.zeros(done.shape, dtype=np.int64)
    for run in _runs(layout, _rule, "share"):
        full = np.array([column.full for column in layout.columns[run]], dtype=np.int64)[:, None]
        points[run] = share(*_wide_enough(int(full.max()), full, done[run], due[run]))
    for run in _runs(layout, _line, "bands"):
        line = _line_of(layout, run)
        largest = max(scaled(band.at_least) for band in line.bands)
        _, bands_done, bands_due = _wide_enough(max(UNIT, largest), done[run], done[run], due[run])
        points[run] = banded(line, bands_done, bands_due)
    for run in _runs(layout, _line, "count"):
        line = _line_of(layout, run)
        counted_done = _wide_enough(abs(scaled(line.each)) + 1, done[run], done[run], due[run])[1]
        points[run] = counted(line, counted_done)

    # Where nothing was due, a share and a band are nothing so far.
    nothing_due = due == 0
    left_out = np.zeros(done.shape, dtype=np.bool_)
    for run in _runs(layout, _idle, "skip"):
        left_out[run] = nothing_due[run]
    for run in _runs(layout, _line, "full"):
        points[run][nothing_due[run]] = layout.columns[run.start].full
    return points, left_out


def _wide_enough(factor: int, *arrays: Ints) -> tuple[Any, ...]:
    """The arrays, as Python's integers where factor × any of them could leave 64 bits."""
    bounds = ((int(array.max(initial=0)), int(array.min(initial=0))) for array in arrays)
    largest = max((max(most, -least) for most, least in bounds), default=0)
    if 4 * factor * (largest + 1) < _SAFE:
        return arrays
    return tuple(array.astype(object) for array in arrays)


def _rule(column: Column) -> str:
    return column.line.rule if isinstance(column.line, Line) else "veto"


def _idle(column: Column) -> str:
    return (column.line.idle or "") if isinstance(column.line, Line) else ""


def _line(column: Column) -> Line | Veto:
    return column.line


def _runs(layout: Plan, alike: Callable[[Column], object], word: str) -> Iterator[slice]:
    """Columns that stand together and are alike, of those whose rule or idle is the word."""
    for _same, group in groupby(enumerate(layout.columns), key=lambda pair: alike(pair[1])):
        columns = list(group)
        first = columns[0]
        if word in {_rule(first[1]), _idle(first[1])}:
            yield slice(first[0], first[0] + len(columns))


def _line_of(layout: Plan, run: slice) -> Line:
    line = layout.columns[run.start].line
    assert isinstance(line, Line)
    return line


def _items(layout: Plan, points: Ints, left_out: Flags) -> _Block:
    """Items from rounded cells, rescaled for cells left out, rounded to hundredths."""
    shape = (len(layout.items), points.shape[1])
    result = np.zeros(shape, dtype=np.int64)
    nothing = np.zeros(shape, dtype=np.bool_)
    fulls = np.array([column.full or 0 for column in layout.columns], dtype=np.int64)
    full = np.zeros(len(layout.items), dtype=np.int64)
    for i, cells in enumerate(layout.items):
        full[i] = fulls[cells].sum()
        # A cell left out has 0 points, so the sum is that of the cells that count.
        earned = points[cells].sum(axis=0)
        if not left_out[cells].any():
            result[i], nothing[i] = to_cents(earned), full[i] == 0
            continue
        weight = full[i] - np.where(left_out[cells], fulls[cells, None], 0).sum(axis=0)
        nothing[i] = weight == 0
        result[i] = rescaled(earned, int(full[i]), weight)
    return _Block(result, full, nothing)


def _categories(layout: Plan, items: _Block) -> _Block:
    """Sums of the items not left out, out of theirs."""
    full = np.where(items.left_out, 0, items.full[:, None])
    subjects = items.points.shape[1]

    def summed(array: Ints) -> Ints:
        sums = [array[part].sum(axis=0) for part in layout.categories]
        return np.array(sums, dtype=np.int64).reshape(len(sums), subjects)

    left_out = np.array([items.left_out[part].all(axis=0) for part in layout.categories], dtype=np.bool_)
    return _Block(summed(items.points), summed(full), left_out.reshape(len(layout.categories), subjects))


def _grades(layout: Plan, total: Ints, scored: Flags, vetoes: Ints) -> tuple[Ints, Ints]:
    """The grades' indices before and after vetoes; -1 where there is none or the year has not ended."""
    grades = layout.scheme.grades
    none = np.full(total.shape, -1, dtype=np.int64)
    if not layout.year_ended or not grades:
        return none, none
    uncapped = np.full(total.shape, len(grades) - 1, dtype=np.int64)
    for index in range(len(grades) - 1, -1, -1):
        uncapped[total >= scaled(grades[index].at_least)] = index
    capped = uncapped.copy()
    names = [grade.name for grade in grades]
    for veto, done in zip(layout.scheme.vetoes, vetoes, strict=True):
        capped = np.where(done > 0, np.maximum(capped, names.index(veto.cap)), capped)
    return np.where(scored, uncapped, -1), np.where(scored, capped, -1)

"""Whole numbers added into a dense table: one row for each subject, one column for each slot of the plan.

Subjects and slots are numbered without gaps, so a fact needs no search and no hash, only a plain add. Where the numbers
are small, done and due of a fact travel in one 64-bit number: done × 2³² + due. The sums come apart again exactly as long
as neither can reach 2³¹, which is watched; where they could, the addition is begun again with a number for each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xianfeng.assessment.layout import Plan
from xianfeng.assessment.results import Flags, Ints
from xianfeng.assessment.scheme import UNIT

from .words import InputError, say

MONTHS = 16
"""Codes of one measure: months 1 to 12, AFTER; 0 for what is unusable."""
AFTER = 13

_NARROW, _WIDE = 2**31, 2**62
_AT_ONCE = 1 << 14
"""How many rows are added at once: few enough that nothing in between is asked of the operating system anew."""
_UNUSABLE, _UNSEEN = -2, -1


class TooWide(Exception):
    """The numbers do not fit two to a word."""


@dataclass(frozen=True)
class Chunk:
    """Some facts as columns: each subject's number, the code (measure × MONTHS + month), done and due."""

    subject: npt.NDArray[np.integer]
    code: npt.NDArray[np.integer]
    done: npt.NDArray[np.integer]
    due: npt.NDArray[np.integer]

    def where(self, rows: slice | Ints | Flags) -> Chunk:
        """Some of the rows."""
        return Chunk(self.subject[rows], self.code[rows], self.done[rows], self.due[rows])


class Adder:
    """The sums of the subjects `first` to `first + count` of all, who are numbered from 0.

    `unit` is by how much done and due are to be multiplied to be ten-thousandths. `narrow`: two sums to a word.
    """

    def __init__(self, layout: Plan, first: int, count: int, *, unit: int, narrow: bool) -> None:
        slots = layout.slots
        self.slots, self.first, self.count, self.unit, self.narrow = slots.count, first, count, unit, narrow
        self.sums = np.zeros((1 if narrow else 2, count * slots.count), dtype=np.int64)
        self.named = np.zeros(count, dtype=np.bool_)
        self._at = np.full(MONTHS * (len(slots.measures) + 1), _UNUSABLE, dtype=np.int32)
        for measure, months in enumerate(slots.at, start=1):
            base = measure * MONTHS
            self._at[base + 1 : base + 13] = months[1:]
            self._at[base + AFTER] = _UNSEEN
        self._limit = 10**8 * UNIT // unit
        self._bound = 0

    def add(self, chunk: Chunk) -> tuple[int, int]:
        """Add some facts; how many of them are unusable, and how many good ones come after the day.

        Subjects outside the range are passed over, and so are facts in months that no column sees.
        """
        unusable = after = 0
        for at in range(0, len(chunk.code), _AT_ONCE):
            some = self._inside(chunk.where(slice(at, at + _AT_ONCE)))
            if len(some.code):
                found = self._add(some)
                unusable, after = unusable + found[0], after + found[1]
        return unusable, after

    def _add(self, chunk: Chunk) -> tuple[int, int]:
        subject, done, due = chunk.subject, chunk.done, chunk.due
        if self.first:
            subject = subject - self.first
        slot = self._at.take(chunk.code)
        least_done, least_due = int(done.min()), int(due.min())
        most = max(int(done.max()), int(due.max()))
        least = min(least_done, least_due)
        unusable = after = 0
        if least <= -self._limit or most >= self._limit or int(slot.min()) < 0:
            good = self.usable(chunk)
            unusable = len(good) - int(good.sum())
            after = int((good & (chunk.code % MONTHS == AFTER)).sum())
            self.named[subject] = True  # a row of no use still names its subject
            kept = good & (slot >= 0)
            subject, slot, done, due = subject[kept], slot[kept], done[kept], due[kept]
        self._watch(done, due, least < 0)
        where = np.multiply(subject, self.slots, dtype=np.int64)
        where += slot
        if self.narrow:
            both = done.astype(np.int64)
            both <<= 32
            both += due
            np.add.at(self.sums[0], where, both)
        else:
            np.add.at(self.sums[0], where, done.astype(np.int64, copy=False))
            np.add.at(self.sums[1], where, due.astype(np.int64, copy=False))
        if least < 0 or max(least_done, least_due) == 0:
            self.named[subject] = True  # where a sum may be nothing, it does not tell that there was a fact
        return unusable, after

    def usable(self, chunk: Chunk) -> Flags:
        """Which rows are facts, whether or not anything sees them."""
        within = _below(self._limit, chunk.done) & _below(self._limit, chunk.due)
        known: Flags = self._at[chunk.code] != _UNUSABLE
        return known & within

    def _inside(self, chunk: Chunk) -> Chunk:
        """The facts of subjects in the range."""
        subject = chunk.subject
        if not len(subject):
            return chunk
        least, most = int(subject.min()), int(subject.max())
        if least >= self.first and most < self.first + self.count:
            return chunk
        kept = np.flatnonzero((subject >= self.first) & (subject < self.first + self.count))
        return chunk.where(kept)

    def _watch(self, done: npt.NDArray[np.integer], due: npt.NDArray[np.integer], signs: bool) -> None:
        """No sum can be larger than the sum of all amounts without their signs."""
        if signs:
            done, due = np.abs(done), np.abs(due)
        self._bound += max(int(done.sum(dtype=np.int64)), int(due.sum(dtype=np.int64)))
        if self.narrow and self._bound >= _NARROW:
            raise TooWide
        if self._bound * self.unit >= _WIDE:
            raise InputError(say("sums_big"))

    @property
    def present(self) -> Flags:
        """Which subjects any row named."""
        told = (self.sums != 0).reshape(len(self.sums), self.count, self.slots).any(axis=(0, 2))
        present: Flags = self.named | told
        return present

    def block(self, rows: slice | Ints) -> tuple[Ints, Ints]:
        """done and due of some subjects, as (slots, subjects) of ten-thousandths."""
        return unpacked(self.sums.reshape(len(self.sums), self.count, self.slots)[:, rows], self.unit)


def unpacked(sums: Ints, unit: int) -> tuple[Ints, Ints]:
    """done and due as (slots, subjects) of ten-thousandths, from (1 or 2, subjects, slots)."""
    table = np.ascontiguousarray(sums.transpose(0, 2, 1))
    if len(table) == 2:
        done, due = table
    else:
        due = ((table[0] + _NARROW) & (2 * _NARROW - 1)) - _NARROW
        done = (table[0] - due) >> 32
    return (done, due) if unit == 1 else (done * unit, due * unit)


def _below(limit: int, amounts: npt.NDArray[np.integer]) -> Flags:
    within: Flags = (amounts < limit) & (amounts > -limit)
    return within

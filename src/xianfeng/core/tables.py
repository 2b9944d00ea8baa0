"""Finds the table in a sheet: which rows are headings, what each column means, which rows are people and which are not.

An importer declares its ``Field``s (headings they go by, and how a value of theirs looks); ``profile`` finds the heading row or
rows below titles and notes and guesses a field for each column; ``body`` gives the rows that count and says of every other row
why it was passed over. Nothing here knows what is imported.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xianfeng.core import cells
from xianfeng.core.sheets import Cell, Sheet

SEARCHED_ROWS = 60
"""Headings are looked for in so many rows from the top."""
SAMPLED_ROWS = 80
MAX_HEADING = 40
SURE, LIKELY, UNSURE = 0.95, 0.75, 0.5

_BRACKETS = re.compile(r"[(\[【〔<「].*?[)\]】〕>」]")
_SIGNS = re.compile(r"[\s*:;,.。、,\-—_/\\|\"'“”‘’★☆※#()\[\]【】]+")
_SUBTOTAL = re.compile(
    r"^(?:.{0,20})?(?:小计|合计|总计|共计|累计|总人数)(?:[:：]?\s*\d*\s*[人名个]?)?$|^(?:sub)?total$", re.I
)
_SIGNATURE = re.compile(
    r"^(?:填表|填报|制表|审核|审批|复核|经办|报送|统计|录入|负责|主管|单位负责)(?:人|单位|部门|日期|时间|负责人|领导)"
    r"|^(?:支部|党委|党支部|单位)?(?:书记|负责人|领导|党组织)?\s*[(（]?(?:签字|签名|签章|盖章|公章)"
    r"|^(?:填表|填报)?(?:说明|备注|附注|注意|注意事项|注)\s*[:：]"
    r"|[(（](?:签字|签名|签章|盖章|公章)[)）]"
)


@dataclass(frozen=True)
class Field:
    """One thing that a column can hold.

    headings: patterns that a heading, freed of blanks, brackets and signs, must match whole; the earlier the surer.
    looks: whether a value is of this kind; used to confirm a heading, or to find a column whose heading says nothing.
    alone: the values are so peculiar that they are enough without a heading.
    carries: merged downwards, the value of the first row holds for all.
    context: says where a row belongs but not that it is a row: a row with nothing else is passed over.
    """

    code: str
    label: str | Promise
    headings: tuple[str, ...]
    looks: Callable[[Cell], bool] | None = None
    alone: bool = False
    carries: bool = False
    context: bool = False
    required: bool = False

    def rank(self, heading: str) -> float:
        """How sure a heading, already normalised, is for this field; 0 when it does not match."""
        for place, pattern in enumerate(self.headings):
            if re.fullmatch(pattern, heading, re.I):
                return SURE - 0.05 * min(place, 4)
        return 0.0


@dataclass(frozen=True)
class Column:
    """A column of the sheet. index counts from 0; heading is as written, without white space."""

    index: int
    heading: str
    field: str | None
    confidence: float
    samples: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        """Whether the guess needs no second look."""
        return self.field is not None and self.confidence >= LIKELY

    @property
    def letter(self) -> str:
        """A, B … AA, as spreadsheets name columns."""
        return letters(self.index)


@dataclass(frozen=True)
class Profile:
    """A sheet and where its table is. heading_rows are row numbers, empty when the sheet begins with data."""

    sheet: Sheet
    heading_rows: tuple[int, ...]
    columns: tuple[Column, ...]

    @property
    def first_row(self) -> int:
        """The row number below the headings."""
        return self.heading_rows[-1] + 1 if self.heading_rows else 1

    @property
    def mapping(self) -> dict[str, int]:
        """Column index by field."""
        return {column.field: column.index for column in self.columns if column.field}

    def column(self, code: str) -> Column | None:
        """The column that holds a field."""
        return next((column for column in self.columns if column.field == code), None)

    @property
    def signature(self) -> str:
        """The same for every sheet with the same headings, so that a corrected mapping can be remembered."""
        return hashlib.sha256("\x1f".join(column.heading for column in self.columns).encode()).hexdigest()[
            :32
        ]

    def mapped(self, mapping: Mapping[int, str | None]) -> Profile:
        """The same with the columns in ``mapping`` (by index) decided; a field taken by hand leaves the column it was guessed for."""
        taken = {code for code in mapping.values() if code}
        columns = []
        for column in self.columns:
            if column.index in mapping:
                columns.append(replace(column, field=mapping[column.index], confidence=1.0))
            elif column.field in taken:
                columns.append(replace(column, field=None, confidence=0.0))
            else:
                columns.append(column)
        return replace(self, columns=tuple(columns))


@dataclass(frozen=True)
class BodyRow:
    """A row that counts: its number in the file and its cells, with merged ones filled down."""

    number: int
    cells: Sequence[Cell]
    section: str = ""
    """Text of the last row above that held nothing but one text: offices put the branch there."""

    def get(self, index: int | None) -> Cell:
        """The cell of a column, None when the row ends before it or there is no such column."""
        return self.cells[index] if index is not None and index < len(self.cells) else None


@dataclass(frozen=True)
class Skipped:
    """A row passed over and why."""

    number: int
    reason: str
    text: str


@dataclass
class Body:
    """The rows of a table."""

    rows: list[BodyRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


SKIP_REASONS: dict[str, str | Promise] = {
    "subtotal": _("subtotal"),
    "signature": _("signature or note"),
    "heading": _("repeated heading"),
    "section": _("heading of a section"),
    "nothing": _("nothing but a number"),
}


def letters(index: int) -> str:
    """The spreadsheet's name of a column, counted from 0."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def written(cell: Cell) -> str:
    """A heading as written, white space removed."""
    return re.sub(r"[\s\u200b\ufeff]+", "", cells.text(cell))


def normalized(heading: str) -> str:
    """A heading for comparing: width folded, remarks in brackets and signs removed."""
    folded = unicodedata.normalize("NFKC", heading)
    bare = _SIGNS.sub("", _BRACKETS.sub("", folded))
    return bare or _SIGNS.sub("", folded)


def profile(sheet: Sheet, fields: Sequence[Field]) -> Profile | None:
    """Where the table is in a sheet and what its columns mean; None when nothing in it looks like the table sought."""
    found = _heading_rows(sheet, fields)
    if found is None:
        return _without_headings(sheet, fields)
    rows, headings = found
    return Profile(sheet, rows, _columns(sheet, rows[-1], headings, fields))


def best(sheets: Iterable[Sheet], fields: Sequence[Field]) -> Profile | None:
    """The profile of the sheet that most resembles the table sought: visible before hidden, complete before partial, long before short."""
    required = {one.code for one in fields if one.required}
    profiles = [one for sheet in sheets if (one := profile(sheet, fields)) is not None]

    def worth(one: Profile) -> tuple[bool, int, bool, int]:
        known = set(one.mapping)
        size = len(one.sheet.rows) - len(one.heading_rows)
        return (
            one.sheet.visible,
            len(known & required),
            bool(one.heading_rows),
            min(size, 5) * 1000 + len(known),
        )

    return max(profiles, key=worth, default=None)


def _heading_rows(sheet: Sheet, fields: Sequence[Field]) -> tuple[tuple[int, ...], list[str]] | None:
    """Numbers of the heading rows and the heading of each column: the rows in which most fields are recognised."""
    chosen: tuple[tuple[int, ...], list[str]] | None = None
    most = (1, 0)
    required = [one for one in fields if one.required]
    heard: dict[str, str | None] = {"": None}
    top = min(len(sheet.rows), SEARCHED_ROWS)
    for first in range(top):
        if not any(cell is not None for cell in sheet.rows[first]):
            continue
        for depth in (1, 2, 3):
            if first + depth > len(sheet.rows) or (
                depth > 1 and not _may_be_heading(sheet.rows[first + depth - 1])
            ):
                break
            headings = _combined(sheet, first, depth, fields, heard)
            known = {code for heading in headings if (code := _recognised(heading, fields, heard))}
            # A title above adds nothing, so the fewest rows that tell the same are the headings.
            if (len(known), -depth) > most and any(one.code in known for one in required):
                most, chosen = (len(known), -depth), (tuple(range(first + 1, first + depth + 1)), headings)
    return chosen


def _recognised(heading: str, fields: Sequence[Field], heard: dict[str, str | None]) -> str | None:
    """The field a heading is for. ``heard`` keeps answers: the same words are looked at in several combinations."""
    if heading not in heard:
        # Dates and numbers of people are no headings; there are many of them among the rows looked at.
        name = normalized(heading) if sum(map(str.isdigit, heading)) < 7 else ""
        scored = max(
            ((one.rank(name), -place, one.code) for place, one in enumerate(fields)), default=(0.0, 0, "")
        )
        heard[heading] = scored[2] if name and scored[0] else None
    return heard[heading]


def _may_be_heading(row: Sequence[Cell]) -> bool:
    """Whether a row can be the lower part of a heading: short texts only."""
    filled = [cell for cell in row if cell is not None]
    return bool(filled) and all(
        isinstance(cell, str) and len(cell) <= MAX_HEADING and not _is_long_number(cell) for cell in filled
    )


def _is_long_number(text: str) -> bool:
    return sum(sign.isdigit() for sign in text) >= 4


def _combined(
    sheet: Sheet, first: int, depth: int, fields: Sequence[Field], heard: dict[str, str | None]
) -> list[str]:
    """Headings of ``depth`` rows put together: the lowest alone when it says enough, else with the one above, 入党 | 时间 → 入党时间."""
    rows = [sheet.rows[first + step] for step in range(depth)]
    width = max(len(row) for row in rows)
    if depth == 1:
        return [_short(written(row_cell)) for row_cell in rows[0]]
    spans = {
        (top, column): (top, left)
        for top, left, bottom, right in sheet.merges
        if first < top <= first + depth and bottom == top and right > left
        for column in range(left, right + 1)
    }
    levels: list[list[str]] = []
    for step, row in enumerate(rows):
        level = [_short(written(row[column])) if column < len(row) else "" for column in range(width)]
        if step < depth - 1:
            below = rows[step + 1]
            for column in range(1, width):
                if level[column]:
                    continue
                origin = spans.get((first + step + 1, column + 1))
                if origin is not None:
                    level[column] = level[origin[1] - 1]
                elif not sheet.merges and column < len(below) and below[column] is not None:
                    # Pasted text and CSV have lost their merged cells: the group's name stands over its first column only.
                    level[column] = level[column - 1]
        levels.append(level)
    headings = []
    for column in range(width):
        parts = [part for part in dict.fromkeys(level[column] for level in levels) if part]
        headings.append(_said(parts, fields, heard))
    return headings


def _said(parts: list[str], fields: Sequence[Field], heard: dict[str, str | None]) -> str:
    """The shortest run of parts, from the lowest up, that is recognised; all of them when none is."""
    for start in range(len(parts) - 1, -1, -1):
        together = "".join(parts[start:])
        if _recognised(together, fields, heard):
            return together
    return "".join(parts)


def _short(text: str) -> str:
    """Titles and notes are no headings."""
    return text if len(text) <= MAX_HEADING else ""


def _columns(
    sheet: Sheet, heading_row: int, headings: Sequence[str], fields: Sequence[Field]
) -> tuple[Column, ...]:
    """A field for each column: by heading, confirmed by values; then by values alone where they are peculiar."""
    sampled = sheet.rows[heading_row : heading_row + SAMPLED_ROWS]
    width = max([len(headings), *(len(row) for row in sampled)]) if sampled else len(headings)
    values = [
        [row[column] for row in sampled if column < len(row) and row[column] is not None]
        for column in range(width)
    ]
    claims: list[tuple[float, int, int, str]] = []
    for column in range(width):
        name = normalized(headings[column]) if column < len(headings) else ""
        for place, one in enumerate(fields):
            rank = one.rank(name) if name else 0.0
            share = _share(one, values[column]) if rank or one.alone else None
            if rank and share is not None and share < 0.3:
                rank = min(rank, UNSURE)
            elif rank and one.alone and share is not None and share >= 0.5:
                # Values as peculiar as these decide between two fields that go by the same word.
                rank = 1.0
            elif not rank and one.alone and share is not None and share > 0.8 and len(values[column]) > 1:
                rank = UNSURE + 0.1
            if rank:
                claims.append((rank, -column, -place, one.code))
    decided: dict[int, tuple[str, float]] = {}
    taken: set[str] = set()
    for rank, minus_column, _place, code in sorted(claims, reverse=True):
        if -minus_column not in decided and code not in taken:
            decided[-minus_column] = (code, rank)
            taken.add(code)
    columns = []
    for column in range(width):
        heading = headings[column] if column < len(headings) else ""
        if not heading and not values[column]:
            continue
        found = decided.get(column)
        columns.append(
            Column(
                column,
                heading or letters(column),
                found[0] if found else None,
                found[1] if found else 0.0,
                _samples(values[column]),
            )
        )
    return tuple(columns)


def _share(one: Field, values: Sequence[Cell]) -> float | None:
    """Which part of the values looks like the field; None when it cannot be told."""
    if one.looks is None or not values:
        return None
    told = [value for value in values if not cells.is_nothing(value)]
    return sum(1 for value in told if one.looks(value)) / len(told) if told else None


def _samples(values: Sequence[Cell]) -> tuple[str, ...]:
    """The first three different values as they would be shown."""
    return tuple(dict.fromkeys(cells.text(value)[:40] for value in values if not cells.is_nothing(value)))[:3]


def _without_headings(sheet: Sheet, fields: Sequence[Field]) -> Profile | None:
    """A sheet that begins with data: columns told by values alone, if the required ones can be."""
    rows = [row for row in sheet.rows[:SAMPLED_ROWS] if any(cell is not None for cell in row)]
    if not rows:
        return None
    width = max(len(row) for row in rows)
    taken: set[str] = set()
    columns = []
    for column in range(width):
        values = [row[column] for row in rows if column < len(row) and row[column] is not None]
        scored = [
            (share, -place, one.code)
            for place, one in enumerate(fields)
            if one.code not in taken and (share := _share(one, values) or 0) > 0.7
        ]
        code = max(scored)[2] if scored else None
        if code:
            taken.add(code)
        columns.append(Column(column, letters(column), code, UNSURE if code else 0.0, _samples(values)))
    if not all(one.code in taken for one in fields if one.required):
        return None
    return Profile(sheet, (), tuple(columns))


def body(found: Profile, fields: Sequence[Field], *, keys: Collection[str]) -> Body:
    """The rows below the headings that count.

    keys are the fields that make a row one (name, ID number): a subtotal or a signature never has a number of ten digits in one.
    """
    by_code = {one.code: one for one in fields}
    mapping = found.mapping
    key_columns = [mapping[code] for code in keys if code in mapping]
    telling = [column.index for column in found.columns if column.field and not by_code[column.field].context]
    headings = {column.index: cells.folded(column.heading) for column in found.columns}
    filled = _carried(found, [mapping[one.code] for one in fields if one.carries and one.code in mapping])
    result = Body()
    section = ""
    for number, row in enumerate(found.sheet.rows[found.first_row - 1 :], found.first_row):
        texts = [(index, cells.text(cell)) for index, cell in enumerate(row) if cell is not None]
        texts = [(index, text) for index, text in texts if text]
        if not texts:
            continue
        whole = " ".join(text for _, text in texts)[:80]
        has_key = any(index in key_columns and sum(map(str.isdigit, text)) >= 10 for index, text in texts)
        if not has_key:
            reason = _reason_to_skip(texts, headings, telling)
            if reason is not None:
                if reason == "section":
                    section = texts[0][1]
                result.skipped.append(Skipped(number, reason, whole))
                continue
        if number in filled:
            held = list(row)
            for index, value in filled[number].items():
                held.extend([None] * (index + 1 - len(held)))
                held[index] = value
            row = held  # noqa: PLW2901
        result.rows.append(BodyRow(number, row, section))
    return result


def _reason_to_skip(
    texts: list[tuple[int, str]], headings: Mapping[int, str], telling: Sequence[int]
) -> str | None:
    if any(_SUBTOTAL.match(cells.folded(text)) for _, text in texts):
        return "subtotal"
    if any(_SIGNATURE.search(cells.folded(text)) for _, text in texts) and len(texts) <= 6:
        return "signature"
    same = sum(1 for index, text in texts if headings.get(index) == cells.folded(text))
    if same >= 2 and same * 2 >= len(texts):
        return "heading"
    if not any(index in telling for index, _ in texts) or (len(texts) == 1 and len(texts[0][1]) > 6):
        return "section" if len(texts) == 1 and not texts[0][1].isdigit() else "nothing"
    return None


def _carried(found: Profile, columns: Collection[int]) -> dict[int, dict[int, Cell]]:
    """Values that merged cells lend to the rows below their first, by row number and column index."""
    lent: dict[int, dict[int, Cell]] = {}
    for top, left, bottom, _right in found.sheet.merges:
        if bottom == top or left - 1 not in columns or top < found.first_row:
            continue
        origin = found.sheet.rows[top - 1] if top <= len(found.sheet.rows) else []
        value = origin[left - 1] if left <= len(origin) else None
        for number in range(top + 1, min(bottom, len(found.sheet.rows)) + 1):
            lent.setdefault(number, {})[left - 1] = value
    return lent

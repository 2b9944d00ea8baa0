"""Scores as Arrow tables: the rows of `results.HEADER`, for many subjects at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from xianfeng.assessment.results import Ints, Result, Table, tabled

AMOUNT = pa.decimal128(18, 4)
SCHEMA = pa.schema(
    [
        ("subject", pa.string()), ("level", pa.string()), ("code", pa.string()), ("period", pa.string()),
        ("done", AMOUNT), ("due", AMOUNT), ("points", AMOUNT), ("full", AMOUNT),
        ("left_out", pa.bool_()), ("grade", pa.string()), ("place", pa.int64()),
    ]
)  # fmt: skip
"""Of Parquet files. Empty cells of the CSV file are null."""


def arrow(result: Result, subjects: Any, level: str) -> Any:
    """The rows of a result as a table of SCHEMA; `subjects` are their names as an array of texts, in order."""
    table = tabled(result, level)
    heads = len(table.heads)
    count = len(result.subjects)
    names = subjects if heads == 1 else subjects.take(column(np.repeat(np.arange(count), heads)))

    def words(at: int) -> Any:
        known, where = _coded([head[at] for head in table.heads])
        coded = pa.DictionaryArray.from_arrays(column(np.tile(where, count)), texts(known))
        return coded.cast(pa.string())

    grades = texts([grade.name for grade in result.scheme.grades])
    last = np.arange(1, count + 1) * heads - 1  # the total is a subject's last row
    grade, place = np.zeros(count * heads, dtype=np.int64), np.zeros(count * heads, dtype=np.int64)
    graded, placed = np.zeros(count * heads, dtype=np.bool_), np.zeros(count * heads, dtype=np.bool_)
    grade[last], graded[last] = np.maximum(result.grade, 0), result.grade >= 0
    place[last], placed[last] = result.place, result.place > 0
    return pa.table(
        [
            names,
            *(words(at) for at in range(3)),
            _amounts(table, table.done, table.is_cell),
            _amounts(table, table.due, table.is_cell),
            _amounts(table, table.points, table.has_points),
            _amounts(table, table.full, table.has_full),
            pa.Array.from_buffers(pa.bool_(), count * heads, [None, _bits(table.left_out.T.reshape(-1))]),
            grades.take(column(grade, graded)),
            column(place, placed),
        ],
        schema=SCHEMA,
    )


def _coded(words: Sequence[str]) -> tuple[list[str], Any]:
    known = list(dict.fromkeys(words))
    at = {word: index for index, word in enumerate(known)}
    return known, np.array([at[word] for word in words], dtype=np.int32)


def _amounts(table: Table, values: Ints, there: Any) -> Any:
    """(heads, subjects) of ten-thousandths as a column of decimals, subject after subject."""
    return decimals(values.T.reshape(-1), np.broadcast_to(there, values.shape).T.reshape(-1))


def decimals(values: Ints, there: Any) -> Any:
    """Ten-thousandths as decimals; null where there is none."""
    words = np.empty((len(values), 2), dtype=np.int64)
    words[:, 0] = values
    words[:, 1] = values >> 63
    return pa.Array.from_buffers(AMOUNT, len(values), [_bits(there), pa.py_buffer(words)])


def column(values: Any, there: Any = None) -> Any:
    """Whole numbers as they lie in memory, null where there is none.

    Neither this nor `texts` asks pyarrow to look at Python values, for which it would load pandas where there is one.
    """
    validity = None if there is None else _bits(there)
    data = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [validity, data])


def texts(words: Sequence[str]) -> Any:
    """Texts as a column."""
    parts = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, parts)], dtype=np.int32)
    return pa.Array.from_buffers(
        pa.string(), len(parts), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
    )


def _bits(flags: Any) -> Any:
    return pa.py_buffer(np.packbits(flags, bitorder="little"))


@contextmanager
def writer(path: Path, as_csv: bool) -> Iterator[Callable[[Any], None]]:
    """A function that appends a table of SCHEMA to a file. The same tables give the same bytes."""
    if as_csv:
        text = pa.schema([(name, pa.string()) for name in SCHEMA.names])
        with path.open("wb") as file:
            file.write((",".join(SCHEMA.names) + "\n").encode())
            options = pa_csv.WriteOptions(include_header=False, quoting_style="needed")
            with pa_csv.CSVWriter(file, text, write_options=options) as out:
                yield lambda table: out.write_table(as_text(table))
    else:
        repeated = [name for name in SCHEMA.names if name not in {"subject", "left_out"}]
        with pq.ParquetWriter(
            path, SCHEMA, compression="zstd", use_dictionary=repeated, store_decimal_as_integer=True
        ) as out:
            yield out.write_table


def as_text(table: Any) -> Any:
    """The same table as the CSV file has it: two places where that says all, four on cells."""
    cells = pc.equal(table["level"], "cell")

    def shown(name: str, always_four: bool) -> Any:
        four = table[name].cast(pa.string())
        if always_four:
            return four
        ends = pc.equal(pc.utf8_slice_codeunits(four, -2), "00")
        short = pc.utf8_slice_codeunits(four, 0, -2)
        return pc.if_else(pc.and_(ends, pc.invert(cells)), short, four)

    columns = {name: table[name] for name in table.column_names}
    for name in ("done", "due"):
        columns[name] = shown(name, True)
    for name in ("points", "full"):
        columns[name] = shown(name, False)
    columns["left_out"] = table["left_out"].cast(pa.string())
    columns["place"] = table["place"].cast(pa.string())
    return pa.table({name: pc.fill_null(column, "") for name, column in columns.items()})

"""One machine: DuckDB reads the files and gives every subject a number, numpy adds.

A CSV file is first read into Parquet beside the output, typed and checked, so that every pass is as quick. Where the table
of all subjects would not fit into the memory allowed, the facts are read once for each range of subjects.
"""

from __future__ import annotations

import os
from calendar import isleap
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xianfeng.assessment.layout import Plan
from xianfeng.assessment.results import Flags, Ints, Result
from xianfeng.assessment.scheme import UNIT
from xianfeng.assessment.scoring import assess, places

from . import tables
from .adding import AFTER, MONTHS, Adder, Chunk, TooWide, unpacked
from .request import Request, Summary
from .sources import COLUMNS, DUCKDB, FAULTS, ROW_SHORT, Conditions, Kind, Source, heading
from .words import InputError, say, template

_CHUNK = 1 << 16
_AHEAD = 8
_GROUP = 1 << 21
"""Rows of a Parquet file that are read at once at most."""
_CELLS = 1 << 18
"""How many cells are assessed at once: so that what is in between stays near the processor."""
_ITSELF = 220 << 20
"""Bytes of the program itself, with its libraries."""
_ASSESSED = 110 << 20
"""Bytes of what is being assessed, and written."""
_TOTALS = 30
"""Bytes for each subject's total, grade and place."""
_SHOWN = 20


@dataclass
class _Run:
    """One run: its connection, what is asked, and what is counted on the way."""

    con: Any
    request: Request
    summary: Summary

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of an answer."""
        found: list[tuple[Any, ...]] = self.con.execute(sql).fetchall()
        return found

    def number(self, sql: str) -> int:
        """An answer that is one number."""
        return int(self.ask(sql)[0][0])


def run(request: Request) -> Summary:
    """Score the files of a request. Raises InputError when they cannot be used."""
    con = _connect(request)
    this = _Run(con, request, Summary())
    try:
        facts = _staged(this) if request.facts.is_csv else _typed(this)
        this.summary.rows += facts.rows
        people = _people(this, facts)
        table, found = _added(this, facts, people)
        _refuse(this, facts)
        _write(this, table, people, _ranked(people, found))
    except duckdb.Error as error:
        raise InputError(f"{request.facts.root}: {str(error).strip().splitlines()[0]}") from error
    finally:
        con.close()
    return this.summary


def _connect(request: Request) -> Any:
    con = duckdb.connect(":memory:")
    for setting in (
        "preserve_insertion_order = false",
        "autoinstall_known_extensions = false",
        f"memory_limit = '{_duckdb_bytes(request.memory)}B'",
        f"temp_directory = {DUCKDB.text(str(request.work))}",
        f"threads = {os.cpu_count() or 1}",
    ):
        con.execute(f"SET {setting}")
    return con


# Reading


@dataclass(frozen=True)
class _Facts:
    """Rows as SQL: the table, and expressions for subject, code, done and due; `unit` makes amounts ten-thousandths.

    `is_plain`: Parquet of dates, texts and whole numbers, which needs no SQL at all when subjects are their own numbers.
    """

    table: str
    rows: int
    subject: str
    is_whole: bool
    code: str
    done: str
    due: str
    unit: int
    fault: str
    is_plain: bool = False


def _typed(run: _Run) -> _Facts:
    """Parquet files as they are."""
    request = run.request
    files = ", ".join(DUCKDB.text(str(file)) for file in request.facts.files)
    is_partitioned = any(request.facts.partition(file) for file in request.facts.files)
    table = (
        f"read_parquet([{files}], union_by_name = true, filename = true, file_row_number = true, "
        f"hive_partitioning = {str(is_partitioned).lower()}, hive_types_autocast = false)"
    )
    types = {name: str(kind) for name, kind, *_ in run.ask(f"DESCRIBE SELECT * FROM {table}")}
    kinds, scales, is_quick = _kinds(request.facts, types)
    conditions = Conditions(kinds, scales, request.scheme.measures, request.scheme.year, DUCKDB)
    rows = run.number(f"SELECT count(*) FROM {table}")
    code, year = _code(conditions, request), request.scheme.year
    within = f"{conditions.day} BETWEEN DATE '{year}-01-01' AND DATE '{year}-12-31'"
    code = f"CASE WHEN {within} THEN {code} ELSE 0 END"
    unit = UNIT if kinds["done"] == kinds["due"] == "whole" else 1
    if is_quick:
        # Amounts out of bounds are seen when they are added.
        amounts = [
            f"COALESCE({name}, {10**8})" if unit == UNIT else
            f"CAST(COALESCE({name}, {10**8}) * 10000 AS BIGINT)"
            for name in ("done", "due")
        ]  # fmt: skip
    else:
        code = f"CASE WHEN {conditions.fault} = 0 THEN {code} ELSE 0 END"
        amounts = [
            f"CASE WHEN {conditions.amount(name).fault} IS NULL THEN {conditions.amount(name).value} ELSE 0 END"
            for name in ("done", "due")
        ]
        unit = 1
    is_whole = kinds["subject"] == "whole"
    subject = "subject" if is_whole else conditions.subject
    done, due = amounts
    is_plain = is_whole and unit == UNIT and kinds["day"] == "day" and not is_partitioned
    return _Facts(table, rows, subject, is_whole, code, done, due, unit, conditions.fault, is_plain)


def _kinds(source: Source, types: dict[str, str]) -> tuple[dict[str, Kind], dict[str, int], bool]:
    """What each column holds, decimals' places, and whether amounts need no look one by one."""
    kinds: dict[str, Kind] = {}
    scales: dict[str, int] = {}
    is_quick = True
    for name in COLUMNS:
        if name not in types:
            raise InputError(f"{source.root}: {say('column_missing', value=name)}")
        kind = types[name]
        if kind == "VARCHAR" or kind.startswith("ENUM"):
            kinds[name] = "text"
        elif kind == "DATE" and name == "day":
            kinds[name] = "day"
        elif kind in {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}:
            kinds[name] = "whole"
        elif kind.startswith("DECIMAL") and name in {"done", "due"}:
            width, scale = map(int, kind[8:-1].split(","))
            kinds[name], scales[name] = "decimal", scale
            is_quick = is_quick and width <= 14 and scale <= 4
        allowed = {"measure": ("text",), "subject": ("text", "whole"), "day": ("text", "day")}
        if kinds.get(name) not in allowed.get(name, ("text", "whole", "decimal")):
            raise InputError(f"{source.root}: {say('column_type', column=name, value=kind)}")
        is_quick = is_quick and not (name in {"done", "due"} and kinds[name] == "text")
    return kinds, scales, is_quick


def _code(conditions: Conditions, request: Request) -> str:
    """The measure and the month as one number, of a row whose day is in the year."""
    month = f"month({conditions.day})"
    if request.as_of.month < 12 or request.as_of.day < 31 or request.as_of.year < request.scheme.year:
        month = f"CASE WHEN {conditions.day} > DATE '{request.as_of}' THEN {AFTER} ELSE {month} END"
    return f"CAST({conditions.measure} * {MONTHS} + {month} AS SMALLINT)"


def _staged(run: _Run) -> _Facts:
    """CSV files, read and checked once, into Parquet."""
    request = run.request
    kinds: dict[str, Kind] = dict.fromkeys(COLUMNS, "text")
    conditions = Conditions(kinds, {}, request.scheme.measures, request.scheme.year, DUCKDB)
    stage = request.work / "stage"
    stage.mkdir()
    run.ask("SET preserve_insertion_order = true")  # for the rows' numbers
    for number, file in enumerate(request.facts.files):
        _stage(run, conditions, file, stage / f"{number:06d}.parquet")
        request.progress(0.5 * (number + 1) / len(request.facts.files))
    run.ask("SET preserve_insertion_order = false")
    table = f"read_parquet({DUCKDB.text(str(stage / '*.parquet'))})"
    rows = run.number(f"SELECT count(*) FROM {table}")
    return _Facts(table, rows, "subject", False, "code", "amount_done", "amount_due", 1, "fault")


def _stage(run: _Run, conditions: Conditions, file: Path, target: Path) -> None:
    """Read one CSV file; rows with a wrong number of fields go to the table `short`."""
    request = run.request
    given = request.facts.partition(file)
    names = heading(file, COLUMNS, tuple(given))
    columns = ", ".join(f"{DUCKDB.text(name)}: 'VARCHAR'" for name in names)
    constants = [
        f"{DUCKDB.text(given[name])} AS {name}" for name in COLUMNS if name in given and name not in names
    ]
    select = ", ".join([*(name for name in COLUMNS if name in names), *constants])
    raw = ", ".join(f"CASE WHEN fault > 0 THEN {name} END AS {name}" for name in COLUMNS if name != "subject")
    amounts = ", ".join(
        f"CASE WHEN fault = 0 THEN {conditions.amount(name).value} ELSE 0 END AS amount_{name}"
        for name in ("done", "due")
    )
    for table in ("reject_errors", "reject_scans"):
        run.ask(f"DROP TABLE IF EXISTS {table}")
    run.ask(
        f"""COPY (
            SELECT {DUCKDB.text(str(file))} AS filename, number, fault, {raw}, {amounts},
                NULLIF({conditions.subject}, '') AS subject,
                CASE WHEN fault = 0 THEN {_code(conditions, request)} ELSE 0 END AS code
            FROM (
                SELECT *, {conditions.fault} AS fault FROM (
                    SELECT {select}, row_number() OVER () AS number
                    FROM read_csv({DUCKDB.text(str(file))}, header = true, delim = ',', quote = '"', escape = '"',
                        auto_detect = false, columns = {{{columns}}}, ignore_errors = true, store_rejects = true)
                ) WHERE NOT ({" AND ".join(f"{name} IS NULL" for name in COLUMNS if name in names)})
            )
        ) TO {DUCKDB.text(str(target))} (FORMAT parquet)"""
    )
    rejects = run.ask(
        "SELECT DISTINCT line, error_type::VARCHAR, trim(csv_line, chr(10) || chr(13)) FROM reject_errors ORDER BY line"
    )
    if any(kind == "INVALID ENCODING" for _line, kind, _text in rejects):
        raise InputError(f"{file}: {say('file_text')}")
    # Lines count on where rows with a wrong number of fields were passed over.
    run.ask("CREATE TABLE IF NOT EXISTS short (filename VARCHAR, line BIGINT, passed BIGINT, text VARCHAR)")
    for passed, (line, _kind, text) in enumerate(rejects):
        run.con.execute("INSERT INTO short VALUES (?, ?, ?, ?)", [str(file), line, line - 2 - passed, text])
    run.summary.rows += len(rejects)


# Who


@dataclass(frozen=True)
class _People:
    """Everyone who may be scored, numbered from 0 in the order of the numbers. `first`: they are whole numbers from there
    on, without gaps worth a search; None: their names stand in the table `coded`."""

    count: int
    first: int | None


def _people(run: _Run, facts: _Facts) -> _People:
    listed = run.request.listed
    if facts.is_whole and listed is None:
        least, most = run.ask(f"SELECT min({facts.subject}), max({facts.subject}) FROM {facts.table}")[0]
        if least is None:
            return _People(0, 0)
        span = most - least + 1
        if least >= 0 and span <= max(4 * facts.rows, 1 << 16):
            return _People(span, least)
    if listed is None:
        # The order of the names is that of their code points, as everywhere.
        run.ask(
            f"""CREATE TEMP TABLE coded AS
            SELECT subject, CAST(row_number() OVER (ORDER BY subject) - 1 AS INTEGER) AS number
            FROM (SELECT DISTINCT {facts.subject}::VARCHAR AS subject FROM {facts.table}) WHERE subject <> ''"""
        )
    else:
        names = sorted(set(listed))
        given = pa.table({"subject": names, "number": pa.array(np.arange(len(names), dtype=np.int32))})
        run.con.register("given", given.cast(pa.schema([("subject", pa.string()), ("number", pa.int32())])))
        run.ask("CREATE TEMP TABLE coded AS SELECT subject, number FROM given")
    return _People(run.number("SELECT count(*) FROM coded"), None)


# Adding


@dataclass
class _Table:
    """Everybody's sums, as (parts, subjects, slots): in memory, or in files (one for each part) where ranges of subjects
    were added one after the other."""

    layout: Plan
    unit: int
    count: int
    sums: Ints | None = None
    files: tuple[Path, ...] = ()

    def block(self, rows: Ints) -> tuple[Ints, Ints]:
        """done and due of some subjects, as (slots, subjects)."""
        if self.sums is not None:
            return unpacked(self.sums[:, rows], self.unit)
        # Mapped anew each time, so that only these rows are in memory.
        shape = (self.count, self.layout.slots.count)
        parts = [np.memmap(file, np.int64, "r", shape=shape)[rows] for file in self.files]
        return unpacked(np.stack(parts), self.unit)


@dataclass(frozen=True)
class _Totals:
    """Of some subjects, by their numbers."""

    numbers: Ints
    full: int
    total: Ints
    scored: Flags
    grade: Ints


def _added(run: _Run, facts: _Facts, people: _People) -> tuple[_Table, list[_Totals]]:
    """The sums of everybody who is scored, and what they come to."""
    summary = run.summary
    for narrow in (True, False):
        try:
            return _passes(run, facts, people, narrow)
        except TooWide:
            summary.after = summary.unlisted = 0
            summary.refused.pop(0, None)
    raise AssertionError("wide sums are refused, not begun again")


def _passes(run: _Run, facts: _Facts, people: _People, narrow: bool) -> tuple[_Table, list[_Totals]]:
    request = run.request
    layout, parts = request.plan, 1 if narrow else 2
    slots = layout.slots.count
    size = max(1, min(people.count, _table_bytes(request.memory, people.count) // max(8 * parts * slots, 1)))
    ranges = range(0, people.count, size)
    table = _Table(layout, facts.unit, people.count)
    if len(ranges) > 1 and request.level != "total":
        table.files = tuple(request.work / f"sums.{part}" for part in range(parts))
        for file in table.files:
            file.write_bytes(b"")
    found = []
    for turn, first in enumerate(ranges):
        adder = Adder(layout, first, min(size, people.count - first), unit=facts.unit, narrow=narrow)
        before = 0.5 if request.facts.is_csv else 0.0

        def progress(share: float, turn: int = turn, before: float = before) -> None:
            request.progress(before + (0.8 - before) * (turn + share) / len(ranges))

        _add(run, facts, people, adder, progress)
        inside = np.arange(adder.count) if request.listed is not None else np.flatnonzero(adder.present)
        sums = adder.sums.reshape(parts, adder.count, slots)
        part = _Table(layout, facts.unit, adder.count, sums)
        found.append(replace(_judged(part, inside), numbers=inside + first))
        for at, file in enumerate(table.files):
            with file.open("ab") as out:
                sums[at].tofile(out)
        if len(ranges) == 1:
            table = part
    return table, found


def _add(run: _Run, facts: _Facts, people: _People, adder: Adder, progress: Callable[[float], None]) -> None:
    """One pass over all facts; what is counted is counted in the first one."""
    summary = run.summary
    done = 0
    for chunk, others, nameless in _chunks(run, facts, people):
        if not adder.first:
            usable = adder.usable(others)
            summary.refused[0] += nameless + len(usable) - int(usable.sum())
            summary.unlisted += int(usable.sum())
        bad, after = adder.add(chunk)
        summary.refused[0] += bad
        summary.after += after
        done += len(chunk.code)
        progress(min(done / max(facts.rows, 1), 1))


def _table_bytes(memory: int, people: int) -> int:
    """How much of what is allowed the table may take: what is left by DuckDB, by what is being assessed, and by totals."""
    return max(memory - _duckdb_bytes(memory) - _ITSELF - _ASSESSED - _TOTALS * people, 16 << 20)


def _duckdb_bytes(memory: int) -> int:
    return max(memory // 4, 96 << 20)


def _plain(run: _Run, first: int) -> Iterator[tuple[Chunk, Chunk, int]]:
    """The same as `_chunks`, straight from the files' columns: dictionaries and days become codes by looking them up."""
    request = run.request
    year = request.scheme.year
    known = {measure: at * MONTHS for at, measure in enumerate(request.scheme.measures, start=1)}
    days = [date(year, 1, 1) + timedelta(days=at) for at in range(365 + isleap(year))]
    # Before the year, its days, after it.
    months = np.array([0, *(AFTER if day > request.as_of else day.month for day in days), 0], dtype=np.int16)
    before = (days[0] - date(1970, 1, 1)).days - 1
    nobody = Chunk(*[np.zeros(0, dtype=np.int64)] * 4)
    for rows in _row_groups(request.facts.files):
        missing = {name: rows.column(name).null_count for name in COLUMNS}
        nameless = missing["subject"]
        batch = rows.filter(rows.column("subject").is_valid()) if nameless else rows
        measure, day = batch.column("measure"), batch.column("day")
        bases = np.array(
            [known.get((word or "").strip(), 0) for word in measure.dictionary.to_pylist()] + [0], np.int16
        )
        which = measure.indices.fill_null(len(bases) - 1) if missing["measure"] else measure.indices
        day = day.view(pa.int32())
        day = day.fill_null(before) if missing["day"] else day
        code = bases[np.from_dlpack(which)]
        offset = np.clip(np.from_dlpack(day), before, before + len(months) - 1) - before
        month = months[offset]
        code = code + month if not (month == 0).any() else np.where(month > 0, code + month, 0)
        amounts = [batch.column(name) for name in ("done", "due")]
        numbers: list[Any] = [np.from_dlpack(a.fill_null(10**8) if a.null_count else a) for a in amounts]
        subject: Any = np.from_dlpack(batch.column("subject"))
        yield Chunk(subject - first, code, *numbers), nobody, nameless


def _row_groups(files: Sequence[Path]) -> Iterator[Any]:
    """The five columns, a piece of a file at a time."""
    for name in files:
        file = pq.ParquetFile(name, read_dictionary=["measure"])
        for group in range(file.num_row_groups):
            if file.metadata.row_group(group).num_rows <= _GROUP:
                yield from file.read_row_group(group, columns=list(COLUMNS), use_threads=False).to_batches()
            else:
                yield from file.iter_batches(_CHUNK, [group], list(COLUMNS), use_threads=False)


def _chunks(run: _Run, facts: _Facts, people: _People) -> Iterator[tuple[Chunk, Chunk, int]]:
    """The facts in pieces: those of people, those of people who are not listed, and how many rows name nobody."""
    if facts.is_plain and people.first is not None:
        yield from _ahead(_plain(run, people.first))
        return
    rows = f"SELECT {facts.subject} AS who, {facts.code} AS c, {facts.done} AS d, {facts.due} AS o FROM {facts.table}"
    if people.first is None:
        rows = (
            f"SELECT COALESCE(coded.number, CASE WHEN who IS NULL THEN NULL ELSE -1 END), c, d, o "
            f"FROM ({rows.replace(' AS who', '::VARCHAR AS who', 1)}) LEFT JOIN coded ON who = coded.subject"
        )
    for batch in _ahead(run.con.sql(rows).to_arrow_reader(_CHUNK)):
        columns = [batch.column(at) for at in range(4)]
        nameless = columns[0].null_count
        if nameless:
            there = columns[0].is_valid()
            columns = [column.filter(there) for column in columns]
        arrays: list[Any] = [np.from_dlpack(column) for column in columns]
        chunk = Chunk(*arrays)
        if people.first:
            chunk = Chunk(chunk.subject - people.first, chunk.code, chunk.done, chunk.due)
        others = chunk.where(slice(0, 0))
        if people.first is None and len(chunk.subject) and int(chunk.subject.min()) < 0:
            listed = chunk.subject >= 0
            chunk, others = chunk.where(listed), chunk.where(~listed)
        yield chunk, others, nameless


def _ahead(batches: Iterator[Any]) -> Iterator[Any]:
    """The same, while the next ones are being read by another thread, which ends when nobody listens any more."""
    read: Queue[Any] = Queue(_AHEAD)
    gone = Event()
    end = object()

    def fetch() -> None:
        try:
            for batch in batches:
                read.put(batch)
                if gone.is_set():
                    return
            read.put(end)
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            read.put(error)

    thread = Thread(target=fetch, daemon=True)
    thread.start()
    try:
        while (found := read.get()) is not end:
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        gone.set()
        while thread.is_alive():
            with suppress(Empty):
                read.get(timeout=0.01)


# Unusable rows


def _refuse(run: _Run, facts: _Facts) -> None:
    """List the rows that could not be used; raises InputError when none may be left out."""
    request, summary = run.request, run.summary
    found = summary.refused.pop(0, 0)
    parts = []
    if found:
        parts.append(_unusable(request, facts))
    if request.facts.is_csv:
        nothing = ", ".join(f"NULL AS {name}" for name in COLUMNS)
        parts.append(f"SELECT filename, line, {nothing}, {ROW_SHORT} AS fault, text AS value FROM short")
    if not parts:
        return
    columns, reasons = (
        f"CASE fault {' '.join(f'WHEN {at} THEN {value}' for at, value in enumerate(values))} END"
        for values in (
            [DUCKDB.text(column) for column, _key in FAULTS],
            [f"replace({DUCKDB.text(template(key))}, '{{value}}', value)" for _column, key in FAULTS],
        )
    )
    run.ask(
        f"""CREATE TEMP TABLE refused AS SELECT filename AS file, * EXCLUDE (filename, fault, value), fault,
            {columns} AS "column", {reasons} AS reason FROM ({" UNION ALL BY NAME ".join(parts)})"""
    )
    told = run.ask("SELECT fault, count(*) FROM refused GROUP BY fault")
    summary.refused.update(dict(told))
    if summary.refused.total() != found + summary.refused[ROW_SHORT]:
        raise AssertionError(f"{found} rows were left out, but {dict(told)} can be given a reason")
    if not told:
        return
    order = "FROM refused ORDER BY file, line"
    if request.strict:
        shown = run.ask(f'SELECT file, line, "column", reason {order} LIMIT {_SHOWN}')
        lines = [
            f"{file}:{line}:{f' {column}:' if column else ''} {reason}"
            for file, line, column, reason in shown
        ]
        more = summary.refused.total() - len(shown)
        raise InputError(*lines, *([say("more", value=more)] if more else []))
    run.ask(
        f'COPY (SELECT file, line, {", ".join(COLUMNS)}, "column", reason {order}) '
        f"TO {DUCKDB.text(str(request.refused))} (FORMAT csv, HEADER)"
    )


def _unusable(request: Request, facts: _Facts) -> str:
    """The rows with a fault, each with its line in a CSV file or its row in a Parquet file."""
    if request.facts.is_csv:
        # Above it stand the heading, and what had a wrong number of fields.
        line = "number + 1 + (SELECT count(*) FROM short WHERE filename = f.filename AND passed < f.number)"
        faulty = f"SELECT * FROM {facts.table} WHERE fault > 0"
    else:
        line = "file_row_number + 1"
        faulty = f"SELECT * FROM (SELECT *, {facts.fault} AS fault FROM {facts.table}) WHERE fault > 0"
    values = " ".join(
        f"WHEN {at} THEN {column}::VARCHAR" for at, (column, _key) in enumerate(FAULTS) if column
    )
    return (
        f"SELECT filename, {line} AS line, {', '.join(f'{name}::VARCHAR AS {name}' for name in COLUMNS)}, "
        f"fault, COALESCE(CASE fault {values} END, '') AS value FROM ({faulty}) f"
    )


# Scores


@dataclass(frozen=True)
class _Everyone:
    """Totals of those who are scored; `order` are their numbers in the order of their names as texts."""

    order: Ints
    full: int
    total: Ints
    scored: Flags
    grade: Ints
    place: Ints


def _judged(table: _Table, numbers: Ints) -> _Totals:
    """The totals and grades of some subjects of a table."""
    totals = np.zeros(len(numbers), dtype=np.int64)
    scored = np.zeros(len(numbers), dtype=np.bool_)
    grade = np.zeros(len(numbers), dtype=np.int64)

    def judge(piece: slice) -> int:
        result = _assessed(table, numbers[piece])
        totals[piece], scored[piece], grade[piece] = result.total, result.scored, result.grade
        return result.full

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        fulls = list(pool.map(judge, _pieces(table.layout, len(numbers))))
    return _Totals(numbers, max(fulls, default=0), totals, scored, grade)


def _ranked(people: _People, found: list[_Totals]) -> _Everyone:
    """Everybody together, with places, in the order of the names."""
    nobody = np.zeros(0, dtype=np.int64)
    numbers, total, scored, grade = (
        np.concatenate([getattr(part, name) for part in found] or [nobody])
        for name in ("numbers", "total", "scored", "grade")
    )
    scored = scored.astype(np.bool_)
    place = places(total, scored)
    if people.first is not None:
        order = _as_texts(numbers + people.first)
        numbers, total, scored, grade, place = (a[order] for a in (numbers, total, scored, grade, place))
    full = max((part.full for part in found), default=0)
    return _Everyone(numbers, full, total, scored, grade, place)


def _assessed(table: _Table, numbers: Ints) -> Result:
    return assess(table.layout, range(len(numbers)), *table.block(numbers))


def _pieces(layout: Plan, count: int) -> list[slice]:
    size = max(256, min(1 << 16, _CELLS // max(len(layout.columns), 1)))
    return [slice(at, min(at + size, count)) for at in range(0, count, size)]


def _as_texts(numbers: Ints) -> Any:
    """The order of whole numbers, 0 or above, as if they were texts: 1, 10, 2."""
    if not len(numbers) or len(str(numbers.min())) == len(str(numbers.max())):
        return slice(None)
    digits = np.searchsorted(10 ** np.arange(1, 19, dtype=np.int64), numbers, side="right")
    return np.lexsort((digits, numbers * 10 ** (digits.max() - digits)))


def _write(run: _Run, table: _Table, people: _People, everyone: _Everyone) -> None:
    """The rows, in the order of the subjects' names; a piece at a time."""
    request, summary = run.request, run.summary
    scheme = request.scheme
    summary.subjects = len(everyone.order)
    summary.unscored = int((~everyone.scored).sum())
    for at, grade in enumerate(scheme.grades):
        if found := int((everyone.grade == at).sum()):
            summary.grades[grade.name] = found
    pieces = _pieces(table.layout, len(everyone.order))
    if request.level == "total":
        pieces = [slice(at, at + (1 << 17)) for at in range(0, len(everyone.order), 1 << 17)]
    with tables.writer(request.out, request.as_csv) as write:
        for turn, piece in enumerate(pieces):
            numbers = everyone.order[piece]
            if request.level == "total":
                result = Result.of_totals(
                    table.layout,
                    range(len(numbers)),
                    full=everyone.full,
                    total=everyone.total[piece],
                    scored=everyone.scored[piece],
                    grade=everyone.grade[piece],
                    place=everyone.place[piece],
                )
            else:
                result = replace(_assessed(table, numbers), place=everyone.place[piece])
            write(tables.arrow(result, _names(run, people, numbers), request.level))
            request.progress(0.8 + 0.2 * (turn + 1) / len(pieces))


def _names(run: _Run, people: _People, numbers: Ints) -> Any:
    """What the subjects are called, as an array of texts."""
    if people.first is not None:
        return tables.column(numbers + people.first).cast(pa.string())
    # The numbers rise, for they were given in the order of the names.
    least, most = int(numbers[0]), int(numbers[-1])
    query = f"SELECT subject FROM coded WHERE number BETWEEN {least} AND {most} ORDER BY number"
    found = run.con.sql(query).to_arrow_table()["subject"]
    return pc.take(found.combine_chunks().cast(pa.string()), tables.column(numbers - least))

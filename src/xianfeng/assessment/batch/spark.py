"""Many machines: Spark reads, checks and groups; each worker applies the rules to the subjects of its partitions.

The rules travel as they are, in an archive made of this package's modules: workers need Python with numpy, pyarrow and
PyYAML, and the same folder of facts and output under the same path. The output is a folder of files in the order of the
subjects.
"""

from __future__ import annotations

import csv
import os
import re
import sys
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from xianfeng.assessment.layout import plan
from xianfeng.assessment.results import Ints
from xianfeng.assessment.scheme import Scheme
from xianfeng.assessment.scoring import assess, standings

from . import tables
from .adding import AFTER, MONTHS
from .request import Request, Summary
from .sources import COLUMNS, FAULTS, ROW_SHORT, SPARK, Conditions, Kind, heading
from .words import InputError, say, template

_SHOWN = 20
_PATIENCE = 60
"""Seconds to wait for the first worker."""
_PART = 32 << 20
"""Bytes of a file's facts for one part."""
_AMOUNT = "decimal(18, 4)"
_ROW = (
    f"subject string, level string, code string, period string, done {_AMOUNT}, due {_AMOUNT}, points {_AMOUNT}, full {_AMOUNT}, "
    "left_out boolean, grade string, place bigint"
)


def run(request: Request) -> Summary:
    """Score the files of a request on the cluster. Raises InputError when they cannot be used."""
    session = _session(request)
    try:
        summary = Summary()
        facts = _facts(session, request)
        request.progress(0.05)
        _count(facts, request, summary)
        listed = None
        if request.listed is not None:
            listed = session.createDataFrame(
                [(name,) for name in sorted(set(request.listed))], "subject string"
            )
            strangers = facts.where("fault = 0").join(f.broadcast(listed), "subject", "left_anti")
            summary.unlisted = strangers.count()
        request.progress(0.3)
        scores = _scores(session, facts, listed, request).persist(StorageLevel.DISK_ONLY)
        places = _places(session, scores, request.scheme, summary)
        request.progress(0.8)
        _write(scores, places, request)
        request.progress(1)
    except PySparkException as error:
        raise InputError(f"{request.facts.root}: {_reason(str(error))}") from error
    finally:
        session.stop()
    return summary


def _reason(text: str) -> str:
    """One line of Spark's many: what a worker's Python said last, else the first."""
    if "ARITHMETIC_OVERFLOW" in text:
        return say("sums_big")
    lines = [line for line in text.strip().splitlines() if line.strip()]
    said = [line for line in lines if re.match(r"[A-Za-z_.]*(Error|Exception): ", line)]
    return (said or lines)[-1 if said else 0].strip()


def _session(request: Request) -> SparkSession:
    settings = {
        "spark.log.level": "ERROR",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "Asia/Shanghai",
        # Rows with a wrong number of fields are seen only where all fields are read.
        "spark.sql.csv.parser.columnPruning.enabled": "false",
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "4096",
    }
    # Workers run the Python that stands at the same path, unless the environment names theirs.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if request.memory:
        settings["spark.executor.memory"] = f"{request.memory >> 20}m"
    builder: Any = SparkSession.builder
    builder = builder.master(request.master).appName("xianfeng score")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session: SparkSession = builder.getOrCreate()
    _await_worker(session)
    session.conf.set("spark.sql.shuffle.partitions", str(_partitions(session, request)))
    session.sparkContext.addPyFile(str(_archive(request.work)))
    return session


def _partitions(session: SparkSession, request: Request) -> int:
    """In how many parts the subjects are dealt with: some for each core, more where there is much to read."""
    size = sum(file.stat().st_size for file in request.facts.files)
    return max(2 * session.sparkContext.defaultParallelism, size // _PART)


def _await_worker(session: SparkSession) -> None:
    """Until a worker takes part. Raises InputError when none does, which Spark itself would wait for without end."""
    java: Any = session.sparkContext._jsc
    end = time.monotonic() + _PATIENCE
    while len(java.sc().statusTracker().getExecutorInfos()) < 2:  # the driver is one of them
        if time.monotonic() > end:
            session.stop()
            raise InputError(say("no_worker", value=session.sparkContext.master))
        time.sleep(0.2)


def _archive(folder: Path) -> Path:
    """The modules that workers need."""
    package = Path(__file__).resolve().parents[2]
    needed = [
        package / "__init__.py",
        *(package / "assessment" / f"{name}.py" for name in ("__init__", "layout", "results", "scoring")),
    ]
    for part in ("scheme", "batch"):
        needed += sorted((package / "assessment" / part).glob("*.py"))
    target = folder / "rules.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for path in needed:
            archive.write(path, path.relative_to(package.parent))
    return target


# Reading


def _facts(session: SparkSession, request: Request) -> DataFrame:
    """subject, fault, code, done and due of every row, with what was written in those that cannot be used."""
    if request.facts.is_csv:
        kinds: dict[str, Kind] = dict.fromkeys(COLUMNS, "text")
        places: dict[str, int] = {}
        rows = _csv(session, request)
    else:
        rows = session.read.option(
            "basePath", str(request.facts.root if request.facts.root.is_dir() else request.facts.root.parent)
        ).parquet(*map(str, request.facts.files))
        kinds, places = _kinds(request, dict(rows.dtypes))
        rows = rows.withColumn("short", f.lit(None).cast("string"))
    conditions = Conditions(kinds, places, request.scheme.measures, request.scheme.year, SPARK)
    rows = rows.select(*COLUMNS, "short", f.col("_metadata.file_path").alias("file"))
    rows.createOrReplaceTempView("facts")
    month = f"month({conditions.day})"
    if request.as_of < date(request.scheme.year, 12, 31):
        month = f"CASE WHEN {conditions.day} > DATE '{request.as_of}' THEN {AFTER} ELSE {month} END"
    raw = ", ".join(f"CASE WHEN fault > 0 THEN CAST({name} AS STRING) END AS raw_{name}" for name in COLUMNS)
    amounts = ", ".join(
        f"CASE WHEN fault = 0 THEN {conditions.amount(name).value} END AS {name}" for name in ("done", "due")
    )
    return session.sql(
        f"""SELECT file, fault, {raw}, short, NULLIF({conditions.subject}, '') AS subject, {amounts},
            CASE WHEN fault = 0 THEN {conditions.measure} * {MONTHS} + {month} END AS code
        FROM (SELECT *, CASE WHEN short IS NOT NULL THEN {ROW_SHORT} ELSE {conditions.fault} END AS fault FROM facts)"""
    )


def _csv(session: SparkSession, request: Request) -> DataFrame:
    """All files, those with the same heading and the same partition together."""
    groups: dict[tuple[Any, ...], list[Path]] = {}
    for file in request.facts.files:
        given = request.facts.partition(file)
        names = heading(file, COLUMNS, tuple(given))
        groups.setdefault((tuple(names), tuple(sorted(given.items()))), []).append(file)
    found: DataFrame | None = None
    for (names, given), files in groups.items():
        schema = ", ".join(f"`{name}` string" for name in (*names, "short"))
        rows = session.read.csv(
            [str(file) for file in files], schema=schema, header=True, encoding="UTF-8", escape='"',
            mode="PERMISSIVE", columnNameOfCorruptRecord="short",
        )  # fmt: skip
        for name, value in given:
            if name in COLUMNS and name not in names:
                rows = rows.withColumn(name, f.lit(value))
        blank = f.lit(True)
        for name in COLUMNS:
            if name in names:
                blank = blank & f.col(name).isNull()
        rows = rows.where(~blank | f.col("short").isNotNull())
        rows = rows.select(*COLUMNS, "short", "_metadata")
        found = rows if found is None else found.unionByName(rows)
    assert found is not None
    return found


def _kinds(request: Request, types: dict[str, str]) -> tuple[dict[str, Kind], dict[str, int]]:
    kinds: dict[str, Kind] = {}
    places: dict[str, int] = {}
    whole = {"tinyint", "smallint", "int", "bigint"}
    allowed: dict[str, tuple[Kind, ...]] = {
        "measure": ("text",),
        "subject": ("text", "whole"),
        "day": ("text", "day"),
    }
    for name in COLUMNS:
        if name not in types:
            raise InputError(f"{request.facts.root}: {say('column_missing', value=name)}")
        kind = types[name]
        known: Kind | None = (
            "text" if kind == "string" else "day" if kind == "date" else "whole" if kind in whole else None
        )
        if kind.startswith("decimal"):
            known, places[name] = "decimal", int(kind[8:-1].split(",")[1])
        if known is None or known not in allowed.get(name, ("text", "whole", "decimal")):
            raise InputError(f"{request.facts.root}: {say('column_type', column=name, value=kind)}")
        kinds[name] = known
    return kinds, places


def _count(facts: DataFrame, request: Request, summary: Summary) -> None:
    """Count the rows by what is wrong with them, and list those; raises InputError when none may be left out."""
    after = f.sum(f.when(f.col("code") % MONTHS == AFTER, 1).otherwise(0))
    for fault, count, late in facts.groupBy("fault").agg(f.count("*"), after).collect():
        summary.rows += count
        summary.after += late
        if fault:
            summary.refused[fault] = count
    if not summary.refused:
        return
    rows = facts.where("fault > 0").orderBy("file", *(f"raw_{name}" for name in COLUMNS), "short")
    shown = rows.take(_SHOWN) if request.strict else rows.toLocalIterator()
    told = (_told(row) for row in shown)
    if request.strict:
        lines = [f"{row[0]}: {row[-2]}: {row[-1]}" for row in told]
        more = summary.refused.total() - len(lines)
        raise InputError(*lines, *([say("more", value=more)] if more else []))
    with request.refused.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["file", "line", *COLUMNS, "column", "reason"])
        writer.writerows(told)


def _told(row: Any) -> list[str]:
    """A row that cannot be used, as it is listed; Spark knows no line."""
    column, key = FAULTS[row["fault"]]
    is_short = row["fault"] == ROW_SHORT
    raw = ["" if is_short else row[f"raw_{name}"] or "" for name in COLUMNS]
    value = row["short"] if is_short else row[f"raw_{column}"]
    file = row["file"].removeprefix("file://")
    return [file, "", *raw, column, template(key).replace("{value}", value or "")]


# Scores


def _scores(session: SparkSession, facts: DataFrame, listed: DataFrame | None, request: Request) -> DataFrame:
    """The rows of everybody's scores, without places, in the order of the subjects."""
    named = facts.where(f"subject IS NOT NULL AND fault <> {ROW_SHORT}")
    seen = f.when(f.col("code") % MONTHS != AFTER, f.col("code"))
    sums = named.groupBy("subject", seen.alias("code")).agg(
        f.sum("done").alias("done"), f.sum("due").alias("due")
    )
    people = sums.groupBy("subject").agg(f.collect_list(f.struct("code", "done", "due")).alias("facts"))
    if listed is not None:
        people = listed.join(people, "subject", "left")
    ordered = people.repartitionByRange(_partitions(session, request), "subject").sortWithinPartitions(
        "subject"
    )
    return ordered.mapInArrow(_Rules(request.scheme, request.as_of, request.level), _ROW)


@dataclass(frozen=True)
class _Rules:
    """What a worker does with the subjects of a partition."""

    scheme: Scheme
    as_of: date
    level: str

    def __call__(self, batches: Iterable[Any]) -> Iterable[Any]:
        layout = plan(self.scheme, self.as_of)
        slots = layout.slots
        at = np.full(MONTHS * (len(slots.measures) + 1), -1, dtype=np.int64)
        for measure, months in enumerate(slots.at, start=1):
            at[measure * MONTHS + 1 : measure * MONTHS + 13] = months[1:]
        for batch in batches:
            subjects = pa.array(batch.column(0).cast(pa.string()))
            lists = batch.column(1).fill_null([])
            whose = np.repeat(np.arange(len(lists)), np.diff(lists.offsets.to_numpy()))
            code, done, due = lists.flatten().flatten()
            there = np.asarray(code.is_valid())
            slot = np.where(there, at[_filled(code)], -1)
            kept = np.flatnonzero(slot >= 0)
            sums = []
            for amounts in (done, due):
                table = np.zeros((slots.count, len(subjects)), dtype=np.int64)
                np.add.at(table, (slot[kept], whose[kept]), _filled(amounts)[kept])
                sums.append(table)
            result = assess(layout, range(len(subjects)), *sums)
            yield from tables.arrow(result, subjects, self.level).combine_chunks().to_batches()


def _filled(column: Any) -> Ints:
    found: Ints = column.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def _places(session: SparkSession, scores: DataFrame, scheme: Scheme, summary: Summary) -> DataFrame:
    """The place of each total there is; counts subjects and grades on the way."""
    totals = scores.where("level = 'total'")
    grades: dict[str, int] = {}
    found: dict[int, int] = {}
    for points, grade, count in totals.groupBy("points", "grade").count().collect():
        summary.subjects += count
        if points is None:
            summary.unscored += count
            continue
        units = int(points.scaleb(4))
        found[units] = found.get(units, 0) + count
        if grade:
            grades[grade] = grades.get(grade, 0) + count
    summary.grades.update({one.name: grades[one.name] for one in scheme.grades if one.name in grades})
    values = np.array(list(found), dtype=np.int64)
    places = standings(values, np.array(list(found.values()), dtype=np.int64))
    rows = [(int(units), int(place)) for units, place in zip(values, places, strict=True)]
    return session.createDataFrame(rows, "units bigint, its bigint")


def _write(scores: DataFrame, places: DataFrame, request: Request) -> None:
    units = f.when(f.col("level") == "total", (f.col("points") * 10_000).cast("bigint"))
    placed = scores.join(f.broadcast(places), units == f.col("units"), "left")
    placed = placed.withColumn("place", f.col("its")).drop("units", "its")
    if not request.as_csv:
        placed.write.parquet(str(request.out), compression="zstd")
        return
    four = {name: f.col(name).cast("string") for name in ("done", "due", "points", "full")}
    shown = {
        name: text if name in {"done", "due"} else
        f.when((f.col("level") != "cell") & text.endswith("00"), f.substring(text, 1, f.length(text) - 2)).otherwise(text)
        for name, text in four.items()
    }  # fmt: skip
    placed.withColumns(shown).write.csv(str(request.out), header=True, emptyValue="", escape='"')

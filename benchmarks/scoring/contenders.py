"""Who scores the same file: ours, DuckDB SQL and polars by a straightforward query, numpy's bare bincount as the floor.

Each runs in a process of its own and tells what it cost and a check of what it found: who was scored, the sum of all
totals, the count of each grade, the sum of all places. Libraries are loaded before the clock starts.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .facts import FIRST, GRADES, LINES, YEAR

FULL, ITEM = LINES * 60_000, 60_000
Work = Callable[[], Any]


def ours(facts: Path, folder: Path) -> tuple[Work, Work]:
    """`xianfeng score --level total`, as an office calls it."""
    from xianfeng.assessment.batch import duck, main

    assert duck
    out = folder / "ours.parquet"
    args = [
        "--scheme",
        str(folder / "scheme.yaml"),
        "--facts",
        str(facts),
        "--out",
        str(out),
        "--level",
        "total",
    ]

    def work() -> None:
        if main(args):
            raise RuntimeError("refused")

    query = "SELECT count(*), sum(points * 10000)::HUGEINT::VARCHAR, sum(place) FROM read_parquet('{0}')"
    grades = "SELECT grade, count(*) FROM read_parquet('{0}') GROUP BY grade ORDER BY grade"
    return work, lambda: _asked(out, query, grades)


def sql(facts: Path) -> str:
    """What one would write: sums by subject and line, the rule, items, totals, grades, places; whole numbers throughout.

    Totals are ten-thousandths. Where nothing was due the line is left out and the rest rescaled.
    """
    grades = " ".join(f"WHEN total >= {least * 10_000} THEN '{name}'" for name, least in GRADES)
    return f"""
        WITH cells AS (
            SELECT subject, measure, greatest(sum(done), 0)::BIGINT AS done, greatest(sum(due), 0)::BIGINT AS due
            FROM read_parquet('{facts}') WHERE day BETWEEN DATE '{YEAR}-01-01' AND DATE '{YEAR}-12-31'
            GROUP BY subject, measure
        ), points AS (
            SELECT subject, CASE WHEN due > 0 THEN (2 * {ITEM} * least(done, due) + due) // (2 * due) END AS points FROM cells
        ), items AS (
            SELECT subject, (points + 50) // 100 * 100 AS points FROM points WHERE points IS NOT NULL
        ), totals AS (
            SELECT subject, (2 * sum(points)::BIGINT * {LINES} + count(*) * 100) // (2 * count(*) * 100) * 100 AS total
            FROM items GROUP BY subject
        )
        SELECT subject, total, CASE {grades} END AS grade, rank() OVER (ORDER BY total DESC) AS place FROM totals"""


def duckdb(facts: Path, folder: Path) -> tuple[Work, Work]:
    """DuckDB by a straightforward query, into Parquet."""
    import duckdb as library

    out = folder / "duckdb.parquet"
    con = library.connect()
    con.execute("SET preserve_insertion_order = false")

    def work() -> None:
        con.execute(f"COPY ({sql(facts)}) TO '{out}' (FORMAT parquet)").fetchall()

    return work, lambda: _asked(out, *_TOTALS)


def polars(facts: Path, folder: Path) -> tuple[Work, Work]:
    """polars' streaming engine, lazily, into Parquet."""
    import polars as pl

    out = folder / "polars.parquet"

    def work() -> None:
        from datetime import date

        def col(name: str) -> Any:
            return pl.col(name).cast(pl.Int64)

        count = pl.len().cast(pl.Int64)
        grade: Any = pl.when(False).then(None)
        for name, least in GRADES:
            grade = grade.when(pl.col("total") >= least * 10_000).then(pl.lit(name))
        (
            pl.scan_parquet(facts)
            .filter(pl.col("day").is_between(date(YEAR, 1, 1), date(YEAR, 12, 31)))
            .group_by("subject", "measure")
            .agg(col("done").sum().clip(0), col("due").sum().clip(0))
            .filter(pl.col("due") > 0)
            .with_columns(
                points=(2 * ITEM * pl.min_horizontal("done", "due") + pl.col("due")) // (2 * pl.col("due"))
            )
            .with_columns(points=(pl.col("points") + 50) // 100 * 100)
            .group_by("subject")
            .agg(total=(2 * pl.col("points").sum() * LINES + count * 100) // (2 * count * 100) * 100)
            .with_columns(place=pl.col("total").rank("min", descending=True), grade=grade)
            .collect(engine="streaming")
            .write_parquet(out)
        )

    return work, lambda: _asked(out, *_TOTALS)


def bincount(facts: Path, folder: Path) -> tuple[Work, Work]:
    """Two plain sums of what already lies in memory, and nothing else: the floor."""
    import duckdb as library
    import numpy as np

    columns = (
        library.connect()
        .execute(
            f"SELECT subject - {FIRST} AS subject, (right(measure, 2)::INTEGER - 1) AS line, done, due FROM read_parquet('{facts}')"
        )
        .fetchnumpy()
    )
    key = columns["subject"].astype(np.int64) * LINES + columns["line"]
    done, due = columns["done"].astype(np.float64), columns["due"].astype(np.float64)
    del columns

    def work() -> None:
        np.bincount(key, weights=done)
        np.bincount(key, weights=due)

    return work, lambda: None


_TOTALS = (
    "SELECT count(*), sum(total)::HUGEINT::VARCHAR, sum(place) FROM read_parquet('{0}')",
    "SELECT grade, count(*) FROM read_parquet('{0}') GROUP BY grade ORDER BY grade",
)
CONTENDERS = {"ours": ours, "duckdb": duckdb, "polars": polars, "bincount": bincount}


def _asked(out: Path, *queries: str) -> list[Any]:
    import duckdb as library

    found: list[Any] = []
    for query in queries:
        rows = library.connect().execute(query.format(out)).fetchall()
        found += [[str(value).split(".")[0] for value in row] for row in rows]
    return found


def cpu() -> float:
    """Seconds of processor time so far, of all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(name: str, facts: str, folder: str) -> None:
    """Run one contender once; its figures as JSON on the last line."""
    work, check = CONTENDERS[name](Path(facts), Path(folder))
    wall, used = time.perf_counter(), cpu()
    work()
    wall, used = time.perf_counter() - wall, cpu() - used
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = (
        int(status.split("VmHWM:")[1].split()[0]) * 1024
    )  # of this process alone, as getrusage does not say
    print(json.dumps({"wall": wall, "cpu": used, "peak": peak, "check": check()}, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])

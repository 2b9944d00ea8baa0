"""Invented facts of any size, the same for the same seed: members by 18 lines by months, as whole numbers in Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

YEAR = 2026
YEAR_END = date(YEAR, 12, 31)
LINES = 18
FIRST = 100_000_000
"""The first member's number."""
GRADES = (("优秀", 80), ("合格", 55), ("基本合格", 40), ("不合格", 0))


@dataclass(frozen=True, slots=True)
class Size:
    """So many members and rows. `months` > 0: a row for every member, line and month, as months go by; 0: rows at random."""

    name: str
    members: int
    months: int
    rows_at_random: int = 0

    @property
    def rows(self) -> int:
        return self.members * LINES * self.months or self.rows_at_random


SIZES = {
    size.name: size
    for size in (
        Size("413", 413, 12),
        Size("20k", 20_000, 1),
        Size("100k", 100_000, 12),
        Size("1m", 1_000_000, 1),
        Size("10m", 10_000_000, 1),
        *(Size(f"{n}m-rows", 1_000_000, 0, n * 1_000_000) for n in (1, 3, 10, 30, 100)),
    )
}
SLOPE = ("1m-rows", "3m-rows", "10m-rows", "30m-rows", "100m-rows")


def scheme() -> str:
    """Six categories of three items of one line each, 108 points; every line a share of the year."""
    categories = [
        {
            "code": f"C{c}",
            "items": [c * 3 + i + 1 for i in range(3)],
        }
        for c in range(LINES // 3)
    ]
    lines = [f"scheme: bench\ntitle: 测量\nsubject: person\nyear: {YEAR}\nfull: {LINES * 6}\ngrades:"]
    lines += [f"  - {{name: {name}, at_least: {least}}}" for name, least in GRADES]
    lines.append("categories:")
    for category in categories:
        lines.append(f"  - code: {category['code']}\n    name: 类\n    items:")
        for item in category["items"]:
            lines.append(
                f"      - code: I{item:02}\n        name: 项\n        points: 6\n        lines:\n"
                f"          - {{code: L{item:02}, measure: line.{item:02}, points: 6, per: year, rule: share, idle: skip, text: 细则}}"
            )
    return "\n".join(lines) + "\n"


def make(size: Size, folder: Path, seed: int = YEAR) -> Path:
    """A Parquet file of a size, made unless it is there: measure, subject, day, done, due."""
    import duckdb

    path = folder / f"facts-{size.name}-{seed}.parquet"
    if path.exists():
        return path
    if size.months:
        # One month after the other, the members in an order of their own in each: FIRST + (k × prime) mod members.
        a_month = size.members * LINES
        member = f"(i % {size.members}) * 7919 % {size.members}"
        line = f"i // {size.members} % {LINES}"
        day = f"i // {a_month} * {360 // size.months} + hash(i + {seed}) % {360 // size.months}"
    else:
        member = f"hash(i + {seed}) % {size.members}"
        line = f"hash(i * 5 + {seed}) % {LINES}"
        day = f"i * 365 // {size.rows}"
    aside = path.with_suffix(".part")
    con = duckdb.connect()
    con.execute(
        f"""COPY (
            SELECT 'line.' || lpad(({line} + 1)::VARCHAR, 2, '0') AS measure, ({FIRST} + {member})::INTEGER AS subject,
                DATE '{YEAR}-01-01' + ({day})::INTEGER AS day, (hash(i * 3 + {seed}) % 7)::INTEGER AS done, 8 AS due
            FROM range({size.rows}) t(i)
        ) TO '{aside}' (FORMAT parquet)"""
    )
    con.close()
    aside.replace(path)
    return path

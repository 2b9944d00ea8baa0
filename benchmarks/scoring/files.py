"""Files of facts to totals, grades and places: the table of contenders, and how time grows with rows."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .contenders import CONTENDERS
from .facts import SIZES, SLOPE, Size, make, scheme

ROW_BYTES = 16
"""A fact as four numbers of 32 bits, for the share of the memory's bandwidth."""
RATIO = 4.0
"""How many times quicker than the straightforward DuckDB query, by processor time, from 100 million rows."""
GOALS = {"100m-rows": 5.0, "1m": 1.2}
"""Seconds: of the processor for 100 million rows (the stretch), on the wall for 18 million."""


def bandwidth() -> float:
    """Bytes a second that two threads read from memory, at best of five."""
    import numpy as np

    block = np.ones(1 << 26, dtype=np.int64)
    parts = np.array_split(block, os.cpu_count() or 1)
    best = 0.0
    for _ in range(5):
        threads = [threading.Thread(target=part.sum) for part in parts]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        best = max(best, block.nbytes / (time.perf_counter() - begun))
    return best


def run(name: str, facts: Path, folder: Path) -> dict[str, Any]:
    """One contender, once, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.scoring.contenders", name, str(facts), str(folder)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return figures


def compare(size: Size, kept: Path, folder: Path, args: argparse.Namespace, speed: float) -> bool:
    """The rows of the table for one size; whether all found the same."""
    facts = make(size, kept)
    print(
        f"\n{size.name}: {size.members:,} members, {size.rows:,} rows, {facts.stat().st_size / 1e6:,.0f} MB"
    )
    print(f"{'':10} {'wall s':>8} {'CPU s':>8} {'M rows/s':>9} {'peak MB':>8} {'of memory bandwidth':>20}")
    checks, used = {}, {}
    for name in args.contenders.split(","):
        all_runs = sorted((run(name, facts, folder) for _ in range(args.runs)), key=lambda one: one["cpu"])
        best = all_runs[len(all_runs) // 2]
        used[name] = best["cpu"]
        share = size.rows * ROW_BYTES / best["wall"] / speed
        print(
            f"{name:10} {best['wall']:8.2f} {best['cpu']:8.2f} {size.rows / best['wall'] / 1e6:9.1f} "
            f"{best['peak'] / 1e6:8.0f} {share:20.1%}",
            flush=True,
        )
        if best["check"]:
            checks[name] = best["check"]
    same = len({json.dumps(check) for check in checks.values()}) <= 1
    if {"ours", "duckdb"} <= used.keys():
        print(f"DuckDB's query takes {used['duckdb'] / used['ours']:.1f} times the processor time of ours")
    if not same:
        print(f"NOT THE SAME: {checks}")
    return same


def slope(folder: Path, kept: Path, runs: int) -> None:
    """Ours from 1 to 100 million rows of a million members."""
    print(f"\n{'rows':>12} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}")
    points = []
    for name in SLOPE:
        size = SIZES[name]
        facts = make(size, kept)
        best = min((run("ours", facts, folder) for _ in range(runs)), key=lambda one: one["cpu"])
        points.append((size.rows, best["cpu"]))
        print(f"{size.rows:12,} {best['wall']:8.2f} {best['cpu']:8.2f} {best['peak'] / 1e6:8.0f}", flush=True)
    (few, least), (many, most) = points[0], points[-1]
    each = (most - least) / (many - few)
    print(f"{each * 1e9:.0f} ns of processor time for each further row, {least - each * few:.2f} s besides")


def main(argv: Sequence[str]) -> bool:
    """Print the tables; whether all contenders agree."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring")
    parser.add_argument("sizes", nargs="+", choices=[*SIZES, "slope"])
    parser.add_argument("--keep", type=Path, help="folder in which the facts are kept")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--contenders", default=",".join(CONTENDERS))
    args = parser.parse_args(argv)
    speed = bandwidth()
    print(
        f"memory: {speed / 1e9:.1f} GB/s read by {os.cpu_count()} threads; load of the machine {os.getloadavg()[0]:.1f}"
    )
    agreed = True
    with tempfile.TemporaryDirectory(prefix="xianfeng-bench-") as name:
        folder = Path(name)
        (folder / "scheme.yaml").write_text(scheme(), encoding="utf-8")
        kept = args.keep or folder
        for word in args.sizes:
            if word == "slope":
                slope(folder, kept, args.runs)
                continue
            size = SIZES[word]
            agreed &= compare(size, kept, folder, args, speed)
    return agreed

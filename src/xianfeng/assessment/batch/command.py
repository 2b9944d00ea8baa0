"""The command `xianfeng score`: options, engine, summary.

    xianfeng score --scheme S.yaml --facts F [--subjects LIST.csv] [--as-of DAY] --out OUT.(csv|parquet)
                   [--engine duckdb|spark --master URL] [--level total|item|cell] [--memory 4GB] [--strict]

Exit codes: 0 written; 2 something given cannot be used, and nothing is written. Rows that cannot be used are left out,
counted and listed beside the output (OUT.refused.csv). The output appears whole or not at all.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path

from xianfeng.assessment.scheme import Fault, Scheme, check

from .request import Request, Summary
from .sources import FAULTS, find, heading
from .words import InputError, language, say
from .writing import aside

WRITTEN, REFUSED = 0, 2
_SIZE = re.compile(r"(\d{1,6})\s*([MG])B?", re.ASCII | re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LEAST = 512 << 20


def main(argv: Sequence[str] | None = None) -> int:
    """Score the files the options name; returns the exit code."""
    parser = argparse.ArgumentParser(prog="xianfeng score", description=say("about"))
    parser.add_argument("--scheme", required=True, type=Path, metavar="S.yaml", help=say("scheme"))
    parser.add_argument("--facts", required=True, type=Path, metavar="F", help=say("facts"))
    parser.add_argument("--subjects", type=Path, metavar="LIST.csv", help=say("subjects"))
    parser.add_argument("--as-of", metavar="DAY", help=say("as_of"))
    parser.add_argument("--out", required=True, type=Path, metavar="OUT", help=say("out"))
    parser.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help=say("engine"))
    parser.add_argument("--master", metavar="URL", help=say("master"))
    parser.add_argument("--level", choices=("total", "item", "cell"), default="cell", help=say("level"))
    parser.add_argument("--memory", metavar="SIZE", help=say("memory"))
    parser.add_argument("--strict", action="store_true", help=say("strict"))
    args = parser.parse_args(argv)
    try:
        print(_score(args), file=sys.stderr)  # noqa: T201 - a command speaks
    except InputError as error:
        print(*error.reasons, say("refused"), sep="\n", file=sys.stderr)  # noqa: T201 - a command speaks
        return REFUSED
    return WRITTEN


def _score(args: argparse.Namespace) -> str:
    """Do it; what to tell about it. Raises InputError, and then nothing is written."""
    if args.engine == "spark" and not args.master:
        raise InputError(say("master_wanted"))
    out: Path = args.out
    if out.suffix.lower() not in {".csv", ".parquet"}:
        raise InputError(f"{out}: {say('out_kind')}")
    scheme, notes = read_scheme(args.scheme)
    day = _as_of(args.as_of, scheme.year)
    listed = read_subjects(args.subjects) if args.subjects else None
    source = find(args.facts)
    memory = _memory(args.memory, args.engine)
    run = _engine(args.engine)
    refused = out.with_name(f"{out.stem}.refused.csv")
    with aside(out) as target, tempfile.TemporaryDirectory(dir=target.parent) as work:
        request = Request(
            scheme=scheme,
            as_of=day,
            facts=source,
            listed=listed,
            level=args.level,
            as_csv=out.suffix.lower() == ".csv",
            out=target,
            refused=target.with_name(refused.name),
            work=Path(work),
            memory=memory,
            strict=args.strict,
            progress=_bar(),
            master=args.master or "",
        )
        summary = run(request)
        # The list of an earlier run does not stand beside the scores of this one.
        if request.refused.exists():
            request.refused.replace(refused)
        else:
            refused.unlink(missing_ok=True)
    return "\n".join([*notes, *told(summary, day, out, refused)])


def _engine(name: str) -> Callable[[Request], Summary]:
    module, extra = {"duckdb": ("duck", "batch"), "spark": ("spark", "spark")}[name]
    try:
        engine = import_module(f"xianfeng.assessment.batch.{module}")
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] not in {"duckdb", "pyarrow", "pyspark"}:
            raise
        raise InputError(say("extra_missing", extra=extra)) from missing
    run: Callable[[Request], Summary] = engine.run
    return run


# What is said


def told(summary: Summary, day: date, out: Path, refused: Path) -> list[str]:
    """The summary, in lines."""
    lines = [say("done", subjects=summary.subjects, rows=summary.rows, day=day, out=out)]
    if summary.grades:
        lines.append(
            say("grades", grades="  ".join(f"{name} {count}" for name, count in summary.grades.items()))
        )
    for key in ("unscored", "after", "unlisted"):
        if count := getattr(summary, key):
            lines.append(say(key, count=count))
    if count := summary.refused.total():
        lines.append(say("rows_refused", count=count, file=refused))
        for fault, found in sorted(summary.refused.items()):
            column, key = FAULTS[fault]
            reason = say(key, value="…")
            lines.append(
                say("rows_reason", count=found, column=f"{column}: " if column else "", reason=reason)
            )
    return lines


def _bar() -> Callable[[float], None]:
    """A bar on the terminal; nothing where there is none."""
    if not sys.stderr.isatty():
        return lambda share: None
    begun, shown = time.monotonic(), [-1]

    def progress(share: float) -> None:
        now = min(100, int(share * 100))
        if now == shown[0]:
            return
        shown[0] = now
        bar = ("#" * (now // 4)).ljust(25, ".")
        end = "\r\x1b[K" if now == 100 else ""
        sys.stderr.write(f"\r[{bar}] {now:3} %  {time.monotonic() - begun:.0f} s{end}")
        sys.stderr.flush()

    return progress


# What is given


def read_scheme(path: Path) -> tuple[Scheme, list[str]]:
    """The scheme, and a line for each warning about it. Raises InputError with every fault."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: {say('file_open', value=error.strerror)}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: {say('file_text')}") from None
    scheme, faults = check(text)

    def line(fault: Fault) -> str:
        return ": ".join(part for part in (str(path), fault.path, fault.message(language())) if part)

    if scheme is None:
        raise InputError(*(line(fault) for fault in faults if not fault.is_warning))
    return scheme, [f"{say('warning')}: {line(fault)}" for fault in faults]


def read_subjects(path: Path) -> list[str]:
    """Who is listed, each once."""
    import csv

    at = heading(path, ("subject",)).index("subject")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            next(reader)
            rows = [(reader.line_num, row) for row in reader if any(row)]
    except UnicodeDecodeError:
        raise InputError(f"{path}: {say('file_text')}") from None
    except csv.Error as error:
        raise InputError(f"{path}: {say('csv', value=error)}") from None
    empty = [
        f"{path}:{line}: subject: {say('text_wanted')}"
        for line, row in rows
        if not "".join(row[at : at + 1]).strip()
    ]
    if empty:
        raise InputError(*empty[:20])
    return list(dict.fromkeys(row[at].strip() for _line, row in rows))


def _as_of(text: str | None, year: int) -> date:
    if text is None:
        return date(year, 12, 31)
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--as-of: {say('day_wanted', value=text)}") from None


def _memory(text: str | None, engine: str) -> int:
    """In bytes. Where nothing is said, half of the machine's; on a cluster 0, what its executors have."""
    if text is None and engine == "spark":
        return 0
    if text is None:
        return max(_LEAST, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2)
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise InputError(f"--memory: {say('memory_wanted', value=text)}")
    size = int(found[1]) << (20 if found[2].upper() == "M" else 30)
    if size < _LEAST:
        raise InputError(f"--memory: {say('memory_little')}")
    return size

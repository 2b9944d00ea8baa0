"""`xianfeng score`: facts in a file to scores in a file, without a database and without any set-up.

    xianfeng score --scheme S.yaml --facts F.csv [--subjects LIST.csv] [--as-of DAY] --out OUT.csv

Exit codes: 0 written; 2 something given cannot be used, said with file, line and column, and nothing is
written. Facts outside the year, after the day, of measures the scheme does not name or of subjects not listed
are left aside and counted. The output appears whole or not at all.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from .scheme import Fault, Language, Scheme, check, scaled

WRITTEN, REFUSED = 0, 2
_SHOWN = 20
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d{1,20}\.?\d{0,20}|\.\d{1,20})([eE][+-]?\d{1,2})?", re.ASCII)
_LARGEST = 10**8

TEXTS: dict[str, tuple[str, str]] = {
    "about": (
        "Score facts from a file by a scheme, without a database.",
        "按考核方案给数据文件中的事实计分，不需要数据库。",
    ),
    "scheme": ("the scheme, YAML", "考核方案（YAML）"),
    "facts": (
        "the facts, CSV with the columns measure, subject, day, done, due",
        "事实（CSV，含 measure、subject、day、done、due 列）",
    ),
    "subjects": (
        "who is scored, CSV with the column subject; without it, everyone who has a fact",
        "计分名单（CSV，含 subject 列）；不给时，凡有事实的都计分",
    ),
    "as_of": (
        "score as of the evening of this day (YYYY-MM-DD); without it, the last day of the year",
        "截至哪一天（YYYY-MM-DD）；不给时为年度最后一天",
    ),
    "out": ("where the scores go, CSV", "得分写到哪个文件（CSV）"),
    "day_wanted": (
        "“{value}” is not a day that exists; write it like 2026-03-31",
        "“{value}”不是存在的日期，请写成 2026-03-31 的形式",
    ),
    "number_wanted": (
        "“{value}” is not a decimal number; write it like 2 or 0.25",
        "“{value}”不是数字，请写成 2 或 0.25 的形式",
    ),
    "number_places": (
        "{value} has more than 4 decimal places; round it",
        "{value} 超过 4 位小数，请按 4 位填写",
    ),
    "number_big": ("{value} is beyond 100,000,000", "{value} 超过 1 亿"),
    "text_wanted": ("this is empty; fill it in", "此处为空，请填写"),
    "row_short": (
        "the row has {found} fields, the heading {wanted}; complete it",
        "此行有 {found} 列，表头有 {wanted} 列，请补齐",
    ),
    "column_missing": (
        "the heading has no column “{value}”; add it or correct its name",
        "表头没有“{value}”列，请添加或改正列名",
    ),
    "column_twice": ("the heading names “{value}” twice; keep one", "表头有两个“{value}”列，请保留一个"),
    "file_empty": ("the file is empty; its first line names the columns", "文件为空；首行应为列名"),
    "file_open": ("cannot be opened: {value}", "打不开：{value}"),
    "file_write": ("cannot be written: {value}", "写不进：{value}"),
    "file_kind": ("only CSV files are read and written; give one", "只读写 CSV 文件，请改用 CSV"),
    "file_text": (
        "is not UTF-8 text; save it as “CSV UTF-8”",
        "不是 UTF-8 文本，请另存为“CSV UTF-8”",
    ),
    "csv": ("this is not CSV: {value}", "不合 CSV 格式：{value}"),
    "more": ("… and {value} more", "……另有 {value} 处"),
    "refused": (
        "Nothing was written. Correct this and run the command again.",
        "未写入任何内容，请改正后重试。",
    ),
    "warning": ("note", "提示"),
    "done": (
        "{subjects} subjects scored from {facts} facts as of {day}: {out}",
        "已按 {facts} 条事实给 {subjects} 个对象计分，截至 {day}：{out}",
    ),
    "aside": (
        "left aside: {outside} facts outside the period, {unnamed} of other measures, {unlisted} not listed",
        "未计入：期外 {outside} 条，方案未列指标 {unnamed} 条，名单外 {unlisted} 条",
    ),
}


def language() -> Language:
    """The language of the terminal: Chinese where the locale says so, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh-hans" if value.lower().startswith("zh") else "en"
    return "en"


def say(key: str, **values: object) -> str:
    """A text of this command in the terminal's language."""
    english, chinese = TEXTS[key]
    return (chinese if language() == "zh-hans" else english).format(**values)


class InputError(Exception):
    """What was given cannot be used; one line for each reason, each with file, line and column."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons))


# The command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options on `xianfeng score`'s parser."""
    parser.description = say("about")
    parser.add_argument("--scheme", required=True, type=Path, metavar="S.yaml", help=say("scheme"))
    parser.add_argument("--facts", required=True, type=Path, metavar="F.csv", help=say("facts"))
    parser.add_argument("--subjects", type=Path, metavar="LIST.csv", help=say("subjects"))
    parser.add_argument("--as-of", metavar="DAY", help=say("as_of"))
    parser.add_argument("--out", required=True, type=Path, metavar="OUT.csv", help=say("out"))


def run(args: argparse.Namespace) -> int:
    """Score the files the options name; the exit code."""
    try:
        print(score_files(args.scheme, args.facts, args.subjects, args.as_of, args.out), file=sys.stderr)  # noqa: T201 - a command speaks
    except InputError as error:
        print(*error.reasons, say("refused"), sep="\n", file=sys.stderr)  # noqa: T201 - a command speaks
        return REFUSED
    return WRITTEN


def main(argv: Sequence[str] | None = None) -> int:
    """The command on its own; returns the exit code."""
    parser = argparse.ArgumentParser(prog="xianfeng score")
    add_arguments(parser)
    return run(parser.parse_args(argv))


def score_files(scheme: Path, facts: Path, subjects: Path | None, as_of: str | None, out: Path) -> str:
    """Score files into a file; what to tell about it. Raises InputError, and then `out` is untouched."""
    for path in (facts, out, *((subjects,) if subjects else ())):
        if path.suffix.lower() in {".parquet", ".xlsx", ".xls"}:
            raise InputError(f"{path}: {say('file_kind')}")
    rules, notes = read_scheme(scheme)
    day = _as_of(as_of, rules.year)
    listed = read_subjects(subjects) if subjects else None
    found = read_facts(facts, rules, day, listed)

    # numpy costs a tenth of a second to load: not before the input is known to be good.
    from .results import HEADER, rows
    from .scoring import Readings, score

    sums = ((*key, done, due) for key, (done, due) in found.sums.items())
    everyone = sorted(found.subjects if listed is None else listed)
    result = score(rules, Readings.collect(sums, everyone), day)
    with _written_aside(out) as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows(result))
    told = [*notes, say("done", subjects=len(everyone), facts=found.rows, day=day, out=out)]
    if found.outside or found.unnamed or found.unlisted:
        aside = {"outside": found.outside, "unnamed": found.unnamed, "unlisted": found.unlisted}
        told.append(say("aside", **aside))
    return "\n".join(told)


# Reading


def read_scheme(path: Path) -> tuple[Scheme, list[str]]:
    """The scheme, and a line for each warning about it. Raises InputError with every fault."""
    with _opened(path) as file:
        try:
            text = file.read()
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
    table = _Table(path, ("subject",))
    listed = dict.fromkeys(table.text(row, "subject") for row in table)
    table.finish()
    return list(listed)


@dataclass
class Facts:
    """A file of facts, summed by (measure, subject, month), and what was left aside."""

    rows: int = 0
    outside: int = 0
    unnamed: int = 0
    unlisted: int = 0
    subjects: set[str] = field(default_factory=set)
    sums: dict[tuple[str, str, int], list[int]] = field(default_factory=dict)


def read_facts(path: Path, scheme: Scheme, as_of: date, listed: Sequence[str] | None) -> Facts:
    """Sum the facts of the scheme's year up to `as_of`; `subjects` is everyone with any fact in the file."""
    table = _Table(path, ("measure", "subject", "day", "done", "due"))
    named, only = set(scheme.measures), None if listed is None else set(listed)
    facts = Facts()
    for row in table:
        measure, subject = table.text(row, "measure"), table.text(row, "subject")
        day = table.day(row, "day")
        done, due = table.number(row, "done"), table.number(row, "due")
        facts.rows += 1
        facts.subjects.add(subject)
        if only is not None and subject not in only:
            facts.unlisted += 1
        elif measure not in named:
            facts.unnamed += 1
        elif day.year != scheme.year or day > as_of:
            facts.outside += 1
        else:
            total = facts.sums.setdefault((measure, subject, day.month), [0, 0])
            total[0] += done
            total[1] += due
    table.finish()
    return facts


class _Table:
    """A CSV file's rows; collects what is wrong, with line and column, until `finish` raises it all."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.path, self.columns = path, columns
        self.line = 1
        self.wrong: list[str] = []
        self.uncounted = 0
        self.at: dict[str, int] = {}
        self.days: dict[str, date] = {}
        self.numbers: dict[str, int] = {}

    def __iter__(self) -> Iterator[list[str]]:
        with _opened(self.path) as file:
            reader = csv.reader(file)
            try:
                heading = [name.strip() for name in next(reader, [])]
                self._place(heading)
                for row in reader:
                    self.line = reader.line_num
                    if not any(row):
                        continue
                    if len(row) != len(heading):
                        self.blame(None, "row_short", found=len(row), wanted=len(heading))
                        continue
                    yield row
            except UnicodeDecodeError:
                raise InputError(f"{self.path}: {say('file_text')}") from None
            except csv.Error as error:
                raise InputError(f"{self.path}:{reader.line_num}: {say('csv', value=error)}") from None

    def _place(self, heading: list[str]) -> None:
        if not any(heading):
            raise InputError(f"{self.path}:1: {say('file_empty')}")
        for name in self.columns:
            if heading.count(name) != 1:
                key = "column_twice" if name in heading else "column_missing"
                self.blame(None, key, value=name)
        self.finish()
        self.at = {name: heading.index(name) for name in self.columns}

    def blame(self, column: str | None, key: str, **values: object) -> None:
        """Note what is wrong at the current line."""
        if len(self.wrong) == _SHOWN:
            self.uncounted += 1
            return
        where = f"{self.path}:{self.line}:" + (f" {column}:" if column else "")
        self.wrong.append(f"{where} {say(key, **values)}")

    def finish(self) -> None:
        """Raise InputError if anything was wrong."""
        if self.uncounted:
            self.wrong.append(say("more", value=self.uncounted))
        if self.wrong:
            raise InputError(*self.wrong)

    def text(self, row: list[str], column: str) -> str:
        value = row[self.at[column]].strip()
        if not value:
            self.blame(column, "text_wanted")
        return value

    def day(self, row: list[str], column: str) -> date:
        text = row[self.at[column]]
        day = self.days.get(text)
        if day is None:
            try:
                if not _DAY.fullmatch(text.strip()):
                    raise ValueError
                day = self.days[text] = date.fromisoformat(text.strip())
            except ValueError:
                self.blame(column, "day_wanted", value=text)
                return date.min
        return day

    def number(self, row: list[str], column: str) -> int:
        """A decimal as ten-thousandths."""
        text = row[self.at[column]]
        number = self.numbers.get(text)
        if number is None:
            if not _NUMBER.fullmatch(text.strip()):
                self.blame(column, "number_wanted", value=text)
                return 0
            value = Decimal(text.strip())
            if abs(value) >= _LARGEST:
                self.blame(column, "number_big", value=text)
                return 0
            if value != round(value, 4):
                self.blame(column, "number_places", value=text)
                return 0
            number = scaled(value)
            if len(self.numbers) < 1_000_000:
                self.numbers[text] = number
        return number


def _as_of(text: str | None, year: int) -> date:
    if text is None:
        return date(year, 12, 31)
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--as-of: {say('day_wanted', value=text)}") from None


# Files


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        file = path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise InputError(f"{path}: {say('file_open', value=error.strerror)}") from None
    with file:
        yield file


@contextmanager
def _written_aside(path: Path) -> Iterator[TextIO]:
    """A file that takes its name only when it is complete."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise InputError(f"{path}: {say('file_write', value=error.strerror)}") from None
    aside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        # mkstemp makes a private file; the result is an ordinary one.
        umask = os.umask(0)
        os.umask(umask)
        aside.chmod(0o666 & ~umask)
        aside.replace(path)
    except OSError as error:
        raise InputError(f"{path}: {say('file_write', value=error.strerror)}") from None
    finally:
        aside.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())

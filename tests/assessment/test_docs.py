"""docs/scoring.md is right: every worked table is scored and every row shown in it must come out."""

import re
from datetime import date
from pathlib import Path

import pytest

from xianfeng.assessment.results import HEADER, rows
from xianfeng.assessment.scheme import load
from xianfeng.assessment.scoring import Readings, score

TEXT = (Path(__file__).parents[2] / "docs" / "scoring.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^### Example: (.*?)\n(.*?)(?=^##|\Z)", TEXT, re.DOTALL | re.MULTILINE))


def tables(text):
    """Each table as a list of dicts."""
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        lines = [[cell.strip() for cell in row.strip("|").split("|")] for row in block.splitlines()]
        yield [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_tables_come_out(name):
    example = EXAMPLES[name]
    scheme = load(re.search(r"```yaml\n(.*?)```", example, re.DOTALL)[1])
    facts, *shown = tables(example)
    assert shown
    days = re.findall(r"^(?:As of|Of) (\S+):", example, re.MULTILINE) or [str(scheme.year)]
    for when, expected in zip(days, shown, strict=True):
        comes_out(scheme, facts, when, expected)


def comes_out(scheme, facts, when, expected):
    """`when` is a day, a quarter or the year."""
    months = None
    as_of = date(scheme.year, 12, 31)
    if "q" in when:
        months = (int(when[-1]) * 3 - 2, int(when[-1]) * 3)
    elif "-" in when:
        as_of = date.fromisoformat(when)
    sums = []
    for fact in facts:
        day = date.fromisoformat(fact["day"])
        if day.year == scheme.year and day <= as_of:
            done, due = (round(float(fact[key]) * 10_000) for key in ("done", "due"))
            sums.append((fact["measure"], fact["subject"], day.month, done, due))
    everyone = dict.fromkeys(fact["subject"] for fact in facts)
    found = {
        (row["subject"], row["level"], row["code"], row["period"]): row
        for row in (
            dict(zip(HEADER, row, strict=True))
            for row in rows(score(scheme, Readings.collect(sums, everyone), as_of, months))
        )
    }
    assert expected
    for row in expected:
        row.pop("why")
        got = found[row["subject"], row["level"], row["code"], row["period"]]
        assert {key: got[key] for key in row} == row


def test_there_are_examples():
    assert len(EXAMPLES) == 5

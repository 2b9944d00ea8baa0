"""`xianfeng score` on one machine, on files as strangers send them, and against a second path from facts to rows."""

import csv
import random
import subprocess
import sys

import pytest

from tests.assessment import cases, reference
from xianfeng.assessment import batch
from xianfeng.assessment.results import HEADER
from xianfeng.assessment.scheme import default_text, export, parse

FACTS = "measure,subject,day,done,due,source\n"


@pytest.fixture(autouse=True)
def _in_english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def score(tmp_path, capsys):
    """Run the command on texts; (exit code, rows or None, what was said)."""

    def run(facts, scheme=None, subjects=None, *options):
        out = tmp_path / "out.csv"
        (tmp_path / "s.yaml").write_text(scheme or default_text("branch", 2026), encoding="utf-8")
        (tmp_path / "f.csv").write_bytes(facts if isinstance(facts, bytes) else facts.encode())
        args = ["--scheme", tmp_path / "s.yaml", "--facts", tmp_path / "f.csv", "--out", out, *options]
        if subjects is not None:
            (tmp_path / "l.csv").write_text(subjects, encoding="utf-8")
            args += ["--subjects", tmp_path / "l.csv"]
        code = batch.main([str(arg) for arg in args])
        said = capsys.readouterr().err
        table = None
        if out.exists():
            table = read(out)
            out.unlink()
        assert not list(tmp_path.glob(".out.csv*"))
        return code, table, said.replace(f"{tmp_path}/", "")

    return run


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)]


def totals(table):
    return {row[0]: row[6] for row in table if row[1] == "total"}


@pytest.mark.parametrize("seeds", [range(20), pytest.param(range(20, 300), marks=pytest.mark.slow)])
def test_random_files_agree_with_the_second_path_row_by_row(score, seeds):
    for seed in seeds:
        chance = random.Random(seed)
        data, facts = cases.scheme(chance), cases.facts(chance)
        listed, day = cases.listed(chance), cases.day(chance)
        scheme, faults = parse(data)
        assert scheme is not None, (seed, faults)
        text = FACTS + "".join(
            f"{f['measure']},{f['subject']},{f['day']},{f['done']},{f['due']},\n" for f in facts
        )
        subjects = None if listed is None else "subject\n" + "\n".join(listed)
        options = ["--as-of", day.isoformat()] if day else []
        code, table, said = score(text, export(scheme), subjects, *options)
        assert code == 0, (seed, said)
        assert table[0] == HEADER
        assert table[1:] == reference.score(data, facts, listed, day), seed


def test_everyone_with_a_fact_is_scored_even_if_the_fact_does_not_count(score):
    facts = FACTS + "other,B,2026-01-01,1,1,\nmeeting.party_day,A,2020-01-01,1,1,\n"
    code, table, said = score(facts)
    assert code == 0
    assert set(totals(table)) == {"A", "B"}
    assert "2 rows could not be used, listed in out.refused.csv:" in said


def test_a_listed_subject_without_facts_is_scored_from_idle_lines_and_others_are_not(score):
    facts = FACTS + "meeting.party_day,A,2026-01-05,1,1,\n"
    _, table, said = score(facts, None, "subject,name\nB,乙\n\nB,乙\n")
    # C3.2 and D4.3 are full when idle; D4.1, D4.2 and E3.1 start from full marks: nothing is lost.
    assert totals(table) == {"B": "100.00"}
    assert "1 rows are of subjects not listed" in said


def test_files_from_a_spreadsheet_are_read(score):
    rows = ["due,day,subject,measure,done", ' 1 ,2026-01-05,"A, b",meeting.party_day,+50E-2', ",,,,", ""]
    code, table, _ = score(b"\xef\xbb\xbf" + "\r\n".join(rows).encode())
    assert code == 0
    cell = next(row for row in table if row[2:4] == ("D2.1", "2026-01"))
    assert cell == (
        "A, b",
        "cell",
        "D2.1",
        "2026-01",
        "0.5000",
        "1.0000",
        "0.2500",
        "0.5000",
        "false",
        "",
        "",
    )


FAULTY = (
    FACTS + "meeting.party_day,A,2026-02-30,1,1,\n"
    "meeting.party_day,,2026-02-03,one,1e,\n"
    "meeting.party_day,A,2026-02-03,0.00001,100000000,\n"
    "meeting.party_day,A\n"
    "meeting.party_day,A,2026-02-03,1,1,\n"
    "meeting.party_day,A,2026-02-03,1_0,1,\n"
    "meeting.party_day,A,2026-02-03,1,12345678901,\n"
    "meeting.party_day,A,2026-02-03,1,1e-25,\n"
    "meeting.party_day,A,2025-12-31,1,1,\n"
    "other.thing,B,2026-02-03,1,1,\n"
)


def test_rows_that_cannot_be_used_are_counted_and_listed_and_the_others_scored(score, tmp_path):
    code, table, said = score(FAULTY)
    assert code == 0
    assert read(tmp_path / "out.refused.csv") == [
        ("file", "line", "measure", "subject", "day", "done", "due", "column", "reason"),
        *(
            (str(tmp_path / "f.csv"), *row)
            for row in (
                ("2", "meeting.party_day", "A", "2026-02-30", "1", "1", "day", "“2026-02-30” is not a day that exists; write it like 2026-03-31"),
                ("3", "meeting.party_day", "", "2026-02-03", "one", "1e", "subject", "this is empty; fill it in"),
                ("4", "meeting.party_day", "A", "2026-02-03", "0.00001", "100000000", "done", "0.00001 has more than 4 decimal places; round it"),
                ("5", "", "", "", "", "", "", "the row has not as many fields as the heading: meeting.party_day,A"),
                ("7", "meeting.party_day", "A", "2026-02-03", "1_0", "1", "done", "“1_0” is not a decimal number; write it like 2 or 0.25"),
                ("8", "meeting.party_day", "A", "2026-02-03", "1", "12345678901", "due", "12345678901 is beyond 100,000,000"),
                ("9", "meeting.party_day", "A", "2026-02-03", "1", "1e-25", "due", "1e-25 has more than 4 decimal places; round it"),
                ("10", "meeting.party_day", "A", "2025-12-31", "1", "1", "day", "2025-12-31 is not in the year of the scheme"),
                ("11", "other.thing", "B", "2026-02-03", "1", "1", "measure", "the scheme names no measure “other.thing”"),
            )
        ),
    ]  # fmt: skip
    good = FACTS + "meeting.party_day,A,2026-02-03,1,1,\nmeeting.party_day,B,2026-02-03,0,0,\n"
    assert table == score(good)[1]
    assert "9 rows could not be used, listed in out.refused.csv:" in said
    assert not (tmp_path / "out.refused.csv").exists(), "the list of an earlier run does not stay"


def test_when_strict_every_fault_is_named_with_line_and_column_and_nothing_is_written(score, tmp_path):
    code, table, said = score(FAULTY, None, None, "--strict")
    assert (code, table) == (2, None)
    assert said.splitlines()[:4] == [
        "f.csv:2: day: “2026-02-30” is not a day that exists; write it like 2026-03-31",
        "f.csv:3: subject: this is empty; fill it in",
        "f.csv:4: done: 0.00001 has more than 4 decimal places; round it",
        "f.csv:5: the row has not as many fields as the heading: meeting.party_day,A",
    ]
    assert said.splitlines()[-1] == "Nothing was written. Correct this and run the command again."
    assert not (tmp_path / "out.refused.csv").exists()


def test_a_long_list_of_faults_is_cut_and_counted(score):
    _, _, said = score(FACTS + "meeting.party_day,A,?,1,1,\n" * 30, None, None, "--strict")
    assert len(said.splitlines()) == 22
    assert "… and 10 more" in said


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("", "f.csv:1: the file is empty"),
        ("measure,subject,day,done\n", "no column “due”"),
        ("measure,subject,day,done,due,due\n", "names “due” twice"),
        ("measure,subject,day,done,due\n月".encode("gb18030"), "is not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_fact_file_says_so(score, facts, words):
    code, table, said = score(facts)
    assert (code, table) == (2, None)
    assert words in said


def test_a_faulty_scheme_names_path_and_cure(score):
    text = default_text("branch", 2026).replace(
        "points: 6\n        standard: 每月", "points: 7\n        standard: 每月"
    )
    code, _, said = score(FACTS, text)
    assert code == 2
    assert "s.yaml: categories[3].items[1].lines: points add up to 6, the item has 7; make them equal" in said


def test_a_wrong_day_a_missing_file_and_another_kind_of_file_are_refused(score, tmp_path):
    assert score(FACTS, None, None, "--as-of", "2026-6-30")[0] == 2
    args = ["--scheme", str(tmp_path / "none.yaml"), "--facts", "f.csv", "--out", str(tmp_path / "o.csv")]
    assert batch.main(args) == 2
    assert batch.main([*args[:5], str(tmp_path / "o.xlsx")]) == 2
    with pytest.raises(SystemExit):
        batch.main([])


def test_an_unwritable_place_is_refused(score, tmp_path):
    code, _, said = score(FACTS, None, None, "--out", tmp_path / "no" / "o.csv")
    assert code == 2
    assert "cannot be written" in said


def test_it_speaks_chinese_where_the_terminal_does(score, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    said = score(FACTS + "meeting.party_day,A,?,1,1,\n", None, None, "--strict")[2]
    assert "“?”不是存在的日期" in said


def test_it_starts_without_django(tmp_path):
    code = (
        "import sys, xianfeng.assessment.batch.duck, xianfeng.assessment.explain;"
        "sys.exit('django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

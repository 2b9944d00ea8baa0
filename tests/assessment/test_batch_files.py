"""Files of every kind and shape give the same scores, in as much memory as is allowed, whole or not at all."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.assessment import cases, reference
from xianfeng.assessment import batch
from xianfeng.assessment.batch import adding, duck
from xianfeng.assessment.layout import plan
from xianfeng.assessment.results import HEADER
from xianfeng.assessment.scheme import export, parse

NAMES = ("measure", "subject", "day", "done", "due")


@pytest.fixture(autouse=True)
def _in_english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def world():
    """A random scheme as data, 400 facts about subjects whose numbers are not in the order of their digits."""
    chance = random.Random(7)
    data = cases.scheme(chance)
    facts = [fact for _ in range(7) for fact in cases.facts(chance, most=120)]
    for fact in facts:
        fact["subject"] = str(int(fact["subject"][1:]) * 7 + 5)
        fact["done"], fact["due"] = round(fact["done"] % 50, 4), round(fact["due"] % 50, 4)
    return data, facts


@pytest.fixture
def run(tmp_path, world, capsys):
    """Score a file of facts; the rows as texts."""
    scheme, _faults = parse(world[0])
    (tmp_path / "s.yaml").write_text(export(scheme), encoding="utf-8")

    def run(facts, *options, out="out.csv", code=0):
        target = tmp_path / out
        args = ["--scheme", tmp_path / "s.yaml", "--facts", facts, "--out", target, *options]
        assert batch.main([str(arg) for arg in args]) == code, capsys.readouterr().err
        if code:
            return capsys.readouterr().err
        if out.endswith(".csv"):
            with target.open(encoding="utf-8", newline="") as file:
                return [tuple(row) for row in csv.reader(file)][1:]
        return pq.read_table(target)

    return run


def write_csv(path, facts, names=NAMES):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([fact[name] for name in names] for fact in facts)
    return path


def write_parquet(path, facts, **kinds):
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {name: [fact[name] for fact in facts] for name in NAMES}
    for name, kind in kinds.items():
        if pa.types.is_string(kind):
            columns[name] = [str(value) for value in columns[name]]
        elif pa.types.is_integer(kind):
            columns[name] = [int(value) for value in columns[name]]
    table = pa.table(
        {
            name: pa.array(
                columns[name], kinds.get(name) or (pa.decimal128(12, 4) if name in {"done", "due"} else None)
            )
            for name in NAMES
        }
    )
    pq.write_table(table, path, row_group_size=64)
    return path


def expected(world, **options):
    return [tuple(row) for row in reference.score(world[0], world[1], **options)]


def whole(world):
    """The same facts with amounts cut to whole numbers."""
    return world[0], [fact | {"done": int(fact["done"]), "due": int(fact["due"])} for fact in world[1]]


def test_a_folder_of_csv_files_partitioned_by_any_key(run, world, tmp_path):
    folder = tmp_path / "facts"
    for at, measure in enumerate(sorted({fact["measure"] for fact in world[1]})):
        some = [fact for fact in world[1] if fact["measure"] == measure]
        write_csv(folder / f"measure={measure}" / f"{at}.csv", some, ("subject", "due", "done", "day"))
    (folder / "_SUCCESS").write_text("")
    (folder / ".part.csv.crc").write_text("?")
    assert run(folder) == expected(world)


@pytest.mark.parametrize(
    "kinds",
    [
        {},
        {"subject": pa.int32(), "done": pa.decimal128(9, 4)},
        {"subject": pa.uint8(), "day": pa.string(), "done": pa.string()},
        {"done": pa.decimal128(30, 10), "due": pa.decimal128(18, 6)},
        {"measure": pa.dictionary(pa.int8(), pa.string()), "subject": pa.int64()},
    ],
)
def test_parquet_files_of_every_kind_of_column(run, world, tmp_path, kinds):
    write_parquet(tmp_path / "facts" / "region=37" / "a.parquet", world[1][::2], **kinds)
    write_parquet(tmp_path / "facts" / "region=38" / "b.parquet", world[1][1::2], **kinds)
    assert run(tmp_path / "facts") == expected(world)


@pytest.mark.parametrize("subject", [pa.int32(), pa.string()])
@pytest.mark.parametrize("amount", [pa.int8(), pa.int64()])
def test_whole_numbers_take_the_quick_way_to_the_same_scores(run, world, tmp_path, subject, amount):
    world = whole(world)
    path = write_parquet(tmp_path / "f.parquet", world[1], subject=subject, done=amount, due=amount)
    assert run(path, "--as-of", "2026-08-17") == expected(world, as_of=date(2026, 8, 17))


@pytest.mark.parametrize("subject", [pa.int32(), pa.string()])
def test_many_passes_give_what_one_gives(run, world, tmp_path, monkeypatch, subject):
    path = write_parquet(tmp_path / "f.parquet", world[1], subject=subject)
    slots = plan(parse(world[0])[0], date(2026, 12, 31)).slots.count
    passes = []
    chunks = duck._chunks
    monkeypatch.setattr(duck, "_chunks", lambda *args: passes.append(1) or chunks(*args))
    monkeypatch.setattr(duck, "_table_bytes", lambda memory, people: 8 * slots)
    assert run(path) == expected(world)
    assert len(passes) >= 4
    totals = [row for row in expected(world) if row[1] == "total"]
    assert run(path, "--level", "total") == totals


def test_a_level_writes_less(run, world, tmp_path):
    path = write_csv(tmp_path / "f.csv", world[1])
    everything = expected(world)
    assert run(path, "--level", "item") == [row for row in everything if row[1] != "cell"]
    assert run(path, "--level", "total") == [row for row in everything if row[1] == "total"]


def test_parquet_output_says_what_csv_says_and_again_the_same_bytes(run, world, tmp_path):
    path = write_csv(tmp_path / "f.csv", world[1])
    table = run(path, out="out.parquet")
    assert table.column_names == list(HEADER)
    for row, wanted in zip(table.to_pylist(), expected(world), strict=True):
        for name, text in zip(HEADER, wanted, strict=True):
            value = row[name]
            if isinstance(value, Decimal):
                assert value == Decimal(text)
            elif isinstance(value, bool):
                assert str(value).lower() == text
            else:
                assert str("" if value is None else value) == text
    first = (tmp_path / "out.parquet").read_bytes()
    run(path, out="out.parquet")
    assert (tmp_path / "out.parquet").read_bytes() == first


def test_listed_subjects_and_the_others(run, world, tmp_path, capsys):
    write_csv(tmp_path / "l.csv", [{"subject": name} for name in ("12", "5", "999", "5")], ("subject",))
    path = write_parquet(
        tmp_path / "f.parquet", whole(world)[1], subject=pa.int32(), done=pa.int16(), due=pa.int16()
    )
    capsys.readouterr()
    assert run(path, "--subjects", tmp_path / "l.csv") == expected(whole(world), subjects=["12", "5", "999"])
    said = capsys.readouterr().err
    usable = [f for f in world[1] if f["measure"] != "other.thing" and f["day"].year == 2026]
    named = set(parse(world[0])[0].measures)
    unlisted = sum(f["subject"] not in {"12", "5"} and f["measure"] in named for f in usable)
    assert f"{unlisted} rows are of subjects not listed" in said


def test_unusable_rows_of_a_parquet_file_are_listed_by_their_row(run, world, tmp_path):
    nothing = {"measure": None, "subject": None, "day": None, "done": None, "due": None}
    measure = parse(world[0])[0].measures[0]
    good = {"measure": measure, "subject": 9, "day": date(2026, 3, 1), "done": 1, "due": 1}
    faults = [
        {"measure": None}, {"measure": "other"}, {"subject": None}, {"day": None}, {"day": date(2025, 12, 31)},
        {"done": None}, {"due": None}, {"done": 10**8}, {"due": -(10**8)},
    ]  # fmt: skip
    rows = [good, *(good | fault for fault in faults), nothing]
    for kind in (pa.int64(), pa.decimal128(28, 4)):
        table = pa.table(
            {
                "measure": pa.array([row["measure"] for row in rows], pa.string()),
                "subject": pa.array([row["subject"] for row in rows], pa.int32()),
                "day": pa.array([row["day"] for row in rows], pa.date32()),
                **{
                    name: pa.array([row[name] for row in rows], pa.int64()).cast(kind, safe=False)
                    for name in ("done", "due")
                },
            }
        )
        pq.write_table(table, tmp_path / "f.parquet")
        run(tmp_path / "f.parquet")
        with (tmp_path / "out.refused.csv").open(encoding="utf-8", newline="") as file:
            listed = list(csv.DictReader(file))
        assert [(row["line"], row["column"]) for row in listed] == [
            ("2", "measure"), ("3", "measure"), ("4", "subject"), ("5", "day"), ("6", "day"),
            ("7", "done"), ("8", "due"), ("9", "done"), ("10", "due"), ("11", "measure"),
        ]  # fmt: skip


def test_binary_fractions_are_refused(run, world, tmp_path):
    facts = [fact | {"done": float(fact["done"])} for fact in world[1]]
    table = pa.table({name: [fact[name] for fact in facts] for name in NAMES})
    pq.write_table(table, tmp_path / "f.parquet")
    assert "the column “done” holds DOUBLE" in run(tmp_path / "f.parquet", code=2)


def test_csv_and_parquet_in_one_folder_and_an_empty_folder_are_refused(run, world, tmp_path):
    write_csv(tmp_path / "facts" / "a.csv", world[1])
    write_parquet(tmp_path / "facts" / "b.parquet", world[1])
    assert "both CSV and Parquet" in run(tmp_path / "facts", code=2)
    (tmp_path / "empty").mkdir()
    assert "only CSV and Parquet" in run(tmp_path / "empty", code=2)


def test_no_facts_at_all_are_nobody(run, world, tmp_path):
    assert run(write_csv(tmp_path / "f.csv", [])) == []
    assert (
        run(
            write_parquet(
                tmp_path / "f.parquet", [], subject=pa.int32(), measure=pa.string(), day=pa.date32()
            )
        )
        == []
    )


def test_sums_come_apart_again_and_are_begun_anew_where_they_would_not():
    scheme, _ = parse(cases.scheme(random.Random(3)))
    layout = plan(scheme, date(2026, 12, 31))
    chance = np.random.default_rng(1)
    measure = next(at for at, months in enumerate(layout.slots.at, 1) if months[5] >= 0)
    slot = layout.slots.at[measure - 1][5]
    code = np.full(1000, measure * adding.MONTHS + 5, dtype=np.int16)
    subject = chance.integers(0, 3, 1000).astype(np.int32)
    done, due = (chance.integers(-900, 900, 1000).astype(np.int16) for _ in range(2))
    for narrow in (True, False):
        adder = adding.Adder(layout, 0, 3, unit=10_000, narrow=narrow)
        for part in (slice(0, 400), slice(400, 1000)):
            adder.add(adding.Chunk(subject[part], code[part], done[part], due[part]))
        for sums, amounts in zip(adder.block(slice(None)), (done, due), strict=True):
            wanted = [int(amounts[subject == s].sum(dtype=np.int64)) * 10_000 for s in range(3)]
            assert sums[slot].tolist() == wanted
    many = np.full(1000, 9_000_000, dtype=np.int32)
    with pytest.raises(adding.TooWide):
        adding.Adder(layout, 0, 3, unit=10_000, narrow=True).add(adding.Chunk(subject, code, many, many))
    adding.Adder(layout, 0, 3, unit=10_000, narrow=False).add(adding.Chunk(subject, code, many, many))


def test_sums_too_large_for_exact_addition_are_refused(run, tmp_path, monkeypatch, world):
    monkeypatch.setattr(adding, "_WIDE", 10**5)
    assert "added exactly" in run(write_csv(tmp_path / "f.csv", world[1]), code=2)


def test_somebody_whose_facts_cancel_out_is_still_scored(run, world, tmp_path):
    measure = parse(world[0])[0].measures[0]
    facts = [
        {"measure": measure, "subject": subject, "day": date(2026, 3, 1), "done": done, "due": done}
        for subject, done in ((5, 1), (5, -1), (7, 0), (30, 2), (30, -2), (31, 1))
    ]
    for amount in (pa.int32(), pa.decimal128(12, 4)):
        path = write_parquet(tmp_path / "f.parquet", facts, subject=pa.int32(), done=amount, due=amount)
        assert [row[0] for row in run(path, "--level", "total")] == ["30", "31", "5", "7"]


def test_without_the_extra_one_sentence_says_how_to_install_it(tmp_path, world):
    scheme, _ = parse(world[0])
    (tmp_path / "s.yaml").write_text(export(scheme), encoding="utf-8")
    write_csv(tmp_path / "f.csv", world[1])
    args = ["--scheme", tmp_path / "s.yaml", "--facts", tmp_path / "f.csv", "--out", tmp_path / "o.csv"]
    for module, extra, options in (
        ("duckdb", "batch", []),
        ("pyspark", "spark", ["--engine", "spark", "--master", "spark://x:1"]),
    ):
        code = (
            f"import sys; sys.modules[{module!r}] = None\n"
            "from xianfeng.assessment import batch\n"
            f"sys.exit(batch.main({[*map(str, args), *options]!r}))"
        )
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert found.returncode == 2
        assert f'pip install "xianfeng[{extra}]"' in found.stderr


def test_a_run_that_is_killed_leaves_what_was_there_before(run, world, tmp_path):
    path = write_csv(tmp_path / "f.csv", world[1])
    run(path, out="out.parquet")
    before = (tmp_path / "out.parquet").read_bytes()
    stop = (
        "import os, signal\n"
        "from xianfeng.assessment import batch\n"
        "from xianfeng.assessment.batch import tables\n"
        "arrow, calls = tables.arrow, []\n"
        "def halfway(*args):\n"
        "    if calls: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    calls.append(1)\n"
        "    return arrow(*args)\n"
        "tables.arrow = halfway\n"
        "from xianfeng.assessment.batch import duck\n"
        "duck._CELLS = 1\n"
        "duck._pieces = lambda layout, count: [slice(0, 2), slice(2, count)]\n"
    )
    args = [
        "--scheme",
        tmp_path / "s.yaml",
        "--facts",
        path,
        "--out",
        tmp_path / "out.parquet",
        "--as-of",
        "2026-03-01",
    ]
    found = subprocess.run([sys.executable, "-c", f"{stop}batch.main({[*map(str, args)]!r})"], check=False)
    assert found.returncode == -signal.SIGKILL
    assert (tmp_path / "out.parquet").read_bytes() == before


@pytest.mark.slow
def test_the_memory_allowed_is_kept(tmp_path, run, world):
    """Two million subjects by some fifty slots are 800 MB of sums; 700 MB are allowed."""
    scheme, _ = parse(world[0])
    slots = plan(scheme, date(2026, 12, 31)).slots.count
    count = 100_000_000 // slots
    duckdb.sql(
        f"SELECT '{scheme.measures[0]}' AS measure, (10000000 + i)::INTEGER AS subject, "
        f"DATE '2026-02-01' AS day, 1 AS done, 1 AS due FROM range({count}) t(i)"
    ).write_parquet(str(tmp_path / "f.parquet"))
    code = (
        "import sys\n"
        "from xianfeng.assessment import batch\n"
        "code = batch.main(sys.argv[1:])\n"
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
        "sys.exit(code)"
    )
    run(write_csv(tmp_path / "f.csv", world[1]))
    args = [
        "--scheme",
        tmp_path / "s.yaml",
        "--facts",
        tmp_path / "f.parquet",
        "--out",
        tmp_path / "o.parquet",
    ]
    started = time.monotonic()
    found = subprocess.run(
        [sys.executable, "-c", code, *map(str, args), "--level", "total", "--memory", "700MB"],
        capture_output=True, text=True, check=True, env={**os.environ, "MALLOC_ARENA_MAX": "2"},
    )  # fmt: skip
    assert int(found.stdout) * 1024 <= 700 << 20, f"{time.monotonic() - started:.0f} s"
    assert pq.read_metadata(tmp_path / "o.parquet").num_rows == count

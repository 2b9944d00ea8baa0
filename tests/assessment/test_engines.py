"""The same facts through the application's database, DuckDB and a Spark cluster: every cell, item, total, grade and place."""

import csv
import random
from datetime import date, timedelta

import duckdb
import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from tests.assessment.cluster import QUICK, cluster
from xianfeng.assessment import batch, deliveries
from xianfeng.assessment.actions import ensure_default_schemes
from xianfeng.assessment.models import BranchScore, Scheme
from xianfeng.assessment.results import HEADER
from xianfeng.assessment.rounds import recompute_year
from xianfeng.ledger.models import Entry, Measure
from xianfeng.organizations.actions import found

pytestmark = [pytest.mark.django_db, pytest.mark.cluster]
YEAR = 2026


@pytest.fixture
def branches(world, today):
    """Twelve more branches, and a year of facts of every measure: whole, broken, late, corrected and none at all."""
    ensure_default_schemes(YEAR)
    places = [world.jia, world.yi] + [
        found(number=f"371122-JT-{n}", name=f"中共测试局第{n}党支部", short_name=f"第{n}党支部", kind="branch", parent=world.committee, by=None)
        for n in range(30, 42)
    ]  # fmt: skip
    chance = random.Random(YEAR)
    scheme = Scheme.objects.in_force("organization", YEAR).parsed
    ids = {code: Measure.objects.get_or_create(code=code)[0].pk for code in scheme.measures}
    source = ContentType.objects.get_for_model(world.jia)
    entries = []
    for place in places[:-1]:  # the last has no facts
        good = chance.random()
        for code in scheme.measures:
            if code.startswith("veto") and chance.random() < 0.9:
                continue
            for _ in range(chance.choice([0, 4, 12])):
                day = date(YEAR, 1, 1) + timedelta(days=chance.randrange(365))
                due = chance.choice([0, 10_000, 10_000, 20_000, 33_333])
                done = due if chance.random() < good else chance.choice([0, 5_000, 12_345, -10_000])
                entries.append(
                    Entry(
                        measure_id=ids[code], organization=place, day=day, month=day.year * 100 + day.month,
                        done=done, due=due, content_type=source, object_id=place.pk, posted_at=timezone.now(),
                    )
                )  # fmt: skip
    Entry.objects.bulk_create(entries)
    return places


def four(units):
    sign = "-" if units < 0 else ""
    return f"{sign}{abs(units) // 10_000}.{abs(units) % 10_000:04d}"


def two(units):
    text = four(units)
    return text.removesuffix("00")


def of_database(score, number, scheme):
    """The rows of a score as it is kept."""
    year, vetoes = str(YEAR), {veto.code for veto in scheme.vetoes}
    bonus = {line.code for line in scheme.bonus.lines} if scheme.bonus else set()
    for code, label, done, due, points, full in sorted(score.cells, key=lambda cell: cell[:2]):
        out = "true" if points is None and code not in vetoes else "false"
        shown = "" if full is None or code in bonus else four(full)
        yield (
            number,
            "cell",
            code,
            label,
            four(done),
            four(due),
            "" if points is None else four(points),
            shown,
            out,
            "",
            "",
        )
    for level, parts in (("item", score.items), ("category", score.categories)):
        for code, points, full in sorted(parts):
            out = "true" if points is None else "false"
            yield (
                number,
                level,
                code,
                year,
                "",
                "",
                "" if points is None else two(points),
                two(full),
                out,
                "",
                "",
            )
    if scheme.bonus:
        yield (number, "bonus", "", year, "", "", two(score.bonus), "", "false", "", "")
    figures = (
        ("", two(score.full), "true") if score.total is None else (two(score.total), two(score.full), "false")
    )
    yield (number, "total", "", year, "", "", *figures, score.grade, str(score.standing or ""))


def rows(path):
    """Rows of CSV output: of one file, or of a folder's files in order."""
    files = sorted(path.glob("part-*")) if path.is_dir() else [path]
    found = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as text:
            table = [tuple(row) for row in csv.reader(text)]
        assert not table or table[0] == HEADER
        found += table[1:]
    return found


def refused(path):
    with path.with_name(f"{path.stem}.refused.csv").open(encoding="utf-8", newline="") as file:
        return sorted(
            (row["subject"], row["day"], row["done"], row["column"], row["reason"])
            for row in csv.DictReader(file)
        )


def test_database_duckdb_and_spark_give_the_same_scores(branches, world, tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", QUICK)
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path / "conf"))
    recompute_year("organization", YEAR, date(YEAR + 1, 1, 10))
    scheme = Scheme.objects.in_force("organization", YEAR)
    scores = {
        score.organization.number: score
        for score in BranchScore.objects.filter(round__code=str(YEAR)).select_related("organization")
    }
    wanted = [row for number in sorted(scores) for row in of_database(scores[number], number, scheme.parsed)]
    assert len(scores) == 14
    assert len({row[-1] for row in wanted if row[1] == "total"}) > 8
    assert len({row[-2] for row in wanted if row[1] == "total"}) > 1

    deliveries.export_scheme(scheme, tmp_path / "s.yaml")
    deliveries.export(tmp_path / "f.parquet", year=YEAR, subject="organization", under=world.committee)
    deliveries.export(tmp_path / "f.csv", year=YEAR, subject="organization", under=world.committee)
    (tmp_path / "l.csv").write_text("subject\n" + "\n".join(scores), encoding="utf-8")
    with (tmp_path / "f.csv").open("a", encoding="utf-8") as file:
        file.write(
            "meeting.party_day,371122-JT-12,2026-02-30,1,1,\nmeeting.party_day,371122-JT-12,2026-2-3,1,1,\n"
            "meeting.party_day,,2026-02-03,1,1,\nother,371122-JT-12,2026-02-03,1,1,\nmeeting.party_day,371122-JT-12\n"
            "meeting.party_day,371122-JT-12,2026-02-03,one,1,\nmeeting.party_day,371122-JT-12,2026-02-03,1,0.00001,\n"
            "meeting.party_day,371122-JT-12,2026-02-03,1e-25,1,\nmeeting.party_day,371122-JT-12,2026-02-03,1_0,1,\n"
            "meeting.party_day,371122-JT-12,2026-02-03,100000000,1,\nmeeting.party_day,371122-JT-12,2027-01-01,1,1,\n"
            "meeting.party_day,nobody,2026-02-03,1,1,\n,,,,,\n"
        )

    def score(facts, out, *options):
        args = [
            "--scheme",
            tmp_path / "s.yaml",
            "--facts",
            tmp_path / facts,
            "--out",
            tmp_path / out,
            "--subjects",
            tmp_path / "l.csv",
        ]
        assert batch.main([str(arg) for arg in (*args, *options)]) == 0
        return tmp_path / out

    assert rows(score("f.parquet", "duck-parquet.csv")) == wanted
    by_duckdb = score("f.csv", "duck-csv.csv")
    assert rows(by_duckdb) == wanted
    with cluster(tmp_path) as master:
        spark = ("--engine", "spark", "--master", master, "--memory", "512MB")
        by_spark = score("f.csv", "spark-csv.csv", *spark)
        assert rows(by_spark) == wanted
        assert refused(by_spark) == refused(by_duckdb)
        assert len(refused(by_duckdb)) == 11
        folder = score("f.parquet", "spark.parquet", *spark, "--level", "total")
        single = score("f.parquet", "duck.parquet", "--level", "total")
        read = "SELECT * FROM read_parquet('{}') ORDER BY subject"
        totals = duckdb.sql(read.format(f"{folder}/*.parquet")).fetchall()
        assert totals == duckdb.sql(read.format(single)).fetchall()
        assert len(totals) == 14

"""Facts leave one installation as a file and enter a superior's once, whatever is sent twice."""

import json
from contextlib import contextmanager
from datetime import date
from io import StringIO

import pyarrow.parquet as pq
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum

from tests.assessment.month import state
from xianfeng.assessment import deliveries
from xianfeng.assessment.actions import ensure_default_schemes
from xianfeng.assessment.models import Delivery, Scheme
from xianfeng.assessment.scheme import load
from xianfeng.audit.models import Event
from xianfeng.ledger.facts import check_ledger
from xianfeng.ledger.models import Entry, Measure

pytestmark = pytest.mark.django_db


@contextmanager
def elsewhere():
    """What happens inside happens in another installation."""

    class Left(Exception):
        pass

    try:
        with transaction.atomic():
            yield
            raise Left
    except Left:
        pass


def sums(organization):
    rows = Entry.objects.filter(organization=organization).order_by("measure__code", "day")
    return list(
        rows.values_list("measure__code", "day")
        .annotate(Sum("done"), Sum("due"))
        .order_by("measure__code", "day")
    )


@pytest.fixture(params=["facts.csv", "facts.parquet"])
def sent(request, tmp_path, world, today):
    """A file from a county: 甲 and 乙 held party days, one of 甲's was corrected; an old measure is in no scheme."""
    ensure_default_schemes(2026)
    path = tmp_path / request.param
    with elsewhere():
        for month in range(1, 10):
            state(world.jia, "meeting.party_day", date(2026, month, 10), 1, 1)
            state(world.yi, "meeting.party_day", date(2026, month, 10), 0, 1)
        state(world.jia, "meeting.party_day", date(2026, 9, 10), -1)
        state(world.jia, "meeting.party_day", date(2025, 9, 10), 1, 1)
        old = Measure.objects.create(code="old.measure")
        state(world.jia, old.code, date(2026, 9, 10), 1, 1)
        deliveries.export(path, year=2026, subject="organization", under=world.committee)
        wanted = sums(world.jia), sums(world.yi)
    return path, wanted


def test_what_was_sent_is_what_arrives(sent, world):
    path, (jia, yi) = sent
    taken = deliveries.take(path)
    assert (taken.rows, taken.entries, taken.refused) == (18, 18, [])
    assert sums(world.jia) == [row for row in jia if row[0] != "old.measure" and row[1].year == 2026]
    assert sums(world.yi) == yi
    assert check_ledger() == []
    assert [e.action for e in Event.objects.order_by("-seq")[:1]] == ["assessment.import_facts"]


def test_the_same_file_twice_adds_nothing(sent):
    path, _wanted = sent
    deliveries.take(path)
    before = Entry.objects.count(), Event.objects.count()
    assert deliveries.take(path).known
    assert (Entry.objects.count(), Event.objects.count()) == before


def test_a_later_file_takes_the_place_of_the_earlier_one(sent, world, tmp_path):
    path, _wanted = sent
    deliveries.take(path)
    later = tmp_path / f"later{path.suffix}"
    with elsewhere():
        state(world.jia, "meeting.party_day", date(2026, 10, 10), 1, 1)
        state(world.jia, "meeting.party_day", date(2026, 9, 10), 1)
        deliveries.export(later, year=2026, subject="organization", under=world.committee)
    taken = deliveries.take(later)
    assert (taken.rows, taken.entries) == (19, 2)
    assert sums(world.jia)[-2:] == [
        ("meeting.party_day", date(2026, 9, 10), 10_000, 10_000),
        ("meeting.party_day", date(2026, 10, 10), 10_000, 10_000),
    ]
    assert Delivery.objects.count() == 1
    assert check_ledger() == []


def test_the_manifest_names_everything_and_no_person_is_named(sent, world):
    path, _wanted = sent
    manifest = json.loads(deliveries.manifest_of(path).read_text(encoding="utf-8"))
    scheme = Scheme.objects.in_force("organization", 2026)
    assert (manifest["issuer"], manifest["rows"]) == (world.committee.number, 18)
    assert manifest["measures"] == [
        {
            "code": "meeting.party_day",
            "label": manifest["measures"][0]["label"],
            "unit": manifest["measures"][0]["unit"],
        }
    ]
    assert manifest["scheme"]["digest"] == scheme.digest
    assert load(path.with_name(manifest["scheme"]["file"]).read_text(encoding="utf-8")) == scheme.parsed


def test_exporting_again_gives_the_same_bytes(world, tmp_path, today):
    state(world.jia, "meeting.party_day", date(2026, 3, 10), 1, 1)
    for name in ("f.csv", "f.parquet"):
        path = tmp_path / name
        files = deliveries.export(path, year=2026, subject="organization", under=world.committee).files
        before = [file.read_bytes() for file in files]
        deliveries.export(path, year=2026, subject="organization", under=world.committee)
        assert [file.read_bytes() for file in files] == before
    with pytest.raises(ValidationError, match="csv"):
        deliveries.export(tmp_path / "f.xlsx", year=2026, subject="organization", under=world.committee)
    assert not (tmp_path / "f.xlsx").exists()


def test_only_what_lies_under_the_organization_is_exported(world, tmp_path, today):
    state(world.jia, "meeting.party_day", date(2026, 3, 10), 1, 1)
    state(world.yi, "meeting.party_day", date(2026, 3, 10), 1, 1)
    path = tmp_path / "f.parquet"
    deliveries.export(path, year=2026, subject="organization", under=world.yi)
    assert pq.read_table(path)["subject"].to_pylist() == [world.yi.number]


def test_members_travel_by_their_numbers(world, tmp_path, today):
    path = tmp_path / "f.csv"
    with elsewhere():
        state(world.jia, "meeting.attendance", date(2026, 3, 10), 1, 1)
        entry = Entry.objects.latest("pk")
        Entry.objects.bulk_create(
            [
                Entry(
                    measure=entry.measure, organization=world.jia, person=world.member, day=entry.day, month=entry.month,
                    done=10_000, due=20_000, content_type=entry.content_type, object_id=entry.object_id,
                    posted_at=entry.posted_at,
                )
            ]
        )  # fmt: skip
        deliveries.export(path, year=2026, subject="person", under=world.committee)
    text = path.read_text(encoding="utf-8")
    assert text == (
        "measure,subject,day,done,due,source\n"
        f"meeting.attendance,{world.member.number},2026-03-10,1.0000,2.0000,\n"
    )
    assert world.member.name not in deliveries.manifest_of(path).read_text(encoding="utf-8")
    deliveries.take(path)
    entry = Entry.objects.get(person=world.member, measure__code="meeting.attendance")
    assert (entry.organization, entry.done, entry.due) == (world.jia, 10_000, 20_000)


def test_a_file_that_was_changed_on_the_way_is_refused(sent):
    path, _wanted = sent
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(ValidationError, match="与清单不符"):
        deliveries.take(path)
    deliveries.manifest_of(path).unlink()
    with pytest.raises(ValidationError, match="与清单一起"):
        deliveries.take(path)
    assert not Delivery.objects.exists()


def test_facts_that_were_recorded_here_do_not_come_a_second_time(sent, world):
    path, _wanted = sent
    state(world.yi, "meeting.party_day", date(2026, 3, 10), 1, 1)
    with pytest.raises(ValidationError, match="重复计算"):
        deliveries.take(path)
    assert not Delivery.objects.exists()


@pytest.fixture
def faulty(tmp_path, world, today):
    """A good row among bad ones."""
    path = tmp_path / "faulty.csv"
    with elsewhere():
        state(world.jia, "meeting.party_day", date(2026, 3, 10), 1, 1)
        deliveries.export(path, year=2026, subject="organization", under=world.committee)
    number = world.jia.number
    path.write_text(
        path.read_text(encoding="utf-8")
        + f"other.thing,{number},2026-03-10,1,1,\nmeeting.party_day,nobody,2026-03-10,1,1,\n"
        + f"meeting.party_day,{number},2025-03-10,1,1,\nmeeting.party_day,{number},2026-03-11,one,1,\n"
        + f"meeting.party_day,{number},2026-03-11,1,100000000,\nmeeting.party_day,{number},2026-03-11,1,0.00001,\n",
        encoding="utf-8",
    )
    manifest = deliveries.manifest_of(path)
    data = json.loads(manifest.read_text(encoding="utf-8"))
    data["facts"]["sha256"] = deliveries._sha256(path)
    manifest.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_rows_at_fault_are_listed_and_the_others_taken(faulty, world):
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("facts_import", str(faulty), stdout=out, stderr=err)
    assert ended.value.code == 2
    assert sums(world.jia) == [("meeting.party_day", date(2026, 3, 10), 10_000, 10_000)]
    listed = faulty.with_name(f"{faulty.name}.refused.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in listed] == ["line", "3", "4", "5", "6", "7", "8"]


def test_when_strict_nothing_of_a_faulty_file_is_taken(faulty):
    with pytest.raises(SystemExit):
        call_command("facts_import", str(faulty), strict=True, stdout=StringIO(), stderr=StringIO())
    assert not Entry.objects.filter(measure__code="meeting.party_day").exists()


def test_the_commands(world, tmp_path, today, capsys):
    ensure_default_schemes(2026)
    with elsewhere():
        state(world.jia, "meeting.party_day", date(2026, 3, 10), 1, 1)
        call_command("facts_export", year=2026, subject="organization", out=tmp_path / "f.parquet")
    assert "f.parquet.manifest.json" in capsys.readouterr().out
    call_command("facts_import", str(tmp_path / "f.parquet"))
    call_command("facts_import", str(tmp_path / "f.parquet"))
    assert Entry.objects.filter(measure__code="meeting.party_day").count() == 1
    call_command("scheme_export", "branch-2026", out=tmp_path / "s.yaml")
    scheme = Scheme.objects.in_force("organization", 2026)
    assert load((tmp_path / "s.yaml").read_text(encoding="utf-8")) == scheme.parsed
    for code in ("nothing-2026", "branch-2026.7"):
        with pytest.raises(SystemExit):
            call_command("scheme_export", code, out=tmp_path / "n.yaml")
    with pytest.raises(SystemExit):
        call_command(
            "facts_export", year=2026, subject="organization", under="nowhere", out=tmp_path / "f.csv"
        )

"""Applicants, activists and candidates go out as a sheet, come back unchanged, are corrected by it, and taken back."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.members.test_exports import counts, id_number, newcomers, sheet, table
from xianfeng.audit import events
from xianfeng.audit.models import Event
from xianfeng.development.actions import examine, open_roads
from xianfeng.development.models import Road, StepRecord
from xianfeng.members import imports
from xianfeng.members.actions import NewMember, admit_all, reached, trace
from xianfeng.members.exports import REGISTERS, export
from xianfeng.members.models import Import, Member, Membership
from xianfeng.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
HEADINGS = "所在党支部\t姓名\t身份证号\t人员类别\t申请入党日期\t确定积极分子日期\t确定发展对象日期\t学历"


def line(serial: int, name: str, stage: str, *days: str) -> str:
    applied, activist, candidate = (*days, "", "", "")[:3]
    return "\t".join(("甲党支部", name, id_number(serial), stage, applied, activist, candidate, "本科"))


def pasted(*lines: str, by: Any = None) -> Import:
    return imports.begin("activists", by=by, pasted="\n".join([HEADINGS, *lines]))


def state() -> list[Any]:
    """Everything that such an import may write."""
    people = [
        (p.pk, p.name, p.education, p.organization_id, p.is_member, p.id_number.reveal(), p.phone.reveal())
        for p in Person.objects.order_by("pk")
    ]
    spells = Membership.objects.order_by("pk").values_list(
        "person", "organization", "stage", "since", "until"
    )
    roads = Road.objects.order_by("pk").values_list("person", "next_step", "due_step", "due_on", "gaps")
    records = StepRecord.objects.order_by("pk").values_list("road", "step", "done_on", "taken_back_at")
    return [
        people,
        list(spells),
        list(roads),
        list(records),
        list(Member.objects.order_by("pk").values_list("person")),
    ]


@pytest.fixture
def activist(world: Any) -> Person:
    """One of 甲 who applied in March 2025 and is an activist since September."""
    [person] = admit_all(
        [NewMember("林小雨", world.jia, "applicant", {"id_number": id_number(7)}, since=date(2025, 3, 3))],
        by=None,
    )
    trace(person, {"applicant": date(2025, 3, 3), "activist": date(2025, 9, 2)}, by=None)
    open_roads([person])
    return person


@st.composite
def wayfarers(draw: st.DrawFn) -> dict[str, Any]:
    """Somebody on the way: a few of the stages, each reached after the one before."""
    one = draw(newcomers())
    stages = draw(st.sets(st.sampled_from(["applicant", "activist", "candidate"]), min_size=1))
    day, days = draw(st.dates(date(2022, 1, 1), date(2024, 1, 1))), {}
    for stage in ("applicant", "activist", "candidate"):
        if stage in stages:
            days[stage] = day
            day += timedelta(days=draw(st.integers(1, 300)))
    return one | {"days": days, "party": {}}


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(wayfarers(), max_size=4, unique_by=lambda one: one["personal"]["id_number"] or object()),
    clear=st.booleans(),
    moved=st.booleans(),
)
def test_whatever_is_on_record_comes_back_unchanged(
    people: list[dict[str, Any]], clear: bool, moved: bool, world: Any
) -> None:
    with transaction.atomic():
        made = admit_all(
            [
                NewMember(
                    one["name"], world.jia, next(iter(one["days"])), one["personal"],
                    since=next(iter(one["days"].values())),
                )
                for one in people
            ],
            by=None,
        )  # fmt: skip
        for person, one in zip(made, people, strict=True):
            trace(person, one["days"], by=None)
        open_roads(made)
        if moved and made:
            from xianfeng.members.actions import place

            place(made[0], world.yi, on=date(2026, 10, 1), by=None)
        content = export(REGISTERS["activists"], by=world.office, clear=clear, reason="核对培养情况")
        assert counts(content, "activists") == (0, 0, len(people), 0)
        transaction.set_rollback(True)


def test_rows_are_entered_with_their_road_and_taken_back(world: Any) -> None:
    before = state()
    batch = pasted(
        line(1, "林小雨", "入党申请人", "2026-03-02"),
        line(2, "苏晨", "入党积极分子", "2025-03-03", "2025.9.2"),
        line(3, "何静", "发展对象", "2024-03-03", "2024-09-02", "2026-01-05"),
        line(4, "方圆", "", "2025-03-03", "2025-09-02"),
    )
    found = imports.take(batch, by=world.office)
    assert (found.faults, batch.added) == ([], 4)
    people = {p.name: p for p in Person.objects.filter(name__in=("林小雨", "苏晨", "何静", "方圆"))}
    assert reached(people["何静"]) == {
        "applicant": date(2024, 3, 3), "activist": date(2024, 9, 2), "candidate": date(2026, 1, 5),
    }  # fmt: skip
    assert list(reached(people["方圆"])) == ["applicant", "activist"]
    assert not any(person.is_member for person in people.values())
    assert people["苏晨"].road.records.count() == 2
    assert people["苏晨"].education == "20"
    assert counts(export(REGISTERS["activists"], by=None), "activists") == (0, 0, 4, 0)
    imports.undo(batch, by=world.office)
    assert state() == before
    assert events.verify() == []


def test_a_corrected_sheet_moves_days_and_steps_and_comes_back(activist: Person, world: Any) -> None:
    before, number = state(), str(activist.number)
    content = export(REGISTERS["activists"], by=None)
    corrected = sheet(
        content, number, 申请入党日期="2025-02-03", 人员类别="发展对象", 确定发展对象日期="2026-09-08", 学历="硕士研究生", 所在党支部="乙党支部",
    )  # fmt: skip
    batch = imports.begin("activists", by=world.office, content=corrected)
    found = imports.look(batch)
    [changed] = found.changed
    turns = {turn.label: (turn.before, turn.after) for turn in changed.turns}
    assert ("2025-03-03", "2025-02-03") in turns.values()
    assert ("—", "2026-09-08") in turns.values()
    assert ("甲党支部", "乙党支部") in turns.values()
    imports.take(batch, by=world.office, seen=found.seal)
    activist.refresh_from_db()
    assert reached(activist) == {
        "applicant": date(2025, 2, 3), "activist": date(2025, 9, 2), "candidate": date(2026, 9, 8),
    }  # fmt: skip
    assert (activist.organization, activist.education) == (world.yi, "10")
    again = counts(export(REGISTERS["activists"], by=None), "activists")
    assert again == (0, 0, 1, 0)
    imports.undo(batch, by=world.office)
    assert state() == before
    assert events.verify() == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("苏晨", "正式党员", "2025-03-03"), "stage"),
        (("苏晨", "群众", "2025-03-03"), "stage"),
        (("苏晨", "入党申请人", "2025-03-03", "2025-09-02"), "stage"),
        (("苏晨", "入党积极分子", "2025-03-03"), "date"),
        (("苏晨", "入党积极分子", "2025-10-03", "2025-09-02"), "date_order"),
        (("苏晨", "入党申请人", "2027-03-03"), "date"),
        (("苏晨", "入党申请人", "2025-02-30"), "date"),
    ],
)
def test_a_row_that_cannot_be_stays_out_and_says_why(row: tuple[str, ...], code: str, world: Any) -> None:
    good = line(2, "何静", "入党申请人", "2025-03-03")
    found = imports.look(pasted(line(1, *row), good))
    assert [(fault.row, fault.code) for fault in found.faults] == [(2, code)]
    assert all(fault.message.endswith("。") or fault.message.endswith(".") for fault in found.faults)
    assert found.new == 1


def test_nobody_goes_down_the_ladder_by_a_sheet_and_members_have_their_own(
    activist: Person, world: Any
) -> None:
    content, number = export(REGISTERS["activists"], by=None), str(activist.number)
    down = sheet(content, number, 人员类别="入党申请人", 确定积极分子日期="")
    assert counts(down, "activists") == (0, 0, 0, 1)
    early = sheet(content, number, 申请入党日期="2025-12-01", 确定积极分子日期="")
    assert counts(early, "activists") == (0, 0, 0, 1)
    member = sheet(content, number, 党员编号=str(world.member.number), 姓名=world.member.name)
    assert counts(member, "activists") == (0, 0, 0, 1)


def test_undo_is_refused_when_somebody_worked_with_the_road(world: Any) -> None:
    batch = pasted(line(1, "林小雨", "入党积极分子", "2025-03-03", "2025-09-02"))
    imports.take(batch, by=world.office)
    road = Road.objects.get(person__name="林小雨")
    examine(road, on=date(2026, 3, 2), result="good", by=None)
    with pytest.raises(ValidationError, match="林小雨"):
        imports.undo(batch, by=world.office)
    assert Road.objects.filter(pk=road.pk).exists()


def test_only_branches_of_ones_own(activist: Person, world: Any) -> None:
    from xianfeng.people.actions import appoint
    from xianfeng.people.models import Role

    appoint(world.neighbour, Role.objects.get(code="office"), world.yi, by=None)
    neighbour = Person.objects.get(pk=world.neighbour.pk)
    content = sheet(export(REGISTERS["activists"], by=None), str(activist.number), 所在党支部="乙党支部")
    found = imports.look(imports.begin("activists", by=neighbour, content=content))
    assert [fault.code for fault in found.faults] == ["duplicate_person"]


def test_the_commands(
    activist: Person, world: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "积极分子.xlsx"
    call_command("export_register", "activists", path)
    [row] = table(path.read_bytes())
    assert row["身份证号"].count("*") == 10
    capsys.readouterr()
    call_command("import_activists", path, dry_run=True, json=True)
    report = json.loads(capsys.readouterr().out)
    assert (report["added"], report["changed"], report["unchanged"], report["faults"]) == (0, 0, 1, [])
    with pytest.raises(SystemExit):
        call_command("export_register", "activists", path, clear=True, account="office")
    assert not Event.objects.filter(action="members.export").exists()
    call_command("export_register", "activists", path, clear=True, account="office", reason="政治审查")
    assert table(path.read_bytes())[0]["身份证号"] == id_number(7)
    event = Event.objects.get(action="members.export")
    assert (event.details or {})["register"] == "activists"
    with pytest.raises(PermissionDenied):
        export(REGISTERS["activists"], by=world.clerk, clear=True, reason="政治审查")

"""A register goes out as a sheet and comes back without changing anything."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xianfeng.audit.models import Event
from xianfeng.core import idnumbers
from xianfeng.members import hardship, imports, mobility
from xianfeng.members.actions import NewMember, admit_all
from xianfeng.members.exports import MEMBERS, REGISTERS, export

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DATA = Path(__file__).parent.parent / "data"


def id_number(serial: int) -> str:
    first17 = f"37990019800101{serial:03}"
    return first17 + idnumbers.check_digit(first17)


def table(content: bytes) -> list[dict[str, Any]]:
    """The rows of a workbook by heading; the line about who exported it is none."""
    page: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    head, *rows = page.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows if row[1] is not None]


def counts(content: bytes, kind: str = "members") -> tuple[int, int, int, int]:
    """What importing would do: added, changed, unchanged, refused."""
    found = imports.look(imports.begin(kind, by=None, filename="名册.xlsx", content=content))
    return found.new, found.changing, found.same, found.refused


@pytest.mark.parametrize(("name", "clear"), [("党员名册-甲.xlsx", False), ("党员名册-丙.csv", True)])
def test_a_sample_taken_and_exported_comes_back_unchanged(name: str, clear: bool, world: Any) -> None:
    imports.take(imports.begin("branches", by=None, content=(DATA / "党组织名册.xlsx").read_bytes()), by=None)
    imports.take(imports.begin("members", by=None, content=(DATA / name).read_bytes()), by=None)
    content = export(MEMBERS, by=world.office, clear=clear, reason="报送年报")
    assert counts(content) == (0, 0, 414, 0)


DAYS = st.dates(date(1930, 1, 1), date(2005, 12, 31))
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip)


@st.composite
def newcomers(draw: st.DrawFn) -> dict[str, Any]:
    """What may be on record about somebody, complete or not."""
    joined = draw(st.none() | st.dates(date(1950, 1, 1), date(2025, 1, 1)))
    confirmed = draw(st.none() | st.dates(joined, date(2026, 1, 1))) if joined else None
    number = draw(st.none() | st.integers(100, 999))
    return {
        "name": draw(st.sampled_from(["王新", "李 梅", "阿依·买买提", "John Smith", "王新"])),
        "stage": draw(st.sampled_from(["full", "probationary"])),
        "personal": {
            "sex": draw(st.sampled_from("0129")),
            "ethnicity": draw(st.sampled_from(["", "01", "03", "97", "汉族", "未识别"])),
            "education": draw(st.sampled_from(["", "20", "10", "大学本科", "省委党校"])),
            "born_on": draw(st.none() | DAYS),
            "post": draw(TEXTS | st.sampled_from(["=1+1", "'-科员", "主任  科员", "无"])),
            "phone": draw(st.sampled_from(["", "13800000001", "0633-6220000", "8622"])),
            "id_number": id_number(number) if number else "",
        },
        "party": {"joined_on": joined, "confirmed_on": confirmed},
    }


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(newcomers(), max_size=5, unique_by=lambda one: one["personal"]["id_number"] or object()),
    clear=st.booleans(),
)
def test_whatever_is_on_record_comes_back_unchanged(
    people: list[dict[str, Any]], clear: bool, world: Any
) -> None:
    with transaction.atomic():
        admit_all(
            [
                NewMember(one["name"], world.jia, one["stage"], one["personal"], one["party"])
                for one in people
            ],
            by=None,
        )
        content = export(MEMBERS, by=world.office, clear=clear, reason="报送年报")
        assert counts(content) == (0, 0, 14 + len(people), 0)
        transaction.set_rollback(True)


def test_numbers_are_masked_and_in_clear_only_with_permission_and_reason(world: Any) -> None:
    [person] = admit_all(
        [NewMember("王新", world.jia, "full", {"id_number": id_number(1), "phone": "13800000001"})], by=None
    )
    row = next(row for row in table(export(MEMBERS, by=world.clerk)) if row["党员编号"] == person.number)
    assert (row["姓名"], row["所在党支部"], row["人员类别"]) == ("王新", "甲党支部", "正式党员")
    assert (row["身份证号"], row["手机号码"]) == ("3799**********" + id_number(1)[-4:], "138****0001")
    assert not Event.objects.filter(action="members.export").exists()
    with pytest.raises(PermissionDenied):
        export(MEMBERS, by=world.clerk, clear=True, reason="报送年报")
    with pytest.raises(ValidationError):
        export(MEMBERS, by=world.office, clear=True, reason=" ")
    found = table(export(MEMBERS, by=world.office, clear=True, reason="报送年报"))
    row = next(row for row in found if row["党员编号"] == person.number)
    assert (row["身份证号"], row["手机号码"]) == (id_number(1), "13800000001")
    event = Event.objects.get(action="members.export")
    assert (event.actor_id, event.details) == (
        world.office.pk, {"register": "members", "rows": 15, "clear": True, "reason": "报送年报"},
    )  # fmt: skip


def test_everybody_exports_only_what_they_see(world: Any) -> None:
    assert {row["所在党支部"] for row in table(export(MEMBERS, by=world.clerk))} == {"甲党支部"}
    assert {row["所在党支部"] for row in table(export(MEMBERS, by=None))} == {"甲党支部", "乙党支部"}
    for code in ("members", "activists", "mobile"):
        with pytest.raises(PermissionDenied):
            export(REGISTERS[code], by=world.member)


def sheet(content: bytes, number: str, **changed: str) -> bytes:
    """The workbook with cells of one member's row changed, by heading."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page: Any = book.active
    heads = [cell.value for cell in page[1]]
    [line] = [row[0].row for row in page.iter_rows(min_row=2) if row[0].value == number]
    for heading, value in changed.items():
        page.cell(line, heads.index(heading) + 1).value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_corrected_row_is_recognised_by_its_number(world: Any) -> None:
    [person] = admit_all(
        [NewMember("王新", world.jia, "full", {"id_number": id_number(1), "phone": "13800000001"})], by=None
    )
    content, number = export(MEMBERS, by=None), str(person.number)
    corrected = sheet(content, number, 姓名="王欣", 职务="科长")
    imports.take(imports.begin("members", by=None, content=corrected), by=None)
    person.refresh_from_db()
    assert (person.name, person.post) == ("王欣", "科长")
    assert (person.id_number.reveal(), person.phone.reveal()) == (id_number(1), "13800000001")
    # Another name with another hidden number is nobody we know.
    stranger = sheet(content, number, 姓名="张三", 身份证号="3799**********0000")
    found = imports.look(imports.begin("members", by=None, content=stranger))
    assert [(fault.row, fault.code) for fault in found.faults] == [
        (11, "id_length"),
        (11, "date"),
    ]


def test_another_id_number_under_a_members_number_is_refused(world: Any) -> None:
    [person] = admit_all([NewMember("王新", world.jia, "full", {"id_number": id_number(1)})], by=None)
    content = export(MEMBERS, by=world.office, clear=True, reason="报送年报")
    found = imports.look(
        imports.begin("members", by=None, content=sheet(content, str(person.number), 身份证号=id_number(2)))
    )
    assert [fault.code for fault in found.faults] == ["duplicate_person"]
    assert (found.new, found.changing) == (0, 0)


def test_a_hidden_number_of_nobody_we_know_stays_out(world: Any) -> None:
    text = "党员编号\t姓名\t身份证号\t所在党支部\nXX990001\t王新\t3799**********1234\t甲党支部"
    found = imports.look(imports.begin("members", by=None, pasted=text))
    assert [fault.code for fault in found.faults] == ["id_length"]


def test_the_command(world: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "名册.xlsx"
    call_command("export_register", "members", path)
    assert path.stat().st_mode & 0o077 == 0
    capsys.readouterr()
    call_command("import_members", path, dry_run=True, json=True)
    report = json.loads(capsys.readouterr().out)
    assert (report["added"], report["changed"], report["unchanged"], report["faults"]) == (0, 0, 14, [])
    for words in (
        {"clear": True},
        {"clear": True, "reason": "报送年报"},
        {"clear": True, "account": "office"},
        {"clear": True, "account": world.clerk.account, "reason": "报送年报"},
        {"account": "nobody"},
    ):
        with pytest.raises(SystemExit) as ended:
            call_command("export_register", "members", tmp_path / "no.xlsx", **words)
        assert ended.value.code == 2
        assert len(capsys.readouterr().err.strip().split("\n")) == 1
    with pytest.raises(SystemExit):
        call_command("export_register", "hardship", tmp_path / "no.xlsx")
    assert not (tmp_path / "no.xlsx").exists()
    call_command("export_register", "members", path, clear=True, account="office", reason="报送年报")
    assert Event.objects.filter(action="members.export", actor=world.office).count() == 1


def test_the_pages(world: Any, client: Any) -> None:
    client.force_login(world.clerk)
    page = client.get("/register/members/export/")
    assert "clear" not in page.context["form"].fields
    key = {"once": "k" * 20}
    masked = client.post("/register/members/export/", key)
    assert len(table(masked.content)) == 9
    assert "no-store" in masked["Cache-Control"]
    client.force_login(world.office)
    refused = client.post("/register/members/export/", {**key, "clear": "on"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["reason"]
    assert not Event.objects.filter(action="members.export").exists()
    given = {**key, "clear": "on", "reason": "报送年报"}
    assert len(table(client.post("/register/members/export/", given).content)) == 14
    assert Event.objects.filter(action="members.export").count() == 1


@pytest.fixture
def mobile(world: Any) -> Any:
    """One of 甲 is away, and a guest whom only the name tells came."""
    absence = mobility.go_out(
        world.member, by=None, place_name="青岛市  市南区", reason="work", since=date(2026, 1, 5), phone="13800000001",
        other_organization="=青岛某党支部", registered_on=date(2026, 1, 8), expected_until=date(2026, 12, 31),
    )  # fmt: skip
    mobility.come_in(
        "林小雨", world.jia, by=None, personal={"id_number": id_number(7)},
        place_name="临沂市", reason="care", since=date(2026, 3, 1), abroad=False,
    )  # fmt: skip
    return absence


@pytest.fixture
def case(world: Any) -> Any:
    """One of 甲 is in hardship."""
    return hardship.enter(
        world.member, leaders=[world.leader], by=None, kind="1", degree="2", since=date(2026, 1, 5),
        situation="长期治疗。\n家中一人有收入。",
    )  # fmt: skip


@pytest.mark.parametrize("clear", [False, True])
def test_mobile_members_come_back_unchanged(clear: bool, mobile: Any, world: Any) -> None:
    content = export(REGISTERS["mobile"], by=world.office, clear=clear, reason="核对双向登记")
    assert counts(content, "mobile") == (0, 0, 2, 0)
    assert ("13800000001" in {row["外出期间电话"] for row in table(content)}) is clear


@pytest.mark.parametrize("clear", [False, True])
def test_members_in_hardship_come_back_unchanged(clear: bool, case: Any, world: Any) -> None:
    content = export(REGISTERS["hardship"], by=world.secretary, clear=clear, reason="走访慰问")
    assert counts(content, "hardship") == (0, 0, 1, 0)
    assert ("长期治疗" in str(table(content))) is clear
    event = Event.objects.get(action="members.export")
    assert (event.details or {})["reason"] == "走访慰问"
    assert world.member.name not in str(event.details)
    with pytest.raises(PermissionDenied):
        export(REGISTERS["hardship"], by=world.office, reason="走访慰问")
    with pytest.raises(ValidationError):
        export(REGISTERS["hardship"], by=world.secretary)


def test_what_was_corrected_in_a_sheet_is_changed(mobile: Any, case: Any, world: Any) -> None:
    number = str(world.member.number)
    away = sheet(export(REGISTERS["mobile"], by=None), number, 流动地点="烟台市", 外出期间电话="13800000002")
    assert counts(away, "mobile") == (0, 1, 1, 0)
    imports.take(imports.begin("mobile", by=None, content=away), by=None)
    mobile.refresh_from_db()
    assert (mobile.place_name, mobile.phone.reveal()) == ("烟台市", "13800000002")
    kept = export(REGISTERS["hardship"], by=world.secretary, reason="走访慰问")
    helped = sheet(kept, number, 困难程度="特困", 帮扶措施="每月走访")
    imports.take(imports.begin("hardship", by=None, content=helped), by=None)
    case.refresh_from_db()
    assert (case.degree, case.measures.reveal(), list(case.leaders.all())) == (
        "1",
        "每月走访",
        [world.leader],
    )
    assert case.situation.reveal().startswith("长期治疗。")


def test_rows_that_are_new_are_entered_when_they_say_enough(world: Any) -> None:
    who = f"{world.member.number}\t{world.member.name}"
    heads = "党员编号\t姓名\t困难类型\t困难程度\t认定日期\t困难情况"
    told = "\t".join(("重大疾病", "困难", "2026-01-05", "长期治疗"))
    poor = f"{world.clerk.number}\t{world.clerk.name}\t很穷\t困难\t2026-01-05\t失业"
    rows = (f"{who}\t{told}", poor, f"{world.secretary.number}\t某某\t{told}", f"{world.secretary.number}\t{world.secretary.name}\t重大疾病\t\t\t")  # fmt: skip
    batch = imports.begin("hardship", by=None, pasted="\n".join([heads, *rows]))
    found = imports.take(batch, by=None)
    assert [(fault.row, fault.code) for fault in found.faults] == [(3, "word"), (4, "person"), (5, "person")]
    assert (batch.added, batch.refused) == (1, 3)
    assert world.member.hardship_cases.get().situation.reveal() == "长期治疗"
    imports.undo(batch, by=None)
    assert not world.member.hardship_cases.exists()

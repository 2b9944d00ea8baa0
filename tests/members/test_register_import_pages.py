"""The pages of imports of the other registers: each changed value is shown, one batch, undone; hardship is nobody else's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.members.test_exports import id_number, sheet
from tests.members.test_import_pages import Office
from xianfeng.audit.models import Event
from xianfeng.members import imports, mobility
from xianfeng.members.actions import change
from xianfeng.members.exports import REGISTERS, export
from xianfeng.members.models import Absence, HardshipCase, Import
from xianfeng.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
NEW = "/register/imports/new/"
CASES = "党员编号\t姓名\t困难类型\t困难程度\t认定日期\t困难情况"
STORY = "长期治疗，家中一人有收入"


def upload(who: Office, kind: str, content: bytes) -> str:
    """Drop a workbook; the page that follows."""
    file = SimpleUploadedFile("登记簿.xlsx", content)
    answer = who.post(f"{NEW}?kind={kind}", kind=kind, file=file)
    who.batch = Import.objects.latest("pk")
    return str(answer.content.decode())


def paste(who: Office, kind: str, text: str) -> str:
    answer = who.post(f"{NEW}?kind={kind}", kind=kind, pasted=text)
    who.batch = Import.objects.latest("pk")
    return str(answer.content.decode())


def state_reason(who: Office) -> None:
    """Say for what work the register of members in hardship is opened."""
    who.client.post("/register/hardship/open/", {"reason": "走访慰问", "next": NEW, "once": "r" * 20})


@pytest.fixture
def clerk(client: Client, world: Any) -> Office:
    return Office(client, world.clerk)


@pytest.fixture
def secretary(client: Client, world: Any) -> Office:
    return Office(client, world.secretary)


def test_mobile_members_are_entered_changed_and_taken_back(clerk: Office, world: Any) -> None:
    heads = "党员编号\t姓名\t所在党支部\t流动方向\t流动地点\t流动原因\t流动开始日期\t外出期间电话"
    ours = f"{world.member.number}\t{world.member.name}\t甲党支部\t流出\t青岛市\t务工经商\t2026-01-05\t13800000001"
    guest = "\t林小雨\t甲党支部\t流入\t临沂市\t居住\t2026-03-01\t"
    page = paste(clerk, "mobile", "\n".join([heads, ours, guest]))
    assert "<b>2</b>" in page
    assert "13800000001" not in page
    assert "已导入" in clerk.act("take")
    assert (clerk.batch.status, clerk.batch.added) == ("taken", 2)
    away = Absence.objects.get(person=world.member)
    first = clerk.batch
    content = sheet(
        export(REGISTERS["mobile"], by=world.clerk),
        str(world.member.number),
        流动地点="烟台市",
        外出期间电话="13800000002",
    )
    page = upload(clerk, "mobile", content)
    assert '">青岛市</td>' in page
    assert "<b>烟台市</b>" in page
    assert "<b>138****0002</b>" in page
    clerk.act("take")
    away.refresh_from_db()
    assert (away.place_name, away.phone.reveal()) == ("烟台市", "13800000002")
    # Changed by the second: the first cannot be undone before it.
    clerk.post(reverse("imports:undo", args=[first.uid]))
    assert Import.objects.get(pk=first.pk).status == "taken"
    clerk.post(reverse("imports:undo", args=[clerk.batch.uid]))
    away.refresh_from_db()
    assert (away.place_name, away.phone.reveal()) == ("青岛市", "13800000001")


def test_what_was_entered_goes_again_and_the_guest_too(clerk: Office, world: Any) -> None:
    heads = "姓名\t所在党支部\t流动方向\t流动地点\t流动原因\t流动开始日期"
    people = Person.objects.count()
    paste(clerk, "mobile", f"{heads}\n林小雨\t甲党支部\t流入\t临沂市\t居住\t2026-03-01")
    clerk.act("take")
    assert Person.objects.count() == people + 1
    clerk.post(reverse("imports:undo", args=[clerk.batch.uid]))
    assert (Person.objects.count(), Absence.objects.count()) == (people, 0)


def test_undo_is_refused_after_somebody_spoke_with_the_member(clerk: Office, world: Any) -> None:
    heads = "党员编号\t姓名\t流动方向\t流动地点\t流动原因\t流动开始日期"
    paste(
        clerk,
        "mobile",
        f"{heads}\n{world.member.number}\t{world.member.name}\t流出\t青岛市\t学习\t2026-01-05",
    )
    clerk.act("take")
    mobility.contact(Absence.objects.get(), day=date(2026, 10, 20), way="phone", by=world.clerk)
    with pytest.raises(ValidationError, match=world.member.name):
        imports.undo(clerk.batch, by=world.clerk)


def test_nobody_keeps_the_register_of_a_neighbour(clerk: Office, world: Any) -> None:
    heads = "党员编号\t姓名\t所在党支部\t流动方向\t流动地点\t流动原因\t流动开始日期"
    who = f"{world.neighbour.number}\t{world.neighbour.name}"
    page = paste(clerk, "mobile", f"{heads}\n{who}\t\t流出\t青岛市\t学习\t2026-01-05")
    assert clerk.act("take")
    assert (clerk.batch.added, clerk.batch.refused) == (0, 1)
    assert world.neighbour.name in page
    assert 'class="faulty"' in page


def test_activists_are_pasted_changed_and_taken_back(client: Client, world: Any) -> None:
    office = Office(client, world.office)
    heads = "所在党支部\t姓名\t身份证号\t人员类别\t申请入党日期\t确定积极分子日期"
    page = paste(
        office, "activists", f"{heads}\n甲党支部\t林小雨\t{id_number(7)}\t积极分子\t2025-03-03\t2025-9-2"
    )
    assert "<b>1</b>" in page
    office.act("take")
    person = Person.objects.get(name="林小雨")
    assert client.get(f"/development/{person.uid}/").status_code in {200, 404}
    content = sheet(
        export(REGISTERS["activists"], by=world.office), str(person.number), 确定积极分子日期="2025-10-13"
    )
    page = upload(office, "activists", content)
    assert '">2025-09-02</td>' in page
    assert "<b>2025-10-13</b>" in page
    office.act("take")
    office.post(reverse("imports:undo", args=[office.batch.uid]))
    assert Import.objects.get(pk=office.batch.pk).status == "undone"


def test_hardship_asks_for_the_reason_and_is_logged(secretary: Office, world: Any) -> None:
    page = secretary.client.get(f"{NEW}?kind=hardship").content.decode()
    assert 'name="reason"' in page
    assert 'name="pasted"' not in page
    state_reason(secretary)
    row = f"{world.member.number}\t{world.member.name}\t重大疾病\t困难\t2026-01-05\t{STORY}"
    poor = f"{world.clerk.number}\t{world.clerk.name}\t很穷\t困难\t2026-01-05\t{STORY}"
    page = paste(secretary, "hardship", f"{CASES}\n{row}\n{poor}")
    assert STORY not in page
    assert Event.objects.filter(action="members.hardship_list", actor=world.secretary).exists()
    secretary.act("take")
    assert HardshipCase.objects.get().situation.reveal() == STORY
    faulty = secretary.client.get(reverse("imports:faulty", args=[secretary.batch.uid]))
    assert faulty.status_code == 200
    event = Event.objects.filter(action="members.import_download").latest("seq")
    assert (event.details or {})["reason"] == "走访慰问"
    with_story = sheet(
        export(REGISTERS["hardship"], by=world.secretary, clear=True, reason="走访慰问"),
        str(world.member.number),
        困难情况="病情好转",
        困难程度="一般",
    )
    page = upload(secretary, "hardship", with_story)
    assert "病情好转" not in page
    assert STORY not in page
    assert "<b>一般</b>" in page
    secretary.act("take")
    secretary.post(reverse("imports:undo", args=[secretary.batch.uid]))
    assert HardshipCase.objects.get().situation.reveal() == STORY
    assert not Event.objects.filter(details__icontains="长期治疗").exists()


def test_a_sheet_about_hardship_is_nobody_elses(client: Client, world: Any) -> None:
    from xianfeng.people.actions import appoint
    from xianfeng.people.models import Role

    row = f"{world.member.number}\t{world.member.name}\t重大疾病\t困难\t2026-01-05\t{STORY}"
    batch = imports.begin("hardship", by=world.secretary, pasted=f"{CASES}\n{row}\n{row}")
    appoint(world.clerk, Role.objects.get(code="secretary"), world.jia, by=None)
    for who in ("clerk", "office", "leader", "system_admin", "neighbour"):
        person = Person.objects.get(pk=world.people[who].pk)
        reader = Office(client, person)
        if person.can("members.hardship"):
            state_reason(reader)
        for name in ("check", "comments", "faulty", "result", "undo"):
            answer = reader.client.get(reverse(f"imports:{name}", args=[batch.uid]))
            assert answer.status_code in {403, 404}, (who, name)
        found = reader.client.get("/register/imports/")
        assert found.status_code == 403 or batch.uid not in found.content.decode()
    owner = Office(client, world.secretary)
    for name in ("check", "comments", "faulty", "undo"):
        page = owner.client.get(reverse(f"imports:{name}", args=[batch.uid]))
        assert b'name="reason"' in page.content
    state_reason(owner)
    assert owner.client.get(reverse("imports:check", args=[batch.uid])).status_code == 200


def test_what_changed_while_somebody_looked_is_shown_anew(client: Client, world: Any) -> None:
    office = Office(client, world.office)
    change(world.member, by=None, personal={"post": "科员"}, party={})
    content = sheet(export(REGISTERS["members"], by=None), str(world.member.number), 职务="科长")
    page = upload(office, "members", content)
    assert '">科员</td>' in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    change(world.member, by=None, personal={"post": "副科长"}, party={})
    page = office.act("take", seen=seen)
    assert office.batch.status == "checking"
    assert '">副科长</td>' in page
    assert "<b>科长</b>" in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    office.act("take", seen=seen)
    world.member.refresh_from_db()
    assert world.member.post == "科长"

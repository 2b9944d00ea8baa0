"""The pages of an import, without script: drop or paste, mend, take, undo."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.members.test_imports import DATA, id_number, line, person
from xianfeng.audit.models import Event
from xianfeng.members.models import Import
from xianfeng.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
HEADINGS = "支部\t姓名\t身份证号\t人员类别\t入党时间\t转正时间\t学历\t手机号码"
NEW = "/register/imports/new/"


class Office:
    """Somebody of the party office at a browser without script."""

    def __init__(self, client: Client, person: Person) -> None:
        client.force_login(person)
        self.client = client
        self.batch: Import

    def post(self, url: str, **data: Any) -> Any:
        page = self.client.get(url).content.decode()
        once = re.findall(r'name="once" value="([^"]+)"', page)[-1]
        version = re.search(r'name="version" value="(\d+)"', page)
        fields = {"once": once} | ({"version": version[1]} if version else {}) | data
        return self.client.post(url, fields, follow=True)

    def paste(self, *lines: str, **more: Any) -> str:
        answer = self.post(NEW, pasted="\n".join([HEADINGS, *lines]), **more)
        self.batch = Import.objects.latest("pk")
        page: str = answer.content.decode()
        return page

    def act(self, act: str, **data: Any) -> str:
        page: str = self.post(
            reverse("imports:check", args=[self.batch.uid]), act=act, **data
        ).content.decode()
        self.batch.refresh_from_db()
        return page


@pytest.fixture
def office(client: Client, world: Any) -> Office:
    return Office(client, world.office)


def test_paste_mend_take_undo(office: Office, world: Any) -> None:
    before = Person.objects.count()
    page = office.paste(
        line(1), line(2, 支部="甲支部"), line(3, 支部="甲支部"), line(4, 身份证号="3.799E+17"), line(5, 入党时间="2012.13"), line(6, "李梅"), line(7, "李梅"),
    )  # fmt: skip
    assert "<b>4</b>" in page
    assert id_number(6) not in page
    assert "13800000001" not in page
    page = office.act("group-0", **{"group-0": "甲党支部"})
    assert office.batch.rows == 7
    office.act("mend", **{"cell-5-2": id_number(4), "cell-6-4": "2001-12-01"})
    page = office.act("answers", **{"question-0": "7"})
    assert 'value="7" checked' in page
    office.act("take")
    assert (office.batch.status, office.batch.added, office.batch.refused) == ("taken", 6, 0)
    assert Person.objects.count() == before + 6
    assert person(4).organization == world.jia
    undo = reverse("imports:undo", args=[office.batch.uid])
    office.post(undo)
    assert Person.objects.count() == before
    assert office.client.get(undo).status_code == 302


def test_an_offer_is_taken_by_its_button(office: Office) -> None:
    office.paste(line(1, 支部="甲支部"))
    office.act("offer-2-0")
    office.act("take")
    assert office.batch.added == 1


def test_a_faulty_id_number_is_never_sent_to_the_page(office: Office) -> None:
    wrong = id_number(1)[:-1] + ("1" if id_number(1)[-1] != "1" else "2")
    page = office.paste(line(1, 身份证号=wrong))
    assert wrong not in page
    assert f"{wrong[:4]}**********{wrong[-4:]}" in page
    # The blank input means that nobody typed anything: the cell stays as it was.
    office.act("mend", **{"cell-2-2": ""})
    assert not office.batch.edits


def test_columns_are_corrected(office: Office) -> None:
    answer = office.post(NEW, pasted=f"甲\t姓名\t身份证号\t乙\n甲党支部\t王新\t{id_number(1)}\t2001-07-01")
    office.batch = Import.objects.latest("pk")
    assert answer.status_code == 200
    page = office.act(
        "columns",
        **{"column-0": "branch", "column-1": "name", "column-2": "id_number", "column-3": "joined_on"},
    )
    assert '<option value="joined_on" selected>' in page
    office.act("take")
    assert str(person(1).member.joined_on) == "2001-07-01"


def test_the_name_column_cannot_be_left_out(office: Office) -> None:
    office.paste(line(1))
    page = office.act("columns", **{"column-0": "branch", "column-2": "id_number"})
    assert 'class="note bad"' in page
    assert not office.batch.mapping


def test_a_sheet_without_branches_is_given_one(office: Office, world: Any) -> None:
    office.post(NEW, pasted=f"姓名\t身份证号\n王新\t{id_number(1)}")
    office.batch = Import.objects.latest("pk")
    page = office.act("columns", **{"column-0": "name", "column-1": "id_number", "branch": world.yi.code})
    assert "<b>1</b>" in page
    office.act("take")
    assert person(1).organization == world.yi


def test_another_worksheet(office: Office) -> None:
    book = openpyxl.Workbook()
    for name, serial in (("一", 1), ("二", 2)):
        sheet = book.create_sheet(name)
        sheet.append(HEADINGS.split("\t"))
        sheet.append(line(serial).split("\t"))
    held = io.BytesIO()
    book.save(held)
    office.post(NEW, file=SimpleUploadedFile("名册.xlsx", held.getvalue()))
    office.batch = Import.objects.latest("pk")
    assert office.batch.filename == "名册.xlsx"
    office.act("sheet", sheet="二")
    assert office.batch.sheet == "二"
    office.act("take")
    assert person(2).name


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"%PDF-1.7", b"", "甲,乙\n一,二".encode()])
def test_what_cannot_be_read_comes_back_with_one_sentence(office: Office, content: bytes) -> None:
    answer = office.post(NEW, file=SimpleUploadedFile("a.xlsx", content))
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.content.decode()
    assert not Import.objects.exists()


def test_the_workbook_comes_back_with_comments(office: Office, world: Any) -> None:
    office.post(
        f"{NEW}?kind=branches",
        file=SimpleUploadedFile("党组织名册.xlsx", (DATA / "党组织名册.xlsx").read_bytes()),
        kind="branches",
    )
    office.batch = Import.objects.latest("pk")
    office.act("take")
    assert office.batch.added == 28
    office.post(NEW, file=SimpleUploadedFile("党员名册-甲.xlsx", (DATA / "党员名册-甲.xlsx").read_bytes()))
    office.batch = Import.objects.latest("pk")
    answer = office.client.get(reverse("imports:comments", args=[office.batch.uid]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet["A1"].value == "莒县交通运输局党员名册"
    assert sheet["G97"].comment is not None
    assert "no-store" in answer["Cache-Control"]
    assert Event.objects.filter(action="members.import_download", actor=world.office).count() == 1
    office.act("take")
    answer = office.client.get(reverse("imports:faulty", args=[office.batch.uid]))
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).active.max_row == 15


def test_somebody_else_changed_it_meanwhile(office: Office) -> None:
    office.paste(line(1, 支部="甲支部"))
    office.act("offer-2-0", version="99")
    assert not office.batch.edits


def test_a_double_click_imports_once(office: Office) -> None:
    office.paste(line(1))
    url = reverse("imports:check", args=[office.batch.uid])
    page = office.client.get(url).content.decode()
    form = {"once": re.findall(r'name="once" value="([^"]+)"', page)[0], "version": "0", "act": "take"}
    first, second = office.client.post(url, form), office.client.post(url, form)
    assert first["Location"] == second["Location"]
    assert Event.objects.filter(action="members.import").count() == 1


def test_giving_up_forgets_the_sheet(office: Office) -> None:
    office.paste(line(1))
    office.act("drop")
    assert office.batch.status == "dropped"
    assert not office.batch.source


def test_after_a_day_there_is_no_undo(office: Office, world: Any) -> None:
    office.paste(line(1))
    office.act("take")
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        office.client.force_login(world.office)
        url = reverse("imports:undo", args=[office.batch.uid])
        assert office.client.get(url).status_code == 302


def test_the_list_shows_what_was_imported(office: Office) -> None:
    assert "/register/imports/new/" in office.client.get("/register/imports/").content.decode()
    office.paste(line(1))
    office.act("take")
    page = office.client.get("/register/imports/").content.decode()
    assert office.batch.get_absolute_url() in page
    page = office.client.get(office.batch.get_absolute_url()).content.decode()
    assert reverse("imports:undo", args=[office.batch.uid]) in page

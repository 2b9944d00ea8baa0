"""A member's file: who reads what of it, how it is kept, its papers, photo and sheet."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from PIL import Image

from tests.files.samples import photo
from tests.sweep.examples import OUTSIDE, examples
from tests.sweep.routes import ALL
from xianfeng.audit.models import Event
from xianfeng.audit.once import new_key
from xianfeng.config.privacy import erasure, own
from xianfeng.development.actions import keep_papers, open_roads
from xianfeng.dossiers import actions
from xianfeng.dossiers.models import Award, Correction, Paper, Particulars, Sanction, Training, WorkPost
from xianfeng.dossiers.papers import required
from xianfeng.files.access import content_of
from xianfeng.files.models import Attachment
from xianfeng.members.actions import NewMember, admit, leave
from xianfeng.messaging.models import Notice
from xianfeng.people.models import Person

pytestmark = pytest.mark.usefixtures("today")
CANARY = "丹顶鹤七四二九"


def send(client: Any, url: str, data: dict[str, Any]) -> Any:
    """Send a form as a browser does, with a key of its own."""
    return client.post(url, {**data, "once": new_key()})


def page(person: Any, *more: str) -> str:
    return "/".join(["", "register", "members", person.uid, "file", *more, ""])


def visit(client: Any, person: Any, reason: str = "年度信息核对") -> Any:
    return client.post(page(person, "open"), {"reason": reason, "once": "v" * 20})


@pytest.fixture
def filled(world: Any) -> Any:
    actions.change(
        world.member,
        {
            "native_place": "371122", "degree": "4", "address": f"莒州路一号{CANARY}", "health": "3", "marital": "30",
            "family": f"妻：{CANARY}",
        },
        by=world.office,
    )  # fmt: skip
    return world.member


# -- who reads what --


def test_officers_of_the_branch_read_the_file_and_neighbours_find_nothing(
    client: Any, world: Any, filled: Any
) -> None:
    client.force_login(world.clerk)
    text = client.get(page(filled)).content.decode()
    assert "山东省日照市莒县" in text and "学士" in text
    client.force_login(world.neighbour)
    assert client.get(page(filled)).status_code == 404
    client.force_login(world.member)
    assert client.get(page(world.secretary)).status_code == 404


def test_the_clerk_sees_nothing_of_the_sensitive_part_and_the_address_masked(
    client: Any, world: Any, filled: Any
) -> None:
    client.force_login(world.clerk)
    for address in (page(filled), page(filled, "edit"), page(filled, "print")):
        text = client.get(address).content.decode()
        assert CANARY not in text and "丧偶" not in text and "有慢性病" not in text
    assert visit(client, filled).status_code == 403
    assert not Event.objects.filter(action="dossiers.read").exists()


def test_the_secretary_opens_it_for_a_reason_and_each_opening_is_kept(
    client: Any, world: Any, filled: Any
) -> None:
    client.force_login(world.secretary)
    assert "丧偶" not in client.get(page(filled)).content.decode()
    assert visit(client, filled, "看看").status_code == 422
    assert visit(client, filled).status_code == 302
    for _time in range(2):
        assert "丧偶" in client.get(page(filled)).content.decode()
    read = Event.objects.filter(action="dossiers.read", actor=world.secretary)
    assert [event.details for event in read] == [{"reason": "年度信息核对"}] * 2
    assert {event.object_id for event in read} == {filled.pk}


def test_members_read_their_own_file_whole(client: Any, world: Any, filled: Any) -> None:
    client.force_login(world.member)
    text = client.get("/me/file/").content.decode()
    assert "丧偶" in text and CANARY in text
    assert client.get(page(filled))["Location"] == "/me/file/"
    client.force_login(world.people["audit_admin"])
    assert client.get("/me/file/").status_code == 200  # somebody without a record reads that there is none


def test_the_sensitive_part_is_found_nowhere_else(client: Any, world: Any, filled: Any) -> None:
    row = Particulars.objects.get(person=filled)
    assert CANARY not in f"{row.family}{row.address}{row.health!r}"
    assert CANARY not in str(list(Event.objects.values_list("details", flat=True)))


# -- keeping it --


def form_of(client: Any, person: Any) -> dict[str, Any]:
    """What the form holds as it was opened."""
    context = client.get(page(person, "edit")).context
    forms = [
        context["person_form"],
        context["form"],
        *([context["party_form"]] if context["party_form"] else []),
    ]
    return {
        bound.html_name: "" if (value := bound.value()) is None or value is False else value
        for form in forms
        for bound in form
    }


def test_the_clerk_fills_in_one_form_with_codes_and_places(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    data = form_of(client, world.member)
    assert "person-name" not in data and "party-joined_on" not in data
    data |= {
        "person-ethnicity": "03", "person-education": "20", "file-degree": "4", "file-native_place": "山东莒县",
        "file-began_work_on": "2008-07-01", "file-landline": "0633-6222000", "file-address": "莒州路一号",
    }  # fmt: skip
    assert send(client, page(world.member, "edit"), data).status_code == 302
    person = Person.objects.get(pk=world.member.pk)
    row = person.particulars
    assert (person.ethnicity, person.education, row.degree, row.native_place) == ("03", "20", "4", "371122")
    assert (row.began_work_on, row.address.reveal()) == (date(2008, 7, 1), "莒州路一号")


def test_faults_are_said_at_the_field_and_what_was_typed_stays(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    data = form_of(client, world.member) | {
        "file-native_place": "某地", "file-began_work_on": "2027-01-01", "file-landline": "12", "file-school": "山东交通学院",
    }  # fmt: skip
    answer = send(client, page(world.member, "edit"), data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "地区表中没有“某地”" in text and "这一天还没到" in text and "7至15位" in text.replace(" ", "")
    assert "山东交通学院" in text
    assert not Particulars.objects.filter(person=world.member).exists()


def test_masked_values_that_come_back_change_nothing(client: Any, world: Any, filled: Any) -> None:
    client.force_login(world.clerk)
    data = form_of(client, filled)
    assert "*" in data["file-address"]
    send(client, page(filled, "edit"), data | {"file-school": "山东交通学院"})
    row = Particulars.objects.get(person=filled)
    assert (row.address.reveal(), row.school, row.marital.reveal()) == (
        f"莒州路一号{CANARY}",
        "山东交通学院",
        "30",
    )
    assert list(Event.objects.filter(action="dossiers.change").first().details) == ["school"]


def test_two_who_edit_at_once_are_told(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    data = form_of(client, world.member)
    actions.change(world.member, {"school": "省委党校"}, by=world.office)
    answer = send(client, page(world.member, "edit"), data | {"file-school": "别的"})
    assert answer.status_code == 422
    assert Particulars.objects.get(person=world.member).school == "省委党校"


def test_the_office_changes_who_somebody_is_in_the_same_form(client: Any, world: Any) -> None:
    client.force_login(world.office)
    data = form_of(client, world.member) | {"person-name": "张晓冬"}
    assert send(client, page(world.member, "edit"), data).status_code == 302
    assert Person.objects.get(pk=world.member.pk).name == "张晓冬"


def test_the_secretary_fills_in_the_sensitive_part_once_it_is_open(client: Any, world: Any) -> None:
    client.force_login(world.secretary)
    assert "file-marital" not in form_of(client, world.member)
    visit(client, world.member)
    data = form_of(client, world.member) | {
        "file-marital": "20",
        "file-health": "1",
        "file-family": "妻：李某",
    }
    assert send(client, page(world.member, "edit"), data).status_code == 302
    row = Particulars.objects.get(person=world.member)
    assert (row.marital.reveal(), row.health.reveal(), row.family.reveal()) == ("20", "1", "妻：李某")
    changed = Event.objects.filter(action="dossiers.change").first()
    assert changed.details == {"health": None, "marital": None, "family": None}


# -- papers --


def test_what_is_missing_follows_from_the_stage(world: Any) -> None:
    assert required("applicant") == {"application"}
    assert required("full") > required("probationary") > required("candidate") > required("activist")
    assert "form" in required("probationary") and "form" not in required("candidate")
    assert "transfer" in required("full", by_letter=True) and required(None) == frozenset()


def test_the_file_says_what_is_missing_until_it_is_put_in(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    before = client.get(page(world.member)).context["file"]
    assert "form" in {paper.kind.code for paper in before.missing}
    scan = SimpleUploadedFile("志愿书.jpg", photo())
    answer = client.post(
        page(world.member, "papers", "new"), {"code": "form", "scans": [scan], "once": "p" * 20}
    )
    assert answer.status_code == 302
    after = client.get(page(world.member)).context["file"]
    assert {p.kind.code for p in before.missing} - {p.kind.code for p in after.missing} == {"form"}
    kept = Attachment.objects.of(Paper.objects.get())[0]
    assert client.get(kept.get_absolute_url()).status_code == 200
    client.force_login(world.neighbour)
    assert client.get(kept.get_absolute_url()).status_code == 404


def test_a_paper_of_the_development_is_shown_and_not_asked_for_twice(client: Any, world: Any) -> None:
    person = admit(NewMember("林小雨", world.jia, "activist", since=date(2026, 1, 5)), by=None)
    [road] = open_roads([person])
    keep_papers(road, ["application"], {}, by=world.clerk)
    client.force_login(world.clerk)
    found = client.get(page(person)).context["file"]
    shown = {paper.kind.code: paper for paper in found.papers}
    assert shown["application"].held and shown["application"].step_number == 1
    assert shown["recommendation"].missing
    choices = {
        code
        for code, _label in client.get(page(person, "papers", "new")).context["form"].fields["code"].choices
    }
    assert "application" not in choices and "recommendation" not in choices and "autobiography" in choices


def test_a_paper_is_taken_out_with_its_scans_for_a_reason(world: Any) -> None:
    paper = actions.put_paper(
        world.member, "form", by=world.clerk, scans=[SimpleUploadedFile("a.jpg", photo())]
    )
    with pytest.raises(ValidationError):
        actions.take_out(paper, reason=" ", by=world.clerk)
    actions.take_out(paper, reason="归错档案", by=world.clerk)
    assert not Paper.objects.live().exists() and not Attachment.objects.of(paper).exists()
    assert actions.put_paper(world.member, "form", by=world.clerk).pk != paper.pk


# -- photo --


def test_a_photo_loses_where_it_was_taken_and_replaces_the_one_before(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    for name in ("一.jpg", "二.jpg"):
        upload = SimpleUploadedFile(name, photo())
        answer = client.post(page(world.member, "photo"), {"photo": upload, "once": name.center(20, "x")})
        assert answer.status_code == 302
    row = Particulars.objects.get(person=world.member)
    [kept] = Attachment.objects.of(row)
    assert not Image.open(BytesIO(content_of(kept))).getexif()
    client.force_login(world.member)
    assert client.get(kept.thumb_url).status_code == 200
    client.force_login(world.neighbour)
    assert client.get(kept.thumb_url).status_code == 404


def test_what_is_no_picture_is_refused_as_a_photo(world: Any) -> None:
    from tests.files.samples import pdf

    with pytest.raises(ValidationError):
        actions.put_photo(world.member, SimpleUploadedFile("a.pdf", pdf()), by=world.clerk)
    assert not Attachment.objects.exists()


# -- the sheet --


def words_of(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_the_sheet_is_masked_for_the_clerk_on_paper_and_in_word(client: Any, world: Any, filled: Any) -> None:
    world.member.phone = "13800001234"
    world.member.save(update_fields=["phone"])
    client.force_login(world.clerk)
    word = words_of(client.get(page(filled) + "sheet.docx").content)
    for text in (client.get(page(filled, "print")).content.decode(), word):
        assert "党员基本信息采集表" in text and "山东省日照市莒县" in text and "138****1234" in text
        assert CANARY not in text and "婚姻状况" not in text


def test_the_office_prints_it_in_full_for_a_reason_that_is_kept(client: Any, world: Any, filled: Any) -> None:
    client.force_login(world.office)
    visit(client, filled, "上报信息采集表")
    assert CANARY in words_of(client.get(page(filled) + "sheet.docx").content)
    event = Event.objects.get(action="dossiers.sheet")
    assert (event.actor, event.object_id, event.details) == (
        world.office,
        filled.pk,
        {"reason": "上报信息采集表"},
    )


def test_the_sheet_is_chinese_whatever_the_language_of_the_reader(
    client: Any, world: Any, filled: Any
) -> None:
    client.force_login(world.clerk)
    client.cookies["language"] = "en"
    text = words_of(client.get(page(filled) + "sheet.docx").content)
    assert "正式党员" in text and "学士" in text


# -- the rights of the person --


def test_everything_is_in_the_export_of_ones_own_data_and_goes_when_somebody_is_erased(world: Any) -> None:
    person = admit(NewMember("林小雨", world.jia, "full", party={"joined_on": date(2010, 1, 1)}), by=None)
    actions.change(person, {"family": CANARY, "native_place": "371122"}, by=world.office)
    day = date(2020, 1, 1)
    actions.enter(WorkPost, person, {"unit": CANARY, "title": "科员", "since": day}, by=None)
    actions.enter(
        Sanction, person, {"penalty": "o1", "on": day, "decided_by": "纪委", "reason": CANARY}, by=None
    )
    actions.enter(Training, person, {"kind": "class", "title": "轮训", "since": day, "until": day}, by=None)
    actions.ask(person, "school", CANARY, reason="x")
    paper = actions.put_paper(person, "form", by=world.clerk, scans=[SimpleUploadedFile("a.jpg", photo())])
    taken = own.everything(person)
    assert taken["dossiers.Particulars"]["rows"][0]["family"] == CANARY
    assert taken["dossiers.WorkPost"]["rows"][0]["unit"] == CANARY
    assert taken["dossiers.Sanction"]["rows"][0]["reason"] == CANARY
    assert taken["dossiers.Correction"]["rows"][0]["value"] == CANARY
    leave(person, on=date(2026, 10, 1), by=world.office, reason="调出")
    erasure.erase(person, reason="本人申请", by=world.people["security_admin"])
    assert Particulars.objects.get(person=person).family.reveal() == ""
    for model in (WorkPost, Sanction, Training, Correction):
        assert not model.objects.filter(person=person).exists()
    assert not Attachment.objects.of(paper).exists()
    assert not Award.objects.filter(person=person).exists()


@pytest.mark.slow
def test_the_restricted_part_is_on_no_page_of_anybody_who_gave_no_reason(client: Any, world: Any) -> None:
    """Every page, sheet and search there is, asked by every role: only the person reads it."""
    here = examples(world)
    actions.change(world.member, {"family": CANARY, "address": f"莒州路{CANARY}"}, by=world.office)
    row = Sanction.objects.live().get(person=world.member)
    actions.correct(row, {"reason": CANARY}, by=world.office)
    own = {
        "dossiers:my_file",
        "dossiers:file_print",
        "dossiers:file_word",
        "privacy:my_data",
        "privacy:my_file",
    }
    for name, person in world.people.items():
        client.force_login(person)
        for route in ALL:
            if route.name in OUTSIDE or (name == "member" and route.name in own):
                continue
            url = reverse(route.name, kwargs=here[route.name][0] if route.takes else None)
            for query in ("",) if route.takes else ("", "?format=xlsx"):
                answer = client.get(url + query)
                body = b"".join(answer) if answer.streaming else answer.content
                if "openxmlformats" in answer.headers.get("Content-Type", ""):
                    with ZipFile(BytesIO(body)) as book:
                        body = b"".join(book.read(part) for part in book.namelist())
                assert CANARY.encode() not in body, f"{name} {url}{query}"
    assert CANARY not in str(list(Event.objects.values_list("details", flat=True)))
    assert CANARY not in str(list(Notice.objects.values_list("params", flat=True)))

"""The branch's pages: filling in, checking, handing in, and photos from the phone."""

from __future__ import annotations

import io
import re
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from tests.assessment.month import ANSWERS, fill_in, save
from xianfeng.assessment.actions import open_reports
from xianfeng.assessment.evidence import photo_pass
from xianfeng.core.periods import Period
from xianfeng.files.models import Attachment
from xianfeng.people.models import Person

pytestmark = pytest.mark.django_db
URL = "/reports/jt-12/2026-10/"
SHOWN = {"line": ["C1.1", "D3.2", "E2.2"], "version": "0", "coordination": ""}


def key() -> dict[str, str]:
    return {"once": uuid.uuid4().hex}


def photo(colour: str = "red", name: str = "现场.jpg") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    return client


def test_the_month_takes_five_pages(report, clerk):
    """Home, list, fill in, check, submit: the whole month, and a receipt at its end."""
    assert "YB-JT12-202610" in clerk.get("/reports/").content.decode()
    page = clerk.get(URL).content.decode()
    assert 'data-autosave="/reports/jt-12/2026-10/_/draft/"' in page
    assert len(re.findall(r'class="line open', page)) == 3
    answered = clerk.post(URL, {**SHOWN, **ANSWERS, "then": "check"})
    assert answered["Location"] == f"{URL}check/"
    assert clerk.get(f"{URL}check/").status_code == 200
    report.refresh_from_db()
    handed_in = clerk.post(f"{URL}check/", {**key(), "version": report.version})
    assert handed_in["Location"] == f"{URL}receipt/"
    receipt = clerk.get(f"{URL}receipt/").content.decode()
    assert "YB-JT12-202610" in receipt
    assert "11月5日 17:30" in receipt or "5 November 17:30" in receipt


def test_a_double_click_on_submit_hands_in_once(report, world, clerk):
    clerk.post(URL, {**SHOWN, **ANSWERS})
    form = {**key(), "version": report.version}
    first = clerk.post(f"{URL}check/", form)
    second = clerk.post(f"{URL}check/", form)
    assert first["Location"] == second["Location"] == f"{URL}receipt/"
    report.refresh_from_db()
    assert report.status == "submitted"


def test_what_is_open_leads_back_to_the_report(report, clerk):
    response = clerk.get(f"{URL}check/")
    assert response["Location"] == f"{URL}?check=1"
    page = clerk.get(response["Location"]).content.decode()
    assert 'class="error-summary"' in page
    assert 'href="#l-C1-1"' in page


def test_autosave_says_when_and_which_version(report, clerk):
    answer = clerk.post(f"{URL}_/draft/", {**SHOWN, "C1.1-number": "2"}, headers={"X-Autosave": "1"})
    assert (answer.status_code, answer.json()["version"]) == (200, "1")
    assert answer.json()["saved_at"] == "10:00"
    assert report.lines.get(code="C1.1").done == 20_000


def test_autosave_of_a_wrong_number_says_so_and_keeps_the_rest(report, clerk):
    answer = clerk.post(f"{URL}_/draft/", {**SHOWN, "C1.1-number": "两", "D3.2-answer": "yes"})
    assert set(answer.json()["errors"]) == {"C1.1-number"}
    assert report.lines.get(code="D3.2").answer == "yes"


def test_a_wrong_number_comes_back_as_it_was_typed(report, clerk):
    answer = clerk.post(URL, {**SHOWN, "C1.1-number": "两", "then": "check"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="两"' in page
    assert 'aria-invalid="true"' in page


def test_a_conflict_shows_both_texts(report, world, clerk):
    save(report, world.secretary, C1_1_number="2")
    answer = clerk.post(f"{URL}_/draft/", {**SHOWN, "C1.1-number": "3"}, headers={"X-Autosave": "1"})
    assert answer.status_code == 409
    (conflict,) = answer.json()["conflicts"]
    assert (conflict["mine"], conflict["theirs"], conflict["who"]) == ("3", "2", world.secretary.name)
    assert world.secretary.name in answer.json()["message"]
    chosen = clerk.post(
        f"{URL}_/draft/",
        {**SHOWN, "version": answer.json()["version"], "C1.1-number": "3", "overwrite": "1"},
    )
    assert chosen.status_code == 200
    assert report.lines.get(code="C1.1").done == 30_000


def test_a_box_that_is_unticked_is_saved_as_such(report, clerk):
    clerk.post(f"{URL}_/draft/", {**SHOWN, "D3.2-na": "1", "D3.2-reason": "并入年度计划"})
    assert report.lines.get(code="D3.2").not_applicable
    clerk.post(f"{URL}_/draft/", {**SHOWN, "version": "1", "D3.2-reason": "并入年度计划"})
    assert not report.lines.get(code="D3.2").not_applicable


def test_a_script_learns_that_nobody_is_signed_in(report, client):
    answer = client.post(f"{URL}_/draft/", SHOWN, headers={"X-Autosave": "1"})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/json"
    assert client.post(f"{URL}_/draft/", SHOWN).status_code == 302


def test_a_member_reads_and_does_not_write(report, client, world):
    client.force_login(world.member)
    page = client.get(URL).content.decode()
    assert "data-autosave" not in page
    assert client.post(URL, {**SHOWN, **ANSWERS}).status_code == 404
    assert client.post(f"{URL}_/draft/", SHOWN).status_code == 403


def test_an_odd_line_is_confirmed_with_one_click(report, world, clerk):
    september = open_reports(Period.parse("2026-09"))[0]
    save(september, world.clerk, C1_1_number="1")
    clerk.post(URL, {**SHOWN, **ANSWERS, "C1.1-number": "9"})
    assert report.lines.get(code="C1.1").state == "check"
    clerk.post(f"{URL}confirm/", {**key(), "confirm": "C1.1"})
    assert report.lines.get(code="C1.1").state == "ready"


def test_evidence_is_attached_to_a_line_and_taken_away_again(report, clerk):
    clerk.post(f"{URL}evidence/", {**key(), "file-C1.1": photo()})
    (attachment,) = Attachment.objects.of(report.lines.get(code="C1.1"))
    page = clerk.get(URL).content.decode()
    assert attachment.thumb_url in page
    assert f'name="file" value="{attachment.uid}"' in page
    assert clerk.get(attachment.thumb_url).status_code == 200
    clerk.post(f"{URL}evidence/remove/", {**key(), "file": attachment.uid})
    assert not Attachment.objects.of(report.lines.get(code="C1.1"))


def test_evidence_of_another_report_cannot_be_taken_away_here(reports, world, client):
    client.force_login(world.neighbour)
    client.post("/reports/jt-18/2026-10/evidence/", {**key(), "file": photo()})
    theirs = Attachment.objects.of(reports["jt-18"]).get()
    client.force_login(world.clerk)
    assert client.post(f"{URL}evidence/remove/", {**key(), "file": theirs.uid}).status_code == 404
    assert Attachment.objects.of(reports["jt-18"]).exists()


def test_the_same_photo_in_another_branch_is_odd(reports, world, client):
    for person, code in ((world.neighbour, "jt-18"), (world.clerk, "jt-12")):
        client.force_login(person)
        client.post(f"/reports/{code}/2026-10/evidence/", {**key(), "file-C1.1": photo()})
    client.post(URL, {**SHOWN, **ANSWERS})
    page = client.get(URL).content.decode()
    assert "乙党支部" in page
    assert reports["jt-12"].lines.get(code="C1.1").state == "check"


# -- the phone --


@pytest.fixture
def phone(report, world):
    return f"/u/{photo_pass(report, world.clerk)}/"


def test_the_phone_sends_photos_without_signing_in(report, client, phone):
    page = client.get(phone)
    assert page.status_code == 200
    assert "甲党支部" in page.content.decode()
    assert "C1.1" not in page.content.decode()
    sent = client.post(phone, {**key(), "file": [photo("red"), photo("blue")]})
    assert sent["Location"] == f"{phone}?sent=2"
    assert Attachment.objects.of(report).count() == 2


def test_the_page_on_the_computer_finds_them(report, clerk, client, phone):
    assert "<img" not in clerk.get(f"{URL}_/photos/").content.decode()
    client.post(phone, {**key(), "file": photo()})
    assert "<img" in clerk.get(f"{URL}_/photos/").content.decode()


def test_asking_for_photos_does_not_keep_a_session_alive(report, clerk):
    clerk.get(URL)
    for minutes in (20, 31):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            answer = clerk.get(f"{URL}_/photos/", headers={"X-Poll": "1", "HX-Request": "true"})
    assert answer.status_code == 401


def test_the_code_expires_after_thirty_minutes(client, phone):
    with time_machine.travel(timezone.now() + timedelta(minutes=29), tick=False):
        assert client.get(phone).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert client.get(phone).status_code == 410
        assert client.post(phone, {**key(), "file": photo()}).status_code == 410
    assert not Attachment.objects.exists()


def test_a_forged_code_opens_nothing(client, phone):
    assert client.get(f"{phone[:-2]}x/").status_code == 410


def test_a_code_is_good_only_while_its_owner_may_report(report, world, client, phone):
    fill_in(report, world.clerk)
    assert client.get(phone).status_code == 410


def test_a_code_ends_with_the_appointment(world, client, phone):
    from xianfeng.people.actions import relieve

    relieve(world.clerk.appointments.get(), by=world.security_admin)
    assert client.get(phone).status_code == 410


def test_what_is_no_picture_is_refused_with_a_sentence(report, client, phone):
    bad = SimpleUploadedFile("现场.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    answer = client.post(phone, {**key(), "file": bad})
    assert answer.status_code == 422
    assert not Attachment.objects.exists()


# -- figures behind the lines --


def test_counted_lines_name_the_records_they_come_from(report, world, clerk):
    from xianfeng.activities.actions import record_activity

    activity = record_activity(
        world.jia,
        "party_day",
        date(2026, 10, 16),
        by=world.clerk,
        topic="洛安路清障保畅",
        absent=[world.member],
    )
    page = clerk.get(URL).content.decode()
    assert activity.get_absolute_url() in page
    assert "洛安路清障保畅" in page
    attendance = report.lines.get(code="D1.5")
    assert (attendance.done, attendance.due) == (80_000, 90_000)


def test_the_fill_page_costs_the_same_whatever_it_holds(report, world, clerk, django_assert_num_queries):
    from xianfeng.activities.actions import record_activity
    from xianfeng.activities.duties import require_month

    require_month(report.period)
    record_activity(world.jia, "party_day", date(2026, 10, 16), by=world.clerk, topic="清障保畅")
    clerk.post(f"{URL}evidence/", {**key(), "file-C1.1": photo()})
    clerk.get(URL)
    with CaptureQueriesContext(connection) as little:
        clerk.get(URL)
    cost = len(little)  # the next request forgets what was captured
    for day in (17, 18, 19, 20):
        record_activity(
            world.jia, "integrity_education", date(2026, 10, day), by=world.clerk, topic=f"教育{day}"
        )
    clerk.post(f"{URL}evidence/", {**key(), "file-E2.2": [photo(c) for c in ("white", "blue", "green")]})
    clerk.get(URL)
    with django_assert_num_queries(cost):
        clerk.get(URL)


def test_the_office_sees_the_month_of_all_branches(reports, world, client):
    client.force_login(world.office)
    page = client.get("/reports/?month=2026-10").content.decode()
    assert "甲党支部" in page
    assert "乙党支部" in page
    sheet = client.get("/reports/?month=2026-10&format=xlsx")
    assert sheet["Content-Type"].startswith("application/vnd.openxmlformats")


def test_print_and_receipt_belong_to_who_may_see_the_report(report, world, client):
    fill_in(report, world.clerk)
    client.force_login(Person.objects.get(pk=world.neighbour.pk))
    for part in ("print/", "receipt/", "check/", "_/photos/", "_/photo-code/"):
        assert client.get(f"{URL}{part}").status_code == 404
    client.force_login(world.leader)
    assert client.get(f"{URL}print/").status_code == 200

"""The rules as pages, and the workday table."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from xianfeng.assessment.actions import ensure_default_schemes
from xianfeng.assessment.models import Day, Scheme
from xianfeng.assessment.scheme import default_text, load

pytestmark = pytest.mark.django_db


def key() -> dict[str, str]:
    return {"once": uuid.uuid4().hex}


@pytest.fixture
def office(today, client, world):
    client.force_login(world.office)
    return client


def test_the_office_starts_with_the_rules_of_the_product(office):
    office.post("/targets/rules/defaults/", key())
    assert Scheme.objects.filter(status="in_force").count() == 2


def test_everybody_reads_the_rules_by_line(today, world, client):
    ensure_default_schemes(2026)
    for person in (world.member, world.clerk, world.leader, world.office):
        client.force_login(person)
        page = client.get("/targets/rules/branch-2026/").content.decode()
        assert 'id="D1.2"' in page
        assert "支委会每月1次，每次0.25分" in page


def test_drafts_are_seen_by_who_makes_them(world, office, client):
    ensure_default_schemes(2026)
    made = office.post("/targets/rules/branch-2026/1/new/", key())
    assert made["Location"] == "/targets/rules/branch-2026/2/edit/"
    assert office.get("/targets/rules/branch-2026/2/").status_code == 200
    client.force_login(world.member)
    assert client.get("/targets/rules/branch-2026/2/").status_code == 404


def test_a_faulty_document_comes_back_with_path_and_cure(office):
    ensure_default_schemes(2026)
    text = default_text("branch", 2026).replace("points: 2.4", "points: 2.5")
    response = office.post("/targets/rules/import/", {**key(), "text": text})
    assert response.status_code == 422
    assert "categories[1].items[1].lines" in response.content.decode()
    assert Scheme.objects.count() == 2


def test_a_document_goes_out_as_it_came_in(office):
    ensure_default_schemes(2026)
    sent = office.get("/targets/rules/branch-2026/1/download/")
    assert load(sent.content.decode()) == Scheme.objects.get(code="branch-2026").parsed


def test_a_draft_is_written_and_put_in_force(office):
    ensure_default_schemes(2026)
    office.post("/targets/rules/branch-2026/1/new/", key())
    draft = Scheme.objects.get(code="branch-2026", number=2)
    text = draft.document.replace("党支部工作考核细则", "党支部考核细则")
    assert office.post("/targets/rules/branch-2026/2/edit/", {**key(), "text": text}).status_code == 302
    office.post(
        f"/moves/assessment/scheme/{draft.uid}/put_in_force/", {**key(), "next": draft.get_absolute_url()}
    )
    assert "党支部考核细则" in office.get("/targets/rules/branch-2026/").content.decode()


def test_the_office_edits_the_workday_table(office):
    page = office.get("/manage/calendar/").content.decode()
    assert "国庆节" in page
    office.post("/manage/calendar/", {**key(), "day": "2026-11-05", "works": "0", "name": "停电"})
    assert not Day.objects.get(day=date(2026, 11, 5)).works
    office.post("/manage/calendar/", {**key(), "day": "2026-11-05", "works": ""})
    assert not Day.objects.exists()


def test_a_day_that_is_none_is_refused(office):
    assert office.post("/manage/calendar/", {**key(), "day": "2026-11-31", "works": "0"}).status_code == 422


def test_only_the_office_edits_rules_and_calendar(today, world, client):
    ensure_default_schemes(2026)
    for person in (world.clerk, world.leader, world.system_admin):
        client.force_login(person)
        for url in ("/targets/rules/defaults/", "/targets/rules/import/", "/manage/calendar/"):
            assert client.post(url, key()).status_code == 403

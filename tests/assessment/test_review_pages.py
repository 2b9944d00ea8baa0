"""The office's pages: queue and its order, deciding, overdue branches."""

from __future__ import annotations

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.assessment.month import ANSWERS, fill_in
from xianfeng.assessment.actions import open_reports, save_draft, submit
from xianfeng.assessment.models import Report
from xianfeng.assessment.queue import queue
from xianfeng.core.periods import Period
from xianfeng.messaging.models import Notice
from xianfeng.organizations.actions import found
from xianfeng.people.actions import appoint
from xianfeng.people.models import Person, Role

pytestmark = pytest.mark.django_db
URL = "/review/jt-12/2026-10/"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def key() -> dict[str, str]:
    return {"once": uuid.uuid4().hex}


@pytest.fixture
def office(client, world):
    client.force_login(world.office)
    return client


@pytest.fixture
def both(reports, world):
    """Both branches have handed in."""
    fill_in(reports["jt-12"], world.clerk)
    fill_in(reports["jt-18"], world.neighbour)
    return reports


def groups(person):
    return [(w.report.organization.code, w.group) for w in queue(person).waiting]


def test_first_reports_wait_by_number(both, world):
    assert groups(world.office) == [("jt-12", "first"), ("jt-18", "first")]


def test_oddities_come_first(reports, world):
    fill_in(reports["jt-12"], world.clerk)
    report = reports["jt-18"]
    save_draft(
        report,
        {**ANSWERS, "E2.2-answer": "changed", "E2.2-sentence": "9月28日出纳岗位调整"},
        version="0",
        by=world.neighbour,
    )
    from xianfeng.assessment.actions import confirm

    confirm(report, "E2.2", by=world.neighbour)
    submit(report, by=world.neighbour)
    assert groups(world.office) == [("jt-18", "odd"), ("jt-12", "first")]


def test_deferred_reports_go_to_the_end_and_accepted_ones_leave(both, world, office):
    office.post(f"{URL}defer/", key())
    assert groups(world.office) == [("jt-18", "first"), ("jt-12", "deferred")]
    office.post("/review/jt-18/2026-10/accept/", key())
    assert groups(world.office) == [("jt-12", "deferred")]


def test_the_own_branch_is_shown_but_has_no_buttons(both, world, client):
    appoint(world.member, Role.objects.get(code="office"), world.committee, by=None)
    member = Person.objects.get(pk=world.member.pk)
    assert groups(member) == [("jt-18", "first"), ("jt-12", "own")]
    client.force_login(member)
    page = client.get(URL).content.decode()
    assert "/review/jt-12/2026-10/accept/" not in page
    client.post(f"{URL}accept/", key())
    both["jt-12"].refresh_from_db()
    assert both["jt-12"].status == "submitted"


def test_accepting_leads_to_the_next_and_offers_undo(both, office):
    version = Report.objects.get(number="YB-JT12-202610").version
    response = office.post(f"{URL}accept/", {**key(), "version": version})
    assert response["Location"] == "/review/jt-18/2026-10/"
    page = office.get(response["Location"]).content.decode()
    assert f'action="{URL}undo/"' in page
    assert 'data-key="KeyZ"' in page
    assert office.post(f"{URL}undo/", key())["Location"] == URL
    both["jt-12"].refresh_from_db()
    assert both["jt-12"].status == "review"


def test_the_undo_is_gone_after_ten_seconds(both, office, world):
    office.post(f"{URL}accept/", key())
    with time_machine.travel(datetime(2026, 10, 27, 10, 0, 11, tzinfo=SHANGHAI), tick=False):
        assert "undo/" not in office.get("/review/").content.decode()


def test_a_return_carries_template_and_words(both, office):
    office.post(f"{URL}return/", {**key(), "line": "C1.1", "template": "2", "more": "公开栏照片"})
    report = both["jt-12"]
    report.refresh_from_db()
    note = report.lines.get(code="C1.1").review_note
    assert note.endswith("公开栏照片")
    assert len(note) > len("公开栏照片")


def test_a_return_without_a_reason_is_refused(both, office):
    office.post(f"{URL}return/", {**key(), "line": "C1.1"})
    both["jt-12"].refresh_from_db()
    assert both["jt-12"].status == "submitted"


def test_each_key_has_a_button(both, office):
    page = office.get(URL).content.decode()
    for name in ("KeyA", "KeyB", "KeyD", "KeyJ", "Shift+Slash"):
        assert f'data-key="{name}' in page
    assert 'data-key="KeyK' in office.get("/review/jt-18/2026-10/").content.decode()


def test_two_reviewers_do_not_overrule_each_other(both, office):
    stale = Report.objects.get(number="YB-JT12-202610").version
    office.post(f"{URL}defer/", {**key(), "version": stale})
    office.post(f"{URL}accept/", {**key(), "version": stale})
    both["jt-12"].refresh_from_db()
    assert both["jt-12"].status == "review"


def test_the_queue_costs_the_same_for_two_reports_as_for_eight(
    both, world, office, django_assert_max_num_queries
):
    office.get("/review/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        queue(world.office)
    for n in range(30, 36):
        branch = found(number=f"371122-JT-{n}", name=f"中共测试局{n}党支部", kind="branch", parent=world.committee, by=None)  # fmt: skip
        appoint(world.clerk, Role.objects.get(code="clerk"), branch, by=None)
    clerk = Person.objects.get(pk=world.clerk.pk)
    for report in open_reports(Period.parse("2026-10")):
        fill_in(report, clerk)
    with django_assert_max_num_queries(len(few)):
        assert len(queue(world.office).waiting) == 8


def test_overdue_branches_are_reminded_together(reports, world, client):
    fill_in(reports["jt-12"], world.clerk)
    with time_machine.travel(datetime(2026, 11, 9, 9, 0, tzinfo=SHANGHAI), tick=False):
        client.force_login(world.office)
        page = client.get("/review/overdue/").content.decode()
        assert "乙党支部" in page
        assert "甲党支部" not in page.split("<main")[1]
        client.post("/review/overdue/", key())
    assert list(Notice.objects.values_list("person__account", flat=True)) == [world.neighbour.account]


def test_the_branch_is_told_of_a_return(both, world, office):
    office.post(f"{URL}return/", {**key(), "line": "C1.1", "template": "1"})
    assert Notice.objects.filter(person=world.clerk, kind="assessment.report_returned").count() == 1
    office.post(f"{URL}undo/", key())
    assert not Notice.objects.filter(person=world.clerk).exists()

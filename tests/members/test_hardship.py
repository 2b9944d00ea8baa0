"""Members in hardship: who reads it, for what reason, and that nothing of it is found anywhere else."""

from __future__ import annotations

import json
import logging
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook

from tests.members.test_member_pages import send
from tests.sweep.examples import OUTSIDE, examples
from tests.sweep.routes import ALL
from xianfeng.audit.models import Event
from xianfeng.members import hardship
from xianfeng.members.actions import leave, place
from xianfeng.members.models import HardshipCase
from xianfeng.messaging.models import Notice
from xianfeng.people.actions import appoint, enter
from xianfeng.people.models import Role

LIST = "/register/hardship/"
CANARY = "丹顶鹤七四二九"
pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def keeper(world: Any) -> Any:
    """Somebody of the office who was appointed for the register by name."""
    person = enter(name="冯雪", organization=world.committee, account="fengxue", by=None)
    for code in ("office", "hardship_keeper"):
        appoint(person, Role.objects.get(code=code), world.committee, by=None, since=date(2025, 1, 1))
    return person


@pytest.fixture
def case(world: Any) -> HardshipCase:
    return hardship.enter(
        world.member, by=world.secretary, kind="1", degree="1", since=date(2026, 3, 1), situation=f"住院治疗，{CANARY}",
        measures=f"每月走访，{CANARY}", leaders=[world.leader],
    )  # fmt: skip


def visit(client: Any, reason: str = "春节走访慰问") -> Any:
    return client.post(f"{LIST}open/", {"reason": reason, "next": LIST, "once": "v" * 20})


def test_the_register_opens_for_a_reason_that_is_kept(client: Any, world: Any, case: HardshipCase) -> None:
    client.force_login(world.secretary)
    asked = client.get(LIST)
    assert world.member.name not in asked.content.decode()
    assert visit(client)["Location"] == LIST
    assert world.member.name in client.get(LIST).content.decode()
    opened = Event.objects.get(action="members.hardship_list")
    assert (opened.actor, opened.details) == (world.secretary, {"reason": "春节走访慰问", "cases": 1})
    assert CANARY in client.get(case.get_absolute_url()).content.decode()
    read = Event.objects.get(action="members.hardship_read")
    assert (read.object_id, read.details) == (case.pk, {"reason": "春节走访慰问"})


def test_a_reason_that_says_nothing_opens_nothing(client: Any, world: Any, case: HardshipCase) -> None:
    client.force_login(world.secretary)
    assert visit(client, "看看").status_code == 422
    assert world.member.name not in client.get(LIST).content.decode()
    assert not Event.objects.filter(action__startswith="members.hardship_list").exists()


def test_a_visit_lasts_half_an_hour(client: Any, world: Any, case: HardshipCase) -> None:
    from datetime import timedelta

    import time_machine
    from django.utils import timezone

    client.force_login(world.secretary)
    visit(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert CANARY not in client.get(case.get_absolute_url()).content.decode()


def test_a_detail_asks_too_and_leads_back(client: Any, world: Any, case: HardshipCase) -> None:
    client.force_login(world.secretary)
    asked = client.get(case.get_absolute_url())
    assert CANARY not in asked.content.decode()
    assert asked.context["target"] == case.get_absolute_url()


@pytest.mark.parametrize("role", ["clerk", "office", "inspector", "member", "system_admin", "audit_admin"])
def test_others_have_no_right(client: Any, world: Any, case: HardshipCase, role: str) -> None:
    client.force_login(world.people[role])
    for url in (LIST, case.get_absolute_url(), f"{LIST}new/", f"{case.get_absolute_url()}edit/"):
        assert client.get(url).status_code == 403, url


def test_the_staff_appointed_by_name_reads_everything(client: Any, keeper: Any, case: HardshipCase) -> None:
    client.force_login(keeper)
    visit(client)
    assert CANARY in client.get(case.get_absolute_url()).content.decode()


def test_another_secretary_does_not(client: Any, world: Any, case: HardshipCase) -> None:
    client.force_login(world.neighbour)
    visit(client)
    assert world.member.name not in client.get(LIST).content.decode()
    assert client.get(case.get_absolute_url()).status_code == 404


def test_a_leader_reads_the_case_that_names_the_leader_and_no_other(
    client: Any, world: Any, case: HardshipCase
) -> None:
    other = hardship.enter(
        world.clerk, by=world.secretary, kind="9", degree="3", since=date(2026, 3, 1), situation="其他"
    )
    client.force_login(world.leader)
    visit(client)
    assert CANARY in client.get(case.get_absolute_url()).content.decode()
    assert client.get(other.get_absolute_url()).status_code == 404
    assert [row.person for row in client.get(LIST).context["page"]] == [world.member]
    assert client.get(f"{case.get_absolute_url()}edit/").status_code == 403
    notice = Notice.objects.get(person=world.leader)
    assert notice.params == {}


def test_a_case_goes_with_the_person_and_ends_when_the_person_leaves(
    client: Any, world: Any, case: HardshipCase
) -> None:
    place(world.member, world.yi, on=date(2026, 10, 1), by=world.office)
    client.force_login(world.secretary)
    visit(client)
    assert client.get(case.get_absolute_url()).status_code == 404
    client.force_login(world.neighbour)
    visit(client)
    assert client.get(case.get_absolute_url()).status_code == 200
    leave(world.member, on=date(2026, 10, 20), by=world.office)
    case.refresh_from_db()
    assert case.until == date(2026, 10, 20)


def test_a_secretary_enters_corrects_and_ends_a_case(client: Any, world: Any) -> None:
    client.force_login(world.secretary)
    visit(client)
    send(
        client,
        f"{LIST}new/",
        person="JT120003",
        kind="3",
        degree="2",
        since="2026-10-01",
        situation="房屋受灾",
        leaders=[],
    )
    case = HardshipCase.objects.get()
    page = case.get_absolute_url()
    send(client, f"{page}edit/", situation="房屋受灾，已安置", leaders=[world.leader.pk])
    case.refresh_from_db()
    assert case.situation.reveal() == "房屋受灾，已安置"
    assert list(case.leaders.all()) == [world.leader]
    changed = Event.objects.get(action="members.hardship_change")
    assert changed.details == {"situation": None, "leaders": None}
    send(client, f"{page}end/", on="2026-10-20")
    case.refresh_from_db()
    assert case.until == date(2026, 10, 20)


def test_nobody_has_two_cases_at_once(world: Any, case: HardshipCase) -> None:
    with pytest.raises(ValidationError):
        hardship.enter(
            world.member, by=world.secretary, kind="9", degree="3", since=date(2026, 3, 2), situation="又"
        )


def test_the_export_needs_the_reason_and_holds_no_situation(
    client: Any, world: Any, case: HardshipCase
) -> None:
    client.force_login(world.secretary)
    asked = client.get(LIST, {"format": "xlsx"})
    assert asked["Content-Type"].startswith("text/html")
    visit(client)
    sheet = load_workbook(BytesIO(client.get(LIST, {"format": "xlsx"}).content)).active
    values = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert world.member.name in values
    assert CANARY not in values
    assert Event.objects.get(action="members.hardship_export").details["reason"] == "春节走访慰问"


# -- counts --


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"1": 0, "2": 5}, {"1": None, "2": None}),
        ({"1": 2, "2": 5, "3": 9}, {"1": None, "2": None, "3": 9}),
        ({"1": 2, "2": 1, "3": 9}, {"1": None, "2": None, "3": 9}),
        ({"1": 3, "2": 4}, {"1": 3, "2": 4}),
        ({"1": 2}, {"1": None}),
    ],
)
def test_small_groups_are_not_counted_and_cannot_be_found_by_subtracting(
    counts: dict[str, int], shown: Any
) -> None:
    assert hardship.guarded(counts) == shown


def test_the_page_says_fewer_than_three(client: Any, world: Any, case: HardshipCase) -> None:
    client.force_login(world.secretary)
    visit(client)
    assert "不足3人" in client.get(LIST).content.decode()


# -- the canary --


@pytest.mark.slow
def test_the_situation_is_found_nowhere_else(
    client: Any, world: Any, keeper: Any, case: HardshipCase, caplog: Any
) -> None:
    """Every page, export and search of every role, the log, notices, mail and the audit text."""
    own = {case.get_absolute_url(), f"{case.get_absolute_url()}edit/"}
    here = examples(world)
    caplog.set_level(logging.DEBUG)
    asked = 0
    for person in (*world.people.values(), keeper):
        client.force_login(person)
        visit(client)
        for route in ALL:
            if route.name in OUTSIDE or route.name in {"logout", "people:logout"}:
                continue
            url = reverse(route.name, kwargs=here[route.name][0] if route.takes else None)
            for query in ("",) if route.takes else ("", "?format=xlsx", f"?q={CANARY}"):
                answer = client.get(url + query)
                asked += 1
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                if answer.headers.get("Content-Type", "").endswith("sheet"):
                    sheets = load_workbook(BytesIO(body))
                    text = " ".join(
                        str(c.value) for sheet in sheets for row in sheet.iter_rows() for c in row
                    )
                    assert CANARY not in text, url
                elif not query.startswith("?q=丹"):
                    assert CANARY.encode() not in body or url in own, f"{person} {url}{query}"
        record = client.get(reverse("members:member_detail", args=[world.member.uid]))
        assert CANARY.encode() not in record.content
    assert asked > 500
    hardship.change(case, {"situation": f"好转，{CANARY}"}, leaders=[], by=world.secretary)
    for event in Event.objects.all():
        assert CANARY not in json.dumps(event.details, ensure_ascii=False)
        assert CANARY not in str(event.obj)
    assert not [
        notice for notice in Notice.objects.all() if CANARY in json.dumps(notice.params, ensure_ascii=False)
    ]
    assert not [message for message in mail.outbox if CANARY in message.body + message.subject]
    # What was searched for is in the log of requests; what the case says is not.
    said = [record.getMessage() for record in caplog.records if "q=" not in record.getMessage()]
    assert not [line for line in said if CANARY in line and "%E4" not in line]
    with connection.cursor() as cursor:
        cursor.execute("select situation, measures from members_hardshipcase")
        assert all(CANARY not in text for row in cursor.fetchall() for text in row)

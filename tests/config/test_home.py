"""The home page of each role shows what they came for, with few queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from xianfeng.activities.actions import record_activity
from xianfeng.activities.duties import require_month
from xianfeng.assessment.actions import open_reports
from xianfeng.assessment.models import Report
from xianfeng.assessment.overview import Spread, year_of
from xianfeng.assessment.rounds import recompute_current
from xianfeng.audit import events
from xianfeng.config.home import sections_of
from xianfeng.core.periods import Period
from xianfeng.members.actions import NewMember, admit
from xianfeng.members.roll import members_on
from xianfeng.organizations.models import Organization
from xianfeng.people.actions import appoint
from xianfeng.people.models import Role

OCTOBER = Period(2026, "month", 10)


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Nine months handed in and approved (乙 late in May), October open; 甲 holds its party days, 乙 holds some.

    Told once for all tests of this file, inside one transaction that is taken back at the end.
    """
    now = datetime(2026, 10, 27, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(now, tick=False):
            tell(Organization.objects.get(code="jt-12"), Organization.objects.get(code="jt-18"))
        yield
        transaction.set_rollback(True)


def tell(jia: Organization, yi: Organization) -> None:
    for number in range(1, 11):
        month = Period(2026, "month", number)
        require_month(month)
        for branch, holds in ((jia, True), (yi, number % 2)):
            if holds and number < 10:
                present = [spell.person for spell in members_on(month.start, branch)]
                record_activity(branch, "party_day", date(2026, number, 12), present=present, by=None)
        open_reports(month)
        for report in Report.objects.of_month(month) if number < 10 else ():
            late = report.organization_id == yi.pk and number == 5
            received = report.due_at + timedelta(days=2 if late else -1)
            Report.objects.filter(pk=report.pk).update(
                status="accepted", received_at=received, submitted_at=received, decided_at=received
            )
    recompute_current(date(2026, 10, 27))


@pytest.fixture
def year(told: None, today: date, world: Any) -> None:
    """The year as told, on 27 October."""


def section(client: Any, person: Any) -> dict[str, Any]:
    client.force_login(person)
    response = client.get("/")
    assert response.status_code == 200
    shown: dict[str, Any] = response.context["s"]
    return shown


@pytest.mark.parametrize(
    ("role", "keys"),
    [
        ("clerk", ["branch", "member"]),
        ("secretary", ["branch", "member"]),
        ("office", ["office"]),
        ("leader", ["leader"]),
        ("inspector", ["leader"]),
        ("member", ["member"]),
        ("system_admin", ["system"]),
        ("security_admin", ["security"]),
        ("audit_admin", ["audit"]),
    ],
)
def test_each_role_has_its_sections(client: Any, year: None, world: Any, role: str, keys: list[str]) -> None:
    person = world.people[role]
    assert [s.key for s in sections_of(person)] == keys
    client.force_login(person)
    response = client.get("/")
    assert response.context["first"].key == keys[0]
    for key in keys:
        assert client.get(f"/home/{key}/").status_code == 200


@pytest.mark.parametrize("role", ["clerk", "secretary", "office", "leader", "member", "system_admin", "security_admin", "audit_admin"])  # fmt: skip
def test_home_takes_eight_queries_at_most(
    client: Any, year: None, world: Any, role: str, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.people[role])
    client.get("/")
    with django_assert_max_num_queries(8):
        client.get("/")


def test_sections_of_others_do_not_exist(client: Any, year: None, world: Any) -> None:
    client.force_login(world.clerk)
    assert client.get("/home/office/").status_code == 404
    assert client.get("/home/nothing/").status_code == 404


def test_who_has_two_roles_sees_both(client: Any, year: None, world: Any) -> None:
    appoint(world.secretary, Role.objects.get(code="office"), world.committee, by=None)
    person = type(world.secretary).objects.get(pk=world.secretary.pk)
    assert [s.key for s in sections_of(person)] == ["office", "branch", "member"]
    client.force_login(person)
    html = client.get("/").content.decode()
    assert 'hx-get="/home/branch/"' in html
    below = client.get("/home/branch/", headers={"HX-Request": "true"}).content.decode()
    assert "<h1>" not in below
    assert "本支部" in below


# -- a branch --


def test_the_main_button_leads_to_the_report_that_is_due_next(client: Any, year: None, world: Any) -> None:
    shown = section(client, world.clerk)
    assert shown["current"].period == OCTOBER
    html = client.get("/").content.decode()
    assert "继续填写10月月报" in html
    assert "/reports/jt-12/2026-10/" in html


def test_the_road_tells_what_became_of_each_month(client: Any, year: None, world: Any) -> None:
    road = section(client, world.clerk)["road"]
    assert [str(stone.word) for stone in road[7:]] == ["审定", "审定", "填报中", "未到", "未到"]
    assert [stone.month for stone in road if stone.current] == [10]


def test_a_returned_report_comes_before_every_deadline(client: Any, year: None, world: Any) -> None:
    august = Report.objects.get(organization=world.jia, year=2026, month=8)
    Report.objects.filter(pk=august.pk).update(status="returned")
    august.lines.filter(pk=august.lines.first().pk).update(returned=True)
    shown = section(client, world.clerk)
    assert shown["current"] == august
    assert str(shown["tasks"][0].word) == "待补正"
    assert "退回 1 项" in str(shown["tasks"][0].detail)
    left = [task.days_left for task in shown["tasks"][1:]]
    assert left == sorted(left)


def test_a_late_report_is_said_to_be_late(client: Any, year: None, world: Any) -> None:
    Report.objects.filter(organization=world.jia, year=2026, month=10).update(
        due_at=timezone.now() - timedelta(days=3)
    )
    shown = section(client, world.clerk)
    assert "已逾期" in [str(task.word) for task in shown["tasks"]]
    assert str(shown["road"][9].word) == "已逾期"


def test_the_score_is_compared_with_the_quarter_before(client: Any, year: None, world: Any) -> None:
    score = section(client, world.clerk)["score"]
    assert score["period"] == Period(2026, "quarter", 3)
    assert score["before"] == Period(2026, "quarter", 2)
    assert score["rate"] == year_of(2026).rate(score["period"], world.jia.pk)
    assert score["categories"]
    assert all(0 <= row.share <= 100 for row in score["categories"])


def test_the_trend_stops_with_the_last_month_that_ended(client: Any, year: None, world: Any) -> None:
    trend = section(client, world.clerk)["trend"]
    assert (trend.first, trend.last) == (1, 9)
    assert "月度考核走势" in client.get("/").content.decode()


# -- the office and the leader --


def test_the_office_sees_what_waits_and_who_is_late(client: Any, year: None, world: Any) -> None:
    Report.objects.filter(organization=world.jia, year=2026, month=10).update(
        status="submitted",
        received_at=timezone.now(),
        oddities=[{"code": "same_text", "line": "1.1", "values": {}}],
    )
    Report.objects.filter(organization=world.yi, year=2026, month=10).update(
        due_at=timezone.now() - timedelta(days=1)
    )
    shown = section(client, world.office)
    assert (len(shown["waiting"]), shown["odd"]) == (1, 1)
    assert [name for _url, name, _months in shown["missing"]] == [world.yi.short_name]
    assert "从异常开始审核" in client.get("/").content.decode()


def test_the_heat_table_prints_every_month_and_marks_what_was_late(
    client: Any, year: None, world: Any
) -> None:
    rows = {row.code: row for row in section(client, world.office)["heat"]["rows"]}
    assert list(rows) == ["12", "18"]
    cells = rows["18"].cells
    assert cells[4].late
    assert not cells[3].late
    assert all(cell.points is not None for cell in cells[:9])
    assert all(cell.future and cell.points is None for cell in cells[9:])


def test_the_leader_reads_three_sentences(client: Any, year: None, world: Any) -> None:
    sentences = section(client, world.leader)["sentences"]
    assert len(sentences) == 3
    assert sentences[0] == "2026年9月应报 2 份，已报 2 份，其中按时 2 份。"
    assert "2026年第3季度" in sentences[1]


def test_the_leader_sees_things_that_fall_not_people(client: Any, year: None, world: Any) -> None:
    client.force_login(world.leader)
    html = client.get("/").content.decode()
    assert "连续下滑的事项" in html
    assert world.member.name not in html


# -- a member --


def test_a_member_sees_the_own_month_and_year(client: Any, year: None, world: Any) -> None:
    shown = section(client, world.member)
    assert shown["items"] == []
    assert shown["latest"].start == date(2026, 9, 1)
    [attendance] = shown["progress"]
    assert (attendance.done, attendance.due) == (9, 9)


def test_who_just_came_has_an_empty_month_not_an_error(client: Any, year: None, world: Any) -> None:
    newcomer = admit(NewMember("新来的", world.jia, "probationary"), by=None)
    assert section(client, newcomer)["progress"] == []
    assert "本月还没有您的记录" in client.get("/").content.decode()


# -- the administrators --


def test_the_system_administrator_is_told_that_no_worker_runs(client: Any, year: None, world: Any) -> None:
    assert section(client, world.system_admin)["worker_silent"]
    html = client.get("/").content.decode()
    assert "后台任务程序还没有运行过" in html
    assert world.member.name not in html


def test_the_security_officer_sees_what_ends_soon(client: Any, year: None, world: Any, today: date) -> None:
    held = world.clerk.appointments.get()
    held.until = today + timedelta(days=10)
    held.save()
    assert section(client, world.security_admin)["ending"] == [held]


def test_the_auditor_sees_risky_acts_of_the_week(client: Any, year: None, world: Any) -> None:
    before = section(client, world.audit_admin)["number"]
    events.record(
        "people.reveal", by=world.office, obj=world.member, details={"field": "phone", "reason": "核对"}
    )
    shown = section(client, world.audit_admin)
    assert shown["number"] == before + 1
    assert shown["acts"][0][0].actor == world.office


# -- how a year lies --


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], None), ([80], (80, 80, 80)), ([70, 80, 90], (75, 80, 85)), ([60, 70, 80, 90], (67.5, 75, 82.5))],
)
def test_the_middle_half(values: list[int], expected: Any) -> None:
    spread = Spread.of(map(Decimal, values))
    assert (spread and (spread.low, spread.median, spread.high)) == expected

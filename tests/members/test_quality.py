"""How complete the registers are: who lacks what, what a branch's month is worth, and nothing of few cases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.members.test_exports import id_number, newcomers, table
from tests.members.test_import_pages import Office
from xianfeng.audit.models import Event
from xianfeng.ledger.facts import check_ledger
from xianfeng.ledger.models import Entry
from xianfeng.members import hardship, mobility, quality
from xianfeng.members.actions import NewMember, admit_all, change
from xianfeng.members.models import Completeness, Membership
from xianfeng.members.quality import REGISTERS, Share
from xianfeng.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
WHOLE = {
    "sex": "1", "ethnicity": "01", "born_on": date(1980, 1, 1), "education": "20", "post": "科员", "phone": "13800000001",
}  # fmt: skip


def whole(person: Person, serial: int) -> None:
    """Fill everything that is required of a member."""
    change(person, by=None, personal={**WHOLE, "id_number": id_number(serial)}, party={})


def fact(world: Any) -> tuple[int, int]:
    """What the ledger says of 甲 in October, in whole fields."""
    rows = Entry.objects.filter(measure__code="register.completeness", organization=world.jia, month=202610)
    return sum(e.done for e in rows) // 10_000, sum(e.due for e in rows) // 10_000


def test_a_row_that_says_everything_lacks_nothing(world: Any) -> None:
    register = REGISTERS["members"]
    rows = register.rows(None, date(2026, 10, 27))
    assert register.lacking(rows).count() == 14
    whole(world.member, 1)
    assert world.member.pk not in register.lacking(rows).values_list("person", flat=True)
    change(world.member, by=None, personal={"phone": ""}, party={})
    [row] = register.lacking(rows).filter(person=world.member)
    assert len(register.words(row)) == 1
    assert register.lacking(rows, "phone").count() == 14
    assert register.lacking(rows, "joined_on").count() == 0


def test_only_those_are_asked_whom_it_concerns(world: Any) -> None:
    [person] = admit_all(
        [NewMember("王新", world.jia, "probationary", {**WHOLE, "id_number": id_number(2)}, {"joined_on": date(2026, 1, 5)}, since=date(2026, 1, 5))],
        by=None,
    )  # fmt: skip
    register = REGISTERS["members"]
    rows = register.rows(None, date(2026, 10, 27))
    assert not register.lacking(rows).filter(person=person).exists()
    change(person, by=None, personal={"post": ""}, party={})
    assert register.lacking(rows).filter(person=person).exists()
    change(person, by=None, personal={}, party={"occupation": "retired"})
    assert not register.lacking(rows).filter(person=person).exists()


def test_ninety_eight_is_reached_and_not_rounded_to() -> None:
    assert Share(979, 999).percent == Decimal("97.9")
    assert not Share(9799, 10_000).enough
    assert Share(98, 100).enough
    assert Share().enough


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(newcomers(), max_size=5, unique_by=lambda one: one["personal"]["id_number"] or object())
)
def test_counts_equal_a_recount_of_rows(people: list[dict[str, Any]], world: Any) -> None:
    with transaction.atomic():
        admit_all(
            [NewMember(p["name"], world.yi, p["stage"], p["personal"], p["party"]) for p in people], by=None
        )
        register, on = REGISTERS["members"], date(2026, 10, 27)
        counted = quality.count(register, None, on)
        for need in register.needs:
            lacking = (
                register.lacking(register.rows(None, on), need.code).filter(organization=world.yi).count()
            )
            share = counted[world.yi.pk][need.code]
            assert share.required - share.filled == lacking, need.code
        transaction.set_rollback(True)


def test_a_month_is_counted_each_evening_and_stated_once(world: Any) -> None:
    quality.count_month(date(2026, 10, 26))
    before = fact(world)
    assert before[1] == 9 * 9
    whole(world.member, 1)
    assert quality.count_month(date(2026, 10, 27)) == 1
    assert quality.count_month(date(2026, 10, 27)) == 0
    assert fact(world) == (before[0] + 7, before[1])
    row = Completeness.objects.get(organization=world.jia)
    assert (row.counted_on, row.month) == (date(2026, 10, 27), date(2026, 10, 1))
    assert quality.count_month(date(2026, 10, 20)) == 0
    assert check_ledger() == []


def test_the_job_is_on_the_schedule(world: Any) -> None:
    from xianfeng.config.jobs import count_registers
    from xianfeng.config.schedule import SCHEDULE

    assert "xianfeng.config.jobs.count_registers" in {job.run for job in SCHEDULE}
    count_registers(date(2026, 10, 27))
    assert Completeness.objects.count() == 2


def test_the_scheme_counts_it() -> None:
    schemes = files("xianfeng.assessment") / "schemes"
    assert "measure: register.completeness" in (schemes / "branch.yaml").read_text("utf-8")
    from xianfeng.ledger.measures import declaration

    found = declaration("register.completeness")
    assert found is not None
    assert found.supply == "counted"


def test_counting_asks_a_fixed_number_of_questions(world: Any, django_assert_max_num_queries: Any) -> None:
    quality.count_month(date(2026, 10, 26))
    admit_all([NewMember(f"王{n}", world.jia, "full") for n in range(40)], by=None)
    with django_assert_max_num_queries(16):
        quality.count_month(date(2026, 10, 27))


def test_few_cases_of_hardship_count_nowhere(client: Client, world: Any) -> None:
    quality.count_month(date(2026, 10, 26))
    before = fact(world)
    people = [s.person for s in Membership.objects.filter(organization=world.jia).select_related("person")]
    for person in people[:2]:
        hardship.enter(person, by=None, kind="1", degree="2", since=date(2026, 1, 5), situation="长期治疗")
    quality.count_month(date(2026, 10, 27))
    assert fact(world) == before
    client.force_login(world.secretary)
    assert client.get("/register/quality/").context["whole"].shares["hardship"] == Share()
    hardship.enter(people[2], by=None, kind="1", degree="2", since=date(2026, 1, 5), situation="长期治疗")
    quality.count_month(date(2026, 10, 27))
    assert fact(world) == (before[0] + 3, before[1] + 9)
    client.force_login(world.clerk)
    assert "hardship" not in client.get("/register/quality/").context["whole"].shares


def test_the_overview_and_its_file(client: Client, world: Any) -> None:
    whole(world.member, 1)
    client.force_login(world.office)
    page = client.get("/register/quality/")
    assert page.context["short"] == 2
    assert "/register/quality/members/?branch=jt-12" in page.content.decode()
    rows = table(client.get("/register/quality/?format=xlsx").content)
    assert len(rows) == 3
    client.force_login(world.clerk)
    assert len(table(client.get("/register/quality/?format=xlsx").content)) == 2


def test_who_lacks_what_leads_to_where_it_is_mended(client: Client, world: Any) -> None:
    client.force_login(world.office)
    page = client.get("/register/quality/members/?branch=jt-12").content.decode()
    assert f"/register/members/{world.member.uid}/edit/" in page
    assert world.neighbour.name not in page
    client.force_login(world.clerk)
    page = client.get("/register/quality/members/").content.decode()
    assert f"/register/members/{world.member.uid}/" in page
    assert "/edit/" not in page
    assert world.neighbour.name not in page
    away = mobility.go_out(world.member, by=None, place_name="青岛市", reason="work", since=date(2026, 1, 5))
    page = client.get("/register/quality/mobile/?need=phone").content.decode()
    assert f"/register/mobile-members/{away.uid}/edit/" in page
    rows = table(client.get("/register/quality/mobile/?format=xlsx").content)
    assert [row["姓名"] for row in rows] == [world.member.name]
    assert client.get("/register/quality/nothing/").status_code == 404


def test_of_hardship_only_with_the_permission_and_a_reason(client: Client, world: Any) -> None:
    hardship.enter(world.member, by=None, kind="1", degree="2", since=date(2026, 1, 5), situation="长期治疗")
    client.force_login(world.clerk)
    assert client.get("/register/quality/hardship/").status_code == 404
    secretary = Office(client, world.secretary)
    page = client.get("/register/quality/hardship/").content.decode()
    assert world.member.name not in page
    assert 'name="reason"' in page
    secretary.client.post(
        "/register/hardship/open/",
        {"reason": "走访慰问", "next": "/register/quality/hardship/", "once": "r" * 20},
    )
    page = client.get("/register/quality/hardship/").content.decode()
    assert world.member.name in page
    assert Event.objects.filter(action="members.hardship_list", actor=world.secretary).exists()

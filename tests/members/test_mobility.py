"""Mobile members: who is away or came, the contact log, and what the register warns of."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from tests.members.test_member_pages import send
from xianfeng.members import mobility
from xianfeng.members.actions import leave, place
from xianfeng.members.models import Absence, Membership
from xianfeng.members.roll import strengths
from xianfeng.messaging.models import Notice
from xianfeng.people.models import Person

LIST = "/register/mobile-members/"
TODAY = date(2026, 10, 27)
GUEST = "379900198506300025"
pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def away(world: Any) -> Absence:
    return mobility.go_out(
        world.member, by=world.clerk, place_name="山东省青岛市黄岛区", reason="work", since=date(2026, 9, 1),
        registered_on=date(2026, 9, 2), registered_there_on=date(2026, 9, 9), phone="13800001234",
    )  # fmt: skip


def said(absence: Absence) -> list[str]:
    row = Absence.objects.with_last_contact().get(pk=absence.pk)
    return [remark.text for remark in mobility.remarks(row, TODAY)]


def listed(client: Any, **chosen: str) -> list[str]:
    return [row.person.name for row in client.get(LIST, chosen).context["page"].object_list]


def test_a_clerk_registers_a_member_who_is_away(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    answer = send(
        client, f"{LIST}new/out/", person="JT120003", place_name="上海市", reason="work", since="2026-10-01", phone="138 0000 1234",
        other_organization="中共上海市某街道党工委",
    )  # fmt: skip
    absence = Absence.objects.get()
    assert answer["Location"] == absence.get_absolute_url()
    assert (absence.person, absence.organization, absence.direction) == (world.member, world.jia, "out")
    assert absence.phone.reveal() == "13800001234"
    html = client.get(absence.get_absolute_url()).content.decode()
    assert "13800001234" not in html
    assert "138****1234" in html


def test_who_is_away_stays_a_member_in_every_respect(world: Any, away: Absence) -> None:
    assert strengths(TODAY)[world.jia.pk].full == 9
    assert Membership.objects.get(person=world.member, until=None).organization == world.jia


def test_a_member_of_another_organization_takes_part_without_belonging(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    send(
        client, f"{LIST}new/in/", name="邵明", sex="1", id_number=GUEST, organization=world.jia.pk, place_name="临沂市",
        reason="residence", since="2026-10-01", other_organization="中共临沂市某局机关党委",
    )  # fmt: skip
    absence = Absence.objects.get()
    guest = absence.person
    assert (absence.direction, guest.is_member, guest.is_active, guest.number) == ("in", False, False, None)
    assert guest.born_on == date(1985, 6, 30)
    assert not Membership.objects.filter(person=guest).exists()
    assert strengths(TODAY)[world.jia.pk].total == 9
    assert client.get(absence.get_absolute_url()).status_code == 200


def test_our_own_member_is_not_registered_as_a_guest(world: Any) -> None:
    world.member.id_number = GUEST
    world.member.save()
    with pytest.raises(ValidationError):
        mobility.come_in(
            "张晓东", world.yi, by=world.office, personal={"id_number": GUEST}, place_name="莒县", reason="work",
            since=date(2026, 10, 1),
        )  # fmt: skip
    assert not Absence.objects.exists()
    assert Person.objects.filter(id_number_index__isnull=False).count() == 1


def test_nobody_is_away_twice_at_once(world: Any, away: Absence) -> None:
    with pytest.raises(ValidationError):
        mobility.go_out(world.member, by=world.clerk, place_name="北京市", reason="work", since=TODAY)


def test_a_number_that_is_none_comes_back_with_what_was_typed(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    answer = send(
        client, f"{LIST}new/out/", person="JT129999", place_name="上海市", reason="work", since="2026-10-01"
    )
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "JT129999" in html
    assert "您管理的支部名册上没有这个姓名或编号" in html


@pytest.mark.parametrize(("abroad", "days", "warned"), [(False, 90, False), (False, 91, True), (True, 183, False), (True, 184, True)])  # fmt: skip
def test_silence_is_warned_of_after_the_days_of_the_rule(
    world: Any, abroad: bool, days: int, warned: bool
) -> None:
    absence = mobility.go_out(
        world.member, by=world.clerk, place_name="某地", reason="work", since=TODAY - timedelta(days=days), abroad=abroad,
        registered_on=TODAY, registered_there_on=TODAY,
    )  # fmt: skip
    assert any("没有联系" in text for text in said(absence)) is warned
    found = Absence.objects.with_last_contact().long_silent(TODAY)
    assert found.exists() is warned


def test_a_conversation_ends_the_silence(client: Any, world: Any, away: Absence) -> None:
    Absence.objects.update(since=date(2026, 1, 1))
    client.force_login(world.clerk)
    assert listed(client, warning="silent") == [world.member.name]
    page = away.get_absolute_url()
    data = {"day": "2026-10-26", "way": "phone", "note": "近况良好", "once": "k" * 20}
    assert client.post(f"{page}contact/", data)["Location"] == page
    assert listed(client, warning="silent") == []
    assert "近况良好" in client.get(page).content.decode()


def test_a_conversation_outside_the_spell_is_refused_at_its_field(
    client: Any, world: Any, away: Absence
) -> None:
    client.force_login(world.clerk)
    data = {"day": "2026-08-01", "way": "phone", "note": "", "once": "k" * 20}
    answer = client.post(f"{away.get_absolute_url()}contact/", data)
    assert answer.status_code == 422
    assert "这一天不在流动期间内" in answer.content.decode()
    assert not away.contacts.exists()


def test_six_months_away_ask_for_a_transfer(client: Any, world: Any, away: Absence) -> None:
    assert said(away) == []
    Absence.objects.update(since=date(2026, 4, 27))
    away.refresh_from_db()
    assert any("应转尽转" in text for text in said(away))
    client.force_login(world.office)
    assert listed(client, warning="transfer") == [world.member.name]
    Absence.objects.update(since=date(2026, 4, 28))
    assert listed(client, warning="transfer") == []


def test_the_filters_and_the_warnings_say_the_same(client: Any, world: Any, away: Absence) -> None:
    mobility.change(away, {"registered_there_on": None, "expected_until": date(2026, 10, 1)}, by=world.clerk)
    assert len(said(away)) == 2
    client.force_login(world.office)
    for warning in ("once", "expected", "any"):
        assert listed(client, warning=warning) == [world.member.name]
    assert client.get(LIST).context["counts"] == {"out": 1, "in": 0, "abroad": 0, "warned": 1}


def test_it_ends_and_stays_on_record(client: Any, world: Any, away: Absence) -> None:
    client.force_login(world.clerk)
    send(client, f"{away.get_absolute_url()}end/", on="2026-10-20", ending="returned")
    assert listed(client) == []
    assert listed(client, state="ended") == [world.member.name]
    assert mobility.go_out(world.member, by=world.clerk, place_name="北京市", reason="work", since=TODAY)


def test_after_a_transfer_the_new_branch_keeps_in_touch_and_leaving_ends_it(
    world: Any, away: Absence
) -> None:
    place(world.member, world.yi, on=date(2026, 10, 1), by=world.office)
    away.refresh_from_db()
    assert (away.until, away.organization) == (None, world.yi)
    mobility.end(away, on=date(2026, 10, 2), ending="returned", by=world.office)
    again = mobility.go_out(
        world.member, by=world.office, place_name="北京市", reason="work", since=date(2026, 10, 5)
    )
    leave(world.member, on=date(2026, 10, 20), by=world.office)
    again.refresh_from_db()
    assert (again.until, again.ending) == (date(2026, 10, 20), "other")


def test_the_branch_is_reminded_once_for_each_silence(world: Any, away: Absence) -> None:
    day = date(2026, 12, 15)
    assert mobility.remind(day) == 2  # clerk and secretary
    assert mobility.remind(day + timedelta(days=1)) == 0
    told = Notice.objects.filter(kind="members.silent")
    assert {notice.person for notice in told} == {world.clerk, world.secretary}


def test_a_neighbour_sees_nothing_and_the_member_the_own_spell(
    client: Any, world: Any, away: Absence
) -> None:
    client.force_login(world.neighbour)
    assert listed(client) == []
    assert client.get(away.get_absolute_url()).status_code == 404
    client.force_login(world.member)
    assert client.get(away.get_absolute_url()).status_code == 200
    assert client.get(f"{away.get_absolute_url()}edit/").status_code == 403


def test_the_export_has_the_columns_and_no_clear_number(client: Any, world: Any, away: Absence) -> None:
    client.force_login(world.office)
    sheet = load_workbook(BytesIO(client.get(LIST, {"format": "xlsx"}).content)).active
    values = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert {"流向", "对方登记日", "138****1234", "山东省青岛市黄岛区"} <= set(values)
    assert "13800001234" not in values


def test_a_correction_keeps_the_masked_number(client: Any, world: Any, away: Absence) -> None:
    client.force_login(world.clerk)
    send(client, f"{away.get_absolute_url()}edit/", place_name="山东省烟台市")
    away.refresh_from_db()
    assert (away.place_name, away.phone.reveal()) == ("山东省烟台市", "13800001234")


def test_counted_is_what_the_rows_say(world: Any, today: date) -> None:
    rows = Absence.objects.with_last_contact().going_on()
    assert mobility.counts(rows, today) == {"out": 0, "in": 0, "abroad": 0, "warned": 0}
    for person, since, more in (
        (world.member, date(2026, 1, 10), {}),
        (world.secretary, date(2026, 10, 20), {"abroad": True}),
        (world.neighbour, date(2026, 10, 20), {"registered_on": today, "registered_there_on": today}),
    ):
        mobility.go_out(person, by=world.office, place_name="青岛市", reason="work", since=since, **more)
    told = list(rows)
    assert mobility.counts(rows, today) == {
        "out": 3,
        "in": 0,
        "abroad": 1,
        "warned": sum(bool(mobility.remarks(row, today)) for row in told),
    }
    assert 0 < mobility.counts(rows, today)["warned"] < 3

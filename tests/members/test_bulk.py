"""One thing of many members is changed: chosen, looked at before and after, taken as one batch, undone unless touched."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.members.test_import_pages import Office
from xianfeng.audit import events
from xianfeng.audit.models import Event
from xianfeng.members import edits, imports
from xianfeng.members.actions import NewMember, admit_all, change
from xianfeng.members.models import Import, Member, Membership
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
PICK = "/register/members/bulk/"


@pytest.fixture
def office(client: Client, world: Any) -> Office:
    return Office(client, world.office)


def pick(office: Office, edit: str, **data: Any) -> str:
    url = PICK + data.pop("query", "")
    answer = office.post(url, edit=edit, **data)
    office.batch = Import.objects.latest("pk")
    return str(answer.content.decode())


def decide(office: Office, value: str) -> str:
    return office.act("value", value=value)


def test_everybody_of_a_filter_gets_a_post_and_loses_it_again(office: Office, world: Any) -> None:
    change(world.member, by=None, personal={"post": "科员"}, party={})
    page = pick(office, "post", query="?branch=jt-12", all="1")
    assert 'name="value"' in page
    assert 'class="tally"' not in page
    page = decide(office, "主任  科员")
    assert "<b>9</b>" in page
    assert '">科员</td>' in page
    assert page.count("<b>主任 科员</b>") == 9
    assert "已修改" in office.act("take")
    assert (office.batch.status, office.batch.changed) == ("taken", 9)
    assert Person.objects.filter(post="主任 科员").count() == 9
    event = Event.objects.get(action="members.bulk_change")
    assert event.actor_id == world.office.pk
    office.post(reverse("imports:undo", args=[office.batch.uid]))
    assert list(Person.objects.exclude(post="").values_list("post", flat=True)) == ["科员"]
    assert events.verify() == []


def test_only_the_ticked_rows(office: Office, world: Any) -> None:
    pick(office, "occupation", person=[world.member.uid, world.neighbour.uid])
    decide(office, "retired")
    office.act("take")
    retired = Member.objects.filter(occupation="retired").values_list("person__name", flat=True)
    assert set(retired) == {world.member.name, world.neighbour.name}
    office.post(reverse("imports:undo", args=[office.batch.uid]))
    assert not Member.objects.filter(occupation="retired").exists()


def test_a_phone_number_is_taken_away_and_never_shown(office: Office, world: Any) -> None:
    change(world.member, by=None, personal={"phone": "13800000001"}, party={})
    page = pick(office, "phone", all="1")
    assert 'name="value"' not in page
    assert '">138****0001</td>' in page
    assert "13800000001" not in page
    office.act("take")
    assert (office.batch.changed, office.batch.unchanged) == (1, 13)
    world.member.refresh_from_db()
    assert not world.member.phone
    office.post(reverse("imports:undo", args=[office.batch.uid]))
    world.member.refresh_from_db()
    assert world.member.phone.reveal() == "13800000001"


def test_placing_stays_inside_the_unit(office: Office, world: Any) -> None:
    pick(office, "organization", person=[world.member.uid])
    page = decide(office, world.yi.code)
    assert "<b>1</b>" in page.partition('class="bad"')[2]
    office.act("take")
    assert office.batch.changed == 0
    Organization.objects.filter(pk__in=[world.jia.pk, world.yi.pk]).update(unit="机关服务中心")
    pick(office, "organization", person=[world.member.uid])
    decide(office, world.yi.code)
    office.act("take")
    spell = Membership.objects.get(person=world.member, until=None)
    assert (spell.organization, spell.since) == (world.yi, date(2026, 10, 27))
    office.post(reverse("imports:undo", args=[office.batch.uid]))
    world.member.refresh_from_db()
    assert world.member.organization == world.jia
    assert Membership.objects.filter(person=world.member).count() == 1


@pytest.mark.parametrize(
    ("edit", "value", "changed"),
    [("joined_on", "2012-07-01", 0), ("joined_on", "2010-06-30", 14), ("confirmed_on", "2010-06-30", 0)],
)
def test_days_that_cannot_be_are_refused_for_each(
    edit: str, value: str, changed: int, office: Office, world: Any
) -> None:
    pick(office, edit, all="1")
    page = decide(office, value)
    found = imports.look(office.batch)
    assert (found.changing, found.refused) == (changed, 14 - changed)
    assert all(fault.message in page for fault in found.faults[:1])


def test_who_is_on_probation_is_not_confirmed_by_many(office: Office, world: Any) -> None:
    [person] = admit_all([NewMember("王新", world.jia, "probationary", since=date(2026, 1, 5))], by=None)
    pick(office, "confirmed_on", person=[person.uid])
    decide(office, "2026-10-01")
    assert imports.look(office.batch).refused == 1


def test_a_value_that_cannot_be_is_said_at_the_field(office: Office, world: Any) -> None:
    pick(office, "joined_on", all="1")
    for value in ("2026-12-01", "1998.02.30", ""):
        answer = office.post(reverse("imports:check", args=[office.batch.uid]), act="value", value=value)
        assert answer.status_code == 422
        assert answer.context["form"].errors["value"]
    assert not edits.decided(office.batch)


def test_nobody_chosen_and_nothing_chosen(office: Office, world: Any) -> None:
    before = Import.objects.count()
    for data in ({"edit": "post"}, {"edit": "", "all": "1"}, {"edit": "number", "all": "1"}):
        page = office.post(PICK, **data).content.decode()
        assert 'class="note bad"' in page or "toast" in page
    assert Import.objects.count() == before


def test_undo_is_refused_after_somebody_worked_with_one_of_them(office: Office, world: Any) -> None:
    pick(office, "post", all="1")
    decide(office, "科员")
    office.act("take")
    change(world.member, by=None, personal={"post": "科长"}, party={})
    with pytest.raises(ValidationError, match=world.member.name):
        imports.undo(office.batch, by=world.office)
    assert Person.objects.filter(post="科员").count() == 13


def test_what_changed_while_looking_is_shown_again(office: Office, world: Any) -> None:
    pick(office, "post", person=[world.member.uid])
    page = decide(office, "科员")
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    change(world.member, by=None, personal={"post": "科长"}, party={})
    page = office.act("take", seen=seen)
    assert office.batch.status == "checking"
    assert '">科长</td>' in page


def test_only_who_may_change_members_and_only_their_own(client: Client, office: Office, world: Any) -> None:
    pick(office, "post", person=[world.member.uid])
    batch = reverse("imports:check", args=[office.batch.uid])
    for who in (world.clerk, world.secretary, world.leader, world.member):
        client.force_login(who)
        assert client.get(PICK).status_code == 403
        assert client.get(batch).status_code in {403, 404}
    from xianfeng.people.actions import appoint
    from xianfeng.people.models import Role

    appoint(world.neighbour, Role.objects.get(code="office"), world.yi, by=None)
    neighbour = Office(client, Person.objects.get(pk=world.neighbour.pk))
    assert client.get(batch).status_code == 404
    count = Import.objects.count()
    neighbour.post(PICK, edit="post", person=[world.member.uid])
    assert Import.objects.count() == count


def test_the_preview_asks_as_many_questions_for_many_as_for_few(
    office: Office, world: Any, django_assert_max_num_queries: Any
) -> None:
    admit_all([NewMember(f"王{n}", world.jia, "full") for n in range(60)], by=None)
    pick(office, "post", all="1")
    decide(office, "科员")
    with django_assert_max_num_queries(3):
        found = imports.look(office.batch)
    assert found.changing == 74

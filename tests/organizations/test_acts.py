"""Founding, renaming, another superior, merging and dissolving: acts with a day and a paper, and the history they leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xianfeng.leadership.actions import Elected, elect
from xianfeng.members.actions import place
from xianfeng.members.endings import dissolve, merge
from xianfeng.members.models import Membership
from xianfeng.messaging.models import Notice
from xianfeng.organizations import actions
from xianfeng.organizations.codes import check_credit_code, check_office_phone
from xianfeng.organizations.models import Chapter, Organization, check_chapters, check_tree
from xianfeng.people.models import Appointment, Person

pytestmark = pytest.mark.usefixtures("today")
PAPER = "莒交党发〔2026〕9号"
DAY = date(2026, 10, 20)


def renamed(organization: Any, name: str, on: date, **more: Any) -> None:
    actions.rename(organization, on=on, document=PAPER, name=f"中共{name}", short_name=name, by=None, **more)


def called(day: date) -> dict[str, str]:
    return dict(Chapter.objects.on(day).values_list("organization__code", "short_name"))


# -- names --


def test_a_branch_keeps_the_name_of_each_day(world: Any) -> None:
    renamed(world.yi, "乙中心党支部", DAY, kind="joint_branch")
    world.yi.refresh_from_db()
    assert (world.yi.short_name, world.yi.kind, world.yi.number) == (
        "乙中心党支部",
        "joint_branch",
        "371122-JT-18",
    )
    assert called(DAY - timedelta(days=1))["jt-18"] == "乙党支部"
    assert called(DAY)["jt-18"] == "乙中心党支部"
    assert check_chapters() == []


def test_a_correction_is_no_new_name(world: Any) -> None:
    actions.change(world.yi, by=None, short_name="乙支部")
    assert called(DAY)["jt-18"] == "乙支部"
    assert world.yi.chapters.count() == 1
    assert check_chapters() == []


@pytest.mark.parametrize(
    ("on", "document", "field"), [(date(2026, 10, 28), PAPER, "on"), (DAY, "  ", "document")]
)
def test_a_day_ahead_and_a_missing_paper_are_refused(world: Any, on: date, document: str, field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        actions.rename(world.yi, on=on, document=document, name="中共丙", short_name="丙", by=None)
    assert field in refusal.value.error_dict
    world.yi.refresh_from_db()
    assert world.yi.short_name == "乙党支部"


def test_acts_follow_each_other(world: Any) -> None:
    renamed(world.yi, "乙一党支部", DAY)
    with pytest.raises(ValidationError):
        renamed(world.yi, "乙二党支部", DAY - timedelta(days=1))
    with pytest.raises(ValidationError):
        renamed(world.yi, "乙一党支部", DAY)
    renamed(world.yi, "乙二党支部", DAY)  # two on one day: the later one holds
    assert called(DAY)["jt-18"] == "乙二党支部"
    assert world.yi.chapters.count() == 3


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offsets=st.lists(st.integers(0, 60), min_size=1, max_size=5), asked=st.integers(-30, 90))
def test_on_any_day_an_organization_has_one_name(world: Any, offsets: list[int], asked: int) -> None:
    branch = actions.found(
        number=f"371122-X-{Organization.objects.count()}", name="中共试党支部", kind="branch", parent=world.committee,
        founded_on=date(2020, 1, 1), by=None,
    )  # fmt: skip
    days = [date(2020, 2, 1) + timedelta(days=offset) for offset in sorted(offsets)]
    for number, day in enumerate(days):
        renamed(branch, f"试{number}", day)
    day = date(2020, 2, 1) + timedelta(days=asked)
    expected = ["中共试党支部", *(f"试{n}" for n, on in enumerate(days) if on <= day)][-1]
    assert [c.short_name for c in Chapter.objects.on(day).filter(organization=branch)] == [expected]
    assert not Chapter.objects.on(date(2019, 12, 31)).filter(organization=branch).exists()


# -- places --


def test_another_superior_takes_everything_below_along(world: Any) -> None:
    general = actions.found(
        number="371122-JT-50", name="中共测试局总支", kind="general_branch", parent=world.committee, by=None
    )
    group = actions.found(
        number="371122-JT-18-1", name="乙第一党小组", kind="group", parent=world.yi, by=None
    )
    actions.move(world.yi, parent=general, on=DAY, document=PAPER, by=None)
    group.refresh_from_db()
    assert group.path.startswith(general.path)
    assert (check_tree(), check_chapters()) == ([], [])
    then = {c.organization_id: c.parent_id for c in Chapter.objects.on(DAY - timedelta(days=1))}
    assert then[world.yi.pk] == world.committee.pk


def test_who_looks_after_the_superior_looks_after_it_from_then_on(world: Any) -> None:
    office = Person.objects.get(pk=world.neighbour.pk)
    assert not office.can("organizations.view", at=world.jia)
    actions.move(world.jia, parent=world.yi, on=DAY, document=PAPER, by=None)
    world.jia.refresh_from_db()
    assert Person.objects.get(pk=world.neighbour.pk).can("organizations.view", at=world.jia)


def test_nothing_stands_below_itself(world: Any) -> None:
    group = actions.found(number="371122-JT-18-1", name="乙组", kind="group", parent=world.yi, by=None)
    for parent in (group, world.yi, world.committee):
        with pytest.raises(ValidationError):
            actions.move(world.yi, parent=parent, on=DAY, document=PAPER, by=None)
    with pytest.raises(ValidationError):
        actions.move(world.committee, parent=world.yi, on=DAY, document=PAPER, by=None)


# -- ends --


def test_merging_takes_the_members_over_and_keeps_what_was(world: Any) -> None:
    elect(world.yi, [Elected(world.neighbour, "secretary")], number=1, began_on=date(2025, 1, 1), by=None)
    assert merge(world.yi, world.jia, on=DAY, document=PAPER, by=world.office) == 5
    world.yi.refresh_from_db()
    assert (world.yi.dissolved_on, world.yi.term_ends_on) == (DAY, None)

    def there(branch: Any, day: date) -> int:
        return int(Membership.objects.on(day).filter(organization=branch).count())

    before = DAY - timedelta(days=1)
    assert (there(world.yi, before), there(world.jia, before)) == (5, 9)
    assert (there(world.yi, DAY), there(world.jia, DAY)) == (0, 14)
    assert not Appointment.objects.in_force(DAY).filter(organization=world.yi).exists()
    post = world.neighbour.posts.get()
    assert (post.until, post.ending) == (DAY, "closed")
    assert "甲党支部" in str(Notice.objects.filter(person=world.neighbour).first())
    [last] = Chapter.objects.filter(organization=world.yi, until=None)
    assert (last.act, last.into) == ("merged", world.jia)
    assert "jt-18" in called(before)
    assert "jt-18" not in called(DAY)
    assert check_chapters() == []


def test_a_merger_cannot_lie_before_the_last_change_of_a_member(world: Any) -> None:
    place(world.member, world.yi, on=date(2026, 10, 22), by=None)
    with pytest.raises(ValidationError) as refusal:
        merge(world.yi, world.jia, on=DAY, document=PAPER, by=None)
    assert "张晓东" in refusal.value.messages[0]
    assert Membership.objects.on(date(2026, 10, 22)).filter(organization=world.yi).count() == 6


def test_only_branches_that_stand_take_members(world: Any) -> None:
    later = actions.found(
        number="371122-JT-60", name="中共丁党支部", kind="branch", parent=world.committee,
        founded_on=date(2026, 10, 25), by=None,
    )  # fmt: skip
    for into in (world.committee, world.yi, later):
        with pytest.raises(ValidationError):
            merge(world.yi, into, on=DAY, document=PAPER, by=None)


def test_nobody_is_left_in_a_dissolved_branch(world: Any) -> None:
    with pytest.raises(ValidationError):
        dissolve(world.yi, on=DAY, document=PAPER, by=None)
    for spell in Membership.objects.filter(organization=world.yi, until=None).select_related("person"):
        place(spell.person, world.jia, on=DAY, by=None)
    with pytest.raises(ValidationError):
        dissolve(world.yi, on=DAY - timedelta(days=1), document=PAPER, by=None)
    dissolve(world.yi, on=DAY, document=PAPER, by=None)
    with pytest.raises(ValidationError):
        dissolve(world.yi, on=DAY, document=PAPER, by=None)


# -- pages --


def test_the_office_reads_what_stood_on_a_past_day(client: Any, world: Any) -> None:
    renamed(world.yi, "乙中心党支部", DAY)
    client.force_login(world.office)
    past = client.get("/org/history/", {"on": "2026-10-01"}).content.decode()
    assert "乙中心党支部" not in past
    assert "乙中心党支部" in client.get("/org/history/", {"on": "2026-10-20"}).content.decode()
    assert client.get("/org/history/", {"on": "2026-13-45"}).status_code == 200
    assert client.get("/org/history/", {"on": "2026-10-20", "format": "xlsx"}).status_code == 200


def test_what_is_against_the_rules_stands_first_in_the_list_of_the_office(client: Any, world: Any) -> None:
    actions.change(world.yi, by=None, term_ends_on=date(2026, 1, 1))
    client.force_login(world.office)
    rows = client.get("/org/warnings/").context["page"].object_list
    assert (rows[0].organization, rows[0].remark.tone) == (world.yi, "bad")
    assert {row.organization.code for row in rows} == {"jt-12", "jt-18"}
    client.force_login(world.leader)
    assert client.get("/org/warnings/").status_code == 403


# -- codes --


def test_codes_of_units_and_telephone_numbers_are_checked() -> None:
    check_credit_code("91110000600037341L")
    for wrong in ("91110000600037341A", "9111000060003734", "91110000600037341l"):
        with pytest.raises(ValidationError):
            check_credit_code(wrong)
    for number in ("0633-6222000", "6222000", "0633-6222000-8012", "13800000000"):
        check_office_phone(number)
    with pytest.raises(ValidationError):
        check_office_phone("办公室")

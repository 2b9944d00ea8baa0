"""The roll in numbers agrees with the history of memberships on any day."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from xianfeng.members import numbers
from xianfeng.members.actions import NewMember, admit, confirm, leave, place
from xianfeng.members.models import Member, Membership
from xianfeng.people.models import Person

PAGE = "/register/numbers/"
DAY = date(2026, 10, 27)

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def probationer(world: Any) -> Any:
    return admit(
        NewMember(
            "曾晓燕",
            world.jia,
            "probationary",
            personal={"born_on": date(1991, 10, 28), "sex": "2", "ethnicity": "03", "education": "10"},
            party={"joined_on": date(2025, 10, 9)},
        ),
        by=None,
    )


def line(world: Any, day: date = DAY) -> dict[str, int]:
    """The figures of 甲."""
    people = numbers.everybody(Membership.objects.filter(organization=world.jia), day)
    counted = numbers.Strengths(people, day)
    return {figure.key: figure.count(counted) for figure in numbers.FIGURES}


def test_each_figure_counts_whom_it_names(world: Any, probationer: Any) -> None:
    admit(NewMember("林小雨", world.jia, "activist"), by=None)
    Member.objects.filter(person=world.member).update(occupation="retired", exempt_since=date(2026, 1, 1))
    figures = line(world)
    assert {k: v for k, v in figures.items() if v} == {
        "members": 10, "full": 9, "probationary": 1, "women": 1, "minority": 1, "young": 1,
        "college": 1, "retired": 1, "exempt": 1, "activists": 1,
    }  # fmt: skip


def test_a_past_day_shows_who_belonged_there_then(world: Any, probationer: Any) -> None:
    before = line(world, date(2026, 9, 30))
    place(world.member, world.yi, on=date(2026, 10, 1), by=world.office)
    leave(world.clerk, on=date(2026, 10, 20), by=world.office)
    confirm(probationer, on=date(2026, 10, 10), by=world.office)
    assert line(world, date(2026, 9, 30)) == before
    assert (line(world)["full"], line(world)["probationary"]) == (before["full"] - 1, 0)


def test_a_band_ends_on_the_last_day_of_its_age(probationer: Any) -> None:
    people = numbers.everybody(Membership.objects.filter(person=probationer), DAY)
    labels, counts = numbers.ages(people, DAY)
    assert dict(zip(labels, counts, strict=True))["31–35"] == 1  # 36 tomorrow
    labels, counts = numbers.ages(people, DAY + timedelta(days=366))
    assert dict(zip(labels, counts, strict=True))["36–40"] == 1


def test_party_age_counts_from_full_membership(world: Any) -> None:
    people = numbers.everybody(Membership.objects.filter(person=world.member), date(2021, 6, 30))
    _labels, before = numbers.party_ages(people, date(2021, 6, 30))  # confirmed on 1 July 2011
    _labels, after = numbers.party_ages(people, date(2021, 7, 1))
    assert (before[1], after[1], after[2]) == (1, 0, 1)


def test_a_political_birthday_comes_with_the_second_year(world: Any, probationer: Any) -> None:
    people = numbers.everybody(Membership.objects.filter(organization=world.jia), DAY)
    assert [(b.someone.name, b.day, b.years) for b in numbers.birthdays(people, 2026, 10)] == [
        ("曾晓燕", date(2026, 10, 9), 1)
    ]
    assert numbers.birthdays(people, 2025, 10) == []
    Member.objects.filter(person=probationer).update(joined_on=date(2024, 2, 29))
    people = numbers.everybody(Membership.objects.filter(person=probationer), DAY)
    assert [b.day for b in numbers.birthdays(people, 2026, 2)] == [date(2026, 2, 28)]


@given(born=st.lists(st.none() | st.dates(date(1930, 1, 1), date(2008, 1, 1)), max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everybody_is_in_one_band(born: list[date | None]) -> None:
    people = [
        numbers.Someone(str(i), str(i), "", 1, "full", "1", "", "", day, None, day, "serving", None, None)
        for i, day in enumerate(born)
    ]
    for labels, counts in (
        numbers.ages(people, DAY),
        numbers.party_ages(people, DAY),
        numbers.educations(people),
    ):
        assert sum(counts) == len(people)
        assert len(labels) == len(counts)


# -- the page --


def test_the_office_sees_every_branch_and_a_clerk_the_own(client: Any, world: Any, probationer: Any) -> None:
    client.force_login(world.office)
    html = client.get(PAGE).content.decode()
    assert "乙党支部" in html
    assert "曾晓燕" in html
    client.force_login(world.clerk)
    html = client.get(PAGE).content.decode()
    assert "甲党支部" in html
    assert "乙党支部" not in html
    assert (
        client.get(PAGE, {"branch": "jt-18"}).status_code == 200
    )  # not theirs to choose: all of the own scope
    assert "乙党支部" not in client.get(PAGE, {"branch": "jt-18"}).content.decode()


def test_the_file_has_a_line_for_each_branch_and_their_sum(client: Any, world: Any, probationer: Any) -> None:
    client.force_login(world.office)
    sheet = load_workbook(BytesIO(client.get(PAGE, {"format": "xlsx"}).content)).active
    rows = [[cell.value for cell in row[:4]] for row in sheet.iter_rows(min_row=2, max_row=4)]
    assert rows == [["JT-12", "甲党支部", 10, 9], ["JT-18", "乙党支部", 5, 5], [None, "合计", 15, 14]]


def test_a_wrong_day_is_said_at_its_field_and_an_early_one_is_empty(client: Any, world: Any) -> None:
    client.force_login(world.office)
    page = client.get(PAGE, {"on": "昨天"}).content.decode()
    assert "请填写日期" in page
    assert 'value="昨天"' in page
    assert "这一天没有在册人员" in client.get(PAGE, {"on": "1990-01-01"}).content.decode()


def test_figures_take_as_many_queries_for_fourteen_as_for_thirty(
    client: Any, world: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.office)
    client.get(PAGE)
    with django_assert_max_num_queries(8):
        client.get(PAGE)
    for _ in range(16):
        admit(NewMember("周全", world.jia, "full"), by=None)
    with django_assert_max_num_queries(8):
        client.get(PAGE)
    assert Person.objects.filter(name="周全").count() == 16

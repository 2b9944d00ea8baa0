"""Terms, posts and elections: what is recorded, what is refused, and what follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from xianfeng.audit import events
from xianfeng.leadership.actions import Elected, change, elect, fill, postpone, vacate
from xianfeng.leadership.elections import oddities
from xianfeng.leadership.holders import in_charge
from xianfeng.leadership.models import Post, Term, years_later
from xianfeng.leadership.reminders import remind
from xianfeng.members.actions import leave, place
from xianfeng.messaging.models import Notice
from xianfeng.organizations import panels
from xianfeng.organizations.actions import found
from xianfeng.people.models import Person

pytestmark = pytest.mark.usefixtures("today")
ELECTED = date(2024, 3, 1)


def who(name: str) -> Person:
    return Person.objects.get(name=name)


def committee(world: Any, most: int = 9, **details: Any) -> Term:
    """The election of 甲: three in the committee, the secretary with the most votes."""
    elected = [
        Elected(who("王建国"), "secretary", most),
        Elected(who("张晓东"), "organization", 7),
        Elected(who("陈立平"), "publicity", 7),
        Elected(who("陈立平"), "discipline", 7),
    ]
    figures = {"due": 9, "present": 9, "ballots": 9, "valid": 9}
    return elect(
        world.jia, elected, **{"number": 3, "began_on": ELECTED, "by": world.office, **figures, **details}
    )


def remarks(organization: Any, on: date = date(2026, 10, 27)) -> list[str]:
    organization.refresh_from_db()
    return [r.text for r in panels.remarks(organization, on, panels.figures(on)(organization))]


# -- elections --


def test_an_election_is_on_record_with_its_term(world: Any) -> None:
    term = committee(world)
    world.jia.refresh_from_db()
    assert (term.ends_on, world.jia.term_ends_on) == (date(2027, 3, 1), date(2027, 3, 1))
    charge = in_charge(date(2026, 10, 27))[world.jia.pk]
    assert (charge.secretary, charge.size) == (["王建国"], 3)
    [event] = events.history(term)
    assert event.action == "leadership.elect"


def test_the_next_election_ends_the_term_before_on_its_day(world: Any) -> None:
    first = committee(world)
    second = elect(
        world.jia, [Elected(who("张晓东"), "secretary")], number=4, began_on=date(2026, 10, 20), by=None
    )
    first.refresh_from_db()
    assert first.closed_on == second.began_on
    assert set(first.posts.values_list("until", "ending")) == {(date(2026, 10, 20), "term")}
    assert in_charge(date(2026, 10, 19))[world.jia.pk].secretary == ["王建国"]
    assert in_charge(date(2026, 10, 20))[world.jia.pk].secretary == ["张晓东"]


def test_an_earlier_term_may_be_entered_later(world: Any) -> None:
    second = committee(world)
    first = elect(
        world.jia, [Elected(who("刘佳"), "secretary")], number=2, began_on=date(2021, 3, 5), by=None
    )
    between = elect(
        world.jia, [Elected(who("周敏"), "secretary")], number=9, began_on=date(2022, 3, 5), by=None
    )
    first.refresh_from_db()
    world.jia.refresh_from_db()
    assert (first.closed_on, between.closed_on) == (between.began_on, second.began_on)
    assert first.posts.get().until == between.began_on
    assert world.jia.term_ends_on == second.ends_on
    assert Term.objects.filter(organization=world.jia).current().get() == second


@pytest.mark.parametrize(
    ("figures", "field"),
    [({"present": 10}, "present"), ({"ballots": 10}, "ballots"), ({"ballots": 7, "valid": 8}, "valid")],
)
def test_figures_that_cannot_be_are_refused_at_their_field(world: Any, figures: Any, field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        committee(world, **figures)
    assert set(refusal.value.error_dict) == {field}
    assert not Term.objects.exists()


@pytest.mark.parametrize(
    "elected",
    [
        [("王建国", "organization", None)],
        [("王建国", "secretary", None), ("刘佳", "secretary", None)],
        [("王建国", "secretary", None), ("王建国", "secretary", None)],
        [("王建国", "leader", None)],
        [("王建国", "secretary", 10)],
    ],
    ids=["nobody heads it", "two heads", "twice the same", "a post of groups", "more votes than ballots"],
)
def test_lists_that_cannot_be_are_refused(world: Any, elected: Any) -> None:
    with pytest.raises(ValidationError):
        elect(
            world.jia, [Elected(who(n), k, v) for n, k, v in elected], number=1, began_on=ELECTED, valid=9, by=None
        )  # fmt: skip


def test_a_day_ahead_and_a_number_taken_are_refused(world: Any) -> None:
    committee(world)
    with pytest.raises(ValidationError):
        committee(world, began_on=date(2026, 10, 28), number=4)
    with pytest.raises(ValidationError):
        committee(world, began_on=date(2026, 10, 20))


def test_what_breaks_the_rules_of_elections_is_said_and_kept(world: Any) -> None:
    assert oddities(committee(world)) == []
    thin = committee(
        world, number=4, began_on=date(2026, 10, 1), present=7, ballots=7, valid=7, due=10, most=7
    )
    assert "五分之四" in oddities(thin)[0]
    Post.objects.filter(term=thin, kind="secretary").update(votes=3)
    assert "超过实到人数的一半" in oddities(thin)[1]
    thin.method = Term.Method.APPOINTED
    assert oddities(thin) == []


def test_a_correction_moves_the_day_of_those_elected_and_of_the_term_before(world: Any) -> None:
    first = committee(world)
    second = elect(
        world.jia, [Elected(who("张晓东"), "secretary")], number=4, began_on=date(2026, 10, 20), by=None
    )
    change(second, began_on=date(2026, 10, 18), years=5, by=world.office)
    first.refresh_from_db()
    world.jia.refresh_from_db()
    assert first.closed_on == date(2026, 10, 18)
    assert second.posts.get().since == date(2026, 10, 18)
    assert world.jia.term_ends_on == date(2031, 10, 18)
    with pytest.raises(ValidationError):
        change(second, began_on=ELECTED, by=world.office)


# -- during a term --


def test_a_by_election_fills_a_post_and_keeps_the_term(world: Any) -> None:
    term = committee(world)
    post = term.posts.get(kind="secretary")
    with pytest.raises(ValidationError):
        fill(term, who("刘佳"), "secretary", since=date(2026, 9, 1), by=None)
    vacate(post, on=date(2026, 9, 1), ending="resigned", document="辞〔2026〕1号", by=None)
    assert "支部没有书记" not in "".join(remarks(world.jia))  # the role is still held
    fill(term, who("刘佳"), "secretary", since=date(2026, 9, 10), votes=8, by=None)
    world.jia.refresh_from_db()
    assert world.jia.term_ends_on == term.ends_on
    assert in_charge(date(2026, 8, 31))[world.jia.pk].heads == ["王建国"]
    assert in_charge(date(2026, 9, 5))[world.jia.pk].heads == []
    assert in_charge(date(2026, 9, 10))[world.jia.pk].heads == ["刘佳"]
    with pytest.raises(ValidationError):
        vacate(post, on=date(2026, 9, 20), ending="resigned", by=None)


def test_an_election_is_postponed_by_a_year_at_most(world: Any) -> None:
    term = committee(world)
    for to in (date(2027, 3, 1), date(2028, 3, 2)):
        with pytest.raises(ValidationError):
            postpone(term, to=to, on=date(2026, 10, 1), document="批〔2026〕3号", by=world.office)
    with pytest.raises(ValidationError):
        postpone(term, to=date(2028, 3, 1), on=date(2026, 10, 1), document=" ", by=world.office)
    postpone(term, to=date(2028, 3, 1), on=date(2026, 10, 1), document="批〔2026〕3号", by=world.office)
    world.jia.refresh_from_db()
    assert world.jia.term_ends_on == date(2028, 3, 1)


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)), st.sampled_from([1, 3, 5]))
def test_a_term_ends_on_the_same_day_or_the_last_of_february(day: date, years: int) -> None:
    ends = years_later(day, years)
    assert ends.year == day.year + years
    assert (ends.month, ends.day) in {(day.month, day.day), (2, 28)}
    assert abs((ends - day).days - 365.25 * years) < 2


# -- what a page warns of --


def test_a_committee_in_order_is_not_warned(world: Any) -> None:
    committee(world, began_on=date(2025, 3, 1))
    assert remarks(world.jia) == []


def test_seven_full_members_without_a_committee(world: Any) -> None:
    assert any("应设支部委员会" in text for text in remarks(world.jia))
    elect(world.jia, [Elected(who("王建国"), "secretary")], number=1, began_on=date(2025, 3, 1), by=None)
    assert any("3 至 5 人" in text for text in remarks(world.jia))


def test_posts_that_nobody_holds_and_holders_who_left(world: Any) -> None:
    term = committee(world, began_on=date(2025, 3, 1))
    vacate(term.posts.get(kind="discipline"), on=date(2026, 10, 1), ending="resigned", by=None)
    assert remarks(world.jia) == ["班子中缺纪检委员。"]
    place(who("陈立平"), world.yi, on=date(2026, 10, 20), by=None)
    assert any("陈立平 仍在任" in text for text in remarks(world.jia))
    leave(who("王建国"), on=date(2026, 10, 20), ending="died", by=None)
    assert any("王建国" in text and "仍在任" in text for text in remarks(world.jia))


def test_a_party_group_without_leader(world: Any) -> None:
    group = found(number="371122-JT-12-1", name="甲党支部第一党小组", kind="group", parent=world.jia, by=None)
    assert remarks(group) == ["党小组没有组长，请推选并登记。"]
    elect(group, [Elected(who("周敏"), "leader")], number=1, began_on=date(2025, 3, 1), by=None)
    assert remarks(group) == []


# -- reminders --


def told(person: Any) -> list[str]:
    return [str(notice) for notice in Notice.objects.filter(person=person, kind__startswith="leadership.")]


def test_branch_and_office_are_told_six_and_three_months_before_and_when_it_is_over(world: Any) -> None:
    committee(world)  # ends on 1 March 2027
    assert remind(date(2026, 8, 31)) == 0
    assert remind(date(2026, 9, 1)) == 3  # secretary, clerk, office
    assert remind(date(2026, 9, 2)) == 0
    assert remind(date(2026, 12, 1)) == 3
    assert remind(date(2027, 3, 1)) == 0
    assert remind(date(2027, 3, 2)) == 3
    assert [len(told(p)) for p in (world.secretary, world.clerk, world.office, world.neighbour, world.leader)] == [3, 3, 3, 0, 0]  # fmt: skip
    assert "甲党支部任期" in told(world.office)[0]


def test_reminders_follow_a_postponement(world: Any) -> None:
    term = committee(world)
    remind(date(2026, 9, 1))
    postpone(term, to=date(2027, 9, 1), on=date(2026, 9, 5), document="批〔2026〕3号", by=None)
    assert remind(date(2026, 12, 1)) == 0
    assert remind(date(2027, 3, 1)) == 3


def test_a_missed_morning_is_made_up_for(world: Any) -> None:
    committee(world)
    assert remind(date(2026, 9, 1) + timedelta(days=4)) == 3

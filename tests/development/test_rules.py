"""The figures of the rules: which hold on a day, and what they say about one road."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianfeng.core.periods import months_after
from xianfeng.core.workdays import Workdays
from xianfeng.development.limits import Done, Past, deadline, limit, probation_ends, warnings
from xianfeng.development.rules import CODES, SINCE_2026, TABLE, rule, rules_on

WORKDAYS = Workdays({})
TODAY = date(2026, 10, 27)


def past(**days: date) -> Past:
    """A road from `s1=date(…)`: bare days of steps."""
    return Past({int(name[1:]): Done(day) for name, day in days.items()})


# --- the table ---


def test_every_figure_has_a_source_and_one_value_a_day() -> None:
    for day in (date(2010, 1, 1), date(2020, 1, 1), SINCE_2026 - timedelta(days=1), SINCE_2026, TODAY):
        found = [p for p in TABLE if p.since <= day and (p.until is None or day <= p.until)]
        assert len({p.code for p in found}) == len(found)
    assert all("《中国共产党发展党员工作细则》" in p.source for p in TABLE)
    assert rules_on(TODAY).keys() == CODES


def test_public_notice_and_the_month_of_the_oath_are_new_in_2026() -> None:
    assert rules_on(TODAY).keys() - rules_on(date(2026, 5, 17)).keys() == {"notice", "oath"}
    assert rule("notice", SINCE_2026 - timedelta(days=1)) is None
    notice, probation = rule("notice", SINCE_2026), rule("probation", SINCE_2026)
    assert notice is not None and probation is not None
    assert (notice.value, notice.unit, probation.value) == (5, "workday", 12)


def test_before_2014_the_oldest_rules_are_read() -> None:
    assert rules_on(date(1999, 1, 1)) == rules_on(date(2015, 1, 1))


# --- limits ---


def test_the_talk_follows_within_a_month_of_the_application() -> None:
    road = past(s1=date(2026, 8, 31))
    found = limit(2, road, TODAY)
    assert found is not None and found.latest == date(2026, 9, 30)
    assert warnings(2, road, date(2026, 9, 30), WORKDAYS) == []
    [said] = warnings(2, road, date(2026, 10, 1), WORKDAYS)
    assert "9月30日" in said and "第七条" in said


@pytest.mark.parametrize(("step", "after", "months"), [(15, 13, 1), (17, 15, 3), (24, 23, 3), (20, 17, 1)])
def test_steps_with_a_limit_in_months(step: int, after: int, months: int) -> None:
    begun = date(2026, 6, 30)
    found = limit(step, Past({after: Done(begun)}), TODAY)
    assert found is not None and found.latest == months_after(begun, months)


def test_the_oath_has_no_limit_under_the_rules_of_2014() -> None:
    assert limit(20, past(s17=date(2025, 1, 10), s20=date(2025, 6, 1)), TODAY) is None
    assert warnings(20, past(s17=date(2025, 1, 10), s20=date(2025, 6, 1)), TODAY, WORKDAYS) == []
    [said] = warnings(20, past(s17=date(2026, 6, 1), s20=date(2026, 7, 2)), TODAY, WORKDAYS)
    assert "2026年）第二十九条" in said


def test_a_candidate_was_an_activist_for_a_year() -> None:
    early = Past({3: Done(date(2024, 9, 2)), 7: Done(date(2025, 9, 1))})
    assert any("早于" in said for said in warnings(7, early, TODAY, WORKDAYS))
    in_time = Past({3: Done(date(2024, 9, 2)), 7: Done(date(2025, 9, 2))})
    assert warnings(7, in_time, TODAY, WORKDAYS) == []


def test_approval_may_take_half_a_year_in_special_cases_only() -> None:
    road = past(s15=date(2025, 1, 31), s17=date(2025, 6, 30))
    [special] = warnings(17, road, TODAY, WORKDAYS)
    assert "特殊情况" in special
    [late] = warnings(17, past(s15=date(2025, 1, 31), s17=date(2025, 8, 1)), TODAY, WORKDAYS)
    assert "特殊情况" not in late


def test_probation_lasts_a_year_from_the_meeting_and_what_it_is_extended_by() -> None:
    road = past(s15=date(2024, 2, 29))
    assert probation_ends(road) == date(2025, 2, 28)
    assert probation_ends(replace(road, extended_by=6)) == date(2025, 8, 29)
    confirmed = Past(
        {15: Done(date(2025, 10, 10)), 23: Done(date(2026, 10, 9), due=9, present=9, in_favour=9)}
    )
    assert any("早于" in said for said in warnings(23, confirmed, TODAY, WORKDAYS))


# --- the public notice ---


def listed(first: date, last: date, on: date) -> list[str]:
    road = Past({3: Done(date(2025, 5, 1)), 7: Done(on, notice_from=first, notice_to=last)})
    return warnings(7, road, TODAY, WORKDAYS)


def test_the_public_notice_lasts_five_workdays_not_five_days() -> None:
    assert listed(date(2026, 9, 7), date(2026, 9, 11), date(2026, 9, 14)) == []  # Monday to Friday
    [said] = listed(date(2026, 9, 4), date(2026, 9, 8), date(2026, 9, 14))  # five days with a week-end
    assert "公示 3 个工作日" in said
    [holiday] = listed(
        date(2026, 9, 30), date(2026, 10, 9), date(2026, 10, 12)
    )  # the National Day in between
    assert "应不少于 5 个工作日" in holiday


def test_nobody_is_listed_before_the_notice_has_ended() -> None:
    [said] = listed(date(2026, 9, 7), date(2026, 9, 11), date(2026, 9, 10))
    assert "公示期满" in said


def test_before_2026_no_notice_was_asked_for() -> None:
    road = Past({3: Done(date(2024, 9, 2)), 7: Done(date(2026, 5, 17))})
    assert warnings(7, road, TODAY, WORKDAYS) == []
    road = Past({3: Done(date(2024, 9, 2)), 7: Done(date(2026, 5, 18))})
    [said] = warnings(7, road, TODAY, WORKDAYS)
    assert "没有不少于 5 个工作日的公示记录" in said


def test_the_offices_own_workdays_count() -> None:
    closed = Workdays({date(2026, 9, 9): (False, "停电")})
    road = Past(
        {
            3: Done(date(2025, 5, 1)),
            7: Done(date(2026, 9, 14), notice_from=date(2026, 9, 7), notice_to=date(2026, 9, 11)),
        }
    )
    assert warnings(7, road, TODAY, WORKDAYS) == []
    assert len(warnings(7, road, TODAY, closed)) == 1


@given(first=st.dates(date(2024, 1, 1), date(2026, 12, 31)), length=st.integers(-3, 40))
def test_workdays_between_two_days_are_counted_one_by_one(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    days = [first + timedelta(days=n) for n in range(max(0, length + 1))]
    assert WORKDAYS.between(first, last) == sum(map(WORKDAYS.is_workday, days))


# --- training, helpers, votes, age ---


@pytest.mark.parametrize(
    ("days", "hours", "enough"),
    [(3, None, True), (None, 24, True), (2, 20, False), (None, None, False), (1, 24, True)],
)
def test_training_takes_three_days_or_24_hours(days: int | None, hours: int | None, enough: bool) -> None:
    road = Past({11: Done(TODAY, days=days, hours=hours)})  # type: ignore[arg-type]
    assert (warnings(11, road, TODAY, WORKDAYS) == []) is enough


@pytest.mark.parametrize(("names", "right"), [((), False), (("甲",), True), (("甲", "乙"), True)])
def test_one_or_two_contact_persons(names: tuple[str, ...], right: bool) -> None:
    road = Past({5: Done(TODAY)}, contacts=names)
    assert (warnings(5, road, TODAY, WORKDAYS) == []) is right


@pytest.mark.parametrize(("names", "right"), [((), False), (("甲",), False), (("甲", "乙"), True)])
def test_two_introducers(names: tuple[str, ...], right: bool) -> None:
    road = Past({9: Done(TODAY)}, introducers=names)
    assert (warnings(9, road, TODAY, WORKDAYS) == []) is right


def test_who_is_not_a_full_member_is_named() -> None:
    road = Past({9: Done(TODAY)}, introducers=("甲", "乙"), not_full=("乙",))
    assert warnings(9, road, TODAY, WORKDAYS) == ["乙 当日不是正式党员。"]


@pytest.mark.parametrize(
    ("due", "present", "in_favour", "faults"),
    [(9, 8, 5, 0), (9, 5, 5, 0), (9, 8, 4, 1), (8, 4, 4, 2), (8, 5, 4, 1), (None, None, None, 1)],
)
def test_more_than_half_of_those_due(
    due: int | None, present: int | None, in_favour: int | None, faults: int
) -> None:
    road = Past({15: Done(TODAY, due=due, present=present, in_favour=in_favour)})
    assert len(warnings(15, road, TODAY, WORKDAYS)) == faults


def test_applicants_are_eighteen() -> None:
    road = replace(past(s1=date(2026, 5, 5)), born_on=date(2008, 5, 6))
    assert "未满 18 周岁" in warnings(1, road, TODAY, WORKDAYS)[0]
    assert warnings(1, replace(road, born_on=date(2008, 5, 5)), TODAY, WORKDAYS) == []


# --- examinations ---


def test_an_activist_is_examined_each_half_year() -> None:
    road = replace(past(s1=date(2025, 6, 1), s3=date(2025, 8, 31)), examined=(date(2026, 2, 28),))
    due = deadline(road, TODAY)
    assert due is not None and (due.step, due.day, due.examination) == (6, date(2026, 8, 28), True)
    assert "应在" in warnings(6, road, date(2026, 8, 29), WORKDAYS)[0]
    assert warnings(6, road, date(2026, 8, 28), WORKDAYS) == []


def test_a_gap_between_examinations_is_said_with_both_days() -> None:
    road = replace(
        past(s3=date(2024, 9, 2), s6=date(2025, 9, 1), s7=date(2025, 9, 5)), examined=(date(2024, 12, 1),)
    )
    [said] = warnings(6, road, TODAY, WORKDAYS)
    assert "2024年12月1日" in said and "2025年9月1日" in said


# --- order ---


def test_wrong_order_is_said_with_the_other_steps_day() -> None:
    road = past(s10=date(2025, 9, 15), s11=date(2025, 9, 1))
    trained = Past({number: replace(done, days=Decimal(3)) for number, done in road.done.items()})
    [said] = warnings(11, trained, TODAY, WORKDAYS)
    assert "第 10 步" in said and "2025年9月15日" in said


def test_a_step_left_out_is_said_once_later_ones_are_there() -> None:
    road = past(s1=date(2025, 1, 1), s3=date(2025, 9, 1))
    assert warnings(2, road, TODAY, WORKDAYS) == ["后面的步骤已登记，这一步还没有登记。"]
    assert road.missing == [2] and road.next_step == 4


@given(
    days=st.dictionaries(st.integers(1, 25), st.dates(date(2012, 1, 1), date(2027, 1, 1)), max_size=25),
    today=st.dates(date(2012, 1, 1), date(2028, 1, 1)),
    extended=st.sampled_from([0, 6, 12]),
)
def test_whatever_is_recorded_the_rules_speak_and_never_fail(
    days: dict[int, date], today: date, extended: int
) -> None:
    road = Past({number: Done(day) for number, day in days.items()}, extended_by=extended)
    for step in range(1, 26):
        found = limit(step, road, today)
        assert found is None or found.latest or found.earliest
        assert all(said.endswith("。") for said in warnings(step, road, today, WORKDAYS))
    due = deadline(road, today)
    assert due is None or due.step > road.highest or due.examination
    assert len(road.missing) + len(road.done) == road.highest

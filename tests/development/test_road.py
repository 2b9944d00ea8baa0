"""One person through the 25 steps: one row, one file, and stages that follow the steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.development.conftest import APPLIED, DAYS, step
from xianfeng.audit import events
from xianfeng.config.checks import findings
from xianfeng.core.workdays import Workdays
from xianfeng.development.actions import (
    Particulars,
    apply,
    correct,
    examine,
    last_record,
    open_roads,
    record_step,
    remind,
    stop,
    take_back,
    take_back_examination,
)
from xianfeng.development.limits import warnings
from xianfeng.development.models import Examination, Paper, Road, StepRecord
from xianfeng.development.reading import past_of
from xianfeng.members.actions import NewMember, admit, place
from xianfeng.members.models import Membership
from xianfeng.members.roll import strengths
from xianfeng.messaging.models import Notice
from xianfeng.people.models import Person

Stage = Membership.Stage
TODAY = date(2026, 10, 27)
pytestmark = pytest.mark.django_db


def stages(road: Road) -> list[tuple[str, date, date | None]]:
    return list(
        Membership.objects.filter(person=road.person).order_by("since").values_list("stage", "since", "until")
    )


def said(road: Road, number: int) -> list[str]:
    return warnings(number, past_of(road), TODAY, Workdays({}))


def of(road: Road, number: int) -> StepRecord:
    found: StepRecord = StepRecord.objects.live().get(road=road, step=number)
    return found


def test_through_25_steps_an_applicant_becomes_a_full_member_with_the_same_row_and_file(
    world: Any, road: Road, walk: Callable[..., None]
) -> None:
    person, number, full = road.person.pk, road.person.number, strengths(TODAY)[world.jia.pk].full
    for on in (date(2025, 2, 20), date(2025, 8, 20)):
        examine(road, on=on, result="good", by=world.clerk)
    walk(25)
    ended: Any = Person.objects.get(name="林小雨")
    assert (ended.pk, ended.number, ended.is_member) == (person, number, True)
    assert stages(road) == [
        (Stage.APPLICANT, APPLIED, DAYS[3]),
        (Stage.ACTIVIST, DAYS[3], DAYS[7]),
        (Stage.CANDIDATE, DAYS[7], DAYS[15]),
        (Stage.PROBATIONARY, DAYS[15], date(2026, 10, 10)),
        (Stage.FULL, date(2026, 10, 10), None),  # from the end of probation, not from the day of the approval
    ]
    assert (ended.member.joined_on, ended.member.confirmed_on) == (DAYS[15], date(2026, 10, 10))
    assert strengths(TODAY)[world.jia.pk].full == full + 1
    road.refresh_from_db()
    assert (road.next_step, road.due_on, road.gaps) == (None, None, 0)
    assert [text for n in range(1, 26) for text in said(road, n)] == []
    assert findings() == []


def test_who_enters_the_register_gets_a_number_and_the_first_step(world: Any, road: Road) -> None:
    assert road.person.number == "JT120010"
    assert not road.person.is_member
    assert (road.next_step, road.due_step, road.due_on) == (2, 2, date(2024, 4, 1))
    assert of(road, 1).done_on == APPLIED


def test_late_and_out_of_order_is_said_and_never_refused(world: Any, road: Road) -> None:
    step(world, road, 2, date(2024, 5, 6))
    assert said(road, 2) == ["晚于 2024年4月1日（《中国共产党发展党员工作细则》（2014年）第七条）。"]
    step(world, road, 7, date(2024, 10, 1))  # a candidate without having been an activist
    assert stages(road) == [
        (Stage.APPLICANT, APPLIED, date(2024, 10, 1)),
        (Stage.CANDIDATE, date(2024, 10, 1), None),
    ]
    assert said(road, 3) == ["后面的步骤已登记，这一步还没有登记。"]
    step(world, road, 3, date(2024, 6, 1))
    assert [stage for stage, _since, _until in stages(road)] == [
        Stage.APPLICANT,
        Stage.ACTIVIST,
        Stage.CANDIDATE,
    ]
    assert any("早于 2025年6月1日" in text for text in said(road, 7))


def test_a_day_ahead_and_a_step_twice_cannot_be(world: Any, road: Road) -> None:
    with pytest.raises(ValidationError, match="还没到"):
        step(world, road, 2, TODAY + timedelta(days=1))
    step(world, road, 2, DAYS[2])
    with pytest.raises(ValidationError, match="已经登记"):
        step(world, road, 2, DAYS[2])
    assert StepRecord.objects.filter(road=road, step=2).count() == 1


@pytest.mark.parametrize(
    ("last", "stage"),
    [(3, Stage.APPLICANT), (7, Stage.ACTIVIST), (15, Stage.CANDIDATE), (24, Stage.PROBATIONARY)],
)
def test_taking_back_a_step_takes_back_the_stage_it_carried(
    world: Any, road: Road, walk: Callable[..., None], last: int, stage: str
) -> None:
    walk(last)
    before = Paper.objects.filter(road=road).count()
    take_back(of(road, last), reason="登记有误", by=world.office)
    assert stages(road)[-1][0] == stage
    assert stages(road)[-1][2] is None
    person = Person.objects.get(pk=road.person_id)
    assert person.is_member is (stage == Stage.PROBATIONARY)
    assert Paper.objects.filter(road=road).count() == before
    road.refresh_from_db()
    assert road.next_step == last
    [event] = [e for e in events.history(road.person) if e.action == "development.take_back"]
    assert event.details is not None and event.details["reason"] == "登记有误"
    step(world, road, last, DAYS[last])  # and may be recorded again
    assert stages(road)[-1][0] != stage
    assert findings() == []


def test_only_the_last_step_is_taken_back_and_only_with_a_reason(
    world: Any, road: Road, walk: Callable[..., None]
) -> None:
    walk(3)
    with pytest.raises(ValidationError, match="最后登记的一步"):
        take_back(of(road, 2), reason="登记有误", by=world.office)
    with pytest.raises(ValidationError, match="写明原因"):
        take_back(of(road, 3), reason=" ", by=world.office)
    take_back(of(road, 3), reason="登记有误", by=world.office)
    take_back(of(road, 2), reason="登记有误", by=world.office)
    with pytest.raises(ValidationError, match="第一步不能撤回"):
        take_back(of(road, 1), reason="登记有误", by=world.office)


def test_a_corrected_day_moves_the_stage(world: Any, road: Road, walk: Callable[..., None]) -> None:
    walk(7)
    record = of(road, 3)
    correct(record, Particulars(date(2024, 8, 1), reference="更正"), reason="日期写错", by=world.clerk)
    assert stages(road)[:2] == [
        (Stage.APPLICANT, APPLIED, date(2024, 8, 1)),
        (Stage.ACTIVIST, date(2024, 8, 1), DAYS[7]),
    ]
    correct(of(road, 1), Particulars(date(2024, 2, 1)), reason="日期写错", by=world.clerk)
    assert stages(road)[0] == (Stage.APPLICANT, date(2024, 2, 1), date(2024, 8, 1))
    event = next(
        e
        for e in events.history(road.person)
        if e.action == "development.correct" and (e.details or {}).get("step") == 3
    )
    assert event.details is not None and event.details["done_on"] == ["2024-09-02", "2024-08-01"]


def test_a_transfer_in_between_stays(world: Any, road: Road, walk: Callable[..., None]) -> None:
    walk(5)
    place(road.person, world.yi, on=date(2025, 1, 1), by=world.office)
    walk(7, first=6)
    rows = (
        Membership.objects.filter(person=road.person)
        .order_by("since")
        .values_list("organization", "stage", "since")
    )
    assert list(rows) == [
        (world.jia.pk, Stage.APPLICANT, APPLIED),
        (world.jia.pk, Stage.ACTIVIST, DAYS[3]),
        (world.yi.pk, Stage.ACTIVIST, date(2025, 1, 1)),
        (world.yi.pk, Stage.CANDIDATE, DAYS[7]),
    ]
    take_back(of(road, 7), reason="登记有误", by=world.office)
    assert [row[1] for row in rows.all()] == [Stage.APPLICANT, Stage.ACTIVIST, Stage.ACTIVIST]


def test_probation_is_extended_once_and_the_end_moves(
    world: Any, road: Road, walk: Callable[..., None]
) -> None:
    walk(22)
    on = date(2026, 10, 12)
    for months in (5, 13):
        with pytest.raises(ValidationError, match="不少于半年"):
            record_step(road, 23, Particulars(on, extends_by=months), by=world.office)
    record_step(road, 23, Particulars(on, extends_by=6), by=world.office)
    with pytest.raises(ValidationError, match="只能延长一次"):
        record_step(road, 23, Particulars(on, extends_by=6), by=world.office)
    step(world, road, 23, date(2026, 10, 20))
    assert any("早于 2027年4月10日" in text for text in said(road, 23))
    last = last_record(road)
    assert last is not None
    take_back(last, reason="登记有误", by=world.office)
    extension = last_record(road)
    assert extension is not None and extension.extends_by == 6
    take_back(extension, reason="登记有误", by=world.office)
    assert past_of(road).extended_by == 0


def test_the_upper_committees_steps_are_the_offices(
    world: Any, road: Road, walk: Callable[..., None]
) -> None:
    walk(3)
    for person in (world.clerk, world.secretary):
        with pytest.raises(PermissionDenied):
            record_step(road, 4, Particulars(DAYS[4]), by=person)
    record_step(road, 4, Particulars(DAYS[4]), by=world.office)
    record_step(road, 5, Particulars(DAYS[5], helpers=(world.member,)), by=world.clerk)
    with pytest.raises(PermissionDenied):
        correct(of(road, 4), Particulars(DAYS[4]), reason="核对", by=world.clerk)
    for person in (world.neighbour, world.leader, world.member):
        with pytest.raises(PermissionDenied):
            record_step(road, 6, Particulars(DAYS[6]), by=person)


def test_helpers_who_are_no_full_members_are_named(world: Any, road: Road, walk: Callable[..., None]) -> None:
    walk(4)
    other = admit(NewMember("丁一", world.jia, Stage.PROBATIONARY, since=date(2024, 1, 1)), by=None)
    record_step(road, 5, Particulars(DAYS[5], helpers=(world.member, other)), by=world.clerk)
    assert said(road, 5) == ["丁一 当日不是正式党员。"]
    take_back(of(road, 5), reason="登记有误", by=world.clerk)
    assert not road.helpers.exists()


def test_an_examination_moves_the_next_one_and_can_be_taken_back(
    world: Any, road: Road, walk: Callable[..., None]
) -> None:
    walk(5)
    road.refresh_from_db()
    assert (road.due_step, road.due_on) == (6, date(2025, 3, 2))
    held = examine(road, on=date(2025, 2, 10), result=Examination.Result.GOOD, by=world.clerk)
    road.refresh_from_db()
    assert road.due_on == date(2025, 8, 10)
    with pytest.raises(ValidationError, match="已经登记"):
        examine(road, on=date(2025, 2, 10), result=Examination.Result.GOOD, by=world.clerk)
    take_back_examination(held, reason="不是这个人", by=world.clerk)
    road.refresh_from_db()
    assert road.due_on == date(2025, 3, 2)


def test_who_gives_up_leaves_the_register_and_keeps_the_steps(
    world: Any, road: Road, walk: Callable[..., None]
) -> None:
    walk(5)
    stop(road, on=date(2026, 10, 1), reason="本人撤回申请", by=world.clerk)
    last = Membership.objects.get(person=road.person, until=date(2026, 10, 1))
    assert last.ending == Membership.Ending.WITHDRAWN
    assert StepRecord.objects.live().filter(road=road).count() == 5
    with pytest.raises(ValidationError, match="已不在发展过程中"):
        step(world, road, 6, DAYS[6])
    with pytest.raises(ValidationError, match="已不在发展过程中"):
        stop(road, on=TODAY, reason="又一次", by=world.clerk)


def test_who_stood_on_the_ladder_before_gets_a_road_with_the_steps_known(world: Any, today: date) -> None:
    activist = admit(NewMember("丁一", world.jia, Stage.ACTIVIST, since=date(2026, 3, 1)), by=None)
    probationary = admit(
        NewMember("丁二", world.jia, Stage.PROBATIONARY, party={"joined_on": date(2026, 4, 1)}), by=None
    )
    assert {road.person for road in open_roads()} == {activist, probationary}
    assert open_roads() == []
    first, second = Road.objects.get(person=activist), Road.objects.get(person=probationary)
    assert (first.next_step, first.due_on, first.gaps) == (4, date(2026, 9, 1), 2)
    assert (second.next_step, second.due_step, second.due_on) == (16, 17, date(2026, 7, 1))
    record_step(second, 16, Particulars(date(2026, 4, 10)), by=world.office)
    assert stages(second) == [(Stage.PROBATIONARY, date(2026, 4, 1), None)]
    assert Person.objects.get(pk=probationary.pk).member.joined_on == date(2026, 4, 1)
    assert not Road.objects.filter(person__in=[world.member, world.clerk]).exists()


# --- reminders ---


def notices(road: Road) -> set[tuple[str, str]]:
    rows = Notice.objects.filter(link=road.get_absolute_url()).values_list("person__account", "kind")
    return {(str(account), str(kind)) for account, kind in rows}


def test_branch_and_office_hear_of_a_limit_before_and_after_it_runs_out(world: Any, road: Road) -> None:
    road = apply(NewMember("林小雪", world.jia, Stage.APPLICANT), on=date(2026, 10, 20), by=world.clerk)
    due = date(2026, 11, 20)
    office, branch = world.office.account, {world.clerk.account, world.secretary.account}
    Notice.objects.all().delete()
    assert remind(due - timedelta(days=29)) >= 0
    assert notices(road) == set()
    remind(due - timedelta(days=30))
    remind(due - timedelta(days=30))
    assert notices(road) == {(account, "development.due") for account in {*branch, office}}
    assert Notice.objects.filter(link=road.get_absolute_url()).count() == 3
    remind(due)
    remind(due + timedelta(days=1))
    remind(due + timedelta(days=2))
    assert Notice.objects.filter(link=road.get_absolute_url(), kind="development.overdue").count() == 3
    assert not Notice.objects.filter(person=world.neighbour, link=road.get_absolute_url()).exists()
    step(world, road, 2, TODAY)
    assert not Notice.objects.unread().filter(link=road.get_absolute_url()).exists()


# --- whatever is done ---

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["record", "record", "record", "take_back", "correct", "place"]),
        st.integers(1, 25),
        st.integers(0, 1200),
    ),
    min_size=1,
    max_size=10,
)


@pytest.mark.slow
@given(acts=ACTS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_recorded_the_stage_is_that_of_the_highest_step_that_carries_one(
    world: Any, today: date, acts: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        road = apply(NewMember("林小雨", world.jia, Stage.APPLICANT), on=date(2023, 1, 1), by=world.office)
        for act, number, later in acts:
            try:
                with transaction.atomic():
                    perform(world, road, act, number, date(2023, 1, 1) + timedelta(days=later))
            except ValidationError:
                continue
        carried = [r.kind.carries for r in StepRecord.objects.live().filter(road=road) if r.kind.carries]
        spells = stages(road)
        assert spells[-1][0] == max(carried, key=Membership.LADDER.index)
        for (stage, _since, until), (following, since, _end) in pairwise(spells):
            assert until == since
            assert Membership.LADDER.index(Stage(stage)) <= Membership.LADDER.index(Stage(following))
        person = Person.objects.select_related("member").get(pk=road.person_id)
        assert person.is_member is (spells[-1][0] in Membership.PARTY)
        assert (person.member.joined_on is not None) >= (Stage.PROBATIONARY in carried)
        assert findings() == []
        transaction.set_rollback(True)


def perform(world: Any, road: Road, act: str, number: int, on: date) -> None:
    match act:
        case "record":
            step(world, road, number, on)
        case "take_back":
            last = last_record(road)
            assert last is not None
            take_back(last, reason="登记有误", by=world.office)
        case "correct":
            last = last_record(road)
            assert last is not None
            correct(last, Particulars(on), reason="日期写错", by=world.office)
        case _:
            person = Person.objects.get(pk=road.person_id)
            there = world.yi if person.organization_id == world.jia.pk else world.jia
            place(person, there, on=on, by=world.office)

"""One person, one history: from the application to full membership and out again."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xianfeng.config.checks import findings
from xianfeng.members.actions import NewMember, admit, confirm, leave, place, reached, trace
from xianfeng.members.models import Membership
from xianfeng.members.roll import members_on, strengths

Stage = Membership.Stage
START = date(2024, 1, 1)


@pytest.fixture
def applicant(world: Any) -> Any:
    return admit(NewMember("林小雨", world.jia, Stage.APPLICANT, since=START), by=world.office)


def reach(person: Any, stage: str, *, on: date, by: Any) -> None:
    """Enter that a stage was reached, as the steps of development do."""
    trace(person, {**reached(person), stage: on}, by=by)


def stages(person: Any) -> list[tuple[str, date, date | None]]:
    return list(Membership.objects.filter(person=person).values_list("stage", "since", "until"))


def test_from_applicant_to_full_member_a_person_is_one_row(world: Any, applicant: Any) -> None:
    days = [START + timedelta(days=400 * step) for step in range(5)]
    before = strengths(date(2030, 1, 1))[world.jia.pk]
    for stage, day in zip(Membership.LADDER[1:], days[1:], strict=True):
        reach(applicant, stage, on=day, by=world.office)
    assert [stage for stage, _since, _until in stages(applicant)] == list(Membership.LADDER)
    applicant.refresh_from_db()
    assert applicant.is_member
    assert (applicant.member.joined_on, applicant.member.confirmed_on) == (days[3], days[4])
    assert strengths(date(2030, 1, 1))[world.jia.pk].full == before.full + 1
    assert findings() == []


def test_who_is_no_member_yet_counts_nowhere(world: Any, applicant: Any) -> None:
    assert not applicant.is_member
    assert applicant.pk not in {spell.person_id for spell in members_on(date(2026, 10, 27), world.jia)}
    assert applicant in [s.person for s in Membership.objects.developing().on(date(2026, 10, 27))]


def test_nobody_becomes_a_full_member_but_from_probation(world: Any, applicant: Any) -> None:
    for on in (START - timedelta(days=1), START, START + timedelta(days=30)):
        with pytest.raises(ValidationError):
            confirm(applicant, on=on, by=world.office)
    assert stages(applicant) == [(Stage.APPLICANT, START, None)]


def test_nobody_goes_down_the_ladder(world: Any, applicant: Any) -> None:
    higher, lower = START + timedelta(days=400), START + timedelta(days=500)
    reach(applicant, Stage.CANDIDATE, on=higher, by=world.office)
    reach(applicant, Stage.ACTIVIST, on=lower, by=world.office)
    assert stages(applicant) == [(Stage.APPLICANT, START, higher), (Stage.CANDIDATE, higher, None)]


def test_who_gives_up_leaves_with_the_reason(world: Any, applicant: Any) -> None:
    leave(applicant, on=date(2024, 6, 1), ending=Membership.Ending.WITHDRAWN, by=world.office)
    spell = Membership.objects.get(person=applicant)
    assert (spell.until, spell.ending) == (date(2024, 6, 1), "withdrawn")
    reach(applicant, Stage.ACTIVIST, on=date(2024, 7, 1), by=world.office)
    assert stages(applicant) == [(Stage.APPLICANT, START, date(2024, 6, 1))]


ACTS = st.lists(
    st.tuples(st.sampled_from(["reach", "place", "leave"]), st.integers(-30, 500)), min_size=1, max_size=8
)


@pytest.mark.slow
@given(acts=ACTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_a_person_stands_once_on_any_day(world: Any, acts: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        person = admit(NewMember("林小雨", world.jia, Stage.APPLICANT, since=START), by=world.office)
        day = START
        for act, later in acts:
            day += timedelta(days=later)
            try:
                with transaction.atomic():
                    perform(person, act, day, world)
            except ValidationError:
                continue
        spells = stages(person)
        for (_stage, _since, until), (_next, since, _end) in pairwise(spells):
            assert until is not None
            assert until <= since
        assert findings() == []
        transaction.set_rollback(True)


def perform(person: Any, act: str, day: date, world: Any) -> None:
    spell = Membership.objects.filter(person=person).order_by("since").last()
    assert spell is not None
    match act:
        case "reach":
            ladder = Membership.LADDER
            following = ladder[min(ladder.index(Stage(spell.stage)) + 1, len(ladder) - 1)]
            reach(person, following, on=day, by=world.office)
        case "place":
            place(
                person,
                world.yi if spell.organization_id == world.jia.pk else world.jia,
                on=day,
                by=world.office,
            )
        case _:
            leave(person, on=day, by=world.office)

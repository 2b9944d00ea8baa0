"""Rounds follow the facts until they are closed, and write only what changed."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.assessment.month import fill_in, state
from xianfeng.assessment.actions import accept, close, ensure_default_schemes, new_version, put_in_force
from xianfeng.assessment.models import BranchScore, MemberScore, Round, Scheme
from xianfeng.assessment.rounds import latest, recompute, recompute_current, recompute_year, refresh
from xianfeng.assessment.scoring import Readings, score
from xianfeng.audit.models import Event
from xianfeng.audit.moves import Refused
from xianfeng.ledger.models import Entry, Measure

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts(today, world):
    """甲 owed and held what a quarter asks, but one party day; 乙 held everything it owed."""
    ensure_default_schemes(2026)
    for month in range(1, 10):
        state(world.jia, "meeting.party_day", date(2026, month, 10), 0 if month == 8 else 1, 1)
        state(world.yi, "meeting.party_day", date(2026, month, 10), 1, 1)
    for month in (2, 5, 8):
        state(world.jia, "meeting.assembly", date(2026, month, 10), 1, 1)
        state(world.yi, "meeting.assembly", date(2026, month, 10), 1, 1)
    return world


@pytest.fixture
def rounds(facts, today):
    """Every round due on 27 October, computed."""
    return {(o.round.subject, o.round.code): o.round for o in recompute_current(today)}


def of(round_, organization):
    return BranchScore.objects.select_related("round__scheme").get(round=round_, organization=organization)


def writes(queries):
    return [q["sql"] for q in queries if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]


def test_the_rounds_of_the_year_so_far_are_opened(rounds):
    assert {code for subject, code in rounds if subject == "organization"} == {
        *(f"2026-{month:02d}" for month in range(1, 10)), "2026-q1", "2026-q2", "2026-q3", "2026",
    }  # fmt: skip
    assert {code for subject, code in rounds if subject == "person"} == {
        "2026",
        "2026-q1",
        "2026-q2",
        "2026-q3",
    }
    assert rounds["organization", "2026-q3"].as_of == date(2026, 9, 30)
    assert rounds["organization", "2026"].as_of == date(2026, 10, 27)


def test_a_branch_gets_the_points_of_the_periods_that_ended(rounds, world):
    quarter = of(rounds["organization", "2026-q3"], world.jia)
    cells = {(code, label): points for code, label, _done, _due, points, _full in quarter.cells}
    assert cells["D2.1", "2026-08"] == 0
    assert cells["D2.1", "2026-09"] == 5_000
    assert cells["D1.1", "2026-q3"] == 5_000
    assert quarter.full == 135_000
    assert quarter.standing == 2
    assert of(rounds["organization", "2026-q3"], world.yi).rate == 100


def test_what_is_kept_is_what_scoring_gave(rounds, world, today):
    for round_ in (rounds["organization", "2026-q3"], rounds["organization", "2026"]):
        kept = of(round_, world.jia).explained()
        sums = Entry.objects.filter(organization=world.jia).values_list(
            "measure__code", "month", "done", "due"
        )
        readings = Readings.collect(
            [(code, world.jia.pk, month, done, due) for code, month, done, due in sums]
        )
        fresh = score(round_.scheme.parsed, readings, round_.as_of, round_.months).of(world.jia.pk)
        assert kept.categories == fresh.categories
        assert (kept.full, kept.before_bonus, kept.bonus, kept.total) == (
            fresh.full, fresh.before_bonus, fresh.bonus, fresh.total,
        )  # fmt: skip
        assert (kept.bonus_cells, kept.veto_cells) == (fresh.bonus_cells, fresh.veto_cells)


def test_a_round_depends_on_the_facts_of_its_own_months_however_it_is_computed(rounds, world, today):
    quarter = rounds["organization", "2026-q3"]
    together = quarter.facts_digest
    state(world.jia, "meeting.party_day", date(2026, 2, 20), 1)
    assert not recompute(quarter, day=today).wrote
    assert Round.objects.get(pk=quarter.pk).facts_digest == together
    state(world.jia, "meeting.party_day", date(2026, 8, 20), 1)
    assert recompute(quarter, day=today).changed == 1
    alone = Round.objects.get(pk=quarter.pk).facts_digest
    assert alone != together
    recompute_year("organization", 2026, today)
    assert Round.objects.get(pk=quarter.pk).facts_digest == alone


def test_nothing_is_written_when_nothing_changed(rounds, today):
    events = Event.objects.count()
    with CaptureQueriesContext(connection) as queries:
        outcomes = recompute_current(today)
    assert outcomes and not any(outcome.wrote for outcome in outcomes)
    assert writes(queries.captured_queries) == []
    assert Event.objects.count() == events


def test_one_new_fact_changes_the_scores_it_touches_and_no_other(rounds, world, today):
    before = {s.pk: s.digest for s in BranchScore.objects.all()}
    events = Event.objects.count()
    state(world.jia, "meeting.party_day", date(2026, 8, 20), 1)
    outcomes = {o.round.code: o for o in recompute_year("organization", 2026, today)}
    changed = [s for s in BranchScore.objects.select_related("round") if before[s.pk] != s.digest]
    assert {(s.round.code, s.organization_id) for s in changed} == {
        ("2026-08", world.jia.pk),
        ("2026-q3", world.jia.pk),
        ("2026", world.jia.pk),
    }
    assert (outcomes["2026-q3"].changed, outcomes["2026-q3"].added) == (1, 0)
    assert not outcomes["2026-09"].wrote
    told = Event.objects.order_by("seq")[events:]
    assert {event.details["period"] for event in told} == {"2026-08", "2026-q3", "2026"}
    assert {(event.details["changed"], event.details["added"]) for event in told} == {(1, 0)}


def test_a_fact_that_does_not_count_changes_no_score(rounds, world, today):
    state(world.jia, "meeting.party_day", date(2026, 10, 20), 1)
    outcomes = recompute_year("organization", 2026, today)
    assert not any(outcome.wrote for outcome in outcomes)
    assert {outcome.round.entries for outcome in outcomes} == {Entry.objects.count()}


def test_a_page_that_looks_finds_the_scores_in_step(rounds, world, today):
    everything = list(Round.objects.all())
    assert not refresh(everything, today)
    state(world.jia, "meeting.party_day", date(2026, 8, 20), 1)
    assert refresh(everything, today)
    assert of(rounds["organization", "2026-q3"], world.jia).rate == 100
    assert not refresh(list(Round.objects.all()), today)


def test_members_are_scored_where_they_belong(rounds, world):
    quarter = rounds["person", "2026-q3"]
    scores = MemberScore.objects.filter(round=quarter)
    assert scores.filter(organization=world.jia).count() == 9
    assert scores.filter(organization=world.yi).count() == 5
    assert scores.get(person=world.member).total is None  # nothing was due from them


def test_attendance_reaches_the_member(rounds, world, today):
    entry = Entry.objects.filter(organization=world.jia).first()
    Entry.objects.bulk_create(
        Entry(
            measure=Measure.objects.get(code="meeting.attendance"), organization=world.jia, person=world.member,
            day=date(2026, 7, day), month=202607, done=10_000 * came, due=10_000,
            content_type=entry.content_type, object_id=entry.object_id, posted_at=entry.posted_at,
        )
        for day, came in ((1, 1), (8, 1), (15, 0), (22, 1))
    )  # fmt: skip
    recompute_year("person", 2026, today)
    mine = MemberScore.objects.get(round=rounds["person", "2026-q3"], person=world.member)
    assert (mine.total, mine.full) == (65_700, 87_500)  # 6.25 × 0.75 = 4.69; no dues were owed: × 8.75 / 6.25


def test_a_new_version_of_the_scheme_is_followed_while_the_round_is_open(rounds, world, today):
    scheme = Scheme.objects.in_force("organization", 2026)
    put_in_force(new_version(scheme, by=world.office), by=world.office)
    recompute_year("organization", 2026, today)
    assert Round.objects.of("organization", rounds["organization", "2026"].period).scheme.number == 2


def test_a_closed_round_stays_as_it_is(rounds, world, today):
    quarter = Round.objects.get(pk=rounds["organization", "2026-q3"].pk)
    close(quarter, by=world.office)
    quarter.refresh_from_db()
    assert (quarter.status, quarter.closed_by) == ("closed", world.office)
    before = of(quarter, world.jia)
    state(world.jia, "meeting.party_day", date(2026, 8, 20), 1)
    recompute_current(today)
    assert not recompute(quarter).wrote
    assert of(quarter, world.jia).digest == before.digest
    assert of(rounds["organization", "2026-08"], world.jia).rate == 100


def test_a_round_is_closed_by_the_office_after_its_end_and_its_reviews(rounds, world, today, report):
    with pytest.raises(Refused, match="2026"):
        close(rounds["organization", "2026"], by=world.office)
    with pytest.raises(PermissionDenied):
        close(rounds["organization", "2026-q3"], by=world.secretary)


def test_the_last_quarter_with_anything_to_show(rounds, today):
    assert latest("quarter", today).code == "2026-q3"
    assert latest("year", today, "person").code == "2026"


def test_an_accepted_report_brings_its_points(rounds, report, world, today):
    import time_machine

    fill_in(report, world.clerk)
    accept(report, by=world.office)
    with time_machine.travel("2026-11-02 10:00+08:00", tick=False):
        outcomes = {(o.round.subject, o.round.code): o for o in recompute_current(date(2026, 11, 2))}
    october = of(outcomes["organization", "2026-10"].round, world.jia)
    cells = {code: (done, points) for code, _p, done, _due, points, _f in october.cells}
    assert cells["B2.2"] == (10_000, 2_000)


def test_the_number_of_queries_does_not_grow_with_the_scores(
    rounds, world, today, django_assert_max_num_queries
):
    state(world.jia, "meeting.party_day", date(2026, 8, 20), 1)
    with django_assert_max_num_queries(16):
        recompute(rounds["organization", "2026-q3"], day=today)

"""The month of a branch: opening, filling in, handing in."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from tests.assessment.month import ANSWERS, fill_in, save, state
from xianfeng.assessment.actions import (
    confirm,
    open_reports,
    refresh,
    save_draft,
    submit,
    withdraw,
)
from xianfeng.assessment.models import Report
from xianfeng.audit.moves import Refused
from xianfeng.core.periods import Period
from xianfeng.ledger.facts import check_ledger
from xianfeng.ledger.models import Entry
from xianfeng.people.models import Person

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def on_time(report):
    """What the ledger says about the report itself: done, due in ten-thousandths."""
    entries = Entry.objects.of(report).filter(measure__code="assessment.on_time")
    return sum(e.done for e in entries), sum(e.due for e in entries)


def line(report, code):
    return report.lines.get(code=code)


def states(report):
    return dict(report.lines.values_list("code", "state"))


def test_each_branch_gets_one_report_and_it_is_due(reports):
    report = reports["jt-12"]
    assert report.number == "YB-JT12-202610"
    assert report.due_at == datetime(2026, 11, 5, 17, 30, tzinfo=SHANGHAI)
    assert on_time(report) == (0, 10_000)
    assert open_reports(Period.parse("2026-10")) == []
    assert Report.objects.count() == 2
    assert check_ledger() == []


def test_the_report_asks_what_concerns_the_month(reports):
    asked = {code for code, s in states(reports["jt-12"]).items() if s == "open"}
    assert asked == {"C1.1", "D3.2", "E2.2"}
    november = open_reports(Period.parse("2026-11"))[0]
    assert {code for code, s in states(november).items() if s == "open"} == {"A2.2", "C1.1", "E2.2", "F1.1"}


def test_opening_costs_the_same_for_two_branches_as_for_one(
    today, world, counted, django_assert_max_num_queries
):
    with django_assert_max_num_queries(90):
        open_reports(Period.parse("2026-10"))
    from xianfeng.organizations.actions import found

    for n in range(20, 26):
        found(
            number=f"371122-JT-{n}",
            name=f"中共测试局{n}党支部",
            kind="branch",
            parent=world.committee,
            by=None,
        )
    with django_assert_max_num_queries(40):
        assert len(open_reports(Period.parse("2026-11"))) == 8


def test_counted_lines_follow_the_ledger_until_the_report_is_accepted(report, world):
    assert line(report, "D2.1").done == 0
    state(world.jia, "meeting.party_day", date(2026, 10, 16), 1, 1)
    assert refresh([report]) == 1
    counted = line(report, "D2.1")
    assert (counted.done, counted.due, counted.state) == (10_000, 10_000, "ready")
    assert [s["day"] for s in counted.sources] == ["2026-10-16"]
    assert refresh([report]) == 0


def test_yearly_lines_stand_in_the_month_in_which_something_happened(report, world):
    assert not report.lines.filter(code="C2.1").exists()
    state(world.jia, "meeting.life", date(2026, 10, 20), 1)
    refresh([report])
    assert line(report, "C2.1").done == 10_000


def test_answers_become_done_and_due(report, world):
    saved = save_draft(report, ANSWERS, version="0", by=world.clerk)
    assert (saved.version, saved.errors, saved.conflicts) == ("1", {}, [])
    assert (line(report, "C1.1").done, line(report, "C1.1").due) == (20_000, 10_000)
    assert (line(report, "E2.2").done, line(report, "E2.2").due) == (10_000, 10_000)
    assert set(states(report).values()) == {"ready"}


@pytest.mark.parametrize(("typed", "kept"), [("0", 0), ("1.5", 15_000), ("12", 120_000)])
def test_numbers_are_exact(report, world, typed, kept):
    save(report, world.clerk, C1_1_number=typed)
    assert line(report, "C1.1").done == kept


@pytest.mark.parametrize("typed", ["两", "-1", "1e9", "0.00001", "nan"])
def test_what_is_no_number_is_refused_and_the_rest_is_saved(report, world, typed):
    saved = save(report, world.clerk, C1_1_number=typed, D3_2_answer="yes")
    assert set(saved.errors) == {"C1.1-number"}
    assert line(report, "C1.1").done is None
    assert line(report, "D3.2").answer == "yes"


def test_an_answer_that_needs_a_sentence_stays_open_without_it(report, world):
    save(report, world.clerk, E2_2_answer="changed")
    assert line(report, "E2.2").state == "open"
    save(report, world.clerk, version="1", E2_2_sentence="出纳岗位调整")
    assert line(report, "E2.2").state == "ready"


def test_a_line_may_not_concern_the_month_but_says_why(report, world):
    save(report, world.clerk, D3_2_na="1")
    assert line(report, "D3.2").state == "open"
    save(report, world.clerk, version="1", D3_2_reason="计划并入年度计划")
    assert line(report, "D3.2").state == "ready"


def test_two_editors_of_different_fields_do_not_disturb_each_other(report, world):
    first = save(report, world.clerk, C1_1_number="2", D3_2_answer="")
    second = save(report, world.secretary, C1_1_number="", D3_2_answer="yes")
    assert not first.conflicts
    assert not second.conflicts
    # The secretary's page still shows no number; saving it again must not take the clerk's away.
    save(
        report, world.secretary, version=second.version, C1_1_number="", D3_2_answer="yes", E2_2_answer="same"
    )
    assert line(report, "C1.1").done == 20_000
    assert set(states(report).values()) == {"ready"}


def test_two_editors_of_one_field_see_each_other(report, world):
    save(report, world.clerk, C1_1_number="2")
    saved = save(report, world.secretary, C1_1_number="3", D3_2_answer="yes")
    (conflict,) = saved.conflicts
    assert (conflict.name, conflict.mine, conflict.theirs, conflict.who) == (
        "C1.1-number", "3", "2", world.clerk.name,
    )  # fmt: skip
    assert line(report, "C1.1").done == 20_000
    assert line(report, "D3.2").answer == "yes"
    chosen = save(
        report, world.secretary, version=saved.version, overwrite=True, C1_1_number="3", D3_2_answer="yes"
    )
    assert not chosen.conflicts
    assert line(report, "C1.1").done == 30_000


def test_a_report_with_open_lines_is_not_accepted_for_submission(report, world):
    with pytest.raises(Refused, match="3"):
        submit(report, by=world.clerk)
    assert report.status == "draft"


def test_submitting_gives_a_receipt_and_states_that_it_was_in_time(report, world):
    fill_in(report, world.clerk)
    assert (report.status, report.received_at is not None) == ("submitted", True)
    assert on_time(report) == (10_000, 10_000)
    assert check_ledger() == []


def test_a_late_report_counts_half(report, world):
    with time_machine.travel(datetime(2026, 11, 5, 17, 30, 1, tzinfo=SHANGHAI), tick=False):
        fill_in(report, Person.objects.get(pk=world.clerk.pk))
    assert report.was_late
    assert on_time(report) == (5_000, 10_000)


def test_the_second_in_which_it_is_due_is_still_in_time(report, world):
    with time_machine.travel(datetime(2026, 11, 5, 17, 30, 0, tzinfo=SHANGHAI), tick=False):
        fill_in(report, Person.objects.get(pk=world.clerk.pk))
    assert on_time(report) == (10_000, 10_000)


def test_submitting_twice_has_one_effect(report, world):
    fill_in(report, world.clerk)
    entries = Entry.objects.count()
    with pytest.raises(Refused):
        submit(report, by=world.secretary)
    assert Entry.objects.count() == entries


def test_a_submitted_report_is_closed_until_it_is_withdrawn(report, world):
    fill_in(report, world.clerk)
    with pytest.raises(Refused):
        save(report, world.clerk, version="1", C1_1_number="5")
    withdraw(report, by=world.clerk)
    assert report.status == "draft"
    assert on_time(report) == (0, 10_000)
    assert not save(report, world.clerk, version="1", C1_1_number="5").conflicts


def test_only_the_own_branch_reports(report, world):
    save_draft(report, ANSWERS, version="0", by=world.clerk)
    for person in (world.neighbour, world.member, world.office, world.leader):
        with pytest.raises(PermissionDenied):
            submit(report, by=person)


def test_what_is_odd_must_be_mended_or_confirmed(report, world):
    state(world.jia, "meeting.attendance", date(2026, 10, 16), 16, 16)
    refresh([report])
    assert line(report, "D1.5").state == "check"
    save_draft(report, ANSWERS, version="0", by=world.clerk)
    with pytest.raises(Refused):
        submit(report, by=world.clerk)
    confirm(report, "D1.5", by=world.clerk)
    submit(report, by=world.clerk)
    report.refresh_from_db()
    assert [(o["code"], o["line"]) for o in report.oddities] == [("present", "D1.5")]


def test_texts_and_numbers_are_compared_with_the_last_time(world, today, counted):
    september = open_reports(Period.parse("2026-09"))[0]
    save(september, world.clerk, C1_1_number="2", E2_2_answer="changed", E2_2_sentence="出纳岗位调整")
    october = open_reports(Period.parse("2026-10"))[0]
    save(october, world.clerk, C1_1_number="9", E2_2_answer="changed", E2_2_sentence="出纳岗位调整")
    assert states(october)["C1.1"] == "check"
    assert states(october)["E2.2"] == "check"
    save(october, world.clerk, version="1", C1_1_number="3", E2_2_sentence="9月28日会计岗位调整")
    assert states(october)["C1.1"] == "ready"
    assert states(october)["E2.2"] == "check"  # a day outside the month
    save(october, world.clerk, version="2", E2_2_sentence="10月8日会计岗位调整")
    assert states(october)["E2.2"] == "ready"


def test_an_open_report_follows_a_new_scheme(report, world):
    from xianfeng.assessment.actions import new_version, put_in_force, rewrite
    from xianfeng.assessment.models import Scheme

    draft = new_version(Scheme.objects.in_force("organization", 2026), by=world.office)
    draft = rewrite(draft, draft.document.replace("code: D3.2", "code: D3.9"), by=world.office)
    put_in_force(draft, by=world.office)
    refresh([report])
    assert "D3.9" in states(report)
    assert "D3.2" not in states(report)

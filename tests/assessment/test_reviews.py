"""The office reviews: accept, return, defer, undo; nobody reviews the own branch."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tests.assessment.month import fill_in, save, state
from xianfeng.assessment.actions import (
    accept,
    defer,
    return_,
    save_draft,
    start_review,
    submit,
    undo,
    withdraw,
)
from xianfeng.audit.moves import Refused
from xianfeng.ledger.facts import check_ledger
from xianfeng.ledger.models import Entry
from xianfeng.people.models import Person, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(report, world):
    return fill_in(report, world.clerk)


def sums(report, code):
    entries = Entry.objects.of(report).filter(measure__code=code)
    return sum(e.done for e in entries), sum(e.due for e in entries)


def test_what_was_reported_counts_once_it_is_accepted(submitted, world):
    assert sums(submitted, "disclosure.items") == (0, 0)
    accept(submitted, by=world.office)
    assert sums(submitted, "disclosure.items") == (20_000, 10_000)
    assert sums(submitted, "learning.plan") == (10_000, 10_000)
    assert sums(submitted, "assessment.on_time") == (10_000, 10_000)
    assert set(Entry.objects.of(submitted).values_list("day", flat=True)) == {date(2026, 10, 31)}
    assert check_ledger() == []


def test_a_line_that_did_not_concern_the_month_states_nothing(report, world):
    save_draft(
        report,
        {"C1.1-na": "1", "C1.1-reason": "本月没有应公开事项", "E2.2-answer": "same", "D3.2-answer": "no"},
        version="0",
        by=world.clerk,
    )
    submit(report, by=world.clerk)
    accept(report, by=world.office)
    assert sums(report, "disclosure.items") == (0, 0)
    assert sums(report, "learning.plan") == (0, 10_000)


def test_undo_takes_back_what_acceptance_stated(submitted, world):
    accept(submitted, by=world.office)
    undo(submitted, by=world.office)
    assert submitted.status == "review"
    assert sums(submitted, "disclosure.items") == (0, 0)
    assert sums(submitted, "assessment.on_time") == (10_000, 10_000)
    assert check_ledger() == []


def test_undo_is_open_for_ten_seconds_to_who_decided(submitted, world):
    accept(submitted, by=world.office)
    with time_machine.travel(timezone.now() + timedelta(seconds=20), tick=False), pytest.raises(Refused):
        undo(submitted, by=world.office)
    colleague = second_reviewer(world)
    with pytest.raises(Refused):
        undo(submitted, by=colleague)
    undo(submitted, by=world.office)


def test_a_return_names_a_line_and_a_reason(submitted, world):
    with pytest.raises(Refused):
        return_(submitted, by=world.office, line="C1.1", reason=" ")
    with pytest.raises(Refused):
        return_(submitted, by=world.office, line="Z9", reason="请补充")
    return_(submitted, by=world.office, line="C1.1", reason="请附公开栏照片")
    assert submitted.status == "returned"
    sent_back = submitted.lines.get(code="C1.1")
    assert (sent_back.state, sent_back.review_note) == ("check", "请附公开栏照片")


def test_the_branch_mends_what_was_returned_and_the_first_receipt_stands(submitted, world):
    return_(submitted, by=world.office, line="C1.1", reason="请核对条数")
    with pytest.raises(Refused):
        submit(submitted, by=world.clerk)
    save(submitted, world.clerk, version="1", C1_1_number="3")
    due = submitted.due_at
    with time_machine.travel(due + timedelta(days=2), tick=False):
        clerk = Person.objects.get(pk=world.clerk.pk)
        submit(submitted, by=clerk)
    submitted.refresh_from_db()
    assert not submitted.was_late
    assert sums(submitted, "assessment.on_time") == (10_000, 10_000)


def test_a_returned_counted_line_is_mended_in_its_own_register(submitted, world):
    from xianfeng.assessment.actions import refresh

    return_(submitted, by=world.office, line="D2.1", reason="10月16日的主题党日未登记")
    state(world.jia, "meeting.party_day", date(2026, 10, 16), 1)
    refresh([submitted])
    assert submitted.lines.get(code="D2.1").state == "ready"


def test_a_return_can_be_undone(submitted, world):
    return_(submitted, by=world.office, line="C1.1", reason="请核对条数")
    undo(submitted, by=world.office)
    submitted.refresh_from_db()
    assert (submitted.status, submitted.returns) == ("review", 0)
    assert submitted.lines.get(code="C1.1").state == "ready"
    accept(submitted, by=world.office)


def test_a_return_the_branch_already_works_on_is_not_undone(submitted, world):
    return_(submitted, by=world.office, line="C1.1", reason="请核对条数")
    with time_machine.travel(timezone.now() + timedelta(seconds=3), tick=False):
        save(submitted, world.clerk, version="1", C1_1_number="3")
        with pytest.raises(Refused):
            undo(submitted, by=world.office)


def test_deferring_keeps_it_in_the_queue(submitted, world):
    defer(submitted, by=world.office)
    submitted.refresh_from_db()
    assert submitted.status == "review"
    assert submitted.deferred_at is not None
    accept(submitted, by=world.office)


def test_a_report_under_review_is_not_withdrawn(submitted, world):
    start_review(submitted, by=world.office)
    with pytest.raises(Refused):
        withdraw(submitted, by=world.clerk)


def test_nobody_reviews_the_own_branch(submitted, world):
    from xianfeng.people.actions import appoint

    appoint(world.member, Role.objects.get(code="office"), world.committee, by=None, since=date(2026, 1, 1))
    member = Person.objects.get(pk=world.member.pk)
    for verb, texts in (
        (accept, {}),
        (defer, {}),
        (start_review, {}),
        (return_, {"line": "C1.1", "reason": "x"}),
    ):
        with pytest.raises(Refused):
            verb(submitted, by=member, **texts)
    assert submitted.status == "submitted"


def test_who_handed_it_in_does_not_review_it(report, world):
    from xianfeng.people.actions import appoint

    appoint(world.office, Role.objects.get(code="clerk"), world.jia, by=None, since=date(2026, 1, 1))
    both = Person.objects.get(pk=world.office.pk)
    fill_in(report, both)
    with pytest.raises(Refused):
        accept(report, by=both)


def test_only_the_office_reviews(submitted, world):
    for person in (world.clerk, world.neighbour, world.leader, world.inspector, world.system_admin):
        with pytest.raises(PermissionDenied):
            accept(submitted, by=person)


def test_a_stale_page_does_not_decide(submitted, world):
    stale = submitted.version
    defer(submitted, by=world.office)
    with pytest.raises(Refused) as refused:
        accept(submitted, by=world.office, version=stale)
    assert refused.value.code == "conflict"


def test_acceptance_takes_the_counted_lines_as_they_are_then(submitted, world):
    state(world.jia, "meeting.party_day", date(2026, 10, 16), 1, 1)
    accept(submitted, by=world.office)
    assert submitted.lines.get(code="D2.1").done == 10_000


def second_reviewer(world):
    from xianfeng.people.actions import appoint, enter

    colleague = enter(name="审核员", organization=world.committee, account="office2", by=None)
    appoint(colleague, Role.objects.get(code="office"), world.committee, by=None, since=date(2026, 1, 1))
    return colleague

"""Months of dues: stated, paid, deferred, made up, waived; and what of it is counted."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dues.conftest import OCTOBER, SEPTEMBER, line, people_of, sheet
from xianfeng.audit.models import Event
from xianfeng.audit.moves import Refused
from xianfeng.core.periods import Period
from xianfeng.dues import actions, stating
from xianfeng.dues.models import Base, Collection, Due
from xianfeng.ledger.facts import check_ledger
from xianfeng.ledger.models import Entry
from xianfeng.members.actions import NewMember, admit, leave, place

pytestmark = pytest.mark.django_db
Status = Due.Status
IN_TIME, LATE = date(2026, 10, 12), date(2026, 10, 5)


def counted(code: str, branch, month: str, person=None) -> tuple[int, int]:
    """Done and due of a measure, in whole units."""
    period = Period.parse(month)
    rows = Entry.objects.filter(
        measure__code=code, organization=branch, person=person, month=period.year * 100 + period.number
    )
    done, due = sum(row.done for row in rows), sum(row.due for row in rows)
    return done // 10_000, due // 10_000


def at(day: date):
    return time_machine.travel(
        datetime(day.year, day.month, day.day, 10, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False
    )


# --- stating ---


def test_a_base_states_the_months_from_it_on(reckoned):
    assert {line.owed for line in Due.objects.all()} == {5_000}
    assert Due.objects.filter(month=SEPTEMBER.start).count() == 9
    assert Due.objects.filter(month=OCTOBER.start).count() == 9


def test_stating_a_month_again_changes_nothing(reckoned):
    entries, events = Entry.objects.count(), Event.objects.count()
    assert actions.open_month(OCTOBER) == 0
    assert (Entry.objects.count(), Event.objects.count()) == (entries, events)


def test_the_next_month_is_stated_by_the_job(reckoned):
    from xianfeng.config import jobs

    with at(date(2026, 11, 1)):
        jobs.open_month(date(2026, 11, 1))
    assert Due.objects.filter(month=date(2026, 11, 1)).count() == 9


def test_without_a_base_nothing_is_owed_and_it_is_said(world, today):
    assert actions.open_month(OCTOBER) == 0
    assert len(stating.without_base(world.jia, OCTOBER, today)) == 9


def test_a_probationary_member_owes_from_the_month_of_joining(reckoned):
    joined = date(2026, 9, 20)
    person = admit(
        NewMember("新同志", reckoned.jia, "probationary", party={"joined_on": joined}), by=None, day=joined
    )
    actions.set_bases(
        [actions.NewBase(person, "serving", 300_000)], since=Period.parse("2026-08"), by=reckoned.clerk
    )
    assert list(Due.objects.filter(person=person).order_by("month").values_list("month", "owed")) == [
        (date(2026, 9, 1), 1_500),
        (date(2026, 10, 1), 1_500),
    ]


def test_whoever_changes_branch_owes_at_the_branch_where_the_month_began(reckoned):
    place(reckoned.member, reckoned.yi, on=date(2026, 10, 15), by=reckoned.office)
    with at(date(2026, 11, 3)):
        actions.open_month(Period.parse("2026-11"))
    assert line(reckoned.member).collection.organization == reckoned.jia
    assert line(reckoned.member, "2026-11").collection.organization == reckoned.yi


def test_whoever_left_before_the_month_owes_nothing(reckoned):
    person = people_of(reckoned.jia)[-1]
    leave(person, on=date(2026, 10, 20), by=reckoned.office, reason="转出")
    with at(date(2026, 11, 3)):
        actions.open_month(Period.parse("2026-11"))
    assert not Due.objects.filter(person=person, month=date(2026, 11, 1)).exists()


def test_a_raise_changes_what_is_not_paid_and_leaves_what_is(reckoned):
    actions.pay_all(sheet(reckoned.jia, "2026-09"), on=date(2026, 9, 10), by=reckoned.clerk)
    entry = actions.NewBase(reckoned.member, "serving", 500_100)
    assert actions.set_bases([entry], since=SEPTEMBER, by=reckoned.clerk) == 1
    assert (line(reckoned.member, "2026-09").owed, line(reckoned.member).owed) == (5_000, 7_502)
    assert actions.set_bases([entry], since=SEPTEMBER, by=reckoned.clerk) == 0


def test_a_base_is_sealed_and_not_in_the_log(reckoned):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select amount from dues_base")
        assert all("5000" not in amount for (amount,) in cursor.fetchall())
    assert Base.objects.first().fen == 500_000
    assert not [e for e in Event.objects.filter(action__startswith="dues.") if "5000" in str(e.details)]


@pytest.mark.parametrize(
    ("group", "fen"), [("serving", 0), ("serving", 10**9), ("farmer", 101), ("farmer", 19)]
)
def test_a_base_that_cannot_be_is_refused(world, today, group, fen):
    with pytest.raises(ValidationError):
        actions.set_bases([actions.NewBase(world.member, group, fen)], since=OCTOBER, by=world.clerk)
    assert not Base.objects.exists()


# --- paying ---


def test_everybody_paid_as_due_completes_the_month(reckoned):
    assert counted("dues.collected", reckoned.jia, "2026-10") == (0, 0)
    assert actions.pay_all(sheet(reckoned.jia), on=IN_TIME, by=reckoned.clerk) == 9
    assert counted("dues.collected", reckoned.jia, "2026-10") == (1, 1)
    assert counted("dues.paid", reckoned.jia, "2026-10", reckoned.member) == (1, 1)
    assert actions.pay_all(sheet(reckoned.jia), on=IN_TIME, by=reckoned.clerk) == 0


def test_a_payment_after_its_month_is_made_up_and_does_not_count(reckoned):
    owed = line(reckoned.member, "2026-09")
    actions.record_payments(owed.collection, [actions.Payment(owed, 5_000)], on=LATE, by=reckoned.clerk)
    assert line(reckoned.member, "2026-09").status == Status.MADE_UP
    assert counted("dues.paid", reckoned.jia, "2026-09", reckoned.member) == (0, 1)


def test_less_than_owed_is_still_owed(reckoned):
    owed = line(reckoned.member)
    actions.record_payments(owed.collection, [actions.Payment(owed, 4_999)], on=IN_TIME, by=reckoned.clerk)
    paid = line(reckoned.member)
    assert (paid.status, paid.paid, paid.missing) == (Status.OWED, 4_999, 1)
    with at(date(2026, 11, 1)):
        actions.open_month(Period.parse("2026-11"))
    assert counted("dues.paid", reckoned.jia, "2026-10", reckoned.member) == (0, 1)


def test_nobody_is_behind_before_the_month_is_over(reckoned):
    assert counted("dues.paid", reckoned.jia, "2026-10", reckoned.member) == (0, 0)
    assert counted("dues.paid", reckoned.jia, "2026-09", reckoned.member) == (0, 1)
    with at(date(2026, 11, 1)):
        actions.open_month(Period.parse("2026-11"))
    assert counted("dues.paid", reckoned.jia, "2026-10", reckoned.member) == (0, 1)
    assert counted("dues.collected", reckoned.jia, "2026-10") == (0, 1)


def test_a_payment_of_the_month_that_is_entered_after_it_counts(reckoned):
    with at(date(2026, 11, 3)):
        actions.open_month(Period.parse("2026-11"))
        actions.pay_all(sheet(reckoned.jia), on=date(2026, 10, 30), by=reckoned.clerk)
    assert counted("dues.collected", reckoned.jia, "2026-10") == (1, 1)
    assert line(reckoned.member).status == Status.PAID


def test_a_payment_is_corrected_and_taken_back(reckoned):
    actions.pay_all(sheet(reckoned.jia), on=IN_TIME, by=reckoned.clerk)
    actions.correct_payment(line(reckoned.member), fen=6_000, on=date(2026, 10, 20), by=reckoned.clerk)
    assert line(reckoned.member).paid == 6_000
    actions.take_back(line(reckoned.member), by=reckoned.clerk, reason="记错人")
    assert (line(reckoned.member).status, line(reckoned.member).paid) == (Status.OWED, 0)
    assert counted("dues.collected", reckoned.jia, "2026-10") == (0, 0)
    assert check_ledger() == []


def test_two_who_correct_the_same_line_are_told(reckoned):
    seen = line(reckoned.member)
    actions.correct_payment(seen, fen=5_000, on=IN_TIME, by=reckoned.clerk, version=seen.version)
    with pytest.raises(Refused):
        actions.correct_payment(seen, fen=5_100, on=IN_TIME, by=reckoned.secretary, version=seen.version)


@pytest.mark.parametrize("on", [date(2026, 10, 28), date(2025, 9, 1)])
def test_days_that_cannot_be_are_refused(reckoned, on):
    owed = line(reckoned.member)
    with pytest.raises(ValidationError):
        actions.record_payments(owed.collection, [actions.Payment(owed, 5_000)], on=on, by=reckoned.clerk)
    assert line(reckoned.member).status == Status.OWED


# --- deferring ---


def test_an_approved_deferral_counts_as_in_time(reckoned):
    actions.defer(line(reckoned.member), by=reckoned.clerk, approval="支委会10月12日会议")
    owed = line(reckoned.member)
    assert (owed.status, owed.deferred_until) == (Status.DEFERRED, date(2027, 4, 30))
    assert counted("dues.paid", reckoned.jia, "2026-10", reckoned.member) == (1, 1)
    with at(date(2027, 3, 1)):
        actions.correct_payment(owed, fen=5_000, on=date(2027, 3, 1), by=reckoned.clerk)
    assert line(reckoned.member).status == Status.MADE_UP
    assert counted("dues.paid", reckoned.jia, "2026-10", reckoned.member) == (1, 1)


def test_a_deferral_that_runs_out_is_owed_again(reckoned):
    actions.defer(line(reckoned.member), by=reckoned.clerk, approval="支委会10月12日会议")
    with at(date(2027, 5, 1)):
        actions.open_month(Period.parse("2027-05"))
    assert line(reckoned.member).status == Status.OWED
    assert counted("dues.paid", reckoned.jia, "2026-10", reckoned.member) == (0, 1)


def test_everybody_paid_leaves_out_who_may_pay_later(reckoned):
    actions.defer(line(reckoned.member), by=reckoned.clerk, approval="支委会10月12日会议")
    assert actions.pay_all(sheet(reckoned.jia), on=IN_TIME, by=reckoned.clerk) == 8
    assert line(reckoned.member).status == Status.DEFERRED


def test_a_member_cannot_defer_the_own_dues(reckoned):
    with pytest.raises(PermissionDenied):
        actions.defer(line(reckoned.member), by=reckoned.member, approval="本人同意")


# --- reductions ---


def decide(world, fen: int, **changes):
    given = {
        "first": SEPTEMBER, "last": Period.parse("2027-02"), "fen": fen, "reason": "illness",
        "decided_on": date(2026, 9, 3), "document": "支委会纪要〔2026〕9号", "by": world.clerk,
    }  # fmt: skip
    return actions.reduce(world.member, **(given | changes))


def test_waived_months_are_owed_by_nobody_and_counted_nowhere(reckoned):
    decide(reckoned, 0)
    assert (line(reckoned.member).status, line(reckoned.member).owed) == (Status.EXEMPT, 0)
    assert counted("dues.paid", reckoned.jia, "2026-10", reckoned.member) == (0, 0)
    actions.pay_all(sheet(reckoned.jia), on=IN_TIME, by=reckoned.clerk)
    assert counted("dues.collected", reckoned.jia, "2026-10") == (1, 1)


def test_a_reduced_amount_is_owed_in_the_months_of_the_decision(reckoned):
    decide(reckoned, 1_000, first=OCTOBER)
    assert (line(reckoned.member, "2026-09").owed, line(reckoned.member).owed) == (5_000, 1_000)


def test_a_withdrawn_decision_leaves_the_full_amount(reckoned):
    made = decide(reckoned, 0)
    actions.withdraw(made, by=reckoned.clerk, reason="登记错误")
    assert (line(reckoned.member).status, line(reckoned.member).owed) == (Status.OWED, 5_000)


@pytest.mark.parametrize(
    "wrong",
    [{"last": Period.parse("2026-08")}, {"last": Period.parse("2027-09")}, {"document": " "}, {"decided_on": date(2026, 11, 1)}],
)  # fmt: skip
def test_a_decision_that_cannot_be_is_refused(reckoned, wrong):
    with pytest.raises(ValidationError):
        decide(reckoned, 0, **wrong)


def test_two_decisions_never_cover_the_same_month(reckoned):
    decide(reckoned, 0)
    with pytest.raises(ValidationError):
        decide(reckoned, 500, first=Period.parse("2027-02"), last=Period.parse("2027-03"))


def test_why_somebody_pays_less_is_not_in_the_log(reckoned):
    decide(reckoned, 0)
    assert not [e for e in Event.objects.all() if "illness" in str(e.details) or "纪要" in str(e.details)]


# --- six months ---


def test_six_months_in_a_row_are_said_to_the_branch_and_nothing_else_happens(reckoned):
    from xianfeng.messaging.models import Notice

    with at(date(2027, 3, 2)):
        for number in range(6):
            month = Period.parse("2026-10").shifted(number)
            actions.open_month(month)
            found = Collection.objects.filter(organization=reckoned.jia, month=month.start)
            actions.pay_everybody(
                list(found), on=date(2027, 3, 2), by=reckoned.clerk, but=[reckoned.member.pk]
            )
        found = Collection.objects.filter(organization=reckoned.jia, month=SEPTEMBER.start)
        actions.pay_everybody(list(found), on=date(2027, 3, 2), by=reckoned.clerk, but=[reckoned.member.pk])
        actions.open_month(Period.parse("2027-03"))
        runs = stating.unpaid_in_a_row([reckoned.jia.pk], date(2027, 3, 2))
    assert runs == {reckoned.member.pk: 6}
    told = Notice.objects.filter(kind="dues.six_months")
    assert {notice.person for notice in told} == {reckoned.clerk, reckoned.secretary}
    assert reckoned.member.name not in str(told[0].params)
    reckoned.member.refresh_from_db()
    assert reckoned.member.is_member


def test_a_deferral_breaks_the_row(reckoned):
    actions.defer(line(reckoned.member, "2026-09"), by=reckoned.clerk, approval="支委会9月12日会议")
    assert reckoned.member.pk not in stating.unpaid_in_a_row([reckoned.jia.pk], date(2026, 10, 27))


# --- whatever is done ---

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "pay all", "defer", "end", "take back", "base", "reduce", "state"]),
        st.integers(0, 8),
        st.sampled_from(["2026-09", "2026-10"]),
        st.integers(1, 900_000),
    ),
    max_size=12,
)


@settings(max_examples=12, deadline=None)
@given(acts=ACTS)
def test_ledger_and_table_agree_and_doing_it_twice_changes_nothing(acts):
    from django.db import transaction

    from tests.conftest import standing_world

    with at(date(2026, 10, 27)), transaction.atomic():
        world = standing_world()
        people = people_of(world.jia)
        actions.set_bases(
            [actions.NewBase(p, "serving", 500_000) for p in people], since=SEPTEMBER, by=world.clerk
        )
        for act, who, month, amount in acts:
            do(world, act, people[who], month, amount)
            entries = Entry.objects.count()
            if act in {"pay", "pay all", "base", "state"}:
                do(world, act, people[who], month, amount)
                assert Entry.objects.count() == entries, act
        assert check_ledger() == []
        for branch_month in Collection.objects.prefetch_related("lines"):
            owing = [one for one in branch_month.lines.all() if one.status != Status.EXEMPT]
            code = branch_month.period.code
            stated = [one for one in owing if branch_month.closed_on or one.is_settled]
            complete = owing and all(one.on_time for one in owing)
            assert counted("dues.collected", world.jia, code)[0] == int(bool(complete))
            for one in owing:
                expected = (int(one.on_time), 1) if one in stated else (0, 0)
                assert counted("dues.paid", world.jia, code, one.person) == expected
        transaction.set_rollback(True)


def do(world, act: str, person, month: str, amount: int) -> None:
    """One act; what cannot be done now is refused and leaves nothing behind."""
    found = line(person, month)
    try:
        match act:
            case "pay":
                actions.record_payments(
                    found.collection, [actions.Payment(found, amount)], on=IN_TIME, by=world.clerk
                )
            case "pay all":
                actions.pay_all(found.collection, on=IN_TIME, by=world.clerk)
            case "defer":
                actions.defer(found, by=world.clerk, approval="支委会")
            case "end":
                actions.end_deferral(found, by=world.clerk)
            case "take back":
                actions.take_back(found, by=world.clerk, reason="记错")
            case "base":
                actions.set_bases(
                    [actions.NewBase(person, "serving", amount)], since=Period.parse(month), by=world.clerk
                )
            case "reduce":
                actions.reduce(
                    person, first=Period.parse(month), last=OCTOBER, fen=amount % 300, reason="other",
                    decided_on=date(2026, 9, 1), document="纪要", by=world.clerk,
                )  # fmt: skip
            case "state":
                actions.open_month(Period.parse(month))
    except ValidationError:
        pass

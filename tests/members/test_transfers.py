"""Transfers: both sides confirm, letters go out and come in, and nobody ever stands in two branches."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.members.test_member_pages import send
from xianfeng.audit.models import Event
from xianfeng.audit.moves import Refused, available
from xianfeng.core.capitals import capital_day, capitals
from xianfeng.members import transfer_notices, transfers
from xianfeng.members.actions import place
from xianfeng.members.models import Membership, Transfer
from xianfeng.members.roll import check_spells
from xianfeng.messaging.models import Notice
from xianfeng.organizations.actions import found
from xianfeng.people.models import Person

LIST = "/register/transfers/"
TODAY = date(2026, 10, 27)
ID_NUMBER = "379900198506300025"
pytestmark = pytest.mark.usefixtures("today")


def where(person: Person, on: date = TODAY) -> Any:
    spell = Membership.objects.on(on).filter(person=person).first()
    return spell and spell.organization


@pytest.fixture
def inside(world: Any) -> Transfer:
    return transfers.begin_inside(world.member, world.yi, on=date(2026, 10, 20), by=world.clerk)


@pytest.fixture
def out(world: Any) -> Transfer:
    world.member.id_number, world.member.born_on = ID_NUMBER, date(1985, 6, 30)
    world.member.save()
    return transfers.begin_out(
        world.member,
        "中共日照市某局机关委员会",
        on=date(2026, 10, 20),
        by=world.clerk,
        dues_paid_until=date(2026, 10, 1),
    )


def letter_in(world: Any, **other: Any) -> Transfer:
    said: dict[str, Any] = {
        "stage": "full",
        "on": date(2026, 10, 20),
        "personal": {"sex": "1", "id_number": ID_NUMBER},
        "joined_on": date(2008, 7, 1),
        "confirmed_on": date(2009, 7, 1),
        "letter_number": "20260031",
        "issued_on": date(2026, 10, 8),
        "valid_until": date(2026, 11, 7),
        **other,
    }
    return transfers.begin_in("邵明", world.jia, "中共临沂市某局机关委员会", by=world.office, **said)


# -- between our branches --


def test_both_sides_confirm_and_the_member_stands_in_the_other_branch(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    answer = send(
        client,
        f"{LIST}new/inside/",
        person="JT120003",
        receiver=world.yi.pk,
        on="2026-10-20",
        reason="工作调动",
    )
    transfer = Transfer.objects.get()
    assert answer["Location"] == transfer.get_absolute_url()
    assert (transfer.status, transfer.released_by, transfer.taken_by) == ("waiting", world.clerk, None)
    assert where(world.member) == world.jia
    [notice] = Notice.objects.filter(kind="members.transfer_begun")
    assert (notice.person, notice.link) == (world.neighbour, transfer.get_absolute_url())
    transfers.take(transfer, by=world.neighbour)
    assert transfer.status == "done"
    assert where(world.member) == world.yi
    assert where(world.member, date(2026, 10, 19)) == world.jia
    world.member.refresh_from_db()
    assert (world.member.organization, world.member.number) == (world.yi, "JT120003")


def test_the_receiving_branch_may_begin_and_the_sending_one_confirms(world: Any) -> None:
    transfer = transfers.begin_inside(world.member, world.yi, on=TODAY, by=world.neighbour)
    assert [move.name for move in available(transfer, world.neighbour)] == ["give_up"]
    transfers.release(transfer, by=world.secretary)
    assert where(world.member) == world.yi


def test_what_the_office_begins_both_branches_confirm(world: Any) -> None:
    transfer = transfers.begin_inside(world.member, world.yi, on=TODAY, by=world.office)
    transfers.release(transfer, by=world.office)
    with pytest.raises(Refused, match="另一方由其他同志确认"):
        transfers.take(transfer, by=world.office)
    assert where(world.member) == world.jia
    transfers.take(transfer, by=world.neighbour)
    assert where(world.member) == world.yi


def test_one_side_does_not_confirm_for_the_other(world: Any, inside: Transfer) -> None:
    with pytest.raises(Refused):
        transfers.take(inside, by=world.secretary)
    with pytest.raises(PermissionDenied):
        transfers.take(inside, by=world.member)
    assert where(world.member) == world.jia


def test_a_branch_that_has_nothing_to_do_with_it_begins_nothing(client: Any, world: Any) -> None:
    client.force_login(world.neighbour)
    answer = send(client, f"{LIST}new/inside/", person="JT120003", receiver=world.jia.pk, on="2026-10-20")
    assert answer.status_code == 422
    assert "须有一个由您管理" in answer.content.decode()
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(
    ("end", "by"), [("refuse", "neighbour"), ("give_up", "clerk"), ("give_up", "office")]
)
def test_refused_or_given_up_nothing_has_changed(world: Any, inside: Transfer, end: str, by: str) -> None:
    before = list(Membership.objects.order_by("pk").values())
    getattr(transfers, end)(inside, by=getattr(world, by), reason="情况有变")
    assert list(Membership.objects.order_by("pk").values()) == before
    assert not inside.is_open
    assert transfers.begin_inside(world.member, world.yi, on=TODAY, by=world.clerk)


def test_only_one_transfer_of_a_person_is_under_way(world: Any, inside: Transfer) -> None:
    with pytest.raises(ValidationError):
        transfers.begin_out(world.member, "别处", on=TODAY, by=world.office, dues_paid_until=TODAY)


def test_a_transfer_of_somebody_who_went_elsewhere_meanwhile_is_refused(world: Any, inside: Transfer) -> None:
    bing = found(
        number="371122-JT-19", name="中共测试局丙党支部", kind="branch", parent=world.committee, by=None
    )
    place(world.member, bing, on=date(2026, 10, 22), by=world.office)
    with pytest.raises(Refused):
        transfers.take(inside, by=world.neighbour)
    inside.refresh_from_db()
    assert (inside.status, inside.taken_by, where(world.member)) == ("waiting", None, bing)


# -- out of the bureau --


def test_the_letter_goes_out_and_the_receipt_ends_the_membership(
    client: Any, world: Any, out: Transfer
) -> None:
    assert [move.name for move in available(out, world.secretary)] == []
    transfers.issue(out, by=world.office)
    out.refresh_from_db()
    assert (out.letter_number, out.issued_on, out.valid_until) == (
        "20260001",
        TODAY,
        TODAY + timedelta(days=30),
    )
    assert where(world.member) == world.jia  # responsible until the receipt is back
    client.force_login(world.office)
    client.post(
        f"/moves/members/transfer/{out.uid}/receipt/", {"on": "2026-10-27", "once": "r" * 20, "version": "1"}
    )
    out.refresh_from_db()
    assert (out.status, out.receipt_on) == ("done", TODAY)
    spell = Membership.objects.get(person=world.member)
    assert (spell.until, spell.ending) == (TODAY, "moved_out")


def test_numbers_of_letters_follow_each_other_in_a_year(world: Any, out: Transfer) -> None:
    transfers.issue(out, by=world.office)
    other = transfers.begin_out(world.clerk, "别处", on=TODAY, by=world.office, dues_paid_until=TODAY)
    transfers.issue(other, by=world.office)
    other.refresh_from_db()
    assert other.letter_number == "20260002"
    assert transfers.next_letter(2027) == "20270001"


def test_a_receipt_before_the_letter_or_no_day_is_refused(world: Any, out: Transfer) -> None:
    transfers.issue(out, by=world.office)
    for day in ("2026-10-26", "2026-10-28", "27.10.", ""):
        with pytest.raises(Refused):
            transfers.receipt(out, by=world.office, on=day)
    out.refresh_from_db()
    assert (out.status, where(world.member)) == ("issued", world.jia)


@pytest.mark.parametrize(("days", "overdue"), [(30, False), (31, True)])
def test_a_letter_is_overdue_when_it_ran_out(
    client: Any, world: Any, out: Transfer, days: int, overdue: bool
) -> None:
    transfers.issue(out, by=world.office)
    out.refresh_from_db()
    day = TODAY + timedelta(days=days)
    assert out.overdue_on(day) is overdue
    assert Transfer.objects.overdue(day).exists() is overdue
    if overdue:
        assert transfer_notices.remind(day) == 3  # the office, clerk and secretary
        assert transfer_notices.remind(day) == 0


def test_a_letter_that_ran_out_lapses_and_the_membership_goes_on(world: Any, out: Transfer) -> None:
    transfers.issue(out, by=world.office)
    with pytest.raises(Refused):
        transfers.lapse(out, by=world.office)
    with time_machine.travel("2026-12-10 10:00 +0800", tick=False):
        transfers.lapse(out, by=world.office)
    assert (out.status, where(world.member)) == ("lapsed", world.jia)


def test_the_letter_has_three_parts_with_capital_numerals(client: Any, world: Any, out: Transfer) -> None:
    transfers.issue(out, by=world.office)
    client.force_login(world.office)
    word = client.get(f"{out.get_absolute_url()}letter.docx")
    text = "\n".join(p.text for p in Document(BytesIO(word.content)).paragraphs)
    for part in (
        "第一联　存根",
        "中国共产党党员组织关系介绍信",
        "组织关系介绍信回执",
        "第 20260001 号",
        "有效期叁拾天",
        "贰零贰陆年壹拾月",
        ID_NUMBER,
    ):
        assert part in text, part
    assert ID_NUMBER in client.get(f"{out.get_absolute_url()}letter/").content.decode()
    assert Event.objects.filter(action="members.letter", actor=world.office).count() == 2
    client.force_login(world.clerk)
    assert client.get(f"{out.get_absolute_url()}letter.docx").status_code == 403
    assert ID_NUMBER not in client.get(out.get_absolute_url()).content.decode()


def test_capital_numerals() -> None:
    assert [capitals(n) for n in (0, 5, 10, 21, 90, 105, 110, 1001, 2026)] == [
        "零", "伍", "壹拾", "贰拾壹", "玖拾", "壹佰零伍", "壹佰壹拾", "壹仟零壹", "贰仟零贰拾陆",
    ]  # fmt: skip
    assert capital_day(date(2026, 10, 7)) == "贰零贰陆年壹拾月柒日"


# -- into the bureau --


def test_a_letter_that_came_makes_a_member_when_the_branch_takes_in(client: Any, world: Any) -> None:
    client.force_login(world.office)
    send(
        client, f"{LIST}new/in/", name="邵明", sex="1", id_number=ID_NUMBER, elsewhere="中共临沂市某局机关委员会",
        receiver=world.jia.pk, stage="full", joined_on="2008-07-01", confirmed_on="2009-07-01", letter_number="20260031",
        issued_on="2026-10-08", valid_until="2026-11-07", dues_paid_until="2026-09", on="2026-10-20",
    )  # fmt: skip
    transfer = Transfer.objects.get()
    assert where(transfer.person) is None
    transfers.take(transfer, by=world.secretary)
    person = Person.objects.get(pk=transfer.person_id)
    assert (person.number, person.account, person.is_member) == ("JT120010", "jt120010", True)
    assert (where(person), where(person, date(2026, 10, 19))) == (world.jia, None)
    assert person.member.confirmed_on == date(2009, 7, 1)
    assert transfer.status == "taken"
    transfers.receipt(transfer, by=world.office, on="2026-10-27")
    assert (transfer.status, where(person)) == ("done", world.jia)


def test_who_was_here_before_continues_the_same_number(world: Any, out: Transfer) -> None:
    transfers.issue(out, by=world.office)
    transfers.receipt(out, by=world.office, on=TODAY)
    with time_machine.travel("2027-03-01 10:00 +0800", tick=False):
        back = letter_in(
            world, on=date(2027, 2, 20), issued_on=date(2027, 2, 1), valid_until=date(2027, 3, 1)
        )
        transfers.take(back, by=world.secretary)
    person = Person.objects.get(pk=world.member.pk)
    assert back.person == person
    assert (person.number, person.is_active, person.has_usable_password()) == ("JT120003", True, False)
    assert len(Membership.objects.filter(person=person)) == 2
    assert check_spells() == []


def test_a_member_of_ours_does_not_come_in_by_letter(world: Any, out: Transfer) -> None:
    with pytest.raises(ValidationError):
        letter_in(world)


def test_a_refused_letter_makes_nobody_a_member(world: Any) -> None:
    transfer = letter_in(world)
    transfers.refuse(transfer, by=world.clerk, reason="材料不全")
    assert (transfer.status, where(transfer.person), transfer.person.number) == ("refused", None, None)


def test_a_receipt_we_owe_is_overdue_after_a_month(client: Any, world: Any) -> None:
    transfer = letter_in(world, on=date(2026, 9, 20), issued_on=date(2026, 9, 8))
    transfers.take(transfer, by=world.secretary)
    client.force_login(world.office)
    rows = client.get(LIST, {"state": "overdue"}).context["page"].object_list
    assert list(rows) == [transfer]
    assert transfer.overdue_on(TODAY)


def test_a_neighbour_sees_a_transfer_only_from_a_side_of_it(
    client: Any, world: Any, inside: Transfer
) -> None:
    client.force_login(world.neighbour)
    assert client.get(inside.get_absolute_url()).status_code == 200
    transfers.give_up(inside, by=world.clerk, reason="改为转出")
    other = transfers.begin_out(world.member, "别处", on=TODAY, by=world.clerk, dues_paid_until=TODAY)
    assert client.get(other.get_absolute_url()).status_code == 404
    client.force_login(world.member)
    assert client.get(other.get_absolute_url()).status_code == 200


# -- whatever is done --

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["inside", "out", "in", "release", "take", "issue", "receipt", "refuse", "give_up", "lapse"]
        ),
        st.sampled_from(["clerk", "secretary", "neighbour", "office"]),
        st.integers(0, 40),
    ),
    min_size=2,
    max_size=14,
)


@pytest.mark.slow
@given(acts=ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_nobody_stands_in_two_branches(world: Any, acts: list[tuple[str, str, int]]) -> None:
    """Transfers of transfers, refused and repeated: what is refused changes nothing, what is done agrees with the row."""
    with transaction.atomic():
        person = Person.objects.get(pk=world.member.pk)
        person.id_number = ID_NUMBER
        person.save()
        day = date(2026, 11, 1)
        for act, who, later in acts:
            day += timedelta(days=later)
            with time_machine.travel(f"{day} 10:00 +0800", tick=False):
                before = list(Membership.objects.order_by("pk").values())
                try:
                    with transaction.atomic():
                        attempt(world, act, Person.objects.get(pk=getattr(world, who).pk), day)
                except (ValidationError, PermissionDenied, Transfer.DoesNotExist):
                    assert list(Membership.objects.order_by("pk").values()) == before
            assert check_spells() == []
            person.refresh_from_db()
            spell = Membership.objects.filter(person=person, until=None).first()
            assert person.is_member is (spell is not None)
            if spell is not None:
                assert person.organization == spell.organization
            assert person.number == "JT120003"
            assert Transfer.objects.filter(person=person, status__in=("waiting", "issued")).count() <= 1
        transaction.set_rollback(True)


def attempt(world: Any, act: str, by: Person, day: date) -> None:
    """Do one thing about the member, or about the transfer of the member that was begun last."""
    person = Person.objects.get(pk=world.member.pk)
    match act:
        case "inside":
            target = world.yi if person.organization == world.jia else world.jia
            transfers.begin_inside(person, target, on=day, by=by)
        case "out":
            transfers.begin_out(person, "别处", on=day, by=by, dues_paid_until=day)
        case "in":
            transfers.begin_in(
                "张晓东", world.yi, "别处", stage="full", on=day, by=by, personal={"id_number": ID_NUMBER}
            )
        case _:
            transfer = Transfer.objects.filter(person=person).latest("pk")
            more = {"receipt": {"on": day}, "refuse": {"reason": "不同意"}, "give_up": {"reason": "不办了"}}
            getattr(transfers, act)(transfer, by=by, **more.get(act, {}))

"""Registers of a file: posts at work, awards and what they count for, training, and sanctions that few may read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from xianfeng.audit.models import Event
from xianfeng.audit.moves import Refused
from xianfeng.audit.once import new_key
from xianfeng.dossiers import actions
from xianfeng.dossiers.life import whole_life
from xianfeng.dossiers.models import Award, Sanction, Training, WorkPost
from xianfeng.ledger.facts import check_ledger
from xianfeng.ledger.models import Entry
from xianfeng.members.actions import place
from xianfeng.members.models import Membership

pytestmark = pytest.mark.usefixtures("today")
DAY = date(2026, 7, 1)
CANARY = "丹顶鹤七四二九"


def awarded(world: Any, *, by: Any, person: Any = None, **more: Any) -> Award:
    values = {
        "kind": "member",
        "title": "优秀共产党员",
        "level": "county",
        "given_by": "县委",
        "on": DAY,
        **more,
    }
    return actions.enter(Award, person or world.member, values, by=by)


def sanctioned(world: Any, **more: Any) -> Sanction:
    values = {"penalty": "p1", "on": DAY, "decided_by": "机关纪委", "reason": CANARY, **more}
    return actions.enter(Sanction, world.member, values, by=world.secretary)


def counted(measure: str) -> list[tuple[Any, ...]]:
    rows = Entry.objects.filter(measure__code=measure).values_list("person", "organization", "done")
    return list(rows)


def send(client: Any, url: str, data: dict[str, Any]) -> Any:
    return client.post(url, {**data, "once": new_key()})


def page(person: Any, *more: str) -> str:
    return "/".join(["", "register", "members", person.uid, "file", *more, ""])


# -- awards --


def test_an_award_counts_only_once_the_office_has_confirmed_it(world: Any) -> None:
    award = awarded(world, by=world.clerk)
    assert (award.status, counted("award.county")) == ("entered", [])
    with pytest.raises(PermissionDenied):
        actions.confirm(award, by=world.clerk)
    actions.confirm(award, by=world.office)
    assert counted("award.county") == [(world.member.pk, world.jia.pk, 10_000)]
    assert check_ledger() == []


def test_what_the_office_enters_is_confirmed_and_its_own_is_not(world: Any) -> None:
    assert awarded(world, by=world.office).status == "confirmed"
    assert awarded(world, by=world.office, person=world.office).status == "entered"


def test_an_award_counts_at_the_branch_of_that_day(world: Any) -> None:
    place(world.member, world.yi, on=date(2026, 8, 1), by=world.office)
    awarded(world, by=world.office)
    assert counted("award.county") == [(world.member.pk, world.jia.pk, 10_000)]


def test_what_is_corrected_or_taken_back_counts_as_it_is_now(world: Any) -> None:
    award = awarded(world, by=world.office)
    actions.correct(award, {"level": "city"}, by=world.office)
    assert sum(row[2] for row in counted("award.county")) == 0
    assert sum(row[2] for row in counted("award.city")) == 10_000
    with pytest.raises(ValidationError):
        actions.take_back(award, reason="", by=world.office)
    actions.take_back(award, reason="误登", by=world.office)
    assert sum(row[2] for row in counted("award.city")) == 0
    assert check_ledger() == []


def test_an_award_of_the_branch_itself_states_nothing(world: Any) -> None:
    awarded(world, by=world.office, level="branch")
    assert not Entry.objects.filter(measure__code__startswith="award.").exists()


def test_the_same_award_is_not_entered_twice_nor_one_of_tomorrow(world: Any) -> None:
    awarded(world, by=world.office)
    with pytest.raises(ValidationError):
        awarded(world, by=world.office)
    with pytest.raises(ValidationError):
        awarded(world, by=world.office, on=date(2026, 10, 28))


def test_many_are_entered_at_once_with_the_same_facts(world: Any) -> None:
    rows = [
        Award(person=p, kind="member", title="优秀共产党员", level="bureau", given_by="机关党委", on=DAY, status="confirmed")
        for p in (world.member, world.clerk)
    ]  # fmt: skip
    actions.enter_all(rows, by=world.office)
    assert {row[0] for row in counted("award.bureau")} == {world.member.pk, world.clerk.pk}
    assert check_ledger() == []


def test_the_list_of_awards_offers_the_move_to_the_office_alone(client: Any, world: Any) -> None:
    award = awarded(world, by=world.clerk)
    move = f"/moves/dossiers/award/{award.uid}/confirm/"
    client.force_login(world.clerk)
    text = client.get("/register/awards/").content.decode()
    assert award.title in text and move not in text
    client.force_login(world.office)
    assert move in client.get("/register/awards/").content.decode()
    assert send(client, move, {}).status_code in {204, 302}
    award.refresh_from_db()
    assert award.status == "confirmed"
    client.force_login(world.neighbour)
    assert award.title not in client.get("/register/awards/").content.decode()


def test_a_confirmed_award_is_changed_by_the_office_alone(client: Any, world: Any) -> None:
    award = awarded(world, by=world.office)
    client.force_login(world.clerk)
    assert client.get(award.get_absolute_url()).status_code == 404
    client.force_login(world.office)
    assert client.get(award.get_absolute_url()).status_code == 200


# -- posts and training --


def test_the_clerk_enters_a_post_and_faults_are_said(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    url = page(world.member, "new", "workpost")
    data = {"unit": "养护中心", "title": "主任", "since": "2020-05-01", "until": "2019-01-01", "seen": "0"}
    answer = send(client, url, data)
    assert answer.status_code == 422 and "结束日期早于开始日期" in answer.content.decode()
    assert send(client, url, data | {"until": ""}).status_code == 302
    assert "养护中心 主任" in client.get(page(world.member)).content.decode()
    client.force_login(world.neighbour)
    assert client.get(url).status_code == 404
    assert client.get(WorkPost.objects.get().get_absolute_url()).status_code == 404


def test_training_keeps_days_hours_and_certificate(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    data = {
        "kind": "class", "title": "党员轮训班", "since": "2026-05-18", "until": "2026-05-20", "hours": "24",
        "certificate": "LX-7", "seen": "0",
    }  # fmt: skip
    assert send(client, page(world.member, "new", "training"), data).status_code == 302
    row = Training.objects.get()
    assert (row.hours, row.certificate, row.until) == (Decimal(24), "LX-7", date(2026, 5, 20))
    assert "24学时" in client.get(page(world.member)).content.decode().replace(" ", "") or row.amount


# -- sanctions --


def test_a_sanction_has_the_period_of_effect_of_its_kind(world: Any) -> None:
    assert sanctioned(world).effect_until == date(2027, 7, 1)
    row = sanctioned(world, penalty="p2", effect_until=None)
    assert row.effect_until == date(2028, 1, 1)
    assert row.in_effect_on(date(2028, 1, 1)) and not row.in_effect_on(date(2028, 1, 2))
    assert sanctioned(world, penalty="o1").effect_until is None
    with pytest.raises(ValidationError):
        sanctioned(world, effect_until=date(2026, 6, 30))


def test_a_sanction_is_read_for_a_reason_by_few_and_by_the_member(client: Any, world: Any) -> None:
    sanctioned(world)
    client.force_login(world.clerk)
    assert "党纪处分" not in client.get(page(world.member)).content.decode()
    assert client.get(page(world.member, "new", "sanction")).status_code in {302, 404}
    client.force_login(world.secretary)
    assert "党纪处分" not in client.get(page(world.member)).content.decode()
    client.post(page(world.member, "open"), {"reason": "评优审核", "once": new_key()})
    text = client.get(page(world.member)).content.decode()
    assert "党纪处分：警告" in text and CANARY in text
    assert Event.objects.filter(action="dossiers.read", details={"reason": "评优审核"}).exists()
    client.force_login(world.member)
    assert "党纪处分：警告" in client.get("/me/file/").content.decode()


def test_a_sanction_is_entered_and_corrected_only_while_the_restricted_part_is_open(
    client: Any, world: Any
) -> None:
    client.force_login(world.secretary)
    url = page(world.member, "new", "sanction")
    assert client.get(url)["Location"] == page(world.member)
    client.post(page(world.member, "open"), {"reason": "登记处分", "once": new_key()})
    data = {"penalty": "o1", "on": "2026-07-01", "decided_by": "支委会", "reason": CANARY, "seen": "0"}
    assert send(client, url, data).status_code == 302
    row = Sanction.objects.get()
    assert CANARY in client.get(row.get_absolute_url()).content.decode()
    assert row.reason.reveal() == CANARY


def test_nothing_of_a_sanction_stands_in_log_ledger_or_its_own_name(world: Any) -> None:
    row = sanctioned(world)
    actions.correct(row, {"reason": f"{CANARY}一"}, by=world.secretary)
    actions.take_back(row, reason="误登", by=world.secretary)
    assert str(row) == row.uid
    log = str(list(Event.objects.values_list("details", flat=True)))
    assert CANARY not in log and '"p1"' not in log
    assert not Entry.objects.filter(
        person=world.member, measure__code__in=("integrity.conduct", "veto.case")
    ).exists()


# -- life --


def test_life_is_drawn_from_facts_and_follows_what_is_taken_back(world: Any) -> None:
    award = awarded(world, by=world.office)
    day = date(2026, 5, 20)
    values = {"kind": "class", "title": "党员轮训班", "since": day, "until": day, "hours": Decimal(8)}
    actions.enter(Training, world.member, values, by=world.clerk)

    def titles() -> list[str]:
        spells = list(Membership.objects.filter(person=world.member).select_related("organization"))
        passages = whole_life(
            world.member, world.clerk, spells, on=date(2026, 10, 27),
            awards=Award.objects.live().filter(person=world.member),
            training=Training.objects.live().filter(person=world.member),
        )  # fmt: skip
        assert passages == sorted(passages, key=lambda p: p.since, reverse=True)
        return [p.title for p in passages]

    assert {"优秀共产党员", "党员轮训班", str(world.jia)} <= set(titles())
    actions.take_back(award, reason="误登", by=world.office)
    assert "优秀共产党员" not in titles()


def test_the_year_in_life_says_attendance_and_hours(world: Any) -> None:
    from xianfeng.activities.actions import record_activity

    record_activity(world.jia, "volunteering", DAY, by=world.clerk, present=[world.member], hours=Decimal(3))
    spells = list(Membership.objects.filter(person=world.member).select_related("organization"))
    passages = whole_life(world.member, world.clerk, spells, awards=(), training=(), on=date(2026, 10, 27))
    [year] = [p for p in passages if "2026" in p.title]
    assert "3" in year.text
    stranger = whole_life(
        world.member, world.neighbour, spells, awards=(), training=(), on=date(2026, 10, 27)
    )
    assert [p for p in stranger if "2026" in p.title] == []


def test_nobody_confirms_the_own_award(world: Any) -> None:
    award = awarded(world, by=world.office, person=world.office)
    with pytest.raises(Refused):
        actions.confirm(award, by=world.office)

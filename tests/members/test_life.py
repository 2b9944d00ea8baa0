"""The way of a person through the party, on the member's page: all of it for those who may see it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from xianfeng.audit.models import Event
from xianfeng.members import hardship, mobility, transfers

pytestmark = pytest.mark.usefixtures("today")


def passages(client: Any, person: Any) -> list[str]:
    answer = client.get(reverse("members:member_detail", args=[person.uid]))
    return [passage.title for passage in answer.context["passages"]]


def test_branches_times_away_and_transfers_stand_on_one_line(client: Any, world: Any) -> None:
    away = mobility.go_out(
        world.member, by=world.clerk, place_name="青岛市", reason="work", since=date(2026, 3, 1)
    )
    mobility.end(away, on=date(2026, 6, 1), ending="returned", by=world.clerk)
    transfer = transfers.begin_inside(world.member, world.yi, on=date(2026, 10, 20), by=world.clerk)
    transfers.take(transfer, by=world.neighbour)
    client.force_login(world.office)
    assert passages(client, world.member) == [
        "乙党支部",
        "组织关系转往乙党支部",
        "流动党员：青岛市",
        "甲党支部",
    ]
    client.force_login(world.member)
    assert "流动党员：青岛市" in client.get(reverse("members:my_record")).content.decode()


def test_hardship_stands_there_only_during_a_visit_of_those_who_may(client: Any, world: Any) -> None:
    hardship.enter(world.member, by=None, kind="1", degree="1", since=date(2026, 3, 1), situation="住院")
    for person in (world.clerk, world.office, world.leader, world.member, world.secretary):
        client.force_login(person)
        assert "困难党员" not in passages(client, world.member)
    client.post(
        "/register/hardship/open/", {"reason": "走访慰问", "next": "/register/hardship/", "once": "v" * 20}
    )
    assert "困难党员" in passages(client, world.member)
    assert Event.objects.filter(action="members.hardship_list", actor=world.secretary).exists()

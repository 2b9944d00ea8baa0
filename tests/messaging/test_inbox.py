"""The inbox page, and the count in the head of every page."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from xianfeng.members.notices import PLACED
from xianfeng.messaging import kinds
from xianfeng.messaging.actions import notify, unread_count
from xianfeng.messaging.models import Notice

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def notice(world: Any) -> Notice:
    notify([world.clerk], PLACED, {"branch": "甲党支部", "day": "今天"}, link="/me/record/", key="one")
    return Notice.objects.get(person=world.clerk)


def test_an_empty_inbox_says_what_will_come(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    assert "还没有消息" in client.get("/inbox/").content.decode()


def test_the_head_of_every_page_counts_unread_notices(client: Any, world: Any, notice: Notice) -> None:
    client.force_login(world.clerk)
    assert client.get("/inbox/").context["unread"] == 1
    assert '<span class="count">1</span>' in client.get("/org/").content.decode()


def test_opening_a_notice_leads_to_the_matter_and_marks_it_read(
    client: Any, world: Any, notice: Notice
) -> None:
    client.force_login(world.clerk)
    response = client.get(notice.get_absolute_url())
    assert response["Location"] == "/me/record/"
    assert unread_count(world.clerk) == 0


def test_somebody_elses_notice_does_not_exist(client: Any, world: Any, notice: Notice) -> None:
    client.force_login(world.office)
    assert client.get(notice.get_absolute_url()).status_code == 404
    assert unread_count(world.clerk) == 1


def test_unread_stand_first_whatever_their_age(client: Any, world: Any, notice: Notice) -> None:
    notify([world.clerk], PLACED, {}, key="two")
    Notice.objects.filter(key="two").update(read_at=timezone.now(), at=timezone.now() + timedelta(hours=1))
    client.force_login(world.clerk)
    assert [n.key for n in client.get("/inbox/").context["page"]] == ["one", "two"]


def test_what_waits_for_the_reader_stands_above_newer_notices(
    client: Any, world: Any, notice: Notice
) -> None:
    kinds.declare("tests.urgent", "Please mend it.", urgent=True)
    notify([world.clerk], "tests.urgent", key="urgent")
    Notice.objects.filter(key="urgent").update(at=timezone.now() - timedelta(days=3))
    client.force_login(world.clerk)
    response = client.get("/inbox/")
    assert [n.key for n in response.context["page"]] == ["urgent", "one"]
    assert "待您处理" in response.content.decode()
    Notice.objects.filter(key="urgent").update(read_at=timezone.now())
    assert [n.key for n in client.get("/inbox/").context["page"]] == ["one", "urgent"]
    del kinds._registry["tests.urgent"]


def test_all_are_marked_read_at_once(client: Any, world: Any, notice: Notice) -> None:
    notify([world.clerk], PLACED, {}, key="two")
    client.force_login(world.clerk)
    key = re.search(
        r'action="/inbox/read/".*?name="once" value="([^"]+)"', client.get("/inbox/").content.decode(), re.S
    )
    assert key
    assert client.post("/inbox/read/", {"once": key.group(1)}).status_code == 302
    assert unread_count(world.clerk) == 0


def test_many_notices_take_no_more_queries(
    client: Any, world: Any, notice: Notice, django_assert_num_queries: Any
) -> None:
    client.force_login(world.clerk)
    client.get("/inbox/")
    with django_assert_num_queries(6):
        client.get("/inbox/")
    for i in range(20):
        notify([world.clerk], PLACED, {}, key=f"more{i}")
    with django_assert_num_queries(6):
        client.get("/inbox/")

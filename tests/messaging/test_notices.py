"""People are told things once, in their own language, and see only what they were told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from xianfeng.core.periods import Period
from xianfeng.messaging import kinds
from xianfeng.messaging.actions import dealt_with, mark_read, notify, unread_count
from xianfeng.messaging.models import OWN, Notice


@pytest.fixture(autouse=True)
def kind() -> Iterator[str]:
    code = kinds.declare("tests.due", "The report for %(month)s of %(branch)s is due on %(day)s.")
    yield code
    del kinds._registry[code]


VALUES = {"month": Period(2026, "month", 10), "branch": "甲党支部", "day": date(2026, 11, 5)}


def test_telling_twice_under_one_key_tells_once(world: Any, kind: str) -> None:
    assert notify([world.clerk, world.secretary], kind, VALUES, key="due/2026-10") == 2
    assert notify([world.clerk, world.secretary, world.member], kind, VALUES, key="due/2026-10") == 1
    assert unread_count(world.clerk) == 1


def test_another_key_is_another_notice(world: Any, kind: str) -> None:
    notify([world.clerk], kind, VALUES, key="due/2026-10")
    notify([world.clerk], kind, VALUES, key="due/2026-11")
    assert unread_count(world.clerk) == 2


def test_who_may_not_sign_in_is_not_told(world: Any, kind: str) -> None:
    world.clerk.is_active = False
    assert notify([world.clerk], kind, VALUES, key="due/2026-10") == 0


def test_a_kind_must_be_declared(world: Any) -> None:
    with pytest.raises(ValueError, match="not a declared kind"):
        notify([world.clerk], "tests.unknown", key="x")


def test_days_and_months_are_worded_for_the_reader(world: Any, kind: str) -> None:
    notify([world.clerk], kind, VALUES, key="due/2026-10")
    notice = Notice.objects.get()
    with translation.override("en"):
        assert str(notice) == "The report for 10/2026 of 甲党支部 is due on November 5."
    with translation.override("zh-hans"):
        assert "11月5日" in str(notice)


def test_a_notice_is_seen_by_nobody_else(world: Any, kind: str) -> None:
    notify([world.clerk], kind, VALUES, key="due/2026-10")
    assert Notice.objects.visible_to(world.clerk, OWN).count() == 1
    for other in ("secretary", "office", "system_admin", "security_admin", "audit_admin"):
        assert not Notice.objects.visible_to(getattr(world, other), OWN).exists()


def test_reading_counts_down_once(world: Any, kind: str) -> None:
    notify([world.clerk], kind, VALUES, key="a")
    notify([world.clerk], kind, VALUES, key="b")
    own = Notice.objects.visible_to(world.clerk, OWN)
    assert mark_read(own.filter(key="a")) == 1
    assert mark_read(own) == 1
    assert unread_count(world.clerk) == 0


def test_what_is_dealt_with_waits_for_nobody(world: Any, kind: str) -> None:
    notify([world.clerk, world.secretary], kind, VALUES, link="/reports/jt-12/2026-10/", key="a")
    notify([world.clerk], kind, VALUES, link="/reports/jt-12/2026-11/", key="b")
    assert dealt_with("/reports/jt-12/2026-10/") == 2
    assert [notice.key for notice in Notice.objects.unread()] == ["b"]

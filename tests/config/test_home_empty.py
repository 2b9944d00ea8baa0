"""Before anything was reported or recorded, every home page says what comes next."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from xianfeng.members.actions import NewMember, admit_all


def test_nothing_to_do_names_the_next_report(client: Any, today: date, world: Any) -> None:
    client.force_login(world.clerk)
    html = client.get("/").content.decode()
    assert "本月的事都办完了。" in html
    assert "下一件是11月5日的月报" in html


@pytest.mark.parametrize("role", ["clerk", "secretary", "office", "leader", "inspector", "member"])
def test_an_empty_bureau_has_home_pages(client: Any, today: date, world: Any, role: str) -> None:
    client.force_login(world.people[role])
    html = client.get("/").content.decode()
    assert "None" not in html
    assert "<h1>" in html


def test_whoever_is_on_the_way_to_membership_finds_the_own_file(client: Any, today: date, world: Any) -> None:
    (applicant,) = admit_all([NewMember("林小雨", world.jia, "applicant", since=date(2026, 3, 1))], by=None)
    client.force_login(applicant)
    html = client.get("/").content.decode()
    assert "入党申请人" in html
    assert 'href="/me/file/"' in html
    assert client.get("/me/file/").status_code == 200

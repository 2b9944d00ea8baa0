"""Before anything was reported or recorded, every home page says what comes next."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest


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

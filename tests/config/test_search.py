"""Search finds people and organizations by what one remembers of them, and only in the own scope."""

from __future__ import annotations

from typing import Any

import pytest

from xianfeng.assessment.actions import open_reports
from xianfeng.config.search import initials
from xianfeng.core.periods import Period

pytestmark = pytest.mark.usefixtures("today")


def titles(client: Any, words: str) -> list[str]:
    return [hit.title for kind in client.get("/search/", {"q": words}).context["found"] for hit in kind.hits]


@pytest.mark.parametrize("words", ["刘佳", "LiuJia", "lj", "jt120002"])
def test_people_by_name_pinyin_initials_and_number(client: Any, world: Any, words: str) -> None:
    client.force_login(world.office)
    assert "刘佳" in titles(client, words)


def test_organizations_by_two_characters_and_initials(client: Any, world: Any) -> None:
    client.force_login(world.office)
    assert titles(client, "乙党") == ["乙党支部"]
    assert titles(client, "ydzb") == ["乙党支部"]


def test_a_neighbour_is_not_found_but_every_branch_is(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    assert titles(client, "冯涛") == []
    assert titles(client, "乙党") == ["乙党支部"]


def test_a_member_without_office_finds_only_themselves(client: Any, world: Any) -> None:
    client.force_login(world.member)
    assert titles(client, "刘佳") == []
    assert titles(client, "甲党") == ["甲党支部"]


@pytest.mark.parametrize("words", ["YB-JT12-202610", "甲党 10月", "2026-10"])
def test_reports_by_number_branch_and_month(client: Any, world: Any, words: str) -> None:
    open_reports(Period(2026, "month", 10))
    client.force_login(world.clerk)
    assert titles(client, words) == ["甲党支部 2026年10月"]
    client.force_login(world.neighbour)
    assert "甲党支部 2026年10月" not in titles(client, words)


def test_nothing_found_offers_the_initials(client: Any, world: Any) -> None:
    client.force_login(world.office)
    html = client.get("/search/", {"q": "养护"}).content.decode()
    assert "没有找到“养护”" in html
    assert "拼音首字母 YH" in html


def test_words_are_shown_as_text(client: Any, world: Any) -> None:
    client.force_login(world.office)
    html = client.get("/search/", {"q": "<b>x</b>"}).content.decode()
    assert "<b>x</b>" not in html


def test_more_than_fit_lead_to_the_list(client: Any, world: Any) -> None:
    client.force_login(world.office)
    kinds = client.get("/search/", {"q": "jt"}).context["found"]
    assert kinds[0].more == "/register/members/?q=jt"
    assert len(kinds[0].hits) == 10


def test_search_takes_eight_queries_at_most(
    client: Any, world: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.office)
    client.get("/search/", {"q": "ydzb"})
    with django_assert_max_num_queries(8):
        client.get("/search/", {"q": "ydzb"})


def test_initials_of_chinese_words_only() -> None:
    assert initials("养护") == "YH"
    assert initials("yh") == ""

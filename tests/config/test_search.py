"""Search finds people and organizations by what one remembers of them, and only in the own scope."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.files import samples
from xianfeng.assessment.actions import open_reports
from xianfeng.config.search import initials
from xianfeng.core import keys
from xianfeng.core.periods import Period
from xianfeng.files.access import access_file
from xianfeng.files.search import matching as find_files
from xianfeng.files.storing import remove, store

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


def test_search_takes_nine_queries_at_most(
    client: Any, world: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.office)
    client.get("/search/", {"q": "ydzb"})
    with django_assert_max_num_queries(9):
        client.get("/search/", {"q": "ydzb"})


def test_initials_of_chinese_words_only() -> None:
    assert initials("养护") == "YH"
    assert initials("yh") == ""


@pytest.fixture
def papers(world: Any, settings: Any, tmp_path: Any) -> dict[str, Any]:
    """A file of the clerk's branch and one of the neighbour's, both named alike."""
    shutil.copytree(keys.folder(settings.XIANFENG_HOME), keys.folder(tmp_path))
    settings.XIANFENG_HOME = tmp_path
    return {
        name: store(
            SimpleUploadedFile("十月党课讲稿.docx", samples.office(extra={"word/of.txt": name.encode()})),
            target=person,
            permission="members.view",
            by=by,
        )
        for name, person, by in (("甲", world.member, world.clerk), ("乙", world.neighbour, world.office))
    }


@pytest.mark.parametrize("words", ["讲稿", "党课 讲稿", "DOCX"])
def test_files_by_their_names_and_only_those_one_may_open(
    client: Any, world: Any, papers: Any, words: str
) -> None:
    for reader, number in ((world.office, 2), (world.clerk, 1), (world.member, 1), (world.system_admin, 0)):
        found = list(find_files(reader, words))
        assert len(found) == number
        assert all(access_file(reader, file.uid) == file for file in found)
    client.force_login(world.clerk)
    (kind,) = client.get("/search/", {"q": words}).context["found"]
    (hit,) = kind.hits
    assert (hit.title, str(world.member) in hit.detail) == ("十月党课讲稿.docx", True)
    assert client.get(hit.url).status_code == 200


def test_files_taken_away_are_not_found(world: Any, papers: Any) -> None:
    (file,) = find_files(world.clerk, "讲稿")
    remove(file, by=world.clerk)
    assert not find_files(world.clerk, "讲稿")


def test_files_take_as_many_queries_however_many_there_are(
    client: Any, world: Any, papers: Any, django_assert_num_queries: Any
) -> None:
    client.force_login(world.office)
    client.get("/search/", {"q": "讲稿"})
    with CaptureQueriesContext(connection) as few:
        client.get("/search/", {"q": "讲稿"})
    for number in range(5):
        content = samples.office(extra={"word/of.txt": str(number).encode()})
        store(
            SimpleUploadedFile(f"讲稿{number}.docx", content),
            target=world.member,
            permission="members.view",
            by=world.clerk,
        )
    with django_assert_num_queries(len(few)):
        client.get("/search/", {"q": "讲稿"})

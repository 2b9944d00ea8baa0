"""The register of organizations, the page of a branch, and what the office changes."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from xianfeng.members.actions import NewMember, admit_all, leave
from xianfeng.members.models import Membership
from xianfeng.organizations.actions import change
from xianfeng.organizations.models import Organization, check_tree
from xianfeng.organizations.terms import standing

LIST = "/org/"
pytestmark = pytest.mark.usefixtures("today")


def post(client: Any, url: str, **fields: Any) -> Any:
    response = client.get(url)
    data = {bound.html_name: bound.value() for bound in response.context["form"]}
    key = re.search(r'name="once" value="([^"]+)"', response.content.decode())
    assert key
    data = {name: value for name, value in data.items() if value is not None}
    return client.post(url, {**data, "once": key.group(1), **fields})


def test_the_list_counts_members_and_names_the_secretary(client: Any, world: Any) -> None:
    client.force_login(world.office)
    sheet = load_workbook(BytesIO(client.get(LIST, {"format": "xlsx"}).content)).active
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    headings = rows["编号"]
    jia = dict(zip(headings, rows["JT-12"], strict=True))
    assert (jia["党员"], jia["预备党员"], jia["书记"]) == (9, 0, "王建国")
    assert dict(zip(headings, rows["JT"], strict=True))["党员"] == 14


def test_everybody_inside_finds_every_branch_but_the_register_of_the_own_only(
    client: Any, world: Any
) -> None:
    change(world.yi, by=None, contact="冯涛", office_phone="0633-6222018")
    for reader in (world.clerk, world.member):
        client.force_login(reader)
        shown = client.get(LIST)
        assert [o.code for o in shown.context["page"]] == ["jt", "jt-12", "jt-18"]
        assert {"term", "status", "contact"}.isdisjoint(column.key for column in shown.context["columns"])
        own, other = (client.get(f"/org/branches/{code}/") for code in ("jt-12", "jt-18"))
        assert (own.status_code, own.context["looks_after"]) == (200, True)
        assert (other.status_code, other.context["looks_after"]) == (200, False)
        assert "0633-6222018" not in other.content.decode()
        assert other.context["remarks"] == []


@pytest.mark.parametrize("words", ["乙党", "jt-18", "ydzb", "yidang"])
def test_names_numbers_and_initials_find_an_organization(client: Any, world: Any, words: str) -> None:
    client.force_login(world.office)
    assert [o.code for o in client.get(LIST, {"q": words}).context["page"]] == ["jt-18"]


def test_pages_take_twelve_queries_at_most(
    client: Any, world: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.office)
    for url in (LIST, "/org/branches/jt-12/", "/org/branches/jt-12/members/"):
        client.get(url)
        with django_assert_max_num_queries(12):
            client.get(url)


# -- what a branch's page warns of --


def remarks(client: Any, world: Any) -> list[str]:
    client.force_login(world.office)
    return [r.text for r in client.get("/org/branches/jt-18/").context["remarks"]]


def test_a_branch_in_order_is_not_warned(client: Any, world: Any) -> None:
    change(world.yi, by=None, term_ends_on=date(2028, 6, 1))
    assert remarks(client, world) == []


def test_fewer_than_three_full_members(client: Any, world: Any) -> None:
    for spell in Membership.objects.filter(organization=world.yi)[:3]:
        leave(spell.person, on=date(2026, 10, 1), reason="转出", by=None)
    assert "不足 3 名" in remarks(client, world)[0]


def test_more_than_fifty_members(client: Any, world: Any) -> None:
    admit_all([NewMember(f"党员{i}", world.yi, "full") for i in range(46)], by=None)
    text = remarks(client, world)
    assert any("不超过 50 名" in t for t in text)
    assert any("应设支部委员会" in t for t in text)


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (date(2026, 10, 1), "届满。请按期换届"),
        (date(2027, 1, 20), "不足 3 个月"),
        (date(2027, 4, 20), "不足 6 个月"),
    ],
)
def test_an_election_is_near(client: Any, world: Any, ends: date, words: str) -> None:
    change(world.yi, by=None, term_ends_on=ends)
    assert words in remarks(client, world)[0]


def test_the_term_ends_on_its_last_day_not_before() -> None:
    organization = Organization(kind="branch", term_ends_on=date(2026, 10, 27))
    assert standing(organization, date(2026, 10, 27))[0] == "check"
    assert standing(organization, date(2026, 10, 28))[0] == "back"


# -- what the office changes --


def test_the_office_founds_a_branch(client: Any, world: Any) -> None:
    client.force_login(world.office)
    response = post(
        client,
        "/org/new/",
        number="371122-JT-40",
        name="中共测试局丙党支部",
        kind="branch",
        parent=world.committee.pk,
        founded_on="2026-10-01",
    )
    assert response.status_code == 302, response.context["form"].errors
    founded = Organization.objects.get(code="jt-40")
    assert founded.path.startswith(world.committee.path)
    assert check_tree() == []


def test_a_number_that_is_taken_is_refused(client: Any, world: Any) -> None:
    client.force_login(world.office)
    response = post(
        client, "/org/new/", number="371122-JT-18", name="又一个", kind="branch", parent=world.committee.pk
    )
    assert response.status_code == 200
    assert response.context["form"].errors["number"]


def test_two_at_the_same_branch_do_not_overwrite_each_other(client: Any, world: Any) -> None:
    client.force_login(world.office)
    url = "/org/branches/jt-18/edit/"
    assert post(client, url, unit="一").status_code == 302
    assert post(client, url, unit="二", seen="0").status_code == 200
    world.yi.refresh_from_db()
    assert world.yi.unit == "一"


def test_a_branch_with_members_is_not_dissolved(client: Any, world: Any) -> None:
    client.force_login(world.office)
    url = "/org/branches/jt-18/dissolve/"
    response = post(client, url, on="2026-10-20", reason="党委会决定", document="莒交党发〔2026〕9号")
    assert "还有 5 名党员" in response.content.decode()
    for spell in Membership.objects.filter(organization=world.yi):
        leave(spell.person, on=date(2026, 10, 1), reason="转出", by=None)
    assert (
        post(client, url, on="2026-10-20", reason="党委会决定", document="莒交党发〔2026〕9号").status_code
        == 302
    )
    assert "jt-18" not in [o.code for o in client.get(LIST).context["page"]]
    assert "jt-18" in [o.code for o in client.get(LIST, {"standing": "dissolved"}).context["page"]]
    assert "已于2026年10月20日撤销" in client.get("/org/branches/jt-18/").content.decode()


def test_a_branch_does_not_change_itself(client: Any, world: Any) -> None:
    client.force_login(world.secretary)
    for url in ("/org/new/", "/org/branches/jt-12/edit/", "/org/branches/jt-12/dissolve/"):
        assert client.get(url).status_code == 403

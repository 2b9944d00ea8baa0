"""The pages of terms: recording an election, the roles that follow, and what others see."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from xianfeng.leadership.actions import Elected, elect, vacate
from xianfeng.leadership.models import Post, Term
from xianfeng.messaging.models import Notice
from xianfeng.people.models import Appointment, Person

pytestmark = pytest.mark.usefixtures("today")
TERMS = "/org/branches/jt-12/terms/"
NEW = f"{TERMS}new/"


def send(client: Any, url: str, **fields: Any) -> Any:
    """Fill in a page as it came, with these fields changed."""
    response = client.get(url)
    data: dict[str, Any] = {}
    for name in ("form", "lines"):
        forms = response.context.get(name)
        if forms is None:
            continue
        for form in [forms.management_form, *forms.forms] if name == "lines" else [forms]:
            data |= {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    key = re.search(r'name="once" value="([^"]+)"', response.content.decode())
    assert key
    return client.post(url, {**data, "once": key.group(1), **fields})


def line(number: int, person: str, kind: str, votes: str = "") -> dict[str, str]:
    return {f"form-{number}-person": person, f"form-{number}-kind": kind, f"form-{number}-votes": votes}


ELECTION = {
    "began_on": "2026-10-20",
    "present": "9",
    "ballots": "9",
    "valid": "9",
    "document": "莒交党发〔2026〕20号",
}


def test_an_election_is_recorded_on_one_page_and_the_roles_follow_as_decided(client: Any, world: Any) -> None:
    client.force_login(world.office)
    page = client.get(NEW)
    assert page.context["form"]["due"].value() == 9
    response = send(
        client, NEW, **ELECTION,
        **line(0, "张晓东 JT120003", "secretary", "9"), **line(2, "JT120004", "organization", "8"), **line(3, "周敏", "publicity", "8"),
    )  # fmt: skip
    assert response["Location"] == f"{TERMS}roles/"
    assert [p.person.name for p in Post.objects.order_by("pk")] == ["张晓东", "陈立平", "周敏"]

    page = client.get(f"{TERMS}roles/")
    assert {(p.person.name, p.appointment is None) for p in page.context["proposals"]} == {
        ("张晓东", True),
        ("王建国", False),
    }
    chosen = [p.key for p in page.context["proposals"]]
    send(client, f"{TERMS}roles/", chosen=chosen)
    held = Appointment.objects.in_force(date(2026, 10, 27)).filter(
        organization=world.jia, role__code="secretary"
    )
    assert [a.person.name for a in held] == ["张晓东"]
    assert "调整了支部书记角色" in str(Notice.objects.get(person=world.security_admin))
    assert client.get(f"{TERMS}roles/").context["proposals"] == []


def test_what_is_not_ticked_stays(client: Any, world: Any) -> None:
    elect(world.jia, [Elected(world.member, "secretary")], number=1, began_on=date(2026, 10, 1), by=None)
    client.force_login(world.office)
    send(client, f"{TERMS}roles/", chosen=[])
    held = Appointment.objects.in_force(date(2026, 10, 27)).filter(
        organization=world.jia, role__code="secretary"
    )
    assert [a.person.name for a in held] == ["王建国"]
    html = client.get("/org/branches/jt-12/").content.decode()
    assert "尚未授予支部书记角色" in html


def test_a_deputy_is_offered_but_not_ticked(client: Any, world: Any) -> None:
    elected = [Elected(world.secretary, "secretary"), Elected(world.member, "deputy")]
    elect(world.jia, elected, number=1, began_on=date(2026, 10, 1), by=None)
    client.force_login(world.office)
    [proposal] = client.get(f"{TERMS}roles/").context["proposals"]
    assert (proposal.person, proposal.ticked) == (world.member, False)


def test_faults_stand_at_their_fields_and_what_was_typed_stays(client: Any, world: Any) -> None:
    client.force_login(world.office)
    faulty = {**ELECTION, "present": "12"}
    response = send(client, NEW, **faulty, **line(0, "冯涛", "secretary"), **line(1, "刘佳", "deputy", "5"))
    assert response.status_code == 422
    assert response.context["form"].errors["present"] == ["实到人数不能多于应到人数。"]
    assert "不是本组织党员" in response.context["lines"].forms[0].errors["person"][0]
    assert 'value="刘佳"' in response.content.decode()
    assert not Term.objects.exists()


def test_a_shared_name_asks_for_the_number(client: Any, world: Any) -> None:
    Person.objects.filter(name="周敏").update(name="刘佳")
    client.force_login(world.office)
    response = send(client, NEW, **ELECTION, **line(0, "刘佳", "secretary"))
    assert "有重名" in response.context["lines"].forms[0].errors["person"][0]
    assert send(client, NEW, **ELECTION, **line(0, "jt120002", "secretary")).status_code == 302
    assert Post.objects.get().person == world.clerk


def test_by_election_postponement_and_correction_have_their_pages(client: Any, world: Any) -> None:
    term = elect(
        world.jia, [Elected(world.secretary, "secretary")], number=1, began_on=date(2024, 3, 1), by=None
    )
    client.force_login(world.office)
    assert (
        send(client, f"/org/terms/{term.uid}/posts/new/", person="刘佳", kind="publicity").status_code == 302
    )
    too_late = send(client, f"/org/terms/{term.uid}/postpone/", to="2028-06-01", document="批〔2026〕3号")
    assert "一般不超过一年" in too_late.context["form"].errors["to"][0]
    assert send(client, f"/org/terms/{term.uid}/postpone/", document="批〔2026〕3号").status_code == 302
    assert send(client, f"/org/terms/{term.uid}/edit/", number="7").status_code == 302
    stale = send(client, f"/org/terms/{term.uid}/edit/", number="8", seen="0")
    assert "有人" in str(stale.context["form"].errors) or "改" in str(stale.context["form"].errors)
    end = f"/org/posts/{term.posts.get(kind='publicity').uid}/end/"
    assert send(client, end, ending="resigned").status_code == 302
    html = client.get(TERMS).content.decode()
    for words in ("第 7 届", "补选", "辞职", "批〔2026〕3号", "2028年3月1日"):
        assert words in html
    rows = load_workbook(BytesIO(client.get("/org/terms/", {"format": "xlsx"}).content)).active.values
    [headings, row, *_rest] = rows
    told = dict(zip(headings, row, strict=True))
    assert (told["届次"], told["书记"], told["班子人数"]) == (7, "王建国", 1)


def test_branches_record_nothing_themselves(client: Any, world: Any) -> None:
    term = elect(
        world.jia, [Elected(world.secretary, "secretary")], number=1, began_on=date(2024, 3, 1), by=None
    )
    client.force_login(world.secretary)
    assert client.get(TERMS).status_code == 200
    for url in (NEW, f"{TERMS}roles/", f"/org/terms/{term.uid}/edit/", f"/org/terms/{term.uid}/postpone/"):
        assert client.get(url).status_code == 403


def test_everybody_inside_sees_names_and_posts_but_not_the_figures(client: Any, world: Any) -> None:
    elected = [Elected(world.secretary, "secretary", 9), Elected(world.member, "publicity", 6)]
    term = elect(world.jia, elected, number=1, began_on=date(2024, 3, 1), due=9, present=9, by=None)
    client.force_login(world.neighbour)
    html = client.get("/org/branches/jt-12/committee/").content.decode()
    assert "王建国" in html and "宣传委员" in html
    assert "2024年3月1日" not in html
    assert client.get(TERMS).status_code == 404
    vacate(term.posts.get(kind="publicity"), on=date(2026, 10, 20), ending="resigned", by=None)
    assert "张晓东" not in client.get("/org/branches/jt-12/committee/").content.decode()

"""The register of members: who finds whom, what is shown masked, and what the office changes."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from xianfeng.members.actions import NewMember, admit, admit_all, place
from xianfeng.members.models import Member, Membership
from xianfeng.messaging.models import Notice

ID_NUMBER, PHONE = "379900199003077436", "13800001234"
LIST = "/register/members/"

pytestmark = pytest.mark.usefixtures("today")


def page(person: Any, name: str = "member_detail") -> str:
    return reverse(f"members:{name}", args=[person.uid])


def send(client: Any, url: str, **fields: Any) -> Any:
    """Open a form, fill it in and send it, as a browser does: what is not named goes back as it came."""
    response = client.get(url)
    assert response.status_code == 200
    data = {}
    for form in ("form", "person_form", "party_form"):
        if form in (response.context or {}):
            for bound in response.context[form]:
                value = bound.value()
                data[bound.html_name] = "" if value is None else value
    data["once"] = re.search(r'name="once" value="([^"]+)"', response.content.decode()).group(1)
    return client.post(url, {**data, **fields})


@pytest.fixture
def probationer(world: Any) -> Any:
    return admit(
        NewMember(
            "曾晓燕",
            world.jia,
            "probationary",
            personal={
                "id_number": ID_NUMBER,
                "phone": PHONE,
                "born_on": date(1990, 3, 7),
                "sex": "2",
                "post": "养护工",
            },
            party={"joined_on": date(2025, 9, 1)},
        ),
        by=None,
    )


# -- the list --


def test_a_clerk_sees_the_own_branch_and_the_office_everybody(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    assert client.get(LIST).context["page"].paginator.count == 9
    client.force_login(world.office)
    assert client.get(LIST).context["page"].paginator.count == 14


@pytest.mark.parametrize("words", ["刘佳", "liujia", "lj", "JT120002", "jt12 刘"])
def test_name_pinyin_initials_and_number_find_a_member(client: Any, world: Any, words: str) -> None:
    client.force_login(world.office)
    found = client.get(LIST, {"q": words}).context["page"].object_list
    assert [spell.person for spell in found] == [world.clerk]


def test_a_surname_is_found_by_the_reading_it_has(client: Any, world: Any, probationer: Any) -> None:
    client.force_login(world.office)
    found = client.get(LIST, {"q": "zengxy"}).context["page"].object_list
    assert not found
    found = client.get(LIST, {"q": "zxy"}).context["page"].object_list
    assert [spell.person for spell in found] == [probationer]


def test_branch_stage_and_exemption_narrow_the_list(client: Any, world: Any, probationer: Any) -> None:
    Member.objects.filter(person=world.member).update(exempt_since=date(2026, 1, 1), exempt_reason="年老")
    client.force_login(world.office)

    def names(**chosen: str) -> set[str]:
        return {spell.person.name for spell in client.get(LIST, chosen).context["page"]}

    assert names(branch="jt-18") == {"冯涛", "韩梅", "杨帆", "朱琳", "秦岭"}
    assert names(stage="probationary") == {"曾晓燕"}
    assert names(exempt="yes") == {world.member.name}
    assert world.member.name not in names(exempt="no", branch="jt-12")


def test_a_clerk_cannot_choose_the_neighbours_branch(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    response = client.get(LIST)
    assert [label for _code, label in response.context["filter"].form.fields["branch"].widget.choices][
        1:
    ] == ["甲党支部"]


def test_numbers_stand_masked_on_the_page_and_in_the_file(client: Any, world: Any, probationer: Any) -> None:
    client.force_login(world.office)
    html = client.get(LIST).content.decode()
    assert "138****1234" in html
    assert PHONE not in html
    sheet = load_workbook(BytesIO(client.get(LIST, {"format": "xlsx"}).content)).active
    values = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert "3799**********7436" in values
    assert "138****1234" in values
    assert not {ID_NUMBER, PHONE} & set(values)


def test_nothing_found_says_what_to_try(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    html = client.get(LIST, {"q": "没有的人"}).content.decode()
    assert "没有符合条件的党员" in html
    assert "首字母" in html


def test_those_who_may_only_see_themselves_have_no_list(client: Any, world: Any) -> None:
    client.force_login(world.member)
    assert client.get(LIST).status_code == 403


def test_the_list_takes_as_many_queries_for_fourteen_as_for_thirty(
    client: Any, world: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.office)
    client.get(LIST)
    with django_assert_max_num_queries(8) as few:
        client.get(LIST)
    for i in range(16):
        admit(NewMember(f"新人{i}", world.yi, "full"), by=None)
    with django_assert_max_num_queries(8) as many:
        client.get(LIST)
    assert len(few) == len(many)


# -- the record --


def test_a_neighbours_record_does_not_exist(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    assert client.get(page(world.member)).status_code == 200
    for name in ("member_detail",):
        assert client.get(page(world.neighbour, name)).status_code == 404


def test_members_see_their_own_record_and_no_other(client: Any, world: Any) -> None:
    client.force_login(world.member)
    assert client.get(page(world.member)).status_code == 200
    assert client.get("/me/record/").status_code == 200
    assert client.get(page(world.clerk)).status_code == 404


def test_who_is_no_member_is_told_so(client: Any, world: Any) -> None:
    client.force_login(world.system_admin)
    assert "这里没有您的党员档案" in client.get("/me/record/").content.decode()


def test_the_record_takes_eleven_queries_at_most(
    client: Any, world: Any, probationer: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.office)
    client.get(page(probationer))
    with django_assert_max_num_queries(11):
        client.get(page(probationer))


def test_a_clerk_finds_no_button_to_change_anything(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    assert page(world.member, "member_edit") not in client.get(page(world.member)).content.decode()
    assert client.get(page(world.member, "member_edit")).status_code == 403


# -- what the office changes --


def test_the_office_corrects_a_record(client: Any, world: Any, probationer: Any) -> None:
    client.force_login(world.office)
    response = send(
        client, page(probationer, "member_edit"), **{"person-post": "副站长", "party-occupation": "serving"}
    )
    assert response.status_code == 302, response.context["person_form"].errors
    probationer.refresh_from_db()
    assert probationer.post == "副站长"
    assert probationer.id_number.reveal() == ID_NUMBER
    assert probationer.version == 1


def test_two_at_the_same_record_do_not_overwrite_each_other(
    client: Any, world: Any, probationer: Any
) -> None:
    client.force_login(world.office)
    url = page(probationer, "member_edit")
    send(client, url, **{"person-post": "副站长"})
    response = send(client, url, **{"person-post": "站长", "person-seen": "0"})
    assert response.status_code == 200
    assert "其他同志刚刚改过" in response.content.decode()
    probationer.refresh_from_db()
    assert probationer.post == "副站长"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("37990019900307743", "18 位"),
        ("379900199003077437", "校验不符"),
        ("3799**********9999", "不要带星号"),
    ],
)
def test_a_wrong_id_number_is_refused_with_the_cure(
    client: Any, world: Any, probationer: Any, number: str, words: str
) -> None:
    client.force_login(world.office)
    response = send(client, page(probationer, "member_edit"), **{"person-id_number": number})
    assert response.status_code == 200
    assert words in response.content.decode()


def test_another_members_id_number_is_refused(client: Any, world: Any, probationer: Any) -> None:
    client.force_login(world.office)
    response = send(client, page(world.member, "member_edit"), **{"person-id_number": ID_NUMBER})
    assert response.status_code == 200
    world.member.refresh_from_db()
    assert not world.member.id_number


def test_a_probationer_is_confirmed_on_a_day_and_told(client: Any, world: Any, probationer: Any) -> None:
    client.force_login(world.office)
    assert send(client, page(probationer, "member_confirm"), on="2026-09-01").status_code == 302
    assert Membership.objects.on(date(2026, 8, 31)).get(person=probationer).stage == "probationary"
    assert Membership.objects.on(date(2026, 9, 1)).get(person=probationer).stage == "full"
    assert "9月1日" in str(Notice.objects.get(person=probationer))


def test_a_full_member_cannot_be_confirmed_again(client: Any, world: Any) -> None:
    client.force_login(world.office)
    response = send(client, page(world.member, "member_confirm"), on="2026-09-01")
    assert response.status_code == 200
    assert "不是预备党员" in response.content.decode()


def test_a_transfer_moves_the_member_and_leaves_the_past(client: Any, world: Any, probationer: Any) -> None:
    place(probationer, world.yi, on=date(2026, 10, 1), by=world.office)
    assert Membership.objects.on(date(2026, 9, 30)).get(person=probationer).organization == world.jia
    assert Membership.objects.on(date(2026, 10, 1)).get(person=probationer).organization == world.yi
    client.force_login(world.neighbour)
    assert client.get(page(probationer)).status_code == 200
    client.force_login(world.clerk)
    assert client.get(page(probationer)).status_code == 404


def test_a_day_ahead_is_refused(client: Any, world: Any, probationer: Any) -> None:
    client.force_login(world.office)
    response = send(client, page(probationer, "member_leave"), on="2026-12-01", reason="转往外县")
    assert "还没到" in response.content.decode()


def test_who_left_is_on_no_list_and_cannot_sign_in(client: Any, world: Any, probationer: Any) -> None:
    client.force_login(world.office)
    assert (
        send(
            client, page(probationer, "member_leave"), on="2026-10-20", ending="moved_out", reason="转往外县"
        ).status_code
        == 302
    )
    probationer.refresh_from_db()
    assert not probationer.is_active
    assert client.get(LIST, {"q": "zxy"}).context["page"].paginator.count == 0
    assert "已不在册" in client.get(page(probationer)).content.decode()


# -- the panel of a branch --


def test_members_see_the_names_of_their_branch_and_officers_may_open_them(client: Any, world: Any) -> None:
    url = reverse("members:branch_members", args=["jt-12"])
    client.force_login(world.member)
    html = client.get(url).content.decode()
    assert "刘佳" in html
    assert page(world.clerk) not in html
    client.force_login(world.secretary)
    assert page(world.clerk) in client.get(url).content.decode()


def test_neighbours_see_names_and_nothing_else(client: Any, world: Any) -> None:
    admit_all([NewMember("预备员", world.jia, "probationary")], by=None)
    client.force_login(world.neighbour)
    html = client.get(reverse("members:branch_members", args=["jt-12"])).content.decode()
    assert "刘佳" in html
    assert "预备员" in html
    assert "<small>预备" not in html
    assert page(world.clerk) not in html
    client.force_login(world.secretary)
    assert "<small>预备" in client.get(reverse("members:branch_members", args=["jt-12"])).content.decode()


def test_administrators_see_no_names(client: Any, world: Any) -> None:
    url = reverse("members:branch_members", args=["jt-12"])
    for name in ("system_admin", "inspector"):
        client.force_login(getattr(world, name))
        assert client.get(url).status_code == 404

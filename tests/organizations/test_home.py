"""The home of a branch: what it keeps there, and what everybody inside sees of it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.files.samples import photo
from xianfeng.activities.actions import record_activity
from xianfeng.audit import events
from xianfeng.files.models import Attachment
from xianfeng.organizations import home
from xianfeng.organizations.models import Announcement, Honour

pytestmark = pytest.mark.usefixtures("today")
HOME = "/org/branches/jt-12/"


def send(client: Any, url: str, **fields: Any) -> Any:
    response = client.get(url)
    data = {b.html_name: b.value() for b in response.context["form"] if b.value() is not None}
    key = re.search(r'name="once" value="([^"]+)"', response.content.decode())
    assert key
    return client.post(url, {**data, "once": key.group(1), **fields})


def test_the_branch_introduces_itself_and_everybody_inside_reads_it(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    assert send(client, f"{HOME}introduction/", introduction="守路护路，\n为民服务。").status_code == 302
    for reader in (world.neighbour, world.member, world.office):
        client.force_login(reader)
        assert "守路护路" in client.get(HOME).content.decode()
    [event] = [e for e in events.history(world.jia) if e.action == "organizations.introduce"]
    assert "守路" not in str(event.details)


def test_of_two_who_write_the_second_sees_both_texts(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    send(client, f"{HOME}introduction/", introduction="第一版")
    page = send(client, f"{HOME}introduction/", introduction="第二版", seen="0")
    assert page.status_code == 200
    assert "第一版" in page.context["theirs"]
    assert page.context["form"]["introduction"].value() == "第二版"
    seen = page.context["form"]["seen"].value()
    assert send(client, f"{HOME}introduction/", introduction="第二版", seen=seen).status_code == 302
    world.jia.refresh_from_db()
    assert world.jia.introduction == "第二版"


def test_others_change_nothing_there(client: Any, world: Any) -> None:
    home.honour(world.jia, title="先进党支部", given_by="县委", on=date(2026, 7, 1), by=None)
    honour = f"/org/honours/{Honour.objects.get().uid}/"
    client.force_login(world.neighbour)
    for url in (f"{HOME}introduction/", f"{HOME}honours/new/", f"{HOME}announcements/new/", honour):
        assert client.get(url).status_code == 404
    client.force_login(world.member)
    assert client.get(honour).status_code == 403


def test_a_certificate_opens_for_members_inside_and_nobody_else(client: Any, world: Any) -> None:
    client.force_login(world.secretary)
    file = SimpleUploadedFile("证书.jpg", photo(), "image/jpeg")
    fields = {"title": "先进党支部", "given_by": "中共莒县县委", "on": "2026-07-01"}
    assert send(client, f"{HOME}honours/new/", **fields, file=file).status_code == 302
    certificate = Attachment.objects.get()
    for reader, status in ((world.neighbour, 200), (world.member, 200), (world.system_admin, 404)):
        client.force_login(reader)
        assert client.get(certificate.get_absolute_url()).status_code == status
    client.force_login(world.neighbour)
    assert "先进党支部" in client.get(HOME).content.decode()


def test_an_honour_is_corrected_and_taken_off(client: Any, world: Any) -> None:
    honour = home.honour(world.jia, title="先进支部", given_by="县委", on=date(2026, 7, 1), by=None)
    url = f"/org/honours/{honour.uid}/"
    client.force_login(world.clerk)
    assert send(client, url, title="先进党支部").status_code == 302
    ahead = send(client, url, on="2027-01-01")
    assert "还没到" in ahead.context["form"].errors["on"][0]
    assert send(client, url, remove="1").status_code == 302
    assert client.get(HOME).context["honours"] == []
    assert client.get(url).status_code == 404
    assert [e.action for e in events.history(honour)] == [
        "organizations.honour_remove", "organizations.honour_change", "organizations.honour",
    ]  # fmt: skip


def test_an_announcement_hangs_until_its_day(client: Any, world: Any) -> None:
    client.force_login(world.clerk)
    past = send(client, f"{HOME}announcements/new/", title="学习", text="请带笔记本。", until="2026-10-26")
    assert "已过" in past.context["form"].errors["until"][0]
    assert send(client, f"{HOME}announcements/new/", title="学习", text="请带笔记本。", until="2026-10-30").status_code == 302  # fmt: skip
    hanging = Announcement.objects.filter(organization=world.jia)
    assert hanging.current(date(2026, 10, 30)).exists()
    assert not hanging.current(date(2026, 10, 31)).exists()
    client.force_login(world.neighbour)
    assert "请带笔记本。" in client.get(HOME).content.decode()


def test_everybody_inside_sees_what_was_held_without_talks_and_without_who_came(
    client: Any, world: Any
) -> None:
    record_activity(world.jia, "party_day", date(2026, 10, 10), by=world.clerk, topic="洛安路清障")
    record_activity(
        world.jia,
        "talk",
        date(2026, 10, 12),
        by=world.clerk,
        present=[world.clerk, world.member],
        led_by=world.clerk,
    )
    url = "/activities/branches/jt-12/"
    client.force_login(world.neighbour)
    html = client.get(url).content.decode()
    assert "洛安路清障" in html
    assert "谈心谈话" not in re.sub(r"<table.*?</table>", "", html, flags=re.S)
    assert "实到" not in html
    client.force_login(world.clerk)
    assert "实到" in client.get(url).content.decode()


def test_administrators_see_the_register_but_not_the_homes(client: Any, world: Any) -> None:
    client.force_login(world.system_admin)
    page = client.get(HOME)
    assert page.status_code == 200
    assert [panel.view for panel, _url in (*page.context["panels"], *page.context["aside"])] == []
    assert client.get("/activities/branches/jt-12/").status_code == 403

"""To know what is kept, to take it along, to have it restricted or erased."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from tests.files.samples import photo
from xianfeng.audit.events import verify
from xianfeng.audit.models import Event
from xianfeng.audit.moves import Refused
from xianfeng.config.checks import findings
from xianfeng.config.privacy import erasure
from xianfeng.files.models import Attachment
from xianfeng.files.storing import store
from xianfeng.ledger.models import Entry
from xianfeng.members.actions import NewMember, admit, change, leave
from xianfeng.people.models import Person

ID_NUMBER, PHONE, CANARY = "379900199003077436", "13800001234", "金丝雀岭"
pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def gone(world: Any) -> Person:
    """A member of 甲 who took part, had a photo and a corrected record, and has left."""
    from xianfeng.activities.actions import record_activity

    person = admit(
        NewMember(
            CANARY,
            world.jia,
            "full",
            personal={"id_number": ID_NUMBER, "phone": PHONE, "born_on": date(1990, 3, 7), "post": CANARY},
            party={"joined_on": date(2012, 7, 1), "confirmed_on": date(2013, 7, 1)},
        ),
        by=world.office,
    )
    change(person, personal={"post": f"{CANARY}站长"}, party={}, by=world.office)
    record_activity(world.jia, "party_day", date(2026, 9, 10), by=world.clerk, topic="学习")
    store(
        SimpleUploadedFile(f"{CANARY}.jpg", photo()),
        target=person,
        permission="members.view",
        by=world.office,
    )
    leave(person, on=date(2026, 10, 1), reason="转往外县", ending="moved_out", by=world.office)
    person.refresh_from_db()
    return person


def send(client: Any, url: str, target: str, **fields: Any) -> Any:
    page = client.get(url)
    key = re.search(r'name="once" value="([^"]+)"', page.content.decode())
    assert key
    return client.post(target, {"once": key.group(1), **fields})


def test_each_reads_what_is_kept_and_why(client: Any, world: Any) -> None:
    client.force_login(world.member)
    html = client.get("/me/data/").content.decode()
    assert "党员" in html
    assert "保存期限" in html
    assert world.neighbour.name not in html


def test_the_own_data_is_taken_along_in_clear_and_audited(client: Any, world: Any) -> None:
    world.member.phone = PHONE
    world.member.save()
    client.force_login(world.member)
    assert PHONE not in client.get("/me/data/").content.decode()
    answer = send(client, "/me/data/", "/me/data/file/")
    data = json.loads(answer.content)
    assert data["people.Person"]["rows"][0]["phone"] == PHONE
    assert [row["stage"] for row in data["members.Membership"]["rows"]] == ["full"]
    assert "password" not in data["people.Person"]["rows"][0]
    assert Event.objects.filter(action="privacy.take_along", actor=world.member).count() == 1


def test_who_is_on_the_roll_is_neither_restricted_nor_erased(world: Any) -> None:
    for act in (erasure.restrict, erasure.erase):
        with pytest.raises(Refused):
            act(world.member, reason="本人申请", by=world.security_admin)
    world.member.refresh_from_db()
    assert world.member.is_active


def test_a_reason_is_asked_for(client: Any, world: Any, gone: Person) -> None:
    client.force_login(world.security_admin)
    page = reverse("privacy:person", args=[gone.uid])
    answer = send(client, page, reverse("privacy:act", args=[gone.uid, "erase"]), reason="")
    assert answer.status_code == 422
    gone.refresh_from_db()
    assert gone.name == CANARY


def test_the_restricted_are_found_nowhere_until_it_is_lifted(client: Any, world: Any, gone: Person) -> None:
    client.force_login(world.security_admin)
    page = reverse("privacy:person", args=[gone.uid])
    assert (
        send(client, page, reverse("privacy:act", args=[gone.uid, "restrict"]), reason="本人申请").status_code
        == 302
    )
    client.force_login(world.office)
    record = reverse("members:member_detail", args=[gone.uid])
    assert client.get(record).status_code == 404
    assert CANARY not in client.get("/search/", {"q": gone.number}).content.decode()
    client.force_login(world.security_admin)
    assert (
        send(client, page, reverse("privacy:act", args=[gone.uid, "lift"]), reason="争议已解决").status_code
        == 302
    )
    client.force_login(world.office)
    assert client.get(record).status_code == 200


def test_the_erased_are_a_number_and_the_chain_holds(client: Any, world: Any, gone: Person) -> None:
    entries = Entry.objects.filter(person=gone).count()
    assert entries
    client.force_login(world.security_admin)
    page = reverse("privacy:person", args=[gone.uid])
    assert (
        send(client, page, reverse("privacy:act", args=[gone.uid, "erase"]), reason="本人申请").status_code
        == 302
    )
    gone = Person.objects.get(pk=gone.pk)
    assert (gone.name, gone.born_on, gone.post, gone.id_number_index) == (erasure.NOBODY, None, "", None)
    assert (gone.id_number.reveal(), gone.phone.reveal()) == ("", "")
    assert (gone.member.joined_on, gone.number, gone.is_active) == (None, "JT120010", False)
    assert Entry.objects.filter(person=gone).count() == entries
    assert not Attachment.objects.of(gone).exists()
    assert verify() == []
    assert findings() == []
    assert everywhere(CANARY) == []
    client.force_login(world.office)
    assert CANARY not in client.get("/search/", {"q": "JT120010"}).content.decode()


def everywhere(word: str) -> list[str]:
    """Tables of the database in which a word stands, as it lies there."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [table for row in cursor.fetchall() if any(word in str(value) for value in row)]
    return found


def test_a_number_of_the_erased_is_not_given_again(world: Any, gone: Person) -> None:
    erasure.erase(gone, reason="本人申请", by=world.security_admin)
    again = admit(NewMember("林小雨", world.jia, "full"), by=world.office)
    assert again.number == "JT120011"


def test_only_the_guardian_opens_these_pages(client: Any, world: Any, gone: Person) -> None:
    for who in (world.office, world.clerk, world.system_admin, world.audit_admin):
        client.force_login(who)
        for url in ("/manage/privacy/", "/manage/privacy/people/"):
            assert client.get(url).status_code == 403
    client.force_login(world.security_admin)
    assert "身份证号" in client.get("/manage/privacy/").content.decode()
    assert client.get("/manage/privacy/", {"format": "xlsx"}).status_code == 200
    assert gone.name in client.get("/manage/privacy/people/").content.decode()
    assert client.get(reverse("privacy:person", args=[world.member.uid])).status_code == 404

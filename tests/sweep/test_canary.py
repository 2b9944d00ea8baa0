"""An ID number, a phone and the story of somebody in hardship stand on no page, in no file, log or event."""

from __future__ import annotations

import io
import logging
import zipfile
from datetime import date

import pytest
from django.urls import reverse

from tests.sweep.examples import OUTSIDE, examples
from tests.sweep.routes import ALL
from xianfeng.audit.models import Event
from xianfeng.core.pages import PUBLIC
from xianfeng.ledger.models import Entry
from xianfeng.members import hardship

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ID_NUMBER, PHONE, STORY = "37990019700101001X", "13856471234", "丹顶鹤七四二九"
SECRETS = (ID_NUMBER, PHONE, STORY)


@pytest.fixture
def asked(today, world):
    """Every address with an object of the own branch, after its member was given what must not be seen."""
    here = examples(world)
    world.member.id_number, world.member.phone = ID_NUMBER, PHONE
    world.member.save()
    hardship.enter(
        world.member, by=world.secretary, kind="1", degree="1", since=date(2026, 3, 1), situation=STORY, measures=STORY
    )  # fmt: skip
    return [
        reverse(route.name, kwargs=here[route.name][0] if route.takes else None)
        for route in ALL
        if route.name not in OUTSIDE and route.door != PUBLIC
    ]


def texts(response):
    """What an answer says; of a workbook or a Word document, all its parts."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())


@pytest.mark.parametrize("role", ["clerk", "office", "leader", "audit_admin"])
def test_nobody_else_is_shown_what_is_sealed(asked, world, client, caplog, role):
    caplog.set_level(logging.DEBUG)
    client.force_login(world.people[role])
    for url in asked:
        for more in ({}, {"format": "xlsx"}):
            said = texts(client.get(url, more))
            assert not [secret for secret in SECRETS if secret in said], (role, url, more)
    found = client.get("/search/", {"q": ID_NUMBER}).context
    assert found is None or not found["found"]
    kept = str(list(Event.objects.values_list("details", flat=True))) + str(list(Entry.objects.values()))
    assert not [secret for secret in SECRETS if secret in kept + caplog.text]

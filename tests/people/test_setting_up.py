"""A new installation: no account, one link on the console, three different administrators, then roles."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.auth.hashers import is_password_usable
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tests.people.accounts import form_key
from xianfeng.organizations.models import Organization
from xianfeng.people import actions
from xianfeng.people.models import Appointment, Person, Role, SetupLink

pytestmark = pytest.mark.django_db

GOOD = "nine patient cranes by noon"


@pytest.fixture
def empty(world):
    """The installation before anybody was entered: rows are hidden by ending what the world made."""
    from django.db import connection

    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        keep = {"people_role", "django_migrations", "django_content_type", "auth_permission"}
        connection.disable_constraint_checking()
        for table in tables:
            if table not in keep:
                for trigger in triggers(cursor, table):
                    cursor.execute(trigger)
                cursor.execute(f'DELETE FROM "{table}"')
        connection.enable_constraint_checking()


def triggers(cursor, table: str) -> list[str]:
    """Statements that lift the protection of an append-only table, inside a test that rolls back."""
    from django.db import connection

    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        return [f'DROP TRIGGER "{name}"' for (name,) in cursor.fetchall()]
    return [f'ALTER TABLE "{table}" DISABLE TRIGGER ALL']


def init(*arguments: str) -> tuple[str, str]:
    """Run `xianfeng init`; returns what it printed and the path of the link, if any."""
    out = StringIO()
    call_command("init", *arguments, stdout=out)
    link = re.search(r"(/setup/[\w-]{43}/)", out.getvalue())
    return out.getvalue(), link[1] if link else ""


def make(client: Client, link: str, name: str, account: str, password: str = GOOD):
    """One person fills in the set-up form."""
    form = {
        "name": name,
        "account": account,
        "password1": password,
        "password2": password,
        "once": form_key(),
    }
    return client.post(link, form)


def test_a_new_installation_has_no_account(empty):
    init()
    assert not [p for p in Person.objects.all() if is_password_usable(p.password)]
    assert not Appointment.objects.exists()


def test_three_different_people_make_the_three_administrators(empty, client):
    printed, link = init()
    assert printed.count("/setup/") == 1
    assert re.search(r"audit\s+\w{4}-\w{4}-\w{4}-\w{4}", printed)
    root = client.post(link, {"number": "371122-JT", "name": "中共测试局机关委员会", "once": form_key()})
    assert root["Location"] == link
    assert Organization.objects.get().kind == "committee"
    for name, account in (("何一", "heyi"), ("吕二", "lver"), ("施三", "shisan")):
        assert make(client, link, name, account, f"{account} patient cranes by noon")["Location"] == link, (
            name
        )
    held = Appointment.objects.values_list("role__code", "person__account")
    assert dict(held) == {"system_admin": "heyi", "security_admin": "lver", "audit_admin": "shisan"}
    assert "三员已经齐备" in client.get(link).content.decode()
    assert Client().get(link).status_code == 404
    assert SetupLink.objects.get().used_at


def test_one_person_cannot_hold_two_of_the_three(empty, client):
    _printed, link = init("--organization", "371122-JT", "中共测试局机关委员会")
    assert make(client, link, "何一", "heyi").status_code == 302
    assert make(client, link, "何一", "heyi-two").status_code == 422
    assert make(client, link, "吕二", "heyi").status_code == 422
    assert Appointment.objects.count() == 1


def test_weak_passwords_are_refused_there_too(empty, client):
    _printed, link = init("--organization", "371122-JT", "中共测试局机关委员会")
    assert make(client, link, "何一", "heyi", "xianfeng2026").status_code == 422
    assert not Person.objects.exists()


def test_the_link_holds_half_an_hour(empty, client):
    _printed, link = init("--organization", "371122-JT", "中共测试局机关委员会")
    with time_machine.travel(timezone.now() + timedelta(minutes=30, seconds=1)):
        assert client.get(link).status_code == 404
        assert make(client, link, "何一", "heyi").status_code == 404


def test_running_init_again_changes_nothing_and_makes_a_new_link(empty, client):
    _printed, first = init("--organization", "371122-JT", "中共测试局机关委员会")
    make(client, first, "何一", "heyi")
    printed, second = init("--organization", "371122-JT", "中共测试局机关委员会")
    assert second != first
    assert Client().get(first).status_code == 404
    assert "安全保密员" in printed
    assert "系统管理员" not in printed
    make(client, second, "吕二", "lver")
    make(client, second, "施三", "shisan")
    printed, third = init()
    assert not third
    assert Person.objects.count() == 3
    assert Organization.objects.count() == 1


def test_the_link_is_kept_as_a_hash(empty):
    _printed, link = init()
    assert link.split("/")[2] not in repr(list(SetupLink.objects.values()))


def test_roles_are_given_only_once_all_three_exist(world):
    actions.relieve(world.audit_admin.appointments.get(), by=world.security_admin)
    leader = Role.objects.get(code="leader")
    with pytest.raises(ValidationError):
        actions.appoint(world.member, leader, world.committee, by=world.security_admin)
    actions.appoint(
        actions.enter(name="施三", account="shisan", organization=world.committee, by=world.system_admin),
        Role.objects.get(code="audit_admin"),
        world.committee,
        by=world.security_admin,
    )
    assert actions.appoint(world.member, leader, world.committee, by=world.security_admin)


@pytest.mark.parametrize("other", ["security_admin", "audit_admin", "clerk", "office"])
def test_an_administrator_holds_no_other_role_now_or_later(world, other):
    role = Role.objects.get(code=other)
    for since in (
        None,
        timezone.localdate() - timedelta(days=400),
        timezone.localdate() + timedelta(days=400),
    ):
        with pytest.raises(ValidationError):
            actions.appoint(world.system_admin, role, world.committee, by=world.security_admin, since=since)


def test_a_role_held_earlier_does_not_stand_in_the_way(world):
    actions.relieve(world.clerk.appointments.get(), by=world.security_admin)
    day = timezone.localdate()
    assert actions.appoint(
        world.clerk, Role.objects.get(code="audit_admin"), world.committee, by=world.security_admin, since=day
    )

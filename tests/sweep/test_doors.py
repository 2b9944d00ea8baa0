"""Doors: every view says who may pass, and every role is asked at every door."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from tests.sweep.examples import OUTSIDE, examples
from tests.sweep.routes import ALL
from xianfeng.core.pages import PUBLIC, SIGNED_IN
from xianfeng.core.permissions import known

pytestmark = pytest.mark.django_db

ROLES = (
    "clerk", "secretary", "office", "leader", "inspector", "member", "neighbour",
    "system_admin", "security_admin", "audit_admin",
)  # fmt: skip
BEFORE_A_PUSH = {"clerk", "office", "audit_admin"}  # the others ask at every door when all tests run


@pytest.mark.parametrize("route", ALL, ids=lambda r: r.name)
def test_every_view_has_a_door_with_known_permissions(route):
    assert route.door, f"{route.pattern}: neither @needs nor @public"
    if route.door != PUBLIC:
        assert set(route.door) <= {*known(), SIGNED_IN}


def test_every_route_with_arguments_has_an_example(today, world):
    here = examples(world)
    missing = [r.name for r in ALL if r.takes and r.name not in here and r.name not in OUTSIDE]
    assert not missing, "add an example of each to tests/sweep/examples.py"


@pytest.fixture
def asked(today, world):
    """What every door is asked with: a route and its address for an object of the own branch."""
    here = examples(world)
    return [
        (route, reverse(route.name, kwargs=here[route.name][0] if route.takes else None))
        for route in ALL
        if route.name not in OUTSIDE
    ]


def test_strangers_are_led_to_the_sign_in_page(asked, client):
    for route, url in asked:
        response = client.get(url)
        if route.door == PUBLIC:
            assert response.status_code < 500, url
            assert not response.headers.get("Location", "").startswith("/login"), url
        else:
            assert response.status_code == 302, url
            assert response["Location"].startswith("/login/"), url


@pytest.mark.parametrize(
    "role", [role if role in BEFORE_A_PUSH else pytest.param(role, marks=pytest.mark.slow) for role in ROLES]
)
def test_the_door_decides_for_each_role(asked, world, client, role):
    person = world.people[role]
    client.force_login(person)
    for route, url in asked:
        if route.door == PUBLIC:
            continue
        may = SIGNED_IN in route.door or any(person.can(p) for p in route.door)
        for method in ("get", "post"):
            if method == "post" and route.name in {"people:logout", "logout"}:
                continue
            response = getattr(client, method)(url, {"once": uuid.uuid4().hex} if method == "post" else {})
            assert response.status_code < 500, f"{role} {method} {url}"
            if not may:
                assert response.status_code == 403, f"{role} {method} {url}: {response.status_code}"
            elif method == "get":
                assert response.status_code != 403, f"{role} {method} {url}"


@pytest.mark.parametrize("role", ["clerk", "secretary", "member"])
def test_a_neighbours_object_does_not_exist(today, world, client, role):
    """The second branch's ids on every object URL, by GET and POST: the same 404 as for what is not there."""
    client.force_login(world.people[role])
    here = examples(world)
    for route in ALL:
        if not route.takes or route.name in OUTSIDE or route.door == PUBLIC:
            continue
        _own, foreign = here[route.name]
        if foreign is None:
            continue
        person = world.people[role]
        if SIGNED_IN not in route.door and not any(person.can(p) for p in route.door):
            continue
        absent = {k: absent_value(k, v) for k, v in foreign.items()}
        for method in ("get", "post"):
            data = {"once": uuid.uuid4().hex} if method == "post" else {}
            theirs = getattr(client, method)(reverse(route.name, kwargs=foreign), data)
            if theirs.status_code == 405:
                continue
            assert theirs.status_code == 404, (
                f"{role} {method} {theirs.request['PATH_INFO']}: {theirs.status_code}"
            )
            nothing = getattr(client, method)(reverse(route.name, kwargs=absent), data)
            assert nothing.status_code == 404
            assert plain(theirs, foreign) == plain(nothing, absent)


def absent_value(name: str, value: object) -> object:
    """A value of the same form that names nothing."""
    if name == "uid":
        return "0" * 16
    if name == "code":
        return "jt-99"
    return value


def plain(response, kwargs) -> str:
    """The page without what differs from request to request."""
    import re

    text = re.sub(r'value="[A-Za-z0-9_\-]{20,}"|\b[A-Za-z0-9]{64}\b', "", response.content.decode())
    for value in kwargs.values():
        text = text.replace(str(value), "")
    return text

"""Roles, menus and measures name only what exists."""

import pytest
from django.urls import reverse

from tests.sweep.routes import ALL
from xianfeng.config.navigation import MENU
from xianfeng.config.roles import ROLES
from xianfeng.core.permissions import known


@pytest.mark.parametrize("role", ROLES, ids=lambda r: r.code)
def test_roles_hold_only_declared_permissions(role):
    assert set(role.permissions) <= set(known())


@pytest.mark.parametrize("entry", MENU, ids=lambda e: e.view)
def test_menu_entries_lead_to_pages_their_readers_may_open(entry):
    assert reverse(entry.view)
    route = next(r for r in ALL if r.name == entry.view)
    assert set(entry.permissions) <= set(known())
    assert not entry.permissions or set(entry.permissions) <= set(route.door)


def test_every_permission_is_held_by_some_role_or_by_members():
    held = {permission for role in ROLES for permission in role.permissions}
    lonely = [code for code, permission in known().items() if code not in held and not permission.members]
    assert not lonely

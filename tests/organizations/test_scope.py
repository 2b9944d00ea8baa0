"""Scope: what a person sees at a place, and nothing beside it."""

from types import SimpleNamespace

import pytest

from xianfeng.members.models import Membership
from xianfeng.organizations.choices import named
from xianfeng.organizations.models import Organization, check_tree
from xianfeng.people.models import Person

pytestmark = pytest.mark.django_db


def test_a_branch_clerk_sees_the_own_branch_and_its_people_only(world):
    assert list(Organization.objects.visible_to(world.clerk, "organizations.view")) == [world.jia]
    seen = Person.objects.visible_to(world.clerk, "members.view")
    assert set(seen.values_list("organization__code", flat=True)) == {"jt-12"}


def test_the_office_sees_the_whole_subtree(world):
    assert Organization.objects.visible_to(world.office, "organizations.view").count() == 3


def test_a_member_sees_the_own_row_but_not_the_colleagues(world):
    assert list(Person.objects.visible_to(world.member, "members.view")) == [world.member]


def test_own_rows_elsewhere_are_seen_beside_those_of_the_place(world, today):
    spells = Membership.objects.filter(person=world.clerk)
    assert spells.update(organization=world.yi)
    seen = Membership.objects.visible_to(world.clerk, "members.view")
    assert set(seen) == set(world.jia.memberships.all()) | set(spells)


def test_whoever_sees_the_whole_tree_is_asked_for_nothing_else(world):
    seen = Membership.objects.visible_to(world.office, "members.view")
    assert set(seen) == set(Membership.objects.all())
    assert " OR " not in str(seen.query)


def test_a_branch_is_named_by_number_or_by_a_part_of_its_name(world):
    request = SimpleNamespace(user=world.office)
    offer = ("jt-12", world.jia.pk, world.jia.short_name)
    for typed in ("JT-12", world.jia.number, "甲党支部", "甲党"):
        assert named(request, "members.view", typed) == [offer]
    assert len(named(request, "members.view", "支部")) == 2
    assert named(SimpleNamespace(user=world.neighbour), "members.view", "甲党") == []


def test_list_and_detail_cannot_disagree(world):
    for person in world.people.values():
        for organization in Organization.objects.all():
            listed = organization in Organization.objects.visible_to(person, "organizations.view")
            assert person.can("organizations.view", organization) == listed


def test_an_ended_appointment_and_a_closed_account_give_nothing(world):
    from xianfeng.people.actions import relieve

    relieve(world.clerk.appointments.get(), by=world.security_admin)
    assert not Person.objects.get(pk=world.clerk.pk).can("members.view", world.member)
    world.office.is_active = False
    assert world.office.places("members.view") == ()


def test_the_tree_knows_when_a_path_is_wrong(world):
    assert check_tree() == []
    Organization.objects.filter(pk=world.jia.pk).update(path="000099/")
    assert len(check_tree()) == 1


def test_the_three_administrators_hold_nothing_else_and_nobody_appoints_themselves(world):
    from django.core.exceptions import ValidationError

    from xianfeng.people.actions import appoint
    from xianfeng.people.models import Role

    for person, role in (
        (world.system_admin, "office"),
        (world.office, "audit_admin"),
        (world.system_admin, "security_admin"),
    ):
        with pytest.raises(ValidationError):
            appoint(person, Role.objects.get(code=role), world.committee, by=world.security_admin)
    with pytest.raises(ValidationError):
        appoint(
            world.security_admin, Role.objects.get(code="security_admin"), world.jia, by=world.security_admin
        )

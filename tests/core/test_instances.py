"""Instances made quickly are those that Django makes."""

import pytest
from django.db.models import F
from django.db.models.signals import post_init

from xianfeng.core.prepared import rows_of
from xianfeng.members.models import Membership
from xianfeng.people.models import Person

pytestmark = pytest.mark.django_db


def told(row):
    return {name: str(getattr(row, name)) for name in vars(row) if name != "_state"}


def test_they_say_the_same_and_may_be_saved(world):
    asked = Person.objects.order_by("pk")
    quick, usual = rows_of(asked), list(asked.all())
    assert [told(row) for row in quick] == [told(row) for row in usual]
    assert [(row._state.adding, row._state.db) for row in quick] == [(False, "default")] * len(usual)
    person = quick[0]
    person.name = "改了名"
    person.save()
    assert Person.objects.get(pk=person.pk).name == "改了名"


def test_what_belongs_to_them_comes_along(world, django_assert_num_queries):
    asked = Membership.objects.select_related("person__member", "organization").order_by("pk")
    with django_assert_num_queries(1):
        quick = [
            (s.person.name, s.person.member.person is s.person, str(s.organization)) for s in rows_of(asked)
        ]
    assert quick == [(s.person.name, True, str(s.organization)) for s in Membership.objects.order_by("pk")]


def test_what_is_absent_is_none(world):
    Person.objects.filter(pk=world.office.pk).update(organization=None)
    (office,) = rows_of(Person.objects.select_related("organization__parent").filter(pk=world.office.pk))
    assert office.organization is None


def test_what_was_left_out_is_read_when_asked_for(world, django_assert_num_queries):
    (clerk,) = rows_of(Person.objects.only("name").annotate(twice=F("pk") * 2).filter(pk=world.clerk.pk))
    assert (clerk.name, clerk.twice) == (world.clerk.name, world.clerk.pk * 2)
    with django_assert_num_queries(1):
        assert clerk.account == world.clerk.account


def test_sealed_values_open_for_their_row(world):
    world.clerk.id_number = "37990019700101001X"
    world.clerk.save()
    (clerk,) = rows_of(Person.objects.filter(pk=world.clerk.pk))
    assert clerk.id_number.reveal() == "37990019700101001X"


def test_who_listens_to_the_making_of_instances_is_told(world):
    made = []

    def listen(sender, instance, **_more):
        made.append(instance.pk)

    post_init.connect(listen, sender=Person)
    try:
        rows_of(Person.objects.filter(pk=world.clerk.pk))
    finally:
        post_init.disconnect(listen, sender=Person)
    assert made == [world.clerk.pk]


def test_other_questions_are_asked_as_django_asks_them(world):
    assert rows_of(Person.objects.filter(pk=world.clerk.pk).values_list("name", flat=True)) == [
        world.clerk.name
    ]
    assert rows_of(Person.objects.filter(pk=world.clerk.pk).prefetch_related("memberships")) == [world.clerk]
    assert rows_of(Person.objects.none()) == []

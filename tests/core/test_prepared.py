"""Prepared questions give what their querysets give, anew each time and each for its own values."""

from datetime import date, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.db.models import Count, F
from django.utils import timezone

from xianfeng.core.prepared import Prepared
from xianfeng.people.models import HELD, Appointment, Person

pytestmark = pytest.mark.django_db

BY_ACCOUNT = Prepared(lambda account: Person.objects.filter(account=account))
NAMES = Prepared(lambda place: Person.objects.filter(organization=place).values_list("name", flat=True))


def test_the_same_models_come_with_what_belongs_to_them(world, today):
    for person in (world.clerk, world.secretary, world.member):
        asked = (
            Appointment.objects.in_force(today).filter(person=person).select_related("role", "organization")
        )
        held = HELD(person=person.pk, day=today)
        assert [(h, h.role, h.organization.path, h.since) for h in held] == [
            (h, h.role, h.organization.path, h.since) for h in asked
        ]


def test_each_asker_gets_the_own_answer(world):
    assert BY_ACCOUNT(account=world.clerk.account) == [world.clerk]
    assert BY_ACCOUNT(account=world.member.account) == [world.member]
    assert BY_ACCOUNT(account="nobody") == []
    assert BY_ACCOUNT(account="' OR 1=1 --") == []


def test_what_changed_is_seen_at_once(world, today):
    assert HELD(person=world.clerk.pk, day=today)
    Appointment.objects.filter(person=world.clerk).update(until=today)
    assert not HELD(person=world.clerk.pk, day=today)
    assert HELD(person=world.clerk.pk, day=date(2026, 6, 1))


def test_only_the_columns_asked_for_are_read(world, django_assert_num_queries):
    asked = Prepared(lambda pk: Person.objects.filter(pk=pk).only("name").annotate(twice=F("pk") * 2))
    (person,) = asked(pk=world.clerk.pk)
    assert (person.name, person.twice) == (world.clerk.name, world.clerk.pk * 2)
    with django_assert_num_queries(1):
        assert person.account == world.clerk.account


def test_values_come_as_tuples_or_alone(world):
    assert set(NAMES(place=world.jia.pk)) == set(
        Person.objects.filter(organization=world.jia).values_list("name", flat=True)
    )
    counted = Prepared(
        lambda place: (
            Person.objects.filter(organization=place)
            .order_by()
            .values_list("organization")
            .annotate(Count("pk"))
        )
    )
    assert counted(place=world.jia.pk) == [
        (world.jia.pk, Person.objects.filter(organization=world.jia).count())
    ]


def test_moments_and_days_are_compared_as_django_compares_them(world):
    before = Prepared(lambda moment: Person.objects.filter(added_at__lte=moment))
    assert world.clerk in before(moment=timezone.now())
    assert before(moment=timezone.now() - timedelta(days=1)) == []


def test_the_text_is_written_once_and_every_asking_is_a_query(world, django_assert_num_queries):
    made = []
    asked = Prepared(lambda pk: made.append(pk) or Person.objects.filter(pk=pk))
    with django_assert_num_queries(3):
        for person in (world.clerk, world.member, world.clerk):
            assert asked(pk=person.pk) == [person]
    assert len(made) == 1


def test_what_decides_the_shape_is_written_once_for_each_of_its_values(world):
    made = []

    def build(account, *, organizations):
        made.append(organizations)
        return Person.objects.filter(account=account, organization__in=organizations)

    asked, here, there = Prepared(build), (world.jia.pk,), (world.yi.pk, world.jia.pk)
    for organizations in (here, there, here):
        assert asked(account=world.clerk.account, organizations=organizations) == [world.clerk]
    assert asked(account=world.clerk.account, organizations=(world.yi.pk,)) == []
    assert made == [here, there, (world.yi.pk,)]


def test_where_nothing_can_be_found_nothing_is_asked(world, django_assert_num_queries):
    asked = Prepared(lambda *, keys: Person.objects.filter(pk__in=keys))
    with django_assert_num_queries(0):
        assert asked(keys=()) == []


def test_only_so_many_shapes_are_kept(monkeypatch, world):
    monkeypatch.setattr("xianfeng.core.prepared.SHAPES", 2)
    made = []
    asked = Prepared(lambda *, keys: made.append(keys) or Person.objects.filter(pk__in=keys))
    for keys in ((1,), (2,), (1,), (3,), (1,), (2,)):
        asked(keys=keys)
    assert made == [(1,), (2,), (3,), (2,)]


def test_every_thread_asks_through_its_own_connection():
    used = []
    asked = Prepared(lambda: Person.objects.none() | Person.objects.filter(pk=0))

    def ask():
        asked()
        used.extend(written.connection for written in asked._kept._local.kept.values())
        connection.close()

    asked()
    thread = Thread(target=ask)
    thread.start()
    thread.join()
    (here,) = asked._kept._local.kept.values()
    assert len(used) == 1 and used[0] is not here.connection

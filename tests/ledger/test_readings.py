"""Sums of done and due."""

from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from xianfeng.ledger.models import Entry, Measure
from xianfeng.ledger.readings import monthly_sums

pytestmark = pytest.mark.django_db


def state(world, day, done, due, person=None):
    Entry.objects.create(
        measure=Measure.objects.get_or_create(code="test.measure")[0],
        organization=world.jia, person=person, day=day, month=day.year * 100 + day.month, done=done, due=due,
        content_type=ContentType.objects.get_for_model(world.jia), object_id=world.jia.pk, posted_at=timezone.now(),
    )  # fmt: skip


def test_sums_are_by_month_and_end_on_the_day(world, django_assert_num_queries):
    state(world, date(2026, 1, 31), 10_000, 10_000)
    state(world, date(2026, 2, 1), 0, 10_000, world.member)
    state(world, date(2026, 2, 20), 10_000, 0, world.member)
    with django_assert_num_queries(1):
        sums = monthly_sums("organization", since=date(2026, 1, 1), until=date(2026, 2, 19))
    assert {(s.month, s.done, s.due) for s in sums} == {(202601, 10_000, 10_000), (202602, 0, 10_000)}
    sums = monthly_sums("organization", since=date(2026, 1, 1), until=date(2026, 2, 28))
    assert {(s.month, s.done, s.due) for s in sums} == {(202601, 10_000, 10_000), (202602, 10_000, 10_000)}
    sums = monthly_sums("person", since=date(2026, 1, 1), until=date(2026, 12, 31))
    assert [(s.subject_id, s.month, s.done, s.due) for s in sums] == [
        (world.member.pk, 202602, 10_000, 10_000)
    ]


def test_entries_are_append_only(world):
    with pytest.raises(TypeError):
        Entry.objects.update(done=1)
    with pytest.raises(TypeError):
        Entry.objects.all().delete()

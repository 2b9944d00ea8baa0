"""Many rows are written by one statement: new ones are added, those that are there are changed and keep the rest."""

import json

import pytest
from django.db import IntegrityError, transaction

from xianfeng.assessment.models import BranchScore, Round, Scheme
from xianfeng.core.uids import new_uid
from xianfeng.core.upsert import upsert

pytestmark = pytest.mark.django_db

NAMES = [
    "uid",
    "round",
    "organization",
    "full",
    "total",
    "grade",
    "uncapped",
    "bonus",
    "cells",
    "items",
    "categories",
    "digest",
]


@pytest.fixture
def round_(world, today):
    scheme = Scheme.objects.create(
        organization=world.committee,
        code="t",
        subject="organization",
        year=2026,
        title="t",
        document="",
        digest="d",
    )
    return Round.objects.create(subject="organization", code="2026-q1", year=2026, scheme=scheme, as_of=today)


def row(round_, place, total, cells=(), uid=None):
    return (
        uid or new_uid(),
        round_.pk,
        place.pk,
        10,
        total,
        "好",
        "",
        0,
        json.dumps(list(cells)),
        "[]",
        "[]",
        "x",
    )


def write(rows, update=("total", "cells")):
    upsert(BranchScore, NAMES, rows, unique=["round", "organization"], update=list(update))


def test_new_rows_are_added_with_what_they_hold(round_, world):
    write([row(round_, world.jia, 5, [["a", None, "甲'\"%s"]]), row(round_, world.yi, None)])
    first, second = BranchScore.objects.filter(round=round_).order_by("organization__number")
    assert (first.total, first.grade, first.cells, first.items) == (5, "好", [["a", None, "甲'\"%s"]], [])
    assert (second.total, second.organization) == (None, world.yi)


def test_rows_that_are_there_are_changed_only_where_asked(round_, world, django_assert_num_queries):
    write([row(round_, world.jia, 5)])
    before = BranchScore.objects.get(round=round_)
    with django_assert_num_queries(1):
        write([row(round_, world.jia, 7, [1]), row(round_, world.yi, 8)])
    after = BranchScore.objects.get(pk=before.pk)
    assert (after.uid, after.total, after.cells) == (before.uid, 7, [1])
    assert BranchScore.objects.filter(round=round_).count() == 2


def test_nothing_to_write_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        write([])


def test_what_the_database_forbids_is_refused_and_nothing_is_written(round_, world):
    taken = new_uid()
    with pytest.raises(IntegrityError), transaction.atomic():
        write([row(round_, world.jia, 5, uid=taken), row(round_, world.yi, 6, uid=taken)])
    assert not BranchScore.objects.filter(round=round_).exists()

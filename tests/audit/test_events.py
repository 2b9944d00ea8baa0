"""The chain of events shows every kind of tampering."""

import pytest
from django.db import DatabaseError, connection, transaction

from xianfeng.audit import events
from xianfeng.audit.models import ChainHead, Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(world):
    for number in range(5):
        events.record("test.act", by=world.clerk, obj=world.jia, at=world.jia, details={"n": number})
    assert events.verify() == []
    return Event.objects.order_by("-seq")


def drop_triggers():
    """What the owner of the database file could do."""
    with connection.cursor() as cursor:
        for what in ("update", "delete"):
            on = "" if connection.vendor == "sqlite" else " ON audit_event"
            cursor.execute(f"DROP TRIGGER audit_event_no_{what}{on}")


@pytest.mark.parametrize("change", [{"action": "test.other"}, {"actor_id": None}, {"details": {"n": 9}}])
def test_a_changed_event_is_found(chain, change):
    drop_triggers()
    Event.objects.filter(pk=chain[2].pk).update(**change)
    assert events.verify()


def test_a_removed_event_is_found(chain):
    drop_triggers()
    Event.objects.filter(pk=chain[2].pk).delete()
    assert events.verify()


def test_a_cut_tail_is_found_by_the_head(chain):
    drop_triggers()
    Event.objects.filter(pk=chain[0].pk).delete()
    assert events.verify()


def test_details_can_be_erased_and_the_chain_still_holds(chain):
    events.erase(chain[1])
    assert events.verify() == []
    assert Event.objects.get(pk=chain[1].pk).details is None


@pytest.mark.parametrize("how", ["update", "delete"])
def test_the_database_itself_refuses_to_change_events(chain, how):
    row = Event.objects.filter(pk=chain[0].pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.update(action="x") if how == "update" else row.delete()


def test_no_effect_without_its_event_and_no_event_without_its_effect(world):
    before = ChainHead.objects.get().seq
    with pytest.raises(RuntimeError), transaction.atomic():
        events.record("test.act", by=world.clerk)
        raise RuntimeError
    assert ChainHead.objects.get().seq == before
    assert events.verify() == []

"""One clock for everything that stamps a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from xianfeng.core import clock
from xianfeng.core.periods import today as today_of_periods

# 31 March 17:00 in UTC is already 1 April in Shanghai.
EVE = datetime(2025, 3, 31, 17, 0, tzinfo=UTC)


def test_it_is_the_real_time_by_itself() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_inside_the_block_it_is_the_moment_that_is_told() -> None:
    with clock.at(EVE):
        assert clock.now() == EVE
        assert clock.today() == today_of_periods() == date(2025, 4, 1)
        with clock.at(EVE + timedelta(days=1)):
            assert clock.today() == date(2025, 4, 2)
        assert clock.now() == EVE
    assert clock.now() > EVE


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"), clock.at(EVE.replace(tzinfo=None)):
        pass


@pytest.mark.django_db
def test_events_and_facts_carry_the_moment_that_is_told(world) -> None:
    from xianfeng.activities.actions import record_activity
    from xianfeng.audit.events import history
    from xianfeng.ledger.models import Entry

    with clock.at(EVE):
        activity = record_activity(
            world.jia, "party_day", date(2025, 3, 28), by=world.clerk, topic="3月主题党日"
        )
    assert activity.added_at == EVE
    assert {entry.posted_at for entry in Entry.objects.of(activity)} == {EVE}
    assert [event.at for event in history(activity)] == [EVE]

"""Reminders: before the deadline and after it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.assessment.month import fill_in
from xianfeng.assessment.actions import remind, remind_overdue
from xianfeng.messaging.models import Notice

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_reminders_go_out_seven_three_and_one_day_before(report, world):
    for day in range(20, 32):
        remind(date(2026, 10, day))
    for day in range(1, 6):
        remind(date(2026, 11, day))
        remind(date(2026, 11, day))
    mine = Notice.objects.filter(person=world.clerk)
    assert sorted(mine.values_list("key", flat=True)) == [
        f"report-due/YB-JT12-202610/{days}" for days in (1, 3, 7)
    ]
    assert not Notice.objects.filter(person=world.member).exists()


def test_who_has_handed_in_is_not_reminded(report, world):
    fill_in(report, world.clerk)
    remind(date(2026, 11, 4))
    assert not Notice.objects.filter(person=world.clerk).exists()
    assert Notice.objects.filter(person=world.neighbour).exists()


def test_overdue_branches_are_told_once_a_day(reports, world):
    fill_in(reports["jt-12"], world.clerk)
    assert remind_overdue(reports.values(), by=world.office) == 0
    with time_machine.travel(datetime(2026, 11, 9, 9, 0, tzinfo=SHANGHAI), tick=False):
        assert remind_overdue(reports.values(), by=world.office) == 1
        assert remind_overdue(reports.values(), by=world.office) == 0
    assert list(Notice.objects.values_list("person__account", flat=True)) == [world.neighbour.account]

"""Workdays and deadlines."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from xianfeng.assessment.actions import clear_day, open_reports, set_day
from xianfeng.assessment.models import Report, WorkCalendar
from xianfeng.core.periods import Period

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_published_table_knows_holidays_and_working_weekends(db):
    calendar = WorkCalendar.load()
    assert calendar.detail(date(2026, 10, 1)) == (False, "国庆节")
    assert calendar.is_workday(date(2026, 10, 10))  # a Saturday worked in exchange
    assert not calendar.is_workday(date(2026, 10, 24))


def test_an_unpublished_year_follows_the_week(db):
    calendar = WorkCalendar.load()
    assert calendar.is_workday(date(2050, 10, 3))
    assert not calendar.is_workday(date(2050, 10, 1))  # a Saturday


def test_the_deadline_is_the_fifth_or_the_next_workday(db):
    calendar = WorkCalendar.load()
    assert calendar.due_at(Period.parse("2026-10")) == datetime(2026, 11, 5, 17, 30, tzinfo=SHANGHAI)
    # 5 October 2026 lies in the National Day holiday, which ends on the 7th.
    assert calendar.due_at(Period.parse("2026-09")) == datetime(2026, 10, 8, 17, 30, tzinfo=SHANGHAI)
    assert calendar.due_at(Period.parse("2026-11")) == datetime(2026, 12, 7, 17, 30, tzinfo=SHANGHAI)


def test_day_and_time_can_be_set(db, settings):
    from datetime import time

    settings.REPORT_DUE_DAY, settings.REPORT_DUE_TIME = 3, time(12, 0)
    assert WorkCalendar.load().due_at(Period.parse("2026-10")) == datetime(
        2026, 11, 3, 12, 0, tzinfo=SHANGHAI
    )


def test_workdays_are_counted_over_weekends(db):
    calendar = WorkCalendar.load()
    assert calendar.nth_workday_after(date(2026, 11, 5), 3) == date(2026, 11, 10)
    assert calendar.nth_workday_after(date(2026, 11, 5), 0) == date(2026, 11, 5)


def test_the_office_moves_a_day_and_open_deadlines_follow(today, world):
    open_reports(Period.parse("2026-10"))
    set_day(date(2026, 11, 5), works=False, name="停电", by=world.office)
    assert Report.objects.first().due_at == datetime(2026, 11, 6, 17, 30, tzinfo=SHANGHAI)
    assert WorkCalendar.load().detail(date(2026, 11, 5)) == (False, "停电")
    clear_day(date(2026, 11, 5), by=world.office)
    assert Report.objects.first().due_at == datetime(2026, 11, 5, 17, 30, tzinfo=SHANGHAI)

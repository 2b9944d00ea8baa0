"""The workday table: the State Council's yearly arrangement, and what the office decides otherwise.

A day is a workday as the office's row says; where there is none, as the published table of the year says; where that
is not out yet, from Monday to Friday.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import chinese_calendar
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xianfeng.core.periods import Period
from xianfeng.core.uids import UidField

DUE_DAY = 5
DUE_TIME = time(17, 30)
_ONE = timedelta(days=1)


class Day(models.Model):
    """A day on which the office works, or does not, otherwise than published."""

    uid = UidField()
    day = models.DateField(_("day"), unique=True)
    works = models.BooleanField(_("workday"))
    name = models.CharField(_("occasion"), max_length=40, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects: Any = models.Manager()

    class Meta:
        ordering = ["day"]
        verbose_name = _("day")
        verbose_name_plural = _("workday table")

    def __str__(self) -> str:
        return self.day.isoformat()


def published(day: date) -> tuple[bool, str] | None:
    """Whether a day is a workday by the published table, and the holiday's Chinese name; None: not published yet."""
    try:
        off, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    return not off, chinese_calendar.Holiday(holiday).chinese if holiday else ""


@dataclass(frozen=True)
class WorkCalendar:
    """Workdays, with the office's rows read once. Make it with `WorkCalendar.load()`."""

    office: dict[date, tuple[bool, str]]

    @classmethod
    def load(cls, rows: Iterable[Day] | None = None) -> WorkCalendar:
        """The calendar in force. One query."""
        rows = Day.objects.all() if rows is None else rows
        return cls({row.day: (row.works, row.name) for row in rows})

    def detail(self, day: date) -> tuple[bool, str]:
        """Whether a day is a workday, and the occasion if there is one."""
        known = self.office.get(day) or published(day)
        return known if known else (day.weekday() < 5, "")

    def is_workday(self, day: date) -> bool:
        return self.detail(day)[0]

    def on_or_after(self, day: date) -> date:
        """The day itself if it is a workday, else the next one."""
        while not self.is_workday(day):
            day += _ONE
        return day

    def nth_workday_after(self, day: date, n: int) -> date:
        """The n-th workday after a day, which itself does not count. n = 0: the day itself."""
        for _step in range(n):
            day = self.on_or_after(day + _ONE)
        return day

    def due_at(self, month: Period) -> datetime:
        """When the report of a month is due: the 5th of the next month at 17:30, or the first workday after it.

        Day and time may be set as REPORT_DUE_DAY and REPORT_DUE_TIME.
        """
        wanted: int = getattr(settings, "REPORT_DUE_DAY", DUE_DAY)
        at: time = getattr(settings, "REPORT_DUE_TIME", DUE_TIME)
        day = self.on_or_after(month.shifted(1).start.replace(day=wanted))
        return timezone.make_aware(datetime.combine(day, at))

"""The workday table: what the office decides otherwise than the published arrangement, and when reports are due."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xianfeng.core.periods import Period
from xianfeng.core.uids import UidField
from xianfeng.core.workdays import Workdays

DUE_DAY = 5
DUE_TIME = time(17, 30)


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


def office_days() -> dict[date, tuple[bool, str]]:
    """What the office decided: day → (workday, occasion). One query."""
    return {row.day: (row.works, row.name) for row in Day.objects.all()}


class WorkCalendar(Workdays):
    """Workdays, and when reports are due by them."""

    @classmethod
    def load(cls) -> Self:
        """The calendar in force. One query."""
        return cls(office_days())

    def due_at(self, month: Period) -> datetime:
        """When the report of a month is due: the 5th of the next month at 17:30, or the first workday after it.

        Day and time may be set as REPORT_DUE_DAY and REPORT_DUE_TIME.
        """
        wanted: int = getattr(settings, "REPORT_DUE_DAY", DUE_DAY)
        at: time = getattr(settings, "REPORT_DUE_TIME", DUE_TIME)
        day = self.on_or_after(month.shifted(1).start.replace(day=wanted))
        return timezone.make_aware(datetime.combine(day, at))

"""Verbs on the workday table."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from xianfeng.assessment.models import Day, Report, WorkCalendar
from xianfeng.audit import events
from xianfeng.core import clock


@transaction.atomic
def set_day(day: date, *, works: bool, name: str = "", by: Any) -> Day:
    """Decide whether a day is a workday, against the published table if need be. Deadlines still ahead follow."""
    row: Day = Day.objects.get_or_create(day=day, defaults={"works": works})[0]
    row.works, row.name = works, name
    row.full_clean()
    row.version += 1
    row.save()
    events.record("assessment.set_day", by=by, obj=row, details={"day": day, "works": works, "name": name})
    _move_deadlines()
    return row


@transaction.atomic
def clear_day(day: date, *, by: Any) -> None:
    """Return a day to the published table."""
    if Day.objects.filter(day=day).delete()[0]:
        events.record("assessment.clear_day", by=by, details={"day": day})
        _move_deadlines()


def _move_deadlines() -> None:
    """Work the deadlines anew that have not passed; a report that was received keeps the one it was measured by."""
    calendar = WorkCalendar.load()
    moved = []
    for report in Report.objects.filter(received_at=None, due_at__gte=clock.now()):
        due_at = calendar.due_at(report.period)
        if due_at != report.due_at:
            report.due_at = due_at
            moved.append(report)
    Report.objects.bulk_update(moved, ["due_at"], batch_size=500)

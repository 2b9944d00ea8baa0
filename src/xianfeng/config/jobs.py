"""The scheduled jobs: each composes what several apps do on a day."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from django.utils import timezone

from xianfeng.core.periods import Period

logger = logging.getLogger(__name__)


def open_month(day: date) -> None:
    """What every branch owes in the month of the day, its report, and the dues of its members. What is there already is left alone."""
    from xianfeng.activities.duties import require_month
    from xianfeng.assessment.actions import open_reports
    from xianfeng.dues.actions import open_month as open_dues

    month = Period.of(day)
    require_month(month)
    open_reports(month)
    open_dues(month)


def remind(day: date) -> None:
    """Each morning: reports that are due in 7, 3 or 1 days, terms of office that end within 6 or 3 months or ended,
    mobile members nobody spoke with for long, and transfers that are overdue."""
    from xianfeng.assessment import actions as assessment
    from xianfeng.leadership import reminders as leadership
    from xianfeng.members import mobility, transfer_notices

    assessment.remind(day)
    leadership.remind(day)
    mobility.remind(day)
    transfer_notices.remind(day)


def count_registers(day: date) -> None:
    """Each evening: how complete the registers of each branch are. What the last evening of a month says stands."""
    from xianfeng.members.quality import count_month

    count_month(day)


def remind_development(day: date) -> None:
    """Each morning: limits of the development of members that run out in 30 or 7 days, or have run out."""
    from xianfeng.development.actions import remind

    remind(day)


def score(day: date) -> None:
    """Every ten minutes: open the rounds of scoring that are due, and bring every open one in step with the facts.

    Score pages look for themselves; this is for those that only read what was computed. Unchanged, it writes nothing.
    """
    from xianfeng.assessment.rounds import recompute_current

    recompute_current(day)


def check(day: date) -> None:
    """Nightly: tree, ledger, files and audit chain. Findings go to the log and fail the run, so that they are seen."""
    from .checks import findings

    found = findings()
    for line in found:
        logger.error("check: %s", line)
    if found:
        raise RuntimeError(f"{len(found)} findings; run `xianfeng check`")


def tidy(day: date) -> None:
    """Nightly: forget ended sessions, form keys of last week, tasks and runs of last month, imported sheets and files nothing refers to."""
    from django.contrib.sessions.models import Session
    from django_tasks_db.models import DBTaskResult

    from xianfeng.audit.models import Once
    from xianfeng.files.checks import remove_orphans
    from xianfeng.members import imports
    from xianfeng.people import sessions

    from .models import ScheduledRun

    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    sessions.tidy()
    Once.objects.filter(at__lt=now - timedelta(days=7)).delete()
    DBTaskResult.objects.filter(finished_at__lt=now - timedelta(days=30)).delete()
    # A run is asked for until the next slot of its job, which for a monthly one is a month away.
    ScheduledRun.objects.filter(finished_at__lt=now - timedelta(days=60)).delete()
    imports.forget(now)
    remove_orphans()

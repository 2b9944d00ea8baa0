"""What happens by itself, and when: one plain list. Every job may run twice without harm."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cronsim import CronSim
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from .models import ScheduledRun, WorkerSign

logger = logging.getLogger(__name__)

SILENT = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Job:
    """`when` is a cron expression in Asia/Shanghai; `run` names a function that takes the slot's day."""

    name: str
    when: str
    run: str


SCHEDULE: tuple[Job, ...] = (
    # Hourly, so that branches entered in the middle of a month have their report within the hour.
    Job("open-month", "5 * * * *", "xianfeng.config.jobs.open_month"),
    Job("remind", "0 8 * * *", "xianfeng.config.jobs.remind"),
    Job("remind-development", "10 8 * * *", "xianfeng.config.jobs.remind_development"),
    Job("count-registers", "30 21 * * *", "xianfeng.config.jobs.count_registers"),
    Job("score", "*/10 * * * *", "xianfeng.config.jobs.score"),
    Job("check", "0 3 * * *", "xianfeng.config.jobs.check"),
    Job("tidy", "30 3 * * *", "xianfeng.config.jobs.tidy"),
)


def last_slot(job: Job, now: datetime) -> datetime:
    """The latest moment at or before `now` at which the job is due."""
    return next(CronSim(job.when, timezone.localtime(now) + timedelta(minutes=1), reverse=True))


def tick(now: datetime | None = None) -> list[str]:
    """Enqueue every job whose latest slot has not been taken; returns their names. Missed slots are made up once."""
    now = now or timezone.now()
    taken = []
    for job in SCHEDULE:
        slot = last_slot(job, now)
        if ScheduledRun.objects.filter(name=job.name, slot=slot).exists():
            continue
        try:
            with transaction.atomic():
                run = ScheduledRun.objects.create(name=job.name, slot=slot)
                run_job.enqueue(run.pk)
        except IntegrityError:  # another worker was quicker
            continue
        taken.append(job.name)
    return taken


@task()
def run_job(pk: int) -> None:
    """Run one slot of one job and note how it ended."""
    run = ScheduledRun.objects.get(pk=pk)
    job = next((job for job in SCHEDULE if job.name == run.name), None)
    if run.finished_at or job is None:
        return
    day: date = timezone.localtime(run.slot).date()
    try:
        import_string(job.run)(day)
        run.error = ""
    except Exception as error:
        run.error = f"{type(error).__name__}: {error}"
        logger.exception("scheduled job %s failed", job.name)
        raise
    finally:
        run.finished_at = timezone.now()
        run.save(update_fields=["finished_at", "error"])


def sign(worker: str) -> None:
    """A worker says that it is alive."""
    WorkerSign.objects.update_or_create(worker=worker, defaults={"seen_at": timezone.now()})


def reap(now: datetime | None = None) -> int:
    """Give tasks of workers that fell silent back to the queue; returns how many."""
    from django_tasks_db.models import DBTaskResult

    now = now or timezone.now()
    alive = set(WorkerSign.objects.filter(seen_at__gte=now - SILENT).values_list("worker", flat=True))
    running: Any = DBTaskResult.objects.filter(status="RUNNING", started_at__lt=now - SILENT)
    lost = [row.pk for row in running if not alive & set(row.worker_ids[-1:])]
    return DBTaskResult.objects.filter(pk__in=lost, status="RUNNING").update(status="READY", started_at=None)

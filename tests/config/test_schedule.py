"""What happens by itself: each slot once, missed ones made up, tasks of silent workers given back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.module_loading import import_string

from xianfeng.config import schedule
from xianfeng.config.models import ScheduledRun

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 10, 27, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture
def ran(monkeypatch):
    """Instead of running jobs, note which slots were enqueued."""
    calls = []
    monkeypatch.setattr(schedule, "run_job", type("Task", (), {"enqueue": staticmethod(calls.append)}))
    return calls


def test_every_job_names_a_function():
    for job in schedule.SCHEDULE:
        assert callable(import_string(job.run))


def test_a_slot_is_taken_once(ran):
    assert set(schedule.tick(NOON)) == {job.name for job in schedule.SCHEDULE}
    assert schedule.tick(NOON + timedelta(minutes=1)) == []
    assert len(ran) == len(schedule.SCHEDULE)


def test_after_a_pause_only_the_latest_slot_is_made_up(ran):
    schedule.tick(NOON)
    taken = schedule.tick(NOON + timedelta(days=3))
    assert taken.count("remind") == 1
    slots = ScheduledRun.objects.filter(name="remind").values_list("slot", flat=True)
    assert sorted(slot.astimezone(SHANGHAI).day for slot in slots) == [27, 30]


def test_a_failed_job_is_noted_and_not_hidden(monkeypatch):
    def fail(day):
        raise RuntimeError("no room")

    monkeypatch.setattr(schedule, "import_string", lambda _path: fail)
    run = ScheduledRun.objects.create(name="tidy", slot=NOON)
    with pytest.raises(RuntimeError):
        schedule.run_job.func(run.pk)
    run.refresh_from_db()
    assert run.finished_at
    assert "no room" in run.error


def test_a_new_month_opens_for_every_branch_and_twice_changes_nothing(today, world):
    from xianfeng.activities.models import Requirement
    from xianfeng.assessment.models import Report
    from xianfeng.config import jobs

    jobs.open_month(today)
    counts = Report.objects.count(), Requirement.objects.count()
    assert counts[0] == 2
    assert counts[1] > 2
    jobs.open_month(today)
    assert (Report.objects.count(), Requirement.objects.count()) == counts


def test_tasks_of_a_silent_worker_go_back_to_the_queue():
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    now = timezone.now()
    common = {"task_path": "xianfeng.config.schedule.run_job", "args_kwargs": {"args": [1], "kwargs": {}},
              "backend_name": "default", "status": "RUNNING", "run_after": now}  # fmt: skip
    schedule.sign("alive")
    DBTaskResult.objects.create(worker_ids=["dead"], started_at=now - timedelta(minutes=10), **common)
    kept = DBTaskResult.objects.create(worker_ids=["alive"], started_at=now - timedelta(minutes=10), **common)
    assert schedule.reap() == 1
    kept.refresh_from_db()
    assert kept.status == "RUNNING"

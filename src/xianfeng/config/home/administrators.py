"""The homes of the three administrators. None of them sees business content."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xianfeng.audit import permissions as audits
from xianfeng.audit import sentences
from xianfeng.audit.models import Event
from xianfeng.config.models import ScheduledRun, WorkerSign
from xianfeng.config.schedule import SCHEDULE, SILENT
from xianfeng.people import permissions as people
from xianfeng.people.models import Appointment

SHOWN = 8
JOBS = {
    "open-month": _("Open the month's reports"),
    "remind": _("Remind of deadlines"),
    "score": _("Compute the scores"),
    "check": _("Check records, files and the audit chain"),
    "tidy": _("Clear what is no longer needed"),
}


def concerns_system(person: Any) -> bool:
    """The system administrator."""
    return bool(person.can(people.ACCOUNTS))


def concerns_security(person: Any) -> bool:
    """The security officer."""
    return bool(person.can(people.GRANT))


def concerns_audit(person: Any) -> bool:
    """The security auditor."""
    return bool(person.can(audits.READ))


def system(person: Any, day: date) -> dict[str, Any]:
    """Whether the system works: its worker, its jobs, failed tasks, imports. Four queries."""
    from django_tasks_db.models import DBTaskResult

    now = timezone.now()
    runs: dict[str, ScheduledRun] = {}
    for run in ScheduledRun.objects.filter(slot__gte=now - timedelta(days=32)).order_by("slot"):
        runs[run.name] = run
    failed = DBTaskResult.objects.filter(status="FAILED", finished_at__gte=now - timedelta(days=7))
    seen = WorkerSign.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    imports = Event.objects.filter(action__in=("members.import", "members.import_undo")).select_related(
        "actor"
    )
    return {
        "worker_seen": seen,
        "worker_silent": seen is None or now - seen > SILENT,
        "jobs": [(JOBS.get(job.name, job.name), runs.get(job.name)) for job in SCHEDULE],
        "failed": list(failed.order_by("-finished_at")[:SHOWN]),
        "imports": [(event, sentences.sentence(event)) for event in imports[:5]],
    }


def security(person: Any, day: date) -> dict[str, Any]:
    """Appointments that begin or end soon, and accounts with power that are not used. One query."""
    held = Appointment.objects.filter(organization__in=visible_places(person)).select_related(
        "person", "role", "organization"
    )
    rows = list(held.in_force(day - timedelta(days=7)) | held.filter(since__gte=day - timedelta(days=7)))
    stale = timezone.now() - timedelta(days=90)
    in_force = [row for row in rows if row.since <= day and (row.until is None or row.until > day)]
    return {
        "count": len(in_force),
        "recent": [row for row in rows if row.since >= day - timedelta(days=7)][:SHOWN],
        "ending": sorted(
            (row for row in in_force if row.until and row.until <= day + timedelta(days=30)),
            key=lambda row: row.until,
        )[:SHOWN],
        "unused": [
            row
            for row in in_force
            if row.role.second_factor and (row.person.last_login is None or row.person.last_login < stale)
        ][:SHOWN],
    }


def visible_places(person: Any) -> Any:
    """Where the security officer grants roles."""
    from xianfeng.organizations.models import Organization

    return Organization.objects.visible_to(person, people.GRANT)


def audit(person: Any, day: date) -> dict[str, Any]:
    """Acts an auditor looks at first, of the last seven days. Two queries."""
    risky = [code for code, sentence in sentences.known().items() if sentence.high]
    since = timezone.now() - timedelta(days=7)
    acts = Event.objects.filter(at__gte=since, action__in=risky).select_related("actor", "content_type")
    found = list(acts[:200])
    verified = Event.objects.filter(action="audit.verify").select_related("actor").first()
    return {
        "number": len(found),
        "acts": [
            (event, sentences.sentence(event), sentences.kind(event), sentences.details(event))
            for event in found[:15]
        ],
        "at_night": [event for event in found if timezone.localtime(event.at).hour < 6],
        "verified": verified,
    }

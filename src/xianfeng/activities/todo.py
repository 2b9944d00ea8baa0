"""What a branch has still to hold, as tasks for the home page and above the list."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from xianfeng.core.addresses import page
from xianfeng.core.components import Task
from xianfeng.core.periods import Period
from xianfeng.organizations.models import Organization

from .duties import Duty, duties
from .models import Kind

SOON = timedelta(days=31)


def todo(organization: Organization, day: date) -> dict[str, list[Task]]:
    """Open duties of a branch: `tasks` whose period ends within a month, `later` the others. Two queries."""
    tasks: dict[str, list[Task]] = {"tasks": [], "later": []}
    for duty in duties(organization, Period.of(day)):
        if duty.is_open:
            tasks["tasks" if duty.period.end - day < SOON else "later"].append(
                task_of(duty, organization, day)
            )
    return tasks


def task_of(duty: Duty, organization: Organization, day: date) -> Task:
    """A duty as something to do; its one act opens the page on which it is recorded."""
    return Task(
        title=Kind(duty.kind).label,
        url=f"{page('activities:activity_new')}?branch={organization.code}&kind={duty.kind}",
        tone="todo",
        word=_("to be held"),
        act=_("Record it"),
        detail=told(duty),
        due=duty.period.end,
        days_left=(duty.period.end - day).days,
    )


def told(duty: Duty) -> str:
    """How much of a duty is done."""
    return _("%(period)s, %(what)s: %(done)s of %(due)s %(unit)s") % {
        "period": duty.period,
        "what": duty.measure.label,
        "done": f"{duty.done.normalize():f}",
        "due": f"{duty.due.normalize():f}",
        "unit": duty.measure.unit,
    }

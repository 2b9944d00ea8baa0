"""The monthly job: what is owed is stated, what ran out ends, and people hear whom to look after."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from xianfeng.core.periods import Period, today
from xianfeng.messaging.actions import notify
from xianfeng.people.models import Appointment, Person

from .. import notices, stating


@transaction.atomic
def open_month(month: Period, *, by: Any = None) -> int:
    """Close what is over; state what members owe and branches have to do in a month; end deferrals that ran out; say whom
    to look after. Safe to run any number of times."""
    on = max(today(), month.start)
    stating.close(on, by=by)
    made = stating.state(month, on, by=by)
    stating.state_duties(month, by=by)
    stating.lapse(on, by=by)
    _warn(on)
    return made


def _warn(on: date) -> None:
    """The people of a branch hear once a month that somebody has owed for six months. Nothing follows by itself."""
    month = Period.of(on)
    for branch in stating.branches_with_six_months(on):
        posts = Appointment.objects.in_force(on).filter(
            organization=branch, role__code__in=("secretary", "clerk")
        )
        people = Person.objects.filter(pk__in=posts.values("person"))
        notify(
            people,
            notices.SIX_MONTHS,
            {"branch": branch.short_name},
            link=f"/dues/branches/{branch.code}/",
            key=f"dues-six-months/{branch.code}/{month.code}",
        )

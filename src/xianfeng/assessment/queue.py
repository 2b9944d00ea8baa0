"""The review queue: what waits, in the order in which it is best read. A fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from xianfeng.core.periods import today
from xianfeng.members.models import Membership

from .models import Report
from .oddities import Oddity
from .permissions import REVIEW

MINUTES_EACH = 1.4  # forty-five minutes for thirty reports, a little less each once the odd ones are read


@dataclass(frozen=True)
class Waiting:
    """A report in the queue. Group: odd, first, rest, deferred, own; `own` is not to be reviewed by this person."""

    report: Report
    group: str
    oddities: tuple[Oddity, ...]

    @property
    def reviewable(self) -> bool:
        return self.group != "own"


@dataclass(frozen=True)
class Queue:
    """What waits for a reviewer. `decided` of `total` reports of the months concerned are done."""

    waiting: list[Waiting]
    decided: int
    total: int

    @property
    def groups(self) -> list[tuple[str, list[Waiting]]]:
        """Named groups in order, those without a report left out."""
        named = (
            ("odd", _("With oddities")),
            ("first", _("First report")),
            ("rest", _("The rest, by number")),
            ("deferred", _("Deferred")),
            ("own", _("Own branch, reviewed by a colleague")),
        )
        return [
            (name, rows)
            for key, name in named
            if (rows := [waiting for waiting in self.waiting if waiting.group == key])
        ]

    @property
    def reviewable(self) -> list[Waiting]:
        return [waiting for waiting in self.waiting if waiting.reviewable]

    @property
    def minutes(self) -> int:
        """About how long the rest takes."""
        return max(1, round(len(self.reviewable) * MINUTES_EACH)) if self.reviewable else 0

    def neighbours(self, report: Report) -> tuple[Report | None, Report | None]:
        """The reports before and after one in the queue."""
        order = [waiting.report for waiting in self.reviewable]
        places = [index for index, row in enumerate(order) if row.pk == report.pk]
        if not places:
            return None, order[0] if order else None
        at = places[0]
        return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)


def queue(person: Any) -> Queue:
    """What waits for this person: oddities first, then branches that report for the first time, then by number."""
    in_scope = Report.objects.visible_to(person, REVIEW)
    rows = list(
        in_scope.waiting().select_related("organization").order_by("year", "month", "organization__number")
    )
    months = {(row.year, row.month) for row in rows}
    known = set(
        Report.objects.filter(
            status=Report.Status.ACCEPTED, organization__in=[r.organization_id for r in rows]
        )
        .order_by()
        .values_list("organization", flat=True)
        .distinct()
    )
    own = set(
        Membership.objects.members().on(today()).filter(person=person).values_list("organization", flat=True)
    )
    own.add(person.organization_id)
    waiting = []
    for row in rows:
        oddities = tuple(Oddity.load(data) for data in row.oddities)
        if row.organization_id in own or row.submitted_by_id == person.pk:
            group = "own"
        elif row.deferred_at:
            group = "deferred"
        elif oddities:
            group = "odd"
        else:
            group = "rest" if row.organization_id in known else "first"
        waiting.append(Waiting(row, group, oddities))
    order = ("odd", "first", "rest", "deferred", "own")
    waiting.sort(key=lambda w: order.index(w.group))  # stable: by month and number inside
    counts = in_scope.order_by().values_list("year", "month", "status")
    concerned = [status for year, month, status in counts if (year, month) in months]
    decided = sum(status == Report.Status.ACCEPTED for status in concerned)
    return Queue(waiting, decided, len(concerned))

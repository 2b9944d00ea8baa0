"""Decisions by which a member pays less or nothing for some months."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.audit.moves import move
from xianfeng.core.periods import Period, today
from xianfeng.people.models import Person

from ..models import Reduction
from ..permissions import CHANGE
from .bases import state_since

LONGEST_REDUCTION = 12  # months; then the committee looks again


@transaction.atomic
def reduce(
    person: Person,
    *,
    first: Period,
    last: Period,
    fen: int,
    reason: str,
    decided_on: date,
    document: str,
    by: Any,
) -> Reduction:
    """Record that the committee lets a member pay less (`fen` a month) or nothing (0), from a month to a month.

    Months of it that are not paid yet are reckoned anew. Raises ValidationError by field.
    """
    if last < first:
        raise ValidationError({"last": _("The last month lies after the first.")})
    if first.shifted(LONGEST_REDUCTION) <= last:
        raise ValidationError({"last": _("At most a year at a time; then the committee decides again.")})
    if decided_on > today():
        raise ValidationError({"decided_on": _("That day lies ahead. Please enter it when it has come.")})
    if not document.strip():
        raise ValidationError({"document": _("Please name the minutes or the paper with the decision.")})
    standing = Reduction.objects.filter(
        person=person, status=Reduction.Status.IN_FORCE, first__lte=last.start, last__gte=first.start
    )
    if standing.exists():
        raise ValidationError(
            {"first": _("A decision already covers some of these months. Please withdraw it first.")}
        )
    if person.organization is None:
        raise ValidationError({"person": _("This person belongs to no branch.")})
    made: Reduction = Reduction.objects.create(
        person=person,
        organization=person.organization,
        first=first.start,
        last=last.start,
        amount=fen,
        reason=reason,
        decided_on=decided_on,
        document=document.strip(),
        recorded_by=by,
    )
    state_since(first, [person.pk], by=by, until=last)
    events.record(
        "dues.reduce",
        by=by,
        obj=made,
        at=made.organization,
        details={"from": first.code, "to": last.code},
    )
    return made


@move(
    Reduction,
    sources={Reduction.Status.IN_FORCE},
    target=Reduction.Status.WITHDRAWN,
    permission=CHANGE,
    label=gettext_lazy("Withdraw the decision"),
    takes=("reason",),
)
def withdraw(reduction: Reduction, *, by: Any, reason: str) -> None:
    """It no longer holds, or was entered by mistake: what is not paid yet is owed in full again."""
    state_since(reduction.first_month, [reduction.person_id], by=by, until=reduction.last_month)

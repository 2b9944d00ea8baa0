"""What members paid, month by month, and the moves of one month's line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.audit.moves import Refused, move
from xianfeng.core.periods import Period, today
from xianfeng.ledger import facts

from .. import rules, stating
from ..models import Collection, Due
from ..permissions import CHANGE
from .bases import MOST

Status = Due.Status
IN_ADVANCE = timedelta(days=366)  # how long before its month dues may have been paid


@dataclass(frozen=True, slots=True)
class Payment:
    """What somebody paid for one month, in fen."""

    line: Due
    fen: int


def check_payment(line: Due, fen: int, on: date) -> None:
    """Raises ValidationError by field when a payment cannot be right."""
    if on > today():
        raise ValidationError({"on": _("That day lies ahead. Please enter it when it has come.")})
    if on < line.month - IN_ADVANCE:
        raise ValidationError({"on": _("That is more than a year before the month. Please check the day.")})
    if not 0 < fen <= MOST:
        raise ValidationError({"amount": _("Please enter the amount in yuan, for example 75.02.")})


def _settle(line: Due, fen: int, on: date, by: Any) -> None:
    """Take a payment into a line: in full and within the month it is paid, later made up, less than owed still owed."""
    line.paid, line.paid_on, line.recorded_by = fen, on, by
    if fen >= line.owed:
        line.status = Status.PAID if on <= line.period.end else Status.MADE_UP
    elif line.status != Status.DEFERRED:
        line.status = Status.OWED
    line.version += 1


PAID_FIELDS = ["paid", "paid_on", "status", "recorded_by", "version"]


@transaction.atomic
def record_payments(collection: Collection, payments: Iterable[Payment], *, on: date, by: Any) -> int:
    """Record what was paid for a month, on one day; returns how many lines changed.

    A line that has been paid in the meantime is left alone: recording twice changes nothing.
    """
    wanted = {payment.line.pk: payment.fen for payment in payments}
    lines = list(
        Due.objects.select_for_update().filter(collection=collection, pk__in=wanted, status__in=Due.OPEN)
    )
    changed = []
    for line in lines:
        check_payment(line, wanted[line.pk], on)
        before = (line.paid, line.paid_on, line.status)
        _settle(line, wanted[line.pk], on, by)
        if before != (line.paid, line.paid_on, line.status):
            changed.append(line)
    Due.objects.bulk_update(changed, PAID_FIELDS, batch_size=500)
    if changed:
        stating.count([collection.pk], by=by)
        _told(collection, len(changed), on, by)
    return len(changed)


def pay_all(collection: Collection, *, on: date, by: Any) -> int:
    """Everybody who still owed has paid as due, on one day; returns how many. Those deferred are left alone."""
    return pay_everybody([collection], on=on, by=by)


@transaction.atomic
def pay_everybody(collections: Sequence[Collection], *, on: date, by: Any, but: Iterable[int] = ()) -> int:
    """The same for several branches of one month in a few statements; `but`: people who have not paid."""
    if not collections:
        return 0
    [month] = {collection.month for collection in collections}
    if on > today():
        raise ValidationError({"on": _("That day lies ahead. Please enter it when it has come.")})
    if on < month - IN_ADVANCE:
        raise ValidationError({"on": _("That is more than a year before the month. Please check the day.")})
    paid = (
        Due.objects.open()
        .filter(collection__in=collections)
        .exclude(person__in=list(but))
        .update(
            status=Status.PAID if on <= Period.of(month).end else Status.MADE_UP,
            paid=F("owed"),
            paid_on=on,
            recorded_by=by,
            version=F("version") + 1,
        )
    )
    if paid:
        stating.count([c.pk for c in collections], by=by)
        _told(collections[0] if len(collections) == 1 else None, paid, on, by)
    return paid


def _told(collection: Collection | None, number: int, on: date, by: Any) -> None:
    events.record(
        "dues.pay",
        by=by,
        obj=collection,
        at=collection.organization if collection else None,
        details={"paid": number, "on": on},
    )


@transaction.atomic
def correct_payment(line: Due, *, fen: int, on: date, by: Any, version: int | None = None) -> bool:
    """Enter a payment of one month, or put one right; says whether anything was different.

    Raises Refused when somebody else changed it since `version`, ValidationError by field.
    """
    locked: Due = Due.objects.select_for_update(of=("self",)).select_related("collection").get(pk=line.pk)
    if version is not None and locked.version != version:
        raise Refused(_("Someone else changed this in the meantime. Please look again."), code="conflict")
    if locked.status == Status.EXEMPT:
        raise Refused(_("Nothing is owed for this month: a decision waives it."), code="refused")
    check_payment(locked, fen, on)
    if (locked.paid, locked.paid_on) == (fen, on):
        return False
    _settle(locked, fen, on, by)
    locked.save(update_fields=PAID_FIELDS)
    _recount(locked, by)
    events.record("dues.correct", by=by, obj=locked, at=locked.collection.organization, details={"on": on})
    return True


def _recount(line: Due, by: Any) -> None:
    facts.record(line.collection, by=by)


@move(
    Due,
    sources={Status.OWED},
    target=Status.DEFERRED,
    permission=CHANGE,
    label=gettext_lazy("Approve later payment"),
    takes=("approval",),
)
def defer(line: Due, *, by: Any, approval: str) -> None:
    """The committee lets a member pay later, within six months. `approval` names the meeting or paper, not the reason."""
    line.deferred_until, line.approval = rules.deferred_until(line.period), approval[:80]
    line.save(update_fields=["deferred_until", "approval"])
    _recount(line, by)


@move(
    Due,
    sources={Status.DEFERRED},
    target=Status.OWED,
    permission=CHANGE,
    label=gettext_lazy("End the deferral"),
)
def end_deferral(line: Due, *, by: Any) -> None:
    """The month is owed again."""
    line.deferred_until, line.approval = None, ""
    line.save(update_fields=["deferred_until", "approval"])
    _recount(line, by)


@move(
    Due,
    sources=Due.SETTLED,
    target=Status.OWED,
    permission=CHANGE,
    label=gettext_lazy("Take the payment back"),
    takes=("reason",),
)
def take_back(line: Due, *, by: Any, reason: str) -> None:
    """It was entered by mistake: the month is owed again, or deferred where it was."""
    line.paid, line.paid_on = 0, None
    if line.deferred_until and line.deferred_until >= today():
        line.status = Status.DEFERRED
    line.save(update_fields=["paid", "paid_on", "status"])
    _recount(line, by)

"""What members' dues are reckoned by, from which month on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core.periods import Period, today
from xianfeng.people.models import Person

from .. import rules, stating
from ..models import Base

MOST = 1_000_000 * rules.FEN  # no month's pay of ours is larger; a slip of the decimal point is
BACK_MONTHS, AHEAD_MONTHS = 24, 12  # how far from today a base may begin


@dataclass(frozen=True, slots=True)
class NewBase:
    """What a member's dues are to be reckoned by. `fen` is the base; for farmers the amount agreed on."""

    person: Person
    group: str
    fen: int = 0


def check_base(group: str, fen: int, since: date) -> None:
    """Raises ValidationError when a base cannot be right, with what to do about it."""
    found = rules.table(group, since)
    if found.brackets and not 0 < fen <= MOST:
        raise ValidationError(
            _("Please enter the monthly base in yuan, after tax, for example 5680.00."), code="base"
        )
    if not found.brackets and not found.is_fixed and not found.lowest <= fen <= found.highest:
        raise ValidationError(
            _("Between %(lowest)s and %(highest)s yuan a month for this group.")
            % {"lowest": rules.yuan(found.lowest), "highest": rules.yuan(found.highest)},
            code="base",
        )


@transaction.atomic
def set_bases(new: Iterable[NewBase], *, since: Period, by: Any) -> int:
    """Set what dues are reckoned by from a month on; returns how many were different from before.

    Months from then on that are not paid yet are reckoned anew; what was paid stands. Raises ValidationError.
    """
    month = Period.of(today())
    if not month.shifted(-BACK_MONTHS).start <= since.start <= month.shifted(AHEAD_MONTHS).start:
        raise ValidationError(_("The month lies within two years before and one year after today."))
    new = list(new)
    people = [entry.person.pk for entry in new]
    held: dict[int, Base] = {}
    for base in Base.objects.filter(person__in=people, since__lte=since.start).order_by("since"):
        held[base.person_id] = base
    changed: list[int] = []
    fresh: list[Base] = []
    for entry in new:
        check_base(entry.group, entry.fen, since.start)
        fen = 0 if rules.table(entry.group, since.start).is_fixed else entry.fen
        base = held.get(entry.person.pk)
        if base and (base.group, base.fen) == (entry.group, fen):
            continue
        changed.append(entry.person.pk)
        amount = f"{rules.yuan(fen)}" if fen else ""
        if base and base.since == since.start:
            base.group, base.amount, base.recorded_by = entry.group, amount, by
            base.save(update_fields=["group", "amount", "recorded_by"])
        else:
            fresh.append(
                Base(person=entry.person, since=since.start, group=entry.group, amount=amount, recorded_by=by)
            )
    Base.objects.bulk_create(fresh, batch_size=500)
    if changed:
        state_since(since, changed, by=by)
        numbers = sorted(entry.person.number or "" for entry in new if entry.person.pk in set(changed))
        events.record(
            "dues.set_bases",
            by=by,
            at=new[0].person.organization,
            details={"month": since.code, "members": numbers},
        )
    return len(changed)


def state_since(since: Period, people: Sequence[int], *, by: Any, until: Period | None = None) -> None:
    """State the months from one on up to the running one anew for some people."""
    on, month = today(), since
    last = min(Period.of(on), until) if until else Period.of(on)
    while month <= last:
        stating.state(month, on, people=people, by=by)
        month = month.shifted(1)

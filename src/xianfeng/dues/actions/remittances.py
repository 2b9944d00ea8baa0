"""What branches passed on of the dues they received."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.audit.moves import move
from xianfeng.core.periods import Period, today
from xianfeng.ledger import facts
from xianfeng.organizations.models import Organization

from ..models import Due, Remittance, Settlement
from ..permissions import CHANGE
from .bases import MOST


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What a branch has passed on for a month or a quarter, in fen, on a day, against a receipt."""

    organization: Organization
    covers: Period
    fen: int
    on: date
    receipt_number: str

    @property
    def quarter(self) -> Period:
        return Period.of(self.covers.start, "quarter")


def received(organizations: Iterable[int], period: Period) -> dict[int, int]:
    """Fen paid for the months of a period, by branch. One query."""
    rows = Due.objects.of(period).filter(collection__organization__in=list(organizations)).order_by()
    return dict(rows.values_list("collection__organization").annotate(total=Sum("paid")))


def check_passed_on(given: PassedOn, standing: Iterable[str]) -> None:
    """Raises ValidationError by field when a remittance cannot be right; `standing`: what its quarter has already."""
    taken, quarter = set(standing), given.quarter
    if given.covers.kind not in {"month", "quarter"}:
        raise ValidationError({"covers": _("Dues are passed on for a month or a quarter.")})
    if given.on > today():
        raise ValidationError({"on": _("That day lies ahead. Please enter it when it has come.")})
    if given.on < given.covers.start:
        raise ValidationError({"on": _("That is before the month. Please check the day.")})
    if not 0 < given.fen <= MOST * 10:
        raise ValidationError({"amount": _("Please enter the amount in yuan, for example 75.02.")})
    if not given.receipt_number.strip():
        raise ValidationError({"receipt_number": _("Please enter the number on the receipt.")})
    if given.covers.code in taken or quarter.code in taken or (given.covers == quarter and taken):
        raise ValidationError(
            {"covers": _("This has already been entered as passed on. Cancel that entry first.")}
        )


def remit(
    organization: Organization, covers: Period, *, fen: int, on: date, receipt_number: str, by: Any
) -> Remittance:
    """Record what a branch has passed on for a month or a quarter. Raises ValidationError by field."""
    return remit_all([PassedOn(organization, covers, fen, on, receipt_number)], by=by)[0]


@transaction.atomic
def remit_all(passed_on: Sequence[PassedOn], *, by: Any) -> list[Remittance]:
    """The same for several in a fixed number of statements, and under one audit event where there are several."""
    settlements = _settlements(passed_on)
    lines = []
    for given in passed_on:
        settlement = settlements[given.organization.pk, given.quarter.code]
        check_passed_on(given, [line.covers for line in settlement.entered])
        lines.append(
            Remittance(
                settlement=settlement,
                covers=given.covers.code,
                amount=given.fen,
                on=given.on,
                receipt_number=given.receipt_number.strip(),
                recorded_by=by,
            )
        )
    Remittance.objects.bulk_create(lines)
    touched = Settlement.objects.filter(pk__in={line.settlement_id for line in lines})
    facts.record_all(touched.prefetch_related("lines"), by=by)
    if len(lines) == 1:
        [line] = lines
        events.record(
            "dues.remit",
            by=by,
            obj=line,
            at=line.settlement.organization,
            details={"period": line.covers, "on": line.on, "receipt": line.receipt_number},
        )
    elif lines:
        events.record(
            "dues.remit", by=by, details={"receipts": sorted(line.receipt_number for line in lines)}
        )
    return lines


def _settlements(passed_on: Sequence[PassedOn]) -> dict[tuple[int, str], Settlement]:
    """The quarters these belong to, locked, with their lines; made where they are missing."""
    wanted = {(given.organization.pk, given.quarter.code): given for given in passed_on}
    known = Settlement.objects.filter(
        organization__in={pk for pk, _code in wanted}, quarter__in={code for _pk, code in wanted}
    )
    there = set(known.values_list("organization", "quarter"))
    Settlement.objects.bulk_create(
        (
            Settlement(
                organization=given.organization,
                quarter=given.quarter.code,
                day=date(given.quarter.year, given.quarter.last_month, 1),
            )
            for key, given in wanted.items()
            if key not in there
        ),
        ignore_conflicts=True,
    )
    rows = known.select_for_update(of=("self",)).select_related("organization").prefetch_related("lines")
    return {(row.organization_id, row.quarter): row for row in rows}


@move(
    Remittance,
    sources={Remittance.Status.ENTERED},
    target=Remittance.Status.CANCELLED,
    permission=CHANGE,
    label=gettext_lazy("Cancel this remittance"),
    takes=("reason",),
)
def cancel_remittance(line: Remittance, *, by: Any, reason: str) -> None:
    """It was entered by mistake. The row stays."""
    facts.record(line.settlement, by=by)

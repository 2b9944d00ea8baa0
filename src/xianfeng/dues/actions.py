"""Verbs about dues. Each is one transaction with its audit event, and leaves the ledger in step.

Amounts and reasons are never among the details of events: the log is read by people who have no business with pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.audit.moves import Refused, move
from xianfeng.core.periods import Period, today
from xianfeng.ledger import facts
from xianfeng.messaging.actions import notify
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Appointment, Person

from . import notices, rules, stating
from .models import Base, Collection, Due, Publication, Reduction, Remittance, Settlement
from .permissions import CHANGE

Status = Due.Status
MOST = 1_000_000 * rules.FEN  # no month's pay of ours is larger; a slip of the decimal point is
BACK_MONTHS, AHEAD_MONTHS = 24, 12  # how far from today a base may begin
IN_ADVANCE = timedelta(days=366)  # how long before its month dues may have been paid
LONGEST_REDUCTION = 12  # months; then the committee looks again


# -- what dues are reckoned by --


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
        _state_since(since, changed, by=by)
        numbers = sorted(entry.person.number or "" for entry in new if entry.person.pk in set(changed))
        events.record(
            "dues.set_bases",
            by=by,
            at=new[0].person.organization,
            details={"month": since.code, "members": numbers},
        )
    return len(changed)


def _state_since(since: Period, people: Sequence[int], *, by: Any, until: Period | None = None) -> None:
    """State the months from one on up to the running one anew for some people."""
    on, month = today(), since
    last = min(Period.of(on), until) if until else Period.of(on)
    while month <= last:
        stating.state(month, on, people=people, by=by)
        month = month.shifted(1)


# -- the monthly job --


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


# -- paying --


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


# -- moves of a line --


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


# -- reductions --


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
    _state_since(first, [person.pk], by=by, until=last)
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
    _state_since(reduction.first_month, [reduction.person_id], by=by, until=reduction.last_month)


# -- passing on and publishing --


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


def accounts(organizations: Iterable[int], year: int) -> Mapping[int, dict[str, int]]:
    """What branches' members owed and paid for a year, how many they were, and what was passed on. Two queries."""
    places = list(organizations)
    whole = Period(year, "year")
    found = {pk: {"payers": 0, "owed": 0, "received": 0, "remitted": 0} for pk in places}
    rows = (
        Due.objects.of(whole)
        .filter(collection__organization__in=places)
        .order_by()
        .values_list("collection__organization")
        .annotate(
            payers=Count("person", distinct=True, filter=Q(owed__gt=0)),
            owed=Sum("owed"),
            received=Sum("paid"),
        )
    )
    for pk, payers, owed, received in rows:
        found[pk].update(payers=payers, owed=owed, received=received)
    passed_on = (
        Remittance.objects.filter(
            status=Remittance.Status.ENTERED,
            settlement__organization__in=places,
            settlement__quarter__startswith=f"{year}-",
        )
        .order_by()
        .values_list("settlement__organization")
        .annotate(total=Sum("amount"))
    )
    for pk, total in passed_on:
        found[pk]["remitted"] = total
    return found


def may_publish(publication: Publication, _by: Any) -> str | None:
    """Why the accounts cannot be published now."""
    if today() < date(publication.year, rules.PUBLISH_FROM_MONTH, 1):
        return _("The accounts of a year are published from its December on.")
    return None


@move(
    Publication,
    sources={Publication.Status.DUE},
    target=Publication.Status.PUBLISHED,
    permission=CHANGE,
    label=gettext_lazy("Publish the accounts"),
    condition=may_publish,
    formal=True,
)
def publish(publication: Publication, *, by: Any, note: str = "") -> None:
    """Show every member what the branch received and passed on in the year: totals, as they stand now."""
    figures = accounts([publication.organization_id], publication.year)[publication.organization_id]
    for name, value in figures.items():
        setattr(publication, name, value)
    publication.published_on, publication.note, publication.recorded_by = today(), note.strip()[:200], by
    publication.save(update_fields=[*figures, "published_on", "note", "recorded_by"])
    facts.record(publication, by=by)


@move(
    Publication,
    sources={Publication.Status.PUBLISHED},
    target=Publication.Status.DUE,
    permission=CHANGE,
    label=gettext_lazy("Take the accounts back"),
    takes=("reason",),
)
def unpublish(publication: Publication, *, by: Any, reason: str) -> None:
    """Something was wrong: they are put right and published anew. Every time is in the log."""
    publication.published_on = None
    publication.save(update_fields=["published_on"])
    facts.record(publication, by=by)

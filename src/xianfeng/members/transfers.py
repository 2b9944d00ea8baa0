"""Verbs of transfers. Whoever begins one asks the other side; what counts happens when both have confirmed.

Between our branches the member stands in the other one from the agreed day on (`actions.place`). Out of the bureau the
membership ends when the receipt is back; into it, it begins when the branch has taken the person in. Facts stay where
they happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.audit.moves import Refused, move
from xianfeng.core import clock
from xianfeng.core.periods import today
from xianfeng.messaging.actions import dealt_with
from xianfeng.organizations.models import Organization
from xianfeng.people import actions as people
from xianfeng.people.models import Person

from . import actions, notices, permissions
from .mobility import known_by
from .models import Membership, Transfer
from .parameters import VALIDITY, VALIDITY_MOST, parameter
from .transfer_notices import names, sides, tell, tell_waiting

Kind, Status = Transfer.Kind, Transfer.Status


# -- beginning --


@transaction.atomic
def begin_inside(person: Person, receiver: Organization, *, on: date, by: Any, reason: str = "") -> Transfer:
    """A member is to go over to another branch. Whoever begins it for one side has confirmed that side."""
    spell = _spell(person)
    if spell.organization == receiver:
        raise ValidationError(
            _("%(name)s belongs to %(branch)s already.") % {"name": person, "branch": receiver}
        )
    _not_before(spell, on)
    return _begin(
        Transfer(
            kind=Kind.INSIDE,
            person=person,
            sender=spell.organization,
            receiver=receiver,
            stage=spell.stage,
            on=on,
            reason=reason,
        ),
        by,
    )


@transaction.atomic
def begin_out(
    person: Person,
    elsewhere: str,
    *,
    on: date,
    by: Any,
    addressee: str = "",
    reason: str = "",
    dues_paid_until: date | None = None,
    valid_days: int | None = None,
) -> Transfer:
    """A member is to go over to an organization outside. The office issues the letter."""
    spell = _spell(person)
    _not_before(spell, on)
    days = valid_days or parameter(VALIDITY, on)
    most = parameter(VALIDITY_MOST, on)
    if not 1 <= days <= most:
        raise ValidationError(_("A letter is valid for 1 to %(days)s days.") % {"days": most})
    return _begin(
        Transfer(
            kind=Kind.OUT,
            person=person,
            sender=spell.organization,
            elsewhere=elsewhere,
            addressee=addressee or elsewhere,
            stage=spell.stage,
            on=on,
            reason=reason,
            dues_paid_until=dues_paid_until,
            valid_days=days,
        ),
        by,
    )


@transaction.atomic
def begin_in(
    name: str,
    receiver: Organization,
    elsewhere: str,
    *,
    stage: str,
    on: date,
    by: Any,
    personal: dict[str, Any],
    **letter: Any,
) -> Transfer:
    """A letter came: somebody from elsewhere is to belong to a branch of ours.

    `personal` are columns of Person; `letter` what it says: letter_number, issued_on, valid_until, dues_paid_until,
    joined_on, confirmed_on. Somebody we know by the ID number keeps the row and the number.
    """
    person = known_by(personal.get("id_number", ""))
    if person is None:
        person = people.enter(name=name, organization=receiver, by=by, is_active=False, **personal)
    elif (spell := Membership.objects.filter(person=person, until=None).first()) is not None:
        raise ValidationError(
            _("%(name)s belongs to %(branch)s already.") % {"name": person, "branch": spell.organization}
        )
    return _begin(
        Transfer(
            kind=Kind.IN,
            person=person,
            receiver=receiver,
            elsewhere=elsewhere,
            stage=stage,
            on=on,
            **letter,
        ),
        by,
    )


def _begin(transfer: Transfer, by: Any) -> Transfer:
    """Save it, with the side of whoever begins it confirmed, and tell the other."""
    transfer.begun_by, transfer.begun_at = by, clock.now()
    if transfer.kind == Kind.INSIDE and by is not None:
        # The office, which stands above both, asks both.
        releases, takes = _works_for(by, transfer.sender), _works_for(by, transfer.receiver)
        if releases and not takes:
            transfer.released_by, transfer.released_at = by, transfer.begun_at
        elif takes and not releases:
            transfer.taken_by, transfer.taken_at = by, transfer.begun_at
    transfer.full_clean()
    transfer.save(force_insert=True)
    events.record(
        "members.transfer_begin",
        by=by,
        obj=transfer,
        at=transfer.stands_at(),
        details={**names(transfer), "on": transfer.on},
    )
    tell_waiting(transfer, by)
    return transfer


def _works_for(person: Any, side: Organization | None) -> bool:
    return side is not None and bool(person.can(permissions.TRANSFER, at=side))


def _spell(person: Person) -> Membership:
    """The membership that goes on; a member of the party only."""
    spell: Membership | None = Membership.objects.members().filter(person=person, until=None).first()
    if spell is None:
        raise ValidationError(_("%(name)s is not on the roll.") % {"name": person})
    return spell


def _not_before(spell: Membership, on: date) -> None:
    if on < spell.since:
        raise ValidationError(
            _("Something else is on record for %(name)s after that day. Please choose a later one.")
            % {"name": spell.person}
        )


# -- moves --


@contextmanager
def _refusing() -> Iterator[None]:
    """What the register itself does not allow refuses the move with the same sentence."""
    try:
        yield
    except Refused:
        raise
    except ValidationError as fault:
        raise Refused(" ".join(fault.messages), code="refused") from fault


def _may_release(transfer: Transfer, by: Any) -> str | None:
    if transfer.kind != Kind.INSIDE:
        return _("Only transfers between our branches are confirmed by the sending branch.")
    if transfer.released_at:
        return _("The sending branch has confirmed already.")
    return _of_one_side(transfer.sender, by) or _twice(transfer.taken_by, by)


def _may_take(transfer: Transfer, by: Any) -> str | None:
    if transfer.kind == Kind.OUT:
        return _("The organization outside confirms by its receipt.")
    if transfer.taken_at:
        return _("The receiving branch has confirmed already.")
    return _of_one_side(transfer.receiver, by) or _twice(transfer.released_by, by)


def _of_one_side(side: Organization | None, by: Any) -> str | None:
    if _works_for(by, side):
        return None
    return _("%(branch)s confirms this.") % {"branch": side}


def _twice(confirmed: Person | None, by: Any) -> str | None:
    if confirmed is not None and confirmed.pk == by.pk:
        return _("You have confirmed for one side; somebody else confirms for the other.")
    return None


@move(
    Transfer,
    sources={Status.WAITING},
    target=None,
    permission=permissions.TRANSFER,
    label=gettext_lazy("Let go"),
    condition=_may_release,
    formal=True,
)
def release(transfer: Transfer, *, by: Any) -> None:
    """The sending branch lets the member go."""
    transfer.released_by, transfer.released_at = by, clock.now()
    transfer.save(update_fields=["released_by", "released_at"])
    _complete(transfer, by)


@move(
    Transfer,
    sources={Status.WAITING},
    target=None,
    permission=permissions.TRANSFER,
    label=gettext_lazy("Take in"),
    condition=_may_take,
    formal=True,
)
def take(transfer: Transfer, *, by: Any) -> None:
    """The receiving branch takes the member in."""
    transfer.taken_by, transfer.taken_at = by, clock.now()
    transfer.save(update_fields=["taken_by", "taken_at"])
    _complete(transfer, by)


def _complete(transfer: Transfer, by: Any) -> None:
    """What counts, as soon as all sides of ours have confirmed. Refused: nothing has changed."""
    person, receiver = transfer.person, transfer.receiver
    if receiver is None or not transfer.taken_at:
        return
    if transfer.kind == Kind.INSIDE and not transfer.released_at:
        return
    if transfer.on > today():
        raise Refused(
            _("It takes effect on %(day)s. Please confirm on that day.") % {"day": transfer.on.isoformat()}
        )
    if transfer.kind == Kind.INSIDE:
        with _refusing():
            spell = _spell(person)
            if spell.organization_id != transfer.sender_id:
                raise Refused(
                    _("%(name)s belongs to %(branch)s by now. Please give up this transfer.")
                    % {"name": person, "branch": spell.organization}
                )
            actions.place(person, receiver, on=transfer.on, by=by)
        transfer.status = Status.DONE
    else:
        with _refusing():
            actions.take_up(
                person,
                receiver,
                transfer.stage,
                on=transfer.on,
                by=by,
                joined_on=transfer.joined_on,
                confirmed_on=transfer.confirmed_on,
            )
        transfer.status = Status.TAKEN
    dealt_with(transfer.get_absolute_url())
    tell(sides(transfer), notices.TRANSFER_DONE, transfer, by)


def _may_issue(transfer: Transfer, by: Any) -> str | None:
    if transfer.kind != Kind.OUT:
        return _("Letters are issued for transfers out of the bureau.")
    if not transfer.dues_paid_until:
        return _("Please enter first until which month dues are paid; it stands on the letter.")
    return None


@move(
    Transfer,
    sources={Status.WAITING},
    target=Status.ISSUED,
    permission=permissions.CHANGE,
    label=gettext_lazy("Issue the letter"),
    condition=_may_issue,
    formal=True,
)
def issue(transfer: Transfer, *, by: Any) -> None:
    """The office issues the letter: the next number of the year, valid from today."""
    day = today()
    transfer.letter_number = next_letter(day.year)
    transfer.issued_on = day
    transfer.valid_until = day + timedelta(days=transfer.valid_days or parameter(VALIDITY, day))
    transfer.released_by, transfer.released_at = by, clock.now()
    transfer.save(update_fields=["letter_number", "issued_on", "valid_until", "released_by", "released_at"])
    dealt_with(transfer.get_absolute_url())
    tell(
        sides(transfer),
        notices.LETTER_ISSUED,
        transfer,
        by,
        number=transfer.letter_number,
        day=transfer.valid_until,
    )


def next_letter(year: int) -> str:
    """The next free number of a year: the year and a serial of four digits."""
    last = Transfer.objects.filter(kind=Kind.OUT, letter_number__startswith=str(year)).aggregate(
        last=Max("letter_number")
    )["last"]
    return f"{year}{int(last[4:]) + 1 if last else 1:04d}"


@move(
    Transfer,
    sources={Status.ISSUED, Status.TAKEN},
    target=Status.DONE,
    permission=permissions.CHANGE,
    label=gettext_lazy("Enter the receipt"),
    takes=("on",),
    formal=True,
)
def receipt(transfer: Transfer, *, by: Any, on: str | date) -> None:
    """Out of the bureau: the receipt is back, and the membership with us ends that day. Into it: we have sent ours."""
    day = _day(on)
    since = transfer.issued_on if transfer.kind == Kind.OUT else transfer.on
    if day > today() or (since is not None and day < since):
        raise Refused(_("The day of the receipt lies between the letter and today."))
    transfer.receipt_on = day
    transfer.save(update_fields=["receipt_on"])
    if transfer.kind == Kind.OUT:
        with _refusing():
            actions.leave(
                transfer.person,
                on=day,
                by=by,
                ending=Membership.Ending.MOVED_OUT,
                reason=_("letter no. %(number)s") % {"number": transfer.letter_number},
            )
        dealt_with(transfer.get_absolute_url())
        tell(sides(transfer), notices.TRANSFER_DONE, transfer, by)


def _day(typed: str | date) -> date:
    if isinstance(typed, date):
        return typed
    try:
        return date.fromisoformat(typed)
    except ValueError as fault:
        raise Refused(_("Please enter a day.")) from fault


def _may_refuse(transfer: Transfer, by: Any) -> str | None:
    match transfer.kind:
        case Kind.INSIDE:
            open_to = [
                side
                for side, at in (
                    (transfer.sender, transfer.released_at),
                    (transfer.receiver, transfer.taken_at),
                )
                if at is None
            ]
        case Kind.OUT:
            return (
                None
                if by.can(permissions.CHANGE, at=transfer.sender)
                else _("The party office decides on this.")
            )
        case _:
            open_to = [transfer.receiver]
    if any(_works_for(by, side) for side in open_to):
        return None
    return _("The side that has still to confirm can refuse.")


@move(
    Transfer,
    sources={Status.WAITING},
    target=Status.REFUSED,
    permission=permissions.TRANSFER,
    label=gettext_lazy("Refuse"),
    takes=("reason",),
    condition=_may_refuse,
)
def refuse(transfer: Transfer, *, by: Any, reason: str) -> None:
    """The side that was asked does not agree. Nothing has changed."""
    dealt_with(transfer.get_absolute_url())
    tell(sides(transfer), notices.TRANSFER_ENDED, transfer, by, reason=reason)


def _may_give_up(transfer: Transfer, by: Any) -> str | None:
    began = transfer.begun_by_id is not None and transfer.begun_by_id == by.pk
    if began and transfer.status == Status.WAITING:
        return None
    if by.can(permissions.CHANGE, transfer):
        return None
    return _("Whoever began it, or the party office, can give it up.")


@move(
    Transfer,
    sources={Status.WAITING, Status.ISSUED},
    target=Status.CANCELLED,
    permission=permissions.TRANSFER,
    label=gettext_lazy("Call the transfer off"),
    takes=("reason",),
    condition=_may_give_up,
)
def give_up(transfer: Transfer, *, by: Any, reason: str) -> None:
    """It is not to be any more. A letter that is out becomes void; the membership goes on as if nothing had been."""
    dealt_with(transfer.get_absolute_url())
    tell(sides(transfer), notices.TRANSFER_ENDED, transfer, by, reason=reason)


def _has_run_out(transfer: Transfer, by: Any) -> str | None:
    if transfer.valid_until is not None and transfer.valid_until < today():
        return None
    return _("The letter is still valid.")


@move(
    Transfer,
    sources={Status.ISSUED},
    target=Status.LAPSED,
    permission=permissions.CHANGE,
    label=gettext_lazy("Declare it lapsed"),
    condition=_has_run_out,
)
def lapse(transfer: Transfer, *, by: Any) -> None:
    """The letter ran out unused. The membership goes on with us; a new letter is a new transfer."""
    dealt_with(transfer.get_absolute_url())
    tell(sides(transfer), notices.TRANSFER_ENDED, transfer, by, reason=_("the letter ran out"))


# -- corrections --


@transaction.atomic
def change(transfer: Transfer, values: dict[str, Any], *, by: Any) -> None:
    """Correct what a transfer that waits says."""
    if transfer.status != Status.WAITING:
        raise ValidationError(_("Only what waits for confirmation can be corrected."))
    details = {
        name: [getattr(transfer, name), value]
        for name, value in values.items()
        if getattr(transfer, name) != value
    }
    for name in details:
        setattr(transfer, name, values[name])
    transfer.full_clean()
    transfer.version += 1
    transfer.save(update_fields=[*details, "version"])
    if details:
        events.record(
            "members.transfer_change", by=by, obj=transfer, at=transfer.stands_at(), details=details
        )

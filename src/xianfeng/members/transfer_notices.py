"""Who hears of a transfer: whoever has still to confirm, both sides when it ends, the office when it is overdue."""

from __future__ import annotations

from datetime import date
from typing import Any

from xianfeng.core.periods import today
from xianfeng.messaging.actions import notify
from xianfeng.people.holders import holders
from xianfeng.people.models import Person

from . import notices, permissions
from .models import Transfer

Kind = Transfer.Kind


def sides(transfer: Transfer) -> list[Person]:
    """Whoever works for either branch."""
    ours = [side for side in (transfer.sender, transfer.receiver) if side is not None]
    return [
        person for side in ours for person in holders(permissions.TRANSFER, at=side, on=today(), nearest=True)
    ]


def names(transfer: Transfer) -> dict[str, str]:
    """Who goes from where to where, as notices and events say it."""
    return {
        "name": transfer.person.name,
        "origin": transfer.origin,
        "destination": transfer.destination,
    }


def tell(people_told: list[Person], kind: str, transfer: Transfer, by: Any, **more: Any) -> None:
    """Tell people of a transfer, once; whoever acted knows."""
    notify(
        [person for person in people_told if by is None or person.pk != by.pk],
        kind,
        {**names(transfer), **more},
        link=transfer.get_absolute_url(),
        key=f"{kind}/{transfer.uid}",
    )


def tell_waiting(transfer: Transfer, by: Any) -> None:
    """Ask whoever has still to confirm."""
    asked: list[Person] = []
    if transfer.kind == Kind.OUT and transfer.sender is not None:
        asked += holders(permissions.CHANGE, at=transfer.sender, on=today())
    for side, at in ((transfer.sender, transfer.released_at), (transfer.receiver, transfer.taken_at)):
        if side is not None and at is None and transfer.kind != Kind.OUT:
            asked += holders(permissions.TRANSFER, at=side, on=today(), nearest=True)
    tell(asked, notices.TRANSFER_BEGUN, transfer, by)


def remind(day: date) -> int:
    """Tell the office and the branch, once, that a transfer is overdue. Returns how many were told."""
    told = 0
    for transfer in Transfer.objects.overdue(day).select_related("person", "sender", "receiver"):
        office = holders(permissions.CHANGE, at=transfer.stands_at(), on=day)
        told += notify(
            [*office, *sides(transfer)],
            notices.TRANSFER_OVERDUE,
            names(transfer),
            link=transfer.get_absolute_url(),
            key=f"members.transfer_overdue/{transfer.uid}",
        )
    return told

"""Who a typed name means, and whether the password is theirs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from xianfeng.core.crypto import blind
from xianfeng.core.prepared import Prepared

from .models import Person

SIGNED_IN = Prepared(
    lambda pk: Person.objects.order_by().select_related("organization").filter(pk=pk, is_active=True)
)


class PersonBackend:
    """Signs people in by member number, phone number or name of account."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_more: Any,
    ) -> Person | None:
        if not username or password is None:
            return None
        person = find(username)
        if person is None:
            Person().set_password(password)  # as slow as a wrong password, so that names cannot be guessed
            return None
        return person if person.check_password(password) and person.is_active else None

    def get_user(self, pk: int) -> Person | None:
        return next(iter(SIGNED_IN(pk=pk)), None)


def find(name: str) -> Person | None:
    """The one person a typed name means: account, then number, then phone. None when nobody or not only one."""
    name = name.strip()
    account, number, phone = name.lower(), name.upper(), blind("people.person.phone", name)
    meant = Q(account=account) | Q(number=number)
    if phone:
        meant |= Q(phone_index=phone)
    # One query whatever was typed, so that the time it takes tells nothing. A phone may be shared, by a few.
    found: list[Person] = list(Person.objects.filter(meant)[:10])
    for fits in (
        [person for person in found if person.account == account],
        [person for person in found if person.number == number],
        found,
    ):
        if len(fits) == 1:
            return fits[0]
    return None

"""Columns of the lists of people, accounts, appointments."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xianfeng.core.addresses import address
from xianfeng.core.columns import Column
from xianfeng.core.periods import today

from .models import Appointment, Person

UNUSED_AFTER = timedelta(days=90)


def account_word(person: Person) -> Any:
    """The state of an account in words."""
    if not person.is_active:
        return _("closed")
    return _("open") if person.has_usable_password() else _("not activated")


def account_tone(person: Person) -> str:
    """The state of an account as a tone of `core.components`."""
    if not person.is_active:
        return "closed"
    return "ok" if person.has_usable_password() else "none"


def last_day(person: Person) -> date | None:
    """The day of the last sign-in."""
    return timezone.localdate(person.last_login) if person.last_login else None


WITHOUT_ACCOUNT = (
    Column("number", _("Number"), lambda p: p.number or p.account, "code", ("number",)),
    Column("name", _("Name"), lambda p: p.name, order=("name",)),
    Column("organization", _("Branch"), lambda p: str(p.organization or ""), order=("organization__number",)),
    Column(
        "issued", _("Slip valid until"), lambda p: p.slip_until and timezone.localdate(p.slip_until), "date"
    ),
)

ACCOUNTS = (
    Column("number", _("Number"), lambda p: p.number or "", "code", ("number",)),
    Column("account", _("Account"), lambda p: p.account, "code", ("account",), phone=False),
    Column(
        "name", _("Name"), lambda p: p.name, order=("name",),
        link=lambda p: address("people:user_detail", p.uid),
    ),
    Column(
        "organization", _("Organization"), lambda p: str(p.organization or ""), order=("organization__number",)
    ),
    Column("state", _("Account is"), account_word, "status", tone=account_tone),
    Column("second_factor", _("Second factor"), lambda p: _("set up") if p.has_device else "", phone=False),
    Column("last", _("Last signed in"), last_day, "date", ("last_login",)),
)  # fmt: skip


def appointment_word(appointment: Appointment) -> Any:
    """How an appointment stands today."""
    now = today()
    if appointment.until and appointment.until <= now:
        return _("ended")
    if appointment.since > now:
        return _("begins later")
    return (
        _("ends soon")
        if appointment.until and appointment.until <= now + timedelta(days=30)
        else _("in force")
    )


def appointment_tone(appointment: Appointment) -> str:
    """How an appointment stands today, as a tone of `core.components`."""
    now = today()
    if appointment.until and appointment.until <= now:
        return "closed"
    if appointment.since > now:
        return "none"
    return "todo" if appointment.until and appointment.until <= now + timedelta(days=30) else "ok"


APPOINTMENTS = (
    Column(
        "person", _("Person appointed"), lambda a: a.person.name, order=("person__name",),
        link=lambda a: address("people:role_detail", a.uid),
    ),
    Column("number", _("Number"), lambda a: a.person.number or a.person.account, "code", phone=False),
    Column("role", _("Role"), lambda a: str(a.role), order=("role",)),
    Column("organization", _("Organization"), lambda a: str(a.organization), order=("organization__number",)),
    Column("since", _("From"), lambda a: a.since, "date", ("since",)),
    Column("until", _("Until"), lambda a: a.until, "date", ("until",)),
    Column("state", _("State"), appointment_word, "status", tone=appointment_tone),
    Column("last", _("Last signed in"), lambda a: last_day(a.person), "date", ("person__last_login",)),
)  # fmt: skip

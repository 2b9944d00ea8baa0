"""Verbs about accounts and appointments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core.periods import today
from xianfeng.organizations.models import Organization

from .models import Appointment, Person, Role


@transaction.atomic
def enter(*, name: str, by: Any, organization: Organization | None = None, **details: Any) -> Person:
    """Enter one human. Without an account yet: the password is unusable until the person is activated."""
    person = Person(name=name, organization=organization, **details)
    if person.number and "account" not in details:
        person.account = person.number.lower()
    person.set_unusable_password()
    person.prepare()
    person.full_clean(exclude=["password"])
    person.save(force_insert=True)
    events.record("people.enter", by=by, obj=person, at=organization)
    return person


@transaction.atomic
def appoint(
    person: Person,
    role: Role,
    at: Organization,
    *,
    by: Any,
    since: date | None = None,
    until: date | None = None,
) -> Appointment:
    """Give a person a role at a place.

    Raises ValidationError where the separation of duties forbids it: the three administrators hold nothing else,
    and nobody appoints themselves.
    """
    if by is not None and by.pk == person.pk:
        raise ValidationError(_("Nobody can appoint themselves."))
    since = since or today()
    held = Appointment.objects.in_force(since).filter(person=person).exclude(role=role).select_related("role")
    for other in held:
        if role.exclusive or other.role.exclusive:
            raise ValidationError(
                _("%(person)s is %(held)s; that cannot be combined with %(role)s.")
                % {"person": person, "held": other.role, "role": role}
            )
    appointment = Appointment(person=person, role=role, organization=at, since=since, until=until)
    appointment.full_clean()
    appointment.save(force_insert=True)
    events.record(
        "people.appoint",
        by=by,
        obj=person,
        at=at,
        details={"role": role.code, "since": since, "until": until},
    )
    return appointment


@transaction.atomic
def relieve(appointment: Appointment, *, by: Any, until: date | None = None) -> None:
    """End an appointment: at once, or from a day on."""
    appointment.until = max(appointment.since, until or today())
    appointment.full_clean()
    appointment.save(update_fields=["until"])
    events.record(
        "people.relieve",
        by=by,
        obj=appointment.person,
        at=appointment.organization,
        details={"role": appointment.role.code, "until": appointment.until},
    )


def reveal(person: Person, field: str, *, reason: str, by: Person) -> str:
    """The clear ID number or phone number, for a stated reason that goes into the audit log."""
    if field not in {"id_number", "phone"}:
        raise ValueError(field)
    if len(reason.strip()) < 4:
        raise ValidationError(_("Please say for what work you need it."))
    with transaction.atomic():
        events.record(
            "people.reveal",
            by=by,
            obj=person,
            at=person.organization,
            details={"field": field, "reason": reason},
        )
    clear: str = getattr(person, field).reveal()
    return clear

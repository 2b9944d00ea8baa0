"""Verbs about accounts and appointments."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.audit.models import Event
from xianfeng.core import clock, crypto
from xianfeng.core.periods import today
from xianfeng.organizations.actions import found
from xianfeng.organizations.models import Organization

from . import second_factor, sessions
from .models import ActivationCode, Appointment, Person, Role, SetupLink

ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
REVEALS_PER_DAY = 30


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
    nobody appoints themselves, and no role is given before all three exist (except by the system itself).
    """
    if by is not None and by.pk == person.pk:
        raise ValidationError(_("Nobody can appoint themselves."))
    since = since or today()
    if by is not None and not role.exclusive and not administrators_complete():
        raise ValidationError(_("Roles can be given once all three administrators exist."))
    held = Appointment.objects.meeting(since, until).filter(person=person).exclude(role=role)
    for other in held.select_related("role"):
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
        details={"role": role.name, "since": since, "until": until},
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
        details={"role": appointment.role.name, "until": appointment.until},
    )


def reveal(person: Person, field: str, *, reason: str, by: Person) -> str:
    """The clear ID number or phone number, for a stated reason that goes into the audit log.

    Raises ValidationError without a reason, and after thirty on one day.
    """
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
        # Counted after the event, under its lock: of two that come together only one can be the thirtieth.
        seen = Event.objects.filter(actor=by, action="people.reveal", at__date=today()).count()
        if seen > REVEALS_PER_DAY:
            raise ValidationError(
                _("You have seen %(number)s numbers in full today; more is possible tomorrow.")
                % {"number": REVEALS_PER_DAY}
            )
    clear: str = getattr(person, field).reveal()
    return clear


# -- accounts --


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed for one person: the code exists nowhere else in clear."""

    person: Person
    code: str


# Digits and capitals that nobody mistakes for each other: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
CODE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH = 8


def _code_hash(person: Person, code: str) -> str:
    return crypto.mac("people.activation", f"{person.uid}|{code}".encode()).hex()


def plain_code(typed: str) -> str:
    """A typed code as it was printed: capitals without spaces and hyphens."""
    return crypto.normalise(typed)


@transaction.atomic
def issue_slips(people: Iterable[Person], *, by: Any) -> list[Slip]:
    """New one-time codes for people who have no password yet; earlier slips of theirs become void.

    Raises ValidationError for someone who has an account or whose account is closed.
    """
    people = list(people)
    if taken := [person for person in people if person.has_usable_password() or not person.is_active]:
        raise ValidationError(_("%(name)s needs no slip.") % {"name": taken[0]})
    now = clock.now()
    ActivationCode.objects.open().filter(person__in=people).update(expires_at=now)
    slips = [
        Slip(person, "".join(secrets.choice(CODE_ALPHABET) for _i in range(CODE_LENGTH))) for person in people
    ]
    ActivationCode.objects.bulk_create(
        (
            ActivationCode(
                person=slip.person,
                code_hash=_code_hash(slip.person, slip.code),
                issued_by=by,
                expires_at=now + ActivationCode.LIFETIME,
            )
            for slip in slips
        ),
        batch_size=500,
    )
    if slips:
        events.record("people.slips", by=by, details={"people": [person.uid for person in people]})
    return slips


def matching_code(person: Person | None, code: str) -> ActivationCode | None:
    """The open code of a person that equals the typed one. As slow for a person who does not exist."""
    asked = person or Person()
    wanted = _code_hash(asked, plain_code(code))
    for kept in ActivationCode.objects.open().filter(person=person, person__is_active=True):
        if hmac.compare_digest(kept.code_hash, wanted):
            return kept
    return None


@transaction.atomic
def activate(code: ActivationCode, password: str) -> Person:
    """The person sets the first password with a slip. The slip is used up.

    Raises ValidationError when the slip was used or voided in the meantime, or the password is too weak.
    """
    locked = ActivationCode.objects.select_for_update().open().filter(pk=code.pk).first()
    if locked is None:
        raise ValidationError(_("This code is not valid any more. Please ask for a new slip."))
    person: Person = Person.objects.select_for_update().get(pk=locked.person_id)
    _set_password(person, password)
    locked.used_at = clock.now()
    locked.save(update_fields=["used_at"])
    events.record("people.activate", by=person, obj=person, at=person.organization)
    return person


@transaction.atomic
def change_password(person: Person, password: str, *, by: Person, keep: str | None = None) -> None:
    """Set a new password. Every session of the person ends but the one to keep, which the caller then renews."""
    _set_password(person, password)
    sessions.revoke_all(person, keep=keep)
    events.record("people.password", by=by, obj=person)


def _set_password(person: Person, password: str) -> None:
    validate_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])


@transaction.atomic
def close_account(person: Person, *, reason: str, by: Person) -> None:
    """The person may not sign in any more, from this moment on. Nothing they did is lost."""
    if by.pk == person.pk:
        raise ValidationError(_("Nobody can close the own account."))
    if not reason.strip():
        raise ValidationError(_("Please state the reason."))
    person.is_active = False
    person.save(update_fields=["is_active"])
    sessions.revoke_all(person)
    ActivationCode.objects.open().filter(person=person).update(expires_at=clock.now())
    events.record("people.close", by=by, obj=person, at=person.organization, details={"reason": reason})


@transaction.atomic
def open_account(person: Person, *, by: Person) -> None:
    """The person may sign in again."""
    person.is_active = True
    person.save(update_fields=["is_active"])
    events.record("people.open", by=by, obj=person, at=person.organization)


@transaction.atomic
def reset_account(person: Person, *, by: Person) -> Slip:
    """Forget a password; a new slip takes its place. The second factor stays: one officer alone opens no account."""
    if by.pk == person.pk:
        raise ValidationError(_("Change your own password on your own account page."))
    person.set_unusable_password()
    person.save(update_fields=["password"])
    sessions.revoke_all(person)
    events.record("people.reset", by=by, obj=person, at=person.organization)
    return issue_slips([person], by=by)[0]


@transaction.atomic
def drop_second_factor(person: Person, *, reason: str, by: Person) -> None:
    """A lost device does not count any more; the next sign-in sets up another."""
    if by.pk == person.pk:
        raise ValidationError(_("Replace your own device on your own account page."))
    if not reason.strip():
        raise ValidationError(_("Please state the reason."))
    second_factor.drop(person)
    sessions.revoke_all(person)
    events.record(
        "people.second_factor_drop", by=by, obj=person, at=person.organization, details={"reason": reason}
    )


# -- the three administrators of a new installation --


def administrators_complete() -> bool:
    """Whether all three administrators exist."""
    return not missing_administrators()


def missing_administrators() -> list[Role]:
    """The roles of administrators that nobody holds today."""
    held = Appointment.objects.in_force(today()).filter(person__is_active=True)
    return list(Role.objects.filter(code__in=ADMINISTRATORS).exclude(appointments__in=held))


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_setup_link() -> str:
    """A token of 256 bits for setting up; an earlier one becomes void. Only the console ever shows it."""
    now = clock.now()
    SetupLink.objects.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    token = secrets.token_urlsafe(32)
    SetupLink.objects.create(token_hash=_token_hash(token), expires_at=now + SetupLink.LIFETIME)
    events.record("people.setup_link", by=None)
    return token


def setup_link(token: str) -> SetupLink | None:
    """The link that a token opens, while it holds."""
    return SetupLink.objects.filter(
        token_hash=_token_hash(token), used_at=None, expires_at__gt=clock.now()
    ).first()


@transaction.atomic
def found_root(link: SetupLink, *, number: str, name: str) -> Organization:
    """The organization at the top, where the administrators are appointed."""
    _lock(link)
    if Organization.objects.filter(parent=None).exists():
        raise ValidationError(_("The organization at the top exists already."))
    return found(number=number, name=name, kind=Organization.Kind.COMMITTEE, parent=None, by=None)


@transaction.atomic
def make_administrator(link: SetupLink, role: Role, *, name: str, account: str, password: str) -> Person:
    """One of the three, with an own account and password. The link is used up with the third.

    Raises ValidationError where the role is held already, the same person comes twice, or a field is wrong.
    """
    locked = _lock(link)
    if role not in missing_administrators():
        raise ValidationError(_("There is a %(role)s already.") % {"role": role})
    root = Organization.objects.filter(parent=None).order_by("pk").first()
    if root is None:
        raise ValidationError(_("Name the organization at the top first."))
    others = Person.objects.filter(appointments__role__code__in=ADMINISTRATORS)
    if others.filter(name=name).exists():
        raise ValidationError({"name": _("Each of the three must be another person.")})
    person = enter(name=name, account=account.lower(), organization=root, by=None)
    _set_password(person, password)
    appoint(person, role, root, by=None)
    if administrators_complete():
        locked.used_at = clock.now()
        locked.save(update_fields=["used_at"])
    return person


def _lock(link: SetupLink) -> SetupLink:
    locked = SetupLink.objects.select_for_update().get(pk=link.pk)
    if locked.used_at or locked.expires_at <= clock.now():
        raise ValidationError(_("This link is not valid any more. Run `xianfeng init` again for a new one."))
    return locked

"""The second factor: time-based codes (RFC 6238) and recovery codes, kept by allauth, sealed and counted by us.

Secrets are sealed for the person they belong to, so that a secret copied into another person's row does not open.
A code counts once: the step of the last accepted one is kept with the secret, and nothing up to it counts again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.db import transaction
from django.utils import timezone

from xianfeng.core import crypto

from .models import Person

LABEL = "mfa.authenticator"
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
_owner: ContextVar[str] = ContextVar("owner", default="")


@contextmanager
def of(person: Person) -> Iterator[None]:
    """Inside, allauth seals and opens secrets for this person (see `adapters.MfaAdapter`)."""
    token = _owner.set(person.uid)
    try:
        yield
    finally:
        _owner.reset(token)


def seal(clear: str) -> str:
    """Seal a secret for the person of the surrounding `of`."""
    return crypto.seal(clear, LABEL, _owner.get())


def unseal(token: str) -> str:
    """Open a secret for the person of the surrounding `of`."""
    return crypto.open_sealed(token, LABEL, _owner.get())


def is_set_up(person: Person) -> bool:
    """Whether the person has a device that makes codes."""
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())


def new_secret() -> str:
    """A secret for a device, 160 bits in base 32."""
    return str(totp.generate_totp_secret())


def address(person: Person, secret: str) -> str:
    """What the device reads from the picture: an otpauth address."""
    return str(get_adapter().build_totp_url(person, secret))


def step_of(secret: str, code: str) -> int | None:
    """The time step a code belongs to, among the few that are near enough to now; None for a wrong code."""
    return next(
        (
            step
            for step in totp.yield_hotp_counters_from_time()
            if totp.compare_user_code(
                actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, step))
            )
        ),
        None,
    )


@transaction.atomic
def enrol(person: Person, secret: str, code: str) -> bool:
    """Take a device into use, in place of an earlier one. False when the code is not one it makes now."""
    step = step_of(secret, code)
    if step is None:
        return False
    drop(person)
    with of(person):
        device = totp.TOTP.activate(person, secret).instance
        device.data["step"] = step
        device.save(update_fields=["data"])
        RecoveryCodes.activate(person)
    return True


@transaction.atomic
def accept(person: Person, code: str) -> bool:
    """Whether the code proves the person's device, or is a recovery code not used before. Each counts once."""
    kept: dict[str, Any] = {
        row.type: row for row in Authenticator.objects.select_for_update().filter(user=person, type__in=KINDS)
    }
    device = kept.get(Authenticator.Type.TOTP)
    codes = kept.get(Authenticator.Type.RECOVERY_CODES)
    with of(person):
        step = step_of(unseal(device.data["secret"]), code) if device else None
        if device and step is not None:
            if step <= device.data.get("step", 0):
                return False
            device.data["step"] = step
            device.last_used_at = timezone.now()
            device.save(update_fields=["data", "last_used_at"])
            return True
        return bool(codes and RecoveryCodes(codes).validate_code(code))


def recovery_codes(person: Person) -> list[str]:
    """The recovery codes that were not used yet."""
    kept = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    with of(person):
        return [str(code) for code in RecoveryCodes(kept).get_unused_codes()] if kept else []


@transaction.atomic
def renew_recovery_codes(person: Person) -> None:
    """Ten new recovery codes in place of the old ones."""
    Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).delete()
    with of(person):
        RecoveryCodes.activate(person)


def drop(person: Person) -> None:
    """Forget device and recovery codes."""
    Authenticator.objects.filter(user=person, type__in=KINDS).delete()

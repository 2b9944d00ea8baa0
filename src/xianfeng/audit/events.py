"""Writing, verifying and erasing events.

mac(n) = HMAC(key, mac(n-1) | n | time | who | act | object | place | network | digest of the details).
The key lies in a file beside the data folder's other keys, never in the database.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from xianfeng.core import clock, crypto

from .models import ChainHead, Event

_network: ContextVar[str] = ContextVar("network", default="")


@contextmanager
def from_network(prefix: str) -> Iterator[None]:
    """Events recorded inside carry the network the request came from."""
    token = _network.set(prefix)
    try:
        yield
    finally:
        _network.reset(token)


def canonical(details: Mapping[str, Any] | None) -> str:
    """Details as text that is the same for equal content."""
    return json.dumps(
        details or {}, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def _digest(salt: str, details: Mapping[str, Any] | None) -> str:
    return hashlib.sha256(f"{salt}|{canonical(details)}".encode()).hexdigest()


def _mac(event: Event, previous: str) -> str:
    parts = [
        previous,
        event.seq,
        event.at.astimezone(UTC).isoformat(),
        event.actor_id,
        event.action,
        event.content_type_id,
        event.object_id,
        event.organization_id,
        event.network,
        event.digest,
    ]
    return crypto.mac("audit.event", "|".join(map(str, parts)).encode()).hex()


@transaction.atomic
def record(
    action: str,
    *,
    by: models.Model | None,
    obj: models.Model | None = None,
    at: models.Model | None = None,
    details: Mapping[str, Any] | None = None,
) -> Event:
    """Append one event. No audit, no effect: call it inside the transaction that has the effect.

    `by` is who acts (None: the system itself), `obj` what it was done to, `at` the organization.
    """
    head, _created = ChainHead.objects.select_for_update().get_or_create(pk=1)
    plain = json.loads(canonical(details)) if details else None
    event = Event(
        seq=head.seq + 1,
        at=clock.now(),
        actor_id=by.pk if by else None,
        action=action,
        content_type=ContentType.objects.get_for_model(obj) if obj else None,
        object_id=obj.pk if obj else None,
        organization_id=at.pk if at else None,
        network=_network.get(),
        details=plain,
        salt=secrets.token_hex(16),
    )
    event.digest = _digest(event.salt, plain)
    event.mac = _mac(event, head.mac)
    event.save(force_insert=True)
    ChainHead.objects.filter(pk=1).update(seq=event.seq, mac=event.mac)
    return event


def verify() -> list[str]:
    """Faults of the chain, the first one found at each break; empty when nothing was tampered with."""
    previous, expected, faults = "", 1, []
    for event in Event.objects.order_by("seq").iterator(chunk_size=2000):
        if event.seq != expected:
            faults.append(f"event {expected} is missing")
            expected = event.seq
        if event.details is not None and _digest(event.salt, event.details) != event.digest:
            faults.append(f"event {event.seq}: details were changed")
        if not hmac.compare_digest(_mac(event, previous), event.mac):
            faults.append(f"event {event.seq}: does not follow from the one before")
        previous, expected = event.mac, expected + 1
    head = ChainHead.objects.filter(pk=1).first()
    if (head.seq if head else 0) != expected - 1 or (head and head.mac != previous):
        faults.append(f"the chain ends at {expected - 1}, its head says {head.seq if head else 0}")
    return faults


def erase(event: Event) -> None:
    """Forget the details of an event; the chain keeps covering their digest (PIPL art. 47)."""
    Event.objects.filter(pk=event.pk).update(details=None)


def history(obj: models.Model) -> models.QuerySet[Event]:
    """What happened to a row, latest first."""
    return Event.objects.filter(
        content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk
    ).select_related("actor")

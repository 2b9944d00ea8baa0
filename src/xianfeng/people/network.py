"""Where a request comes from, as coarse as lock-out and audit need it, and who has guessed too often.

Five wrong passwords for one account from one network (/24 of IPv4, /64 of IPv6) close it to that network for fifteen
minutes. Twenty from all networks together close it to networks it never signed in from, so that an attacker with many
networks gains nothing and the person at the usual desk still gets in.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from xianfeng.core.crypto import blind

FROM_ALL_NETWORKS = 20


def prefix(request: HttpRequest) -> str:
    """The network of the visitor. The forwarded address counts only behind our own gateway."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_TLS and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR")):
        address = forwarded.rsplit(",", 1)[-1].strip()
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    bits = 24 if ip.version == 4 else 64
    return str(ipaddress.ip_network(f"{ip}/{bits}", strict=False).network_address)


def throttled_as(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """Under what an attempt is counted: the person, whichever name was typed, else a keyed hash of the typed name.

    What was typed is not kept: it may be a phone number, or a password in the wrong box.
    """
    from .backends import find

    typed = str((credentials or {}).get("username") or "")
    known: dict[str, str] = request.__dict__.setdefault("_throttled_as", {}) if request else {}
    if typed not in known:  # axes asks several times
        person = find(typed)
        known[typed] = person.uid if person else blind("people.sign_in", typed)
    return known[typed]


class Handler(AxesDatabaseHandler):
    """Axes' counting, with the second limit over all networks."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        if super().is_locked(request, credentials):
            return True
        who = throttled_as(request, credentials)
        since = timezone.now() - settings.AXES_COOLOFF_TIME
        recent = AccessAttempt.objects.filter(username=who, attempt_time__gte=since)
        failures = recent.aggregate(n=Sum("failures_since_start"))["n"] or 0
        if failures < FROM_ALL_NETWORKS:
            return False
        account = _account(credentials)
        known = AccessLog.objects.filter(username=account, ip_address=request.axes_ip_address)  # type: ignore[attr-defined]  # put there by axes
        return not (account and known.exists())


def _account(credentials: dict[str, Any] | None) -> str:
    from .backends import find

    person = find(str((credentials or {}).get("username") or ""))
    return person.account if person else ""


def may_try(request: HttpRequest, account: str) -> bool:
    """Whether this network may try another secret of this account: a code, a slip."""
    allowed: bool = AxesProxyHandler.is_allowed(request, {"username": account})
    if not allowed:
        request.axes_locked_out = True  # type: ignore[attr-defined]  # the middleware answers with the page below
        request.axes_credentials = {"username": account}  # type: ignore[attr-defined]  # for its record
    return allowed


def failed(request: HttpRequest, account: str) -> None:
    """Count a wrong secret like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": account}, request=request)


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """The page for someone who guessed too often."""
    minutes = round(settings.AXES_COOLOFF_TIME.total_seconds() / 60)
    return render(request, "people/locked_out.html", {"minutes": minutes}, status=429)

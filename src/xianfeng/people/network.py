"""Where a request comes from, as coarse as lock-out and audit need it: /24 of IPv4, /64 of IPv6."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def prefix(request: HttpRequest) -> str:
    """The network of the visitor. The forwarded address counts only behind our own gateway."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_TLS and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR")):
        address = forwarded.rsplit(",", 1)[-1].strip()
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    bits = 24 if ip.version == 4 else 64
    return str(ipaddress.ip_network(f"{ip}/{bits}", strict=False).network_address)


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """The page for someone who guessed too often."""
    return render(request, "people/locked_out.html", status=429)

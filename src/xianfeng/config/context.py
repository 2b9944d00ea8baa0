"""What the shell of every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from xianfeng.messaging.actions import unread_count

from .navigation import menu


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, unread notices and display preferences; no query for visitors who are not signed in."""
    person: Any = getattr(request, "user", None)
    signed_in = bool(person and person.is_authenticated)
    return {
        "navigation": menu(person, request.path) if signed_in else [],
        "unread": unread_count(person) if signed_in else 0,
        "second_factor_off": not settings.SECOND_FACTOR,
        "big": person.big_text if signed_in else request.COOKIES.get("big") == "1",
    }

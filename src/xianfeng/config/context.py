"""What the shell of every page needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .navigation import menu


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation and display preferences; nothing that costs a query for visitors who are not signed in."""
    person: Any = getattr(request, "user", None)
    signed_in = bool(person and person.is_authenticated)
    return {
        "navigation": menu(person, request.path) if signed_in else [],
        "big": person.big_text if signed_in else request.COOKIES.get("big") == "1",
    }

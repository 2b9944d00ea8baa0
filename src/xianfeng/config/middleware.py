from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from xianfeng.audit import events
from xianfeng.people.network import prefix

Next = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Chinese unless the person (or, before sign-in, the browser's cookie) chose English."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


class PrivatePagesMiddleware:
    """Pages of signed-in people are never cached, sessions end when idle, and audit events know the network."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._end_idle(request)
        with events.from_network(prefix(request)):
            response = self.get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response

    def _end_idle(self, request: HttpRequest) -> None:
        if not request.user.is_authenticated:
            return
        now = timezone.now()
        seen: Any = request.session.get("seen")
        last = datetime.fromisoformat(seen) if seen else now
        if now - last > timedelta(seconds=settings.SESSION_IDLE_SECONDS):
            logout(request)
        elif not seen or now - last > timedelta(minutes=1):  # a write a minute at most
            request.session["seen"] = now.isoformat()

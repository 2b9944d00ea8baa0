"""What happens around every request: language, sessions, doors, networks for the audit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware, get_user
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core.pages import PUBLIC
from xianfeng.people import sessions
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


class PersonMiddleware(AuthenticationMiddleware):
    """Who asks: found out at once, since every page wants to know, and not behind a stand-in that costs at each look."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = get_user(request)


class DoorMiddleware(LoginRequiredMiddleware):
    """The closed door: sign in first; and where a role asks for it, prove a second factor first.

    Scripts of an open page get 401 instead of a page, so that they can ask for the password and carry on.
    """

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        person: Any = request.user
        if getattr(view, "door", None) == PUBLIC:  # nothing else opens a view, whatever decorators it has
            return None
        if not person.is_authenticated:
            if is_fetch(request):
                said = _("You were signed out. Nothing is lost. Enter your password to continue.")
                return JsonResponse({"message": said}, status=401)
            return self.handle_no_permission(request, view)
        if not getattr(view, "before_second_factor", False) and owes_second_factor(request, person):
            if is_fetch(request):
                return HttpResponse(status=403)
            return redirect(
                f"{reverse('people:second_factor')}?{urlencode({'next': request.get_full_path()})}"
            )
        return None


def is_fetch(request: HttpRequest) -> bool:
    """Whether a script of an open page asks, not the browser itself."""
    headers = request.headers
    return (
        bool(headers.get("HX-Request") or headers.get("X-Autosave"))
        or headers.get("X-Requested-With") == "fetch"
    )


def owes_second_factor(request: HttpRequest, person: Any) -> bool:
    """Whether a role held today asks for a second factor that this session has not proved."""
    return (
        settings.SECOND_FACTOR
        and person.needs_second_factor
        and not sessions.passed_second_factor(request, person)
    )


class PrivatePagesMiddleware:
    """Pages of signed-in people are never cached, sessions end when idle, and audit events know the network."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with events.from_network(prefix(request)):
            sessions.end_if_over(request)
            response = self.get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response

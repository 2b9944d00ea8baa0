"""Doors and pages: what every view shares.

`LoginRequiredMiddleware` closes everything; a view is opened by `@public` or guarded by `@needs`. The name stays on the
function as `door`, so that a sweep can find views with neither.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

V = TypeVar("V", bound=Callable[..., HttpResponse])
Rows = TypeVar("Rows", bound=QuerySet[Any])

SIGNED_IN = "signed in"
PUBLIC = "public"


def public(view: V) -> V:
    """Open a view to everybody, signed in or not."""
    opened = login_not_required(view)
    opened.door = PUBLIC  # type: ignore[attr-defined]  # a mark on the function
    return opened


def needs(*permissions: str) -> Callable[[V], V]:
    """Guard a view: the visitor must hold one of the permissions somewhere, or (`SIGNED_IN`) only be signed in.

    Which rows are seen is not decided here but by `visible_to`; whoever owns a row may pass the door of permissions
    listed in the model's `owner_may` through `needs(..., SIGNED_IN)`.
    """
    if not permissions:
        raise ValueError("name a permission, or SIGNED_IN")

    def guard(view: V) -> V:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            person: Any = request.user
            if SIGNED_IN not in permissions and not any(person.can(p) for p in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        wrapped.door = permissions  # type: ignore[attr-defined]  # a mark on the function
        return wrapped  # type: ignore[return-value]  # same signature as the view's

    return guard


def before_second_factor(view: V) -> V:
    """Let people in who are signed in but have yet to set up the second factor that their role asks for.

    Stands below `@needs`; the door in `config.middleware` reads it.
    """
    view.before_second_factor = True  # type: ignore[attr-defined]  # a mark on the function
    return view


def locked_when_sent(request: HttpRequest, rows: Rows, *related: str) -> Rows:
    """Rows for a page with a form about one: locked when the form is sent, so that nobody else saves in between; read
    with `related` when it is shown."""
    if request.method == "POST":
        return rows.select_for_update(of=("self",))
    return rows.select_related(*related) if related else rows

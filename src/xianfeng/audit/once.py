"""Once-only forms: double click, back button and retry give one effect.

A form carries a hidden key (`{% once %}`). The first request with it takes effect and stores where it led, in the same
transaction as the effect; the same request again is answered with that place, another body under the same key with 422.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import BadRequest
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from .models import Once

FIELD = "once"
V = TypeVar("V", bound=Callable[..., HttpResponse])


class Repeated(Exception):
    """Another request with this key won the race."""


def new_key() -> str:
    """A key for one rendering of one form."""
    return secrets.token_urlsafe(18)


def _body_hash(request: HttpRequest) -> str:
    fields = sorted(
        (name, value)
        for name, values in request.POST.lists()
        if name not in {FIELD, "csrfmiddlewaretoken"}
        for value in values
    )
    files = sorted((name, str(f.name), int(f.size or 0)) for name, fs in request.FILES.lists() for f in fs)
    return hashlib.sha256(repr((fields, files)).encode()).hexdigest()


def once(view: V) -> V:
    """Let a POST to the view take effect once per form key. Only redirects are remembered; a form that came back
    with errors may be sent again under the same key."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        key = request.POST.get(FIELD, "")
        if not 10 <= len(key) <= 40:
            raise BadRequest("form key missing")
        body, person = _body_hash(request), request.user.pk or 0
        known = Once.objects.filter(key=key, route=request.path, person=person).first()
        if known is None:
            try:
                with transaction.atomic():
                    response = view(request, *args, **kwargs)
                    location = response.get("Location", "") or response.get("HX-Redirect", "")
                    if not location and response.get("X-Once") != "remember":
                        return response
                    try:
                        with transaction.atomic():
                            Once.objects.create(
                                key=key, route=request.path, person=person, body=body, location=location
                            )
                    except IntegrityError as clash:
                        raise Repeated from clash
                    return response
            except Repeated:
                known = Once.objects.filter(key=key, route=request.path, person=person).first()
        if known is None or known.body != body:
            message = _("This form was already sent with other content. Please open it again.")
            return render(request, "400.html", {"message": message}, status=422)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": known.location})
        return HttpResponseRedirect(known.location)

    return wrapped  # type: ignore[return-value]  # same signature as the view's

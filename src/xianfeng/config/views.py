"""Home, preferences, the one door for moves, and what is shown when something goes wrong."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from xianfeng.audit.moves import Refused, moves_of
from xianfeng.audit.once import once
from xianfeng.core.pages import SIGNED_IN, needs, public
from xianfeng.core.periods import today
from xianfeng.members.models import Membership

from . import search as find
from .home import sections_of

logger = logging.getLogger(__name__)


@needs(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """What the signed-in person came for, by role: the first section at once, the others after it. Who is on the way to
    membership finds the own file here."""
    reader: Any = request.user
    sections = sections_of(reader)
    if not sections:
        stage = Membership.objects.filter(person=reader).on(today()).first()
        return render(request, "config/home.html", {"stage": stage})
    first = sections[0]
    return render(
        request,
        "config/home.html",
        {"first": first, "s": first.build(reader, today()), "others": sections[1:]},
    )


@needs(SIGNED_IN)
def home_section(request: HttpRequest, key: str) -> HttpResponse:
    """One section of the home page, by itself."""
    section = next((section for section in sections_of(request.user) if section.key == key), None)
    if section is None:
        raise Http404
    template = "config/home_below.html" if request.headers.get("HX-Request") else "config/home_section.html"
    return render(request, template, {"section": section, "s": section.build(request.user, today())})


@needs(SIGNED_IN)
def search(request: HttpRequest) -> HttpResponse:
    """People, organizations and whatever else `config.search` lists, in the reader's scope."""
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[:60]
    return render(
        request,
        "config/search.html",
        {
            "words": words,
            "found": find.search(request.user, words) if words else [],
            "initials": find.initials(words),
        },
    )


def back_to(request: HttpRequest, default: str) -> str:
    """Where a form says it came from, if that is one of our own pages."""
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else default


@needs(SIGNED_IN)
@require_POST
@once
def make_move(request: HttpRequest, app: str, model: str, uid: str, name: str) -> HttpResponse:
    """Make a declared move on a row that the person may see. Refusals come back as a sentence on the row's page."""
    try:
        row_model = apps.get_model(app, model)
    except LookupError as unknown:
        raise Http404 from unknown
    move = moves_of(row_model).get(name)
    if move is None:
        raise Http404
    rows: Any = row_model._default_manager
    row: Any = get_object_or_404(rows.visible_to(request.user, move.permission), uid=uid)
    texts = {key: request.POST.get(key, "").strip() for key in move.takes}
    version = request.POST.get("version", "")
    try:
        move.run(row, by=request.user, version=int(version) if version.isdigit() else None, **texts)
    except Refused as refusal:
        messages.error(request, refusal.messages[0])
    return redirect(back_to(request, row.get_absolute_url()))


@public
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember large text and language, for the account and for this device."""
    response = HttpResponseRedirect(back_to(request, "/"))
    person: Any = request.user
    changed = []
    if "big" in request.POST:
        big = request.POST["big"] == "1"
        response.set_cookie(
            "big", "1" if big else "0", max_age=31_536_000, samesite="Lax", secure=settings.BEHIND_TLS
        )
        if person.is_authenticated:
            person.big_text = big
            changed.append("big_text")
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=31_536_000,
            samesite="Lax",
            secure=settings.BEHIND_TLS,
        )
        if person.is_authenticated:
            person.language = language
            changed.append("language")
    if changed:
        person.save(update_fields=changed)
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With") == "fetch":
        response.status_code = 204
        del response.headers["Location"]
    return response


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor session. The log carries the number that the page shows, beside what happened."""
    reference = secrets.token_hex(2).upper()
    logger.error("reference %s: %s %s failed", reference, request.method, request.path)
    body = loader.render_to_string("500.html", {"reference": reference})
    return HttpResponse(body, status=500)

"""Sessions of signed-in people: how they begin, end by themselves, are listed and revoked."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from xianfeng.audit import events

from .models import Person, SignIn
from .network import prefix

BEGAN, SEEN, SECOND_FACTOR = "began", "seen", "second_factor"
BROWSERS = (
    ("MicroMessenger", "微信"), ("360SE|360EE|QihooBrowser", "360"), ("QAXBrowser", "奇安信"), ("Edg", "Edge"),
    ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone|iPad", "iOS"), ("HarmonyOS", "HarmonyOS"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser(request: HttpRequest) -> str:
    """What the visitor's browser calls itself, in two words its owner recognises."""
    agent = request.headers.get("User-Agent", "")
    words = [
        next((word for pattern, word in names if re.search(pattern, agent)), "")
        for names in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(filter(None, words)) or _("unknown browser")


@transaction.atomic
def begin(request: HttpRequest, person: Person) -> None:
    """Note a session that has just begun: its absolute limit counts from here."""
    now = timezone.now().isoformat()
    request.session[BEGAN] = request.session[SEEN] = now
    if not request.session.session_key:
        request.session.create()
    SignIn.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={"person": person, "network": prefix(request), "browser": browser(request)},
    )
    events.record(
        "people.sign_in",
        by=person,
        obj=person,
        details={"second_factor": passed_second_factor(request, person)},
    )


def remember_preferences(response: HttpResponse, person: Person) -> None:
    """This device shows the language and the size of text that the person chose elsewhere."""
    year = 31_536_000
    if person.language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            person.language,
            max_age=year,
            samesite="Lax",
            secure=settings.BEHIND_TLS,
        )
    response.set_cookie(
        "big", "1" if person.big_text else "0", max_age=year, samesite="Lax", secure=settings.BEHIND_TLS
    )


def end_if_over(request: HttpRequest) -> None:
    """Sign out when idle for too long, or when the day's absolute limit is reached."""
    if not request.user.is_authenticated:
        return
    now = timezone.now()
    seen, began = (_moment(request.session.get(key)) for key in (SEEN, BEGAN))
    idle = timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    if (seen and now - seen > idle) or (began and now - began > longest):
        logout(request)
        return
    if not began:
        request.session[BEGAN] = now.isoformat()
    # A page that asks by itself (X-Poll) shows nobody's presence; and a write a minute is enough.
    if not seen or (now - seen > timedelta(minutes=1) and not request.headers.get("X-Poll")):
        request.session[SEEN] = now.isoformat()


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def note_second_factor(request: HttpRequest, person: Person) -> None:
    """This session proved the second factor of this person."""
    request.session[SECOND_FACTOR] = person.pk


def passed_second_factor(request: HttpRequest, person: Person) -> bool:
    """Whether this session proved the second factor of this person."""
    return bool(request.session.get(SECOND_FACTOR) == person.pk)


def living(person: Person) -> list[SignIn]:
    """The person's sessions that still hold, latest first."""
    keys = Session.objects.filter(
        session_key__in=person.sign_ins.values("session_key"), expire_date__gt=timezone.now()
    )
    return list(person.sign_ins.filter(session_key__in=keys.values("session_key")))


@transaction.atomic
def revoke(sign_in: SignIn, *, by: Person) -> None:
    """End a session elsewhere, at once."""
    SessionStore(sign_in.session_key).delete()
    sign_in.delete()
    events.record("people.session_revoke", by=by, obj=sign_in.person)


def tidy() -> None:
    """Forget sign-ins whose session has ended, and wrong guesses that no longer count."""
    now = timezone.now()
    holding = Session.objects.filter(expire_date__gt=now).values("session_key")
    SignIn.objects.exclude(session_key__in=holding).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME).delete()


def revoke_all(person: Person, *, keep: str | None = None) -> None:
    """End every session of a person, at once; but the one to keep."""
    ended = person.sign_ins.exclude(session_key=keep or "")
    Session.objects.filter(session_key__in=list(ended.values_list("session_key", flat=True))).delete()
    ended.delete()


def renew(request: HttpRequest, person: Person) -> None:
    """Carry this session on under a new key after the password was changed."""
    before = request.session.session_key
    update_session_auth_hash(request, person)
    person.sign_ins.filter(session_key=before or "").update(session_key=request.session.session_key)

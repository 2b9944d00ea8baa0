"""The inbox: what the system told the reader, unread first."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, F, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from xianfeng.audit.once import once
from xianfeng.core.lists import PER_PAGE
from xianfeng.core.pages import SIGNED_IN, needs

from . import actions
from .kinds import known
from .models import OWN, Notice, Notices


def own(request: HttpRequest) -> Notices:
    """The reader's notices and nobody else's."""
    reader: Any = request.user
    return Notice.objects.visible_to(reader, OWN)


@needs(SIGNED_IN)
def inbox(request: HttpRequest) -> HttpResponse:
    """The reader's own notices: unread ones that wait for something first, then the other unread ones."""
    urgent = [kind.code for kind in known().values() if kind.urgent]
    pressing = Case(
        When(read_at=None, kind__in=urgent, then=Value(0)),
        When(read_at=None, then=Value(1)),
        default=Value(2),
    )
    notices = own(request).order_by(pressing, F("at").desc(), "-pk")
    page = Paginator(notices, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "messaging/inbox.html", {"page": page})


@needs(SIGNED_IN)
def notice_open(request: HttpRequest, uid: str) -> HttpResponse:
    """Lead to what the notice is about, and remember that it was read."""
    notices = own(request).filter(uid=uid)
    notice = get_object_or_404(notices)
    actions.mark_read(notices)
    return redirect(notice.link or "messaging:inbox")


@needs(SIGNED_IN)
@require_POST
@once
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read."""
    actions.mark_read(own(request))
    return redirect("messaging:inbox")

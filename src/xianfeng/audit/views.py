"""The audit log, for the auditor: read, verify, export. Nothing here changes anything but the log itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from xianfeng.core.lists import render_list
from xianfeng.core.pages import needs

from . import events
from .columns import EVENTS
from .filters import EventFilter
from .models import ChainHead, Event
from .once import once
from .permissions import READ


@needs(READ)
def log_list(request: HttpRequest) -> HttpResponse:
    """All events, latest first, or as an Excel file; taking the file is an event itself."""
    person: Any = request.user
    if request.GET.get("format") == "xlsx":
        events.record("audit.export", by=person, details={"query": request.GET.urlencode()[:200]})
    return render_list(
        request,
        "audit/log_list.html",
        Event.objects.select_related("actor", "content_type").prefetch_related("obj"),
        columns=EVENTS,
        filters=EventFilter,
        title=_("Audit log"),
        context={"head": ChainHead.objects.filter(pk=1).first()},
    )


@needs(READ)
@require_POST
@once
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute the chain from the first event to the last, and say what was found."""
    person: Any = request.user
    faults = events.verify()
    events.record("audit.verify", by=person, details={"faults": len(faults)})
    if faults:
        said = ngettext(
            "The log was tampered with: %(number)s fault.",
            "The log was tampered with: %(number)s faults.",
            len(faults),
        )
        messages.error(request, said % {"number": len(faults)})
        for fault in faults[:20]:
            messages.error(request, fault)
    else:
        head = ChainHead.objects.get(pk=1)
        # The verification itself was written after what it verified.
        messages.success(
            request,
            _("The log is complete and unchanged: %(number)s events.") % {"number": head.seq - 1},
        )
    return redirect("audit:log_list")

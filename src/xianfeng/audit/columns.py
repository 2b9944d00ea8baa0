"""Columns of the audit log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianfeng.core.columns import Column

from .models import Event
from .sentences import details, is_high, kind, sentence


def about(event: Event) -> str:
    """The row it was done to, by kind and name."""
    target: Any = event.obj
    if target is None:
        return kind(event)
    return f"{kind(event)} {target}"


EVENTS = (
    Column("seq", _("No."), lambda e: e.seq, "number", ("seq",)),
    Column("at", _("Time"), lambda e: e.at, "date", ("seq",)),
    Column("actor", _("Who"), lambda e: str(e.actor or _("the system"))),
    Column("act", _("Act"), sentence, "status", tone=lambda e: "check" if is_high(e) else "none"),
    Column("about", _("To what"), about),
    Column("details", _("What changed"), details, phone=False),
    Column("network", _("Network"), lambda e: e.network, "code", phone=False),
)

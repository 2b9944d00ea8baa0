"""Buttons of moves and the hidden key of once-only forms."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xianfeng.audit.moves import offered
from xianfeng.audit.once import FIELD, new_key

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """The hidden key that lets a form take effect once. Every form that posts to a once-only view carries it."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_key())


@register.inclusion_tag("audit/_moves.html", takes_context=True)
def moves(context: Context, row: Any, possible: bool = False) -> dict[str, Any]:
    """A button for each move that starts from the row's status; those that are refused say why, or (`possible`) nothing."""
    request = context["request"]
    found = offered(row, request.user)
    return {
        "request": request,
        "row": row,
        "app": row._meta.app_label,
        "model": row._meta.model_name,
        "moves": [(move, why) for move, why in found if why is None] if possible else found,
        "csrf_token": context.get("csrf_token"),
    }

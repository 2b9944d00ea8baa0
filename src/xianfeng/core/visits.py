"""Visits to what few may read: the reason is stated once, counts for half an hour, and stands in the event of each opening."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import clock

VISIT = timedelta(minutes=30)
FEWEST_LETTERS = 4  # of a reason that says something


def open_visit(request: HttpRequest, key: str, reason: str) -> None:
    """Begin a visit to what `key` names. Raises ValidationError without a reason that says something."""
    if len(reason.strip()) < FEWEST_LETTERS:
        raise ValidationError(_("Please say for what work you need it."))
    request.session[key] = {"reason": reason.strip()[:200], "at": clock.now().timestamp()}


def reason_of(request: HttpRequest, key: str) -> str:
    """The reason of the visit that is going on; empty when none was stated within the last half hour."""
    kept = request.session.get(key)
    if not kept or clock.now().timestamp() - kept["at"] > VISIT.total_seconds():
        return ""
    return str(kept["reason"])

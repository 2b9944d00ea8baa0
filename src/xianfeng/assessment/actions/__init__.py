"""Verbs of assessment. Other modules call them from here."""

from .calendar import clear_day, set_day
from .drafts import Conflict, Saved, confirm, save_draft
from .reports import known_of, open_reports, refresh, remind, remind_overdue, submit, withdraw
from .reviews import accept, defer, return_, start_review, undo
from .rounds import close
from .schemes import (
    ensure_default_schemes,
    import_scheme,
    new_version,
    put_in_force,
    retire,
    rewrite,
)

__all__ = [
    "Conflict",
    "Saved",
    "accept",
    "clear_day",
    "close",
    "confirm",
    "defer",
    "ensure_default_schemes",
    "import_scheme",
    "known_of",
    "new_version",
    "open_reports",
    "put_in_force",
    "refresh",
    "remind",
    "remind_overdue",
    "retire",
    "return_",
    "rewrite",
    "save_draft",
    "set_day",
    "start_review",
    "submit",
    "undo",
    "withdraw",
]

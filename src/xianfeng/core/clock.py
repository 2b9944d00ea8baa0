"""What time it is, for everything that stamps a moment or asks for today.

It is the real time, except inside `at`: there the demonstration tells past months, and whatever is recorded carries the
moment of the story. Nothing else sets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """This moment, aware."""
    return _told.get() or timezone.now()


def today() -> date:
    """The day of `now` in Asia/Shanghai."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be that moment inside the block."""
    if timezone.is_naive(moment):
        raise ValueError("a moment is aware")
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)

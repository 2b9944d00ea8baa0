"""Moves: the one way a status changes.

A move is a verb declared once with the statuses it starts from, the status it leads to and the permission it takes.
The wrapper locks the row, checks status, permission and conditions together, runs the body and writes the audit event
in one transaction. Buttons, the inbox, refusals with their reason and the sweep test all come from the registry.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from xianfeng.core.actor import Actor

from . import events

Condition = Callable[[Any, Any], str | None]


class Refused(ValidationError):
    """The move cannot be made now; the message says why, in words for whoever tried."""


@dataclass(frozen=True, slots=True)
class Move:
    """A declared verb. `takes` names the texts it asks for (`reason`; `on`: a day); `condition` may refuse with a sentence."""

    model: type[models.Model]
    name: str
    label: str | Promise
    sources: frozenset[str]
    target: str | None
    permission: str
    takes: tuple[str, ...] = ()
    condition: Condition | None = None
    formal: bool = False
    run: Callable[..., Any] = field(default=lambda *_a, **_k: None, compare=False)

    def refusal(self, obj: Any, by: Actor) -> str | None:
        """Why this person cannot make this move on this row now; None when they can."""
        return self.wrong_status(obj) or self.unentitled(obj, by) or self.unmet(obj, by)

    def wrong_status(self, obj: Any) -> str | None:
        """Why the row's status does not allow it."""
        if obj.status not in self.sources:
            return _("This is %(status)s now; “%(move)s” is not possible.") % {
                "status": obj.get_status_display(),
                "move": self.label,
            }
        return None

    def unentitled(self, obj: Any, by: Actor) -> str | None:
        """That the permission is missing."""
        if by.can(self.permission, obj):
            return None
        return _("You have no right to “%(move)s” here.") % {"move": self.label}

    def unmet(self, obj: Any, by: Actor) -> str | None:
        """Which condition of its own is not met."""
        return self.condition(obj, by) if self.condition else None


_registry: dict[type[models.Model], dict[str, Move]] = {}


def move(
    model: type[models.Model],
    *,
    sources: Collection[str],
    target: str | None,
    permission: str,
    label: str | Promise,
    takes: Iterable[str] = (),
    condition: Condition | None = None,
    formal: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the decorated function as a move of `model`.

    The function is called as `verb(row, by=person, **texts)` and runs after the status was set (target None: the
    body sets it, or it stays). Raises Refused with the reason, PermissionDenied where the right is missing.
    """

    def wrap(body: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(body)
        def run(row: Any, *, by: Any, version: int | None = None, **texts: Any) -> Any:
            with transaction.atomic():
                locked: Any = model._default_manager.select_for_update().get(pk=row.pk)
                if version is not None and getattr(locked, "version", version) != version:
                    raise Refused(
                        _("Someone else changed this in the meantime. Please look again."), code="conflict"
                    )
                if reason := declared.wrong_status(locked):
                    raise Refused(reason, code="refused")
                if declared.unentitled(locked, by):
                    raise PermissionDenied
                if reason := declared.unmet(locked, by):
                    raise Refused(reason, code="refused")
                missing = [name for name in declared.takes if not str(texts.get(name) or "").strip()]
                if missing:
                    sentence = (
                        _("Please enter the day.") if missing == ["on"] else _("Please state the reason.")
                    )
                    raise Refused(sentence, code="reason")
                before = locked.status
                if target is not None:
                    locked.status = target
                versioned = ["version"] if hasattr(locked, "version") else []
                if versioned:
                    locked.version += 1
                locked.save(update_fields=["status", *versioned])
                saved = locked.status
                result = body(locked, by=by, **texts)
                if locked.status != saved:  # a move without a fixed target decides for itself
                    locked.save(update_fields=["status"])
                events.record(
                    f"{model._meta.app_label}.{declared.name}",
                    by=by,
                    obj=locked,
                    at=locked.stands_at() if hasattr(locked, "stands_at") else None,
                    details={
                        "from": before,
                        "to": locked.status,
                        **{k: str(v) for k, v in texts.items() if v},
                    },
                )
                for name in ("status", "version"):
                    if hasattr(row, name):
                        setattr(row, name, getattr(locked, name))
                return result

        declared = Move(
            model=model,
            name=body.__name__,
            label=label,
            sources=frozenset(map(str, sources)),
            target=None if target is None else str(target),
            permission=permission,
            takes=tuple(takes),
            condition=condition,
            formal=formal,
            run=run,
        )
        _registry.setdefault(model, {})[declared.name] = declared
        return run

    return wrap


def moves_of(model: type[models.Model]) -> dict[str, Move]:
    """The declared moves of a model by name."""
    return _registry.get(model, {})


def registry() -> dict[type[models.Model], dict[str, Move]]:
    """All declared moves."""
    return _registry


def available(obj: Any, by: Actor) -> list[Move]:
    """The moves this person can make on this row now."""
    return [m for m in moves_of(type(obj)).values() if m.refusal(obj, by) is None]


def offered(obj: Any, by: Actor) -> list[tuple[Move, str | None]]:
    """Moves that start from the row's status, each with the reason why not (None: possible)."""
    return [(m, m.refusal(obj, by)) for m in moves_of(type(obj)).values() if obj.status in m.sources]

"""Sentences: what an event means, for people who read the log.

An app declares its acts in its `sentences.py`: `say("people.appoint", _("Appointed to a role"))`. A move needs none, its
label says what was done. `high` marks acts an auditor looks at first.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import moves
from .models import Event

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one kind of act means."""

    code: str
    text: Text
    high: bool = False


_said: dict[str, Sentence] = {}
_details: dict[str, Text] = {}


def say(code: str, text: Text, *, high: bool = False) -> None:
    """Declare what an act means."""
    _said[code] = Sentence(code, text, high)


def name_detail(key: str, label: Text) -> None:
    """Declare how a detail of events is called."""
    _details[key] = label


def known() -> dict[str, Sentence]:
    """Every act that has words, declared ones and moves, by code."""
    made = {
        f"{model._meta.app_label}.{move.name}": Sentence(f"{model._meta.app_label}.{move.name}", move.label)
        for model, declared in moves.registry().items()
        for move in declared.values()
    }
    return dict(sorted({**made, **_said}.items()))


def sentence(event: Event) -> str:
    """The act of an event in words; the code itself where an old act has none any more."""
    found = _said.get(event.action)
    if found:
        return str(found.text)
    app, _dot, name = event.action.partition(".")
    for model, declared in moves.registry().items():
        if model._meta.app_label == app and name in declared:
            return _("%(label)s: %(value)s") % {
                "label": model._meta.verbose_name,
                "value": declared[name].label,
            }
    return event.action


def is_high(event: Event) -> bool:
    """Whether an auditor looks at such acts first."""
    found = _said.get(event.action)
    return bool(found and found.high)


def details(event: Event) -> str:
    """The details of an event as a line: what changed, and from what to what."""
    return _("; ").join(
        _("%(label)s: %(value)s")
        % {"label": _label(event, key), "value": _shown(value, pair=key not in _details)}
        for key, value in (event.details or {}).items()
    )


def _label(event: Event, key: str) -> str:
    """What a detail is called: as declared, else as the column of that name."""
    if key in _details:
        return str(_details[key])
    model = event.content_type.model_class() if event.content_type else None
    try:
        field = model._meta.get_field(key) if model else None
    except FieldDoesNotExist:
        field = None
    return str(getattr(field, "verbose_name", key))


def _shown(value: object, *, pair: bool) -> str:
    """A value in words; of a change, before and after; of a list, how many."""
    if not isinstance(value, list):
        return _plain(value)
    return f"{_plain(value[0])} → {_plain(value[1])}" if pair and len(value) == 2 else str(len(value))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "—" if value in (None, "") else str(value)


def kind(event: Event) -> str:
    """What kind of row it was done to."""
    if event.content_type is None:
        return ""
    model = event.content_type.model_class()
    return str(model._meta.verbose_name) if model else event.content_type.model


say("audit.verify", gettext_lazy("Verified the audit log"))
say("audit.export", gettext_lazy("Exported the audit log"), high=True)

name_detail("from", gettext_lazy("before"))
name_detail("to", gettext_lazy("after"))
name_detail("reason", gettext_lazy("reason"))
name_detail("faults", gettext_lazy("faults"))
name_detail("query", gettext_lazy("filter"))

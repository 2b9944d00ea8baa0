"""Sentences: what an event means, for people who read the log.

An app declares its acts in its `sentences.py`: `say("people.appoint", _("Appointed to a role"))`. A move needs none, its
label says what was done. `high` marks acts an auditor looks at first.
"""

from __future__ import annotations

from dataclasses import dataclass

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
            return f"{model._meta.verbose_name}: {declared[name].label}"
    return event.action


def is_high(event: Event) -> bool:
    """Whether an auditor looks at such acts first."""
    found = _said.get(event.action)
    return bool(found and found.high)


def details(event: Event) -> str:
    """The details of an event as a line: what changed, and from what to what."""
    if event.details is None:
        return ""
    parts = []
    for key, value in event.details.items():
        label = str(_details.get(key, key))
        if isinstance(value, list) and key == "people":
            shown = str(len(value))
        elif isinstance(value, list) and len(value) == 2:
            shown = f"{_plain(value[0])} → {_plain(value[1])}"
        else:
            shown = _plain(value)
        parts.append(_("%(label)s: %(value)s") % {"label": label, "value": shown})
    return _("; ").join(parts)


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

"""Kinds of notices: each app declares its own in `notices.py`, with the sentence that the reader sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise

from xianfeng.core.periods import Period


@dataclass(frozen=True, slots=True)
class Kind:
    """`sentence` names its values as in `%(branch)s`; `urgent` notices stand above the others while unread."""

    code: str
    sentence: str | Promise
    urgent: bool = False


_registry: dict[str, Kind] = {}


def declare(code: str, sentence: str | Promise, *, urgent: bool = False) -> str:
    """Make a kind known and return its code, so that modules can name it as a constant."""
    _registry[code] = Kind(code, sentence, urgent)
    return code


def known() -> dict[str, Kind]:
    """All declared kinds by code."""
    return dict(sorted(_registry.items()))


def frozen(params: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are stored: days, moments and periods keep what they are, so that they are worded when read."""
    return {name: _freeze(value) for name, value in params.items()}


def _freeze(value: Any) -> Any:
    match value:
        case Period():
            return {"period": value.code}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)


def _worded(value: Any) -> str:
    match value:
        case {"period": code}:
            return str(Period.parse(code))
        case {"moment": text}:
            return formats.date_format(
                timezone.localtime(datetime.fromisoformat(text)), "SHORT_DATETIME_FORMAT"
            )
        case {"day": text}:
            return formats.date_format(date.fromisoformat(text), "MONTH_DAY_FORMAT")
        case _:
            return str(value)


class _Values(dict[str, str]):
    """Values of a notice; one that an older notice did not store yet is left open."""

    def __missing__(self, name: str) -> str:
        return "…"


def worded(code: str, params: Mapping[str, Any]) -> str:
    """The sentence of a kind with its values, in the language of the reader. A kind that went is shown by its code."""
    kind = _registry.get(code)
    if kind is None:
        return code
    return str(kind.sentence) % _Values((name, _worded(value)) for name, value in params.items())

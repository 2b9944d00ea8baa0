"""The scheme (考核方案): which measures count, by which rule, for how many points.

A scheme is a YAML document. `load` reads it into frozen values or refuses it with *every* fault at once,
each with its path and its cure; `export` writes it back equal in meaning; `digest` names that meaning.
Numbers are read as the decimals written, never as floats. No Django here: the web layer translates a fault
by its code and parameters, or takes the sentence from `Fault.message`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from decimal import Decimal
from importlib import resources
from typing import Any, Literal

import yaml

from .faults import Fault, Language, SchemeError
from .markup import plain_data
from .reader import Reader
from .values import (
    PERIODS,
    UNIT,
    Band,
    Bonus,
    Category,
    Grade,
    Item,
    Line,
    Scheme,
    Veto,
    plain,
    scaled,
)

__all__ = [
    "PERIODS",
    "UNIT",
    "Band",
    "Bonus",
    "Category",
    "Fault",
    "Grade",
    "Item",
    "Language",
    "Line",
    "Scheme",
    "SchemeError",
    "Veto",
    "check",
    "default_scheme",
    "default_text",
    "digest",
    "document",
    "export",
    "load",
    "parse",
    "plain",
    "scaled",
]


def load(text: str, measures: Collection[str] | None = None) -> Scheme:
    """The scheme in a YAML document; raises SchemeError with every fault. `measures`: those that exist."""
    scheme, faults = check(text, measures)
    if scheme is None:
        raise SchemeError(fault for fault in faults if not fault.is_warning)
    return scheme


def check(text: str, measures: Collection[str] | None = None) -> tuple[Scheme | None, list[Fault]]:
    """The scheme in a YAML document and all there is to say about it; None if any of it is not a warning."""
    try:
        data = plain_data(text)
    except SchemeError as error:
        return None, list(error.faults)
    return parse(data, measures)


def parse(data: object, measures: Collection[str] | None = None) -> tuple[Scheme | None, list[Fault]]:
    """As `check`, from dicts, lists, text and decimals, such as an editor's form. Floats are refused."""
    reader = Reader(measures)
    scheme = reader.scheme(data)
    return (None if any(not fault.is_warning for fault in reader.faults) else scheme), reader.faults


def default_scheme(kind: Literal["branch", "member"], year: int) -> Scheme:
    """The scheme a new office starts with, as `branch-2026` or `member-2026`."""
    return load(default_text(kind, year))


def default_text(kind: Literal["branch", "member"], year: int) -> str:
    """The default scheme's document, with its comments."""
    path = resources.files("xianfeng.assessment") / "schemes" / f"{kind}.yaml"
    return path.read_text(encoding="utf-8").replace("YYYY", f"{year:04d}")


def document(scheme: Scheme) -> dict[str, Any]:
    """The scheme as plain data in the document's own words; numbers are decimals. `parse` reads it back."""
    data: dict[str, Any] = {
        "scheme": scheme.code,
        "title": scheme.title,
        "subject": scheme.subject,
        "year": scheme.year,
        "full": scheme.full,
        "grades": [{"name": grade.name, "at_least": grade.at_least} for grade in scheme.grades],
        "categories": [
            {
                "code": category.code,
                "name": category.name,
                "items": [_item_document(item) for item in category.items],
            }
            for category in scheme.categories
        ],
    }
    if scheme.bonus:
        lines = [_line_document(line) for line in scheme.bonus.lines]
        data["bonus"] = {"ceiling": scheme.bonus.ceiling, "lines": lines}
    if scheme.vetoes:
        data["vetoes"] = [
            {"code": veto.code, "measure": veto.measure, "cap": veto.cap, "text": veto.text}
            for veto in scheme.vetoes
        ]
    return data


def export(scheme: Scheme) -> str:
    """The scheme as YAML; loading it gives an equal scheme."""
    return yaml.dump(document(scheme), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


def digest(scheme: Scheme) -> str:
    """SHA-256 (hex) of the scheme's meaning: layout, comments and 0.80 against 0.8 make no difference."""
    canonical = json.dumps(
        document(scheme), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=plain
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _item_document(item: Item) -> dict[str, Any]:
    data: dict[str, Any] = {"code": item.code, "name": item.name, "points": item.points}
    if item.standard:
        data["standard"] = item.standard
    data["lines"] = [_line_document(line) for line in item.lines]
    return data


def _line_document(line: Line) -> dict[str, Any]:
    data: dict[str, Any] = {
        "code": line.code,
        "measure": line.measure,
        "points": line.points,
        "per": line.per,
        "rule": line.rule,
    }
    if line.rule == "count":
        data |= {key: getattr(line, key) for key in ("base", "each", "floor", "ceiling")}
    else:
        data["idle"] = line.idle
    if line.bands:
        data["bands"] = [{"at_least": band.at_least, "points": band.points} for band in line.bands]
    data["text"] = line.text
    return data


class _Dumper(yaml.SafeDumper):
    """Writes decimals as they are read: bare, without exponent; and never an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_decimal(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = plain(number)
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _represent_decimal)

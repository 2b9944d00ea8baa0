"""Every route of the product, with its door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One URL pattern. `name` carries its name space; `takes` are the names of its arguments."""

    name: str
    pattern: str
    view: Any
    takes: tuple[str, ...]

    @property
    def door(self) -> Any:
        return getattr(self.view, "door", None)


def routes(
    resolver: Any = None, before: str = "", space: str = "", takes: tuple[str, ...] = ()
) -> Iterator[Route]:
    """Walk the URLconf."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = before + str(entry.pattern)
        taken = (*takes, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from routes(entry, pattern, inner, taken)
        elif isinstance(entry, URLPattern):
            yield Route(f"{space}{entry.name}", pattern, entry.callback, taken)


ALL = sorted(routes(), key=lambda route: route.name)

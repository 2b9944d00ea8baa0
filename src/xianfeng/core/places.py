"""Names of organizations as people write them, and the nearest one when a name is unknown.

A name is taken when it *is* a name, short name, number or alias that stands in the register, width and blanks aside. Anything
else is a fault with the nearest name offered; nothing is ever taken because it is similar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, TypeVar

from xianfeng.core import cells

Key = TypeVar("Key")

NEAR = 0.55
"""Similarity from which a name is worth offering."""


@dataclass(frozen=True)
class Place(Generic[Key]):
    """An organization by all the names it goes by; the first is the one shown."""

    key: Key
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name shown."""
        return self.names[0]


class Places(Generic[Key]):
    """The organizations a sheet may refer to."""

    def __init__(self, places: Iterable[Place[Key]]) -> None:
        self.places = list(places)
        self._by_name: dict[str, Place[Key]] = {}
        twice: set[str] = set()
        for place in self.places:
            for folded in {cells.folded(name) for name in place.names if name}:
                if self._by_name.setdefault(folded, place) is not place:
                    twice.add(folded)
        for folded in twice:
            # A name that two organizations share names neither.
            del self._by_name[folded]
        self._nearest: dict[str, Place[Key] | None] = {}

    def __len__(self) -> int:
        return len(self.places)

    def get(self, text: str) -> Place[Key] | None:
        """The organization of exactly this name."""
        return self._by_name.get(cells.folded(text))

    def nearest(self, text: str) -> Place[Key] | None:
        """The organization whose name is most like the text, if any is like it at all."""
        folded = cells.folded(text)
        if folded not in self._nearest:
            scored = max(
                (
                    (self._likeness(folded, cells.folded(name)), place.name, place)
                    for place in self.places
                    for name in place.names
                    if name
                ),
                key=lambda one: one[:2],
                default=None,
            )
            self._nearest[folded] = scored[2] if scored and scored[0] >= NEAR else None
        return self._nearest[folded]

    @staticmethod
    def _likeness(one: str, other: str) -> float:
        return SequenceMatcher(None, one, other, autojunk=False).ratio()

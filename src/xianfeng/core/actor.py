"""The two questions that scope and moves ask of whoever acts, before `people` exists."""

from __future__ import annotations

from typing import Any, Protocol


class Actor(Protocol):
    """Someone who may do things at places. `people.Person` is the one implementation."""

    pk: Any

    def places(self, permission: str) -> tuple[str, ...]:
        """Paths of the organizations under which `permission` is held today. Empty: held nowhere."""
        ...

    def can(self, permission: str, obj: Any = None, *, at: Any = None) -> bool:
        """Whether `permission` is held for a row, at an organization, or (neither given) anywhere at all."""
        ...

"""The two questions that scope and moves ask of whoever acts, before `people` exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


class Actor(Protocol):
    """Someone who may do things at places. `people.Person` is the one implementation."""

    @property
    def pk(self) -> Any:
        """The key of the person."""
        ...

    def places(self, permission: str) -> tuple[str, ...]:
        """Paths of the organizations under which `permission` is held today. Empty: held nowhere."""
        ...

    def can(self, permission: str, obj: Any = None, *, at: Any = None) -> bool:
        """Whether `permission` is held for a row, at an organization, or (neither given) anywhere at all."""
        ...


@dataclass(frozen=True, slots=True)
class Viewer:
    """All that a question may know of who asks it: who it is, and where one permission is held. Two that are equal see
    the same rows."""

    pk: Any
    permission: str
    roots: tuple[str, ...]

    def places(self, permission: str) -> tuple[str, ...]:
        """As of an actor, for the one permission."""
        if permission != self.permission:
            raise ValueError(f"asked for {self.permission}, not for {permission}")
        return self.roots

    def can(self, permission: str, obj: Any = None, *, at: Any = None) -> bool:
        """Rows are narrowed down by places; what is allowed is asked of the person."""
        raise NotImplementedError

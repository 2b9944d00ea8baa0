"""People who can sign in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people.accounts import PASSWORD


@pytest.fixture
def signed_up(world: Any) -> Any:
    """The world, with a password for the clerk, the secretary, the office and the administrators."""
    for name in ("clerk", "secretary", "office", "system_admin", "security_admin", "audit_admin"):
        person = getattr(world, name)
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    return world

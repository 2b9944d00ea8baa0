"""Pages of assessment, one module per noun."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def visitor(request: HttpRequest) -> Any:
    """Who asks. Behind a door that is always a person."""
    return request.user

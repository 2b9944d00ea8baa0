"""Addresses of scores. A sheet holds hundreds of them, and resolving one costs more than a cell: each is resolved once."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=8192)
def branch_score(period: str, code: str) -> str:
    """The page of a branch in a period."""
    return reverse("scores:branch_score", args=[period, code])


@lru_cache(maxsize=8192)
def branch_why(period: str, code: str) -> str:
    """Why a branch has so many points."""
    return reverse("scores:branch_why", args=[period, code])


@lru_cache(maxsize=256)
def of_period(name: str, period: str, *args: str) -> str:
    """Another page about a period."""
    return reverse(f"scores:{name}", args=[period, *args])


@lru_cache(maxsize=8192)
def report(code: str, month: str) -> str:
    """The monthly report of a branch."""
    return reverse("assessment:report_detail", args=[code, month])

"""The home of a member: this month, the own year, the own score."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from xianfeng.assessment.overview import own_figures
from xianfeng.core.periods import Period
from xianfeng.members.record import entries_of, eventful, progress, timeline


def concerns(person: Any) -> bool:
    """Members of a branch."""
    return bool(person.is_member and person.organization_id)


def build(person: Any, day: date) -> dict[str, Any]:
    """What a member came for. Three queries, and one for each kind of record."""
    entries = entries_of(person, person, day.year)
    this_month = Period.of(day)
    present = this_month.year * 100 + this_month.number
    before = next((month for month in eventful(entries) if month < present), None)
    months = timeline(entry for entry in entries if entry.month in {present, before})
    return {
        "day": day,
        "month": this_month,
        "items": next((m.items for m in months if m.start == this_month.start), []),
        "latest": next((m for m in months if m.start < this_month.start), None),
        "progress": progress(entries),
        "score": latest_score(person, day),
    }


def latest_score(person: Any, day: date) -> dict[str, Any] | None:
    """The member's score of the year so far, and the page that explains it. One query."""
    score = own_figures(person.pk, str(day.year))
    if score is None or not score.is_scored:
        return None
    return {
        "rate": score.rate,
        "points": score.points,
        "full": score.full_marks,
        "url": reverse("scores:my_score", args=[score.round.code]),
        "as_of": score.round.as_of,
    }

"""Who holds a role where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from .models import Appointment


def secretaries(on: date) -> Mapping[int, list[str]]:
    """Names of the secretaries on a day by organization id. One query."""
    names: dict[int, list[str]] = defaultdict(list)
    held = Appointment.objects.in_force(on).filter(role__code="secretary").order_by("since", "pk")
    for organization, name in held.values_list("organization", "person__name"):
        names[organization].append(name)
    return names

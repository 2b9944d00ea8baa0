"""Finding monthly reports by number, branch or month."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q

from .models import Report
from .permissions import VIEW

_MONTH = re.compile(r"(?:(\d{4})[年.-])?(\d{1,2})月?")


def matching(reader: Any, words: str) -> Any:
    """Reports in the reader's scope of which every word is found, the latest first: a part of the number or of the
    branch's name, or a month as 10月 or 2026-10."""
    found: Any = Report.objects.visible_to(reader, VIEW)
    for word in words.split():
        condition = Q(number__icontains=word)
        month = _MONTH.fullmatch(word)
        if month and (month[1] or word.endswith("月")):
            condition |= Q(month=int(month[2]), **({"year": int(month[1])} if month[1] else {}))
        elif not word.isdecimal():
            condition |= Q(organization__short_name__icontains=word)
        found = found.filter(condition)
    return found.select_related("organization").order_by("-year", "-month", "organization__number")

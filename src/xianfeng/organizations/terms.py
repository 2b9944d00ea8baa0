"""Terms of office: when a branch must elect again.

The superior is told about six months before the end (基层组织选举工作条例); remarks begin then and grow firmer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xianfeng.core.display import long_day
from xianfeng.core.periods import months_before

from .models import Organization
from .panels import Remark

EARLY, SOON = 6, 3  # months before the end


def standing(organization: Organization, on: date) -> tuple[str, str]:
    """(tone, word) of an organization's status on a day, for lists."""
    ends = organization.term_ends_on
    if organization.dissolved_on and organization.dissolved_on <= on:
        return "closed", _("dissolved")
    if ends is None:
        return ("none", _("no term on record")) if organization.is_branch else ("ok", _("standing"))
    if ends < on:
        return "back", _("term expired")
    if months_before(ends, SOON) <= on:
        return "check", _("elects within 3 months")
    if months_before(ends, EARLY) <= on:
        return "todo", _("elects within 6 months")
    return "ok", _("standing")


def check_term(organization: Organization, on: date, _figures: Mapping[str, Any]) -> Iterator[Remark]:
    """Says when an election is near or overdue."""
    ends = organization.term_ends_on
    if organization.dissolved_on or ends is None:
        return
    if ends < on:
        yield Remark(
            "bad",
            _(
                "The term of office ended on %(day)s. Please elect, or ask the superior to extend by at most a year."
            )
            % {"day": long_day(ends)},
        )
    elif months_before(ends, SOON) <= on:
        yield Remark(
            "warn",
            _(
                "The term of office ends on %(day)s, within three months. Please report the election to the superior."
            )
            % {"day": long_day(ends)},
        )
    elif months_before(ends, EARLY) <= on:
        yield Remark(
            "",
            _("The term of office ends on %(day)s, within six months. Please begin to prepare the election.")
            % {"day": long_day(ends)},
        )

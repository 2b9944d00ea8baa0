"""The half-yearly examination of an activist."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core import clock
from xianfeng.core.display import day as spoken
from xianfeng.core.periods import today

from .. import steps as at
from ..models import Examination, Road
from .roads import entitled, locked_road, reasoned, settled


@transaction.atomic
def examine(road: Road, *, on: date, result: str, note: str = "", by: Any) -> Examination:
    """The branch has examined an activist."""
    road = locked_road(road)
    entitled(by, at.EDUCATION, road)
    if on > today():
        raise ValidationError({"held_on": _("That day lies ahead. Please enter it when it has come.")})
    if Examination.objects.live().filter(road=road, held_on=on).exists():
        raise ValidationError(
            {"held_on": _("An examination on %(day)s is already recorded.") % {"day": spoken(on)}}
        )
    made = Examination(road=road, held_on=on, result=result, note=note, recorded_by=by)
    made.full_clean(exclude=["road", "recorded_by"])
    made.save(force_insert=True)
    settled(road)
    events.record(
        "development.examine",
        by=by,
        obj=road.person,
        at=road.person.organization,
        details={"on": on, "result": result},
    )
    return made


@transaction.atomic
def take_back_examination(examination: Examination, *, reason: str, by: Any) -> None:
    """An examination was entered by mistake."""
    road = locked_road(examination.road)
    entitled(by, at.EDUCATION, road)
    reasoned(reason)
    examination.taken_back_at = clock.now()
    examination.save(update_fields=["taken_back_at"])
    settled(road)
    events.record(
        "development.take_back_examination",
        by=by,
        obj=road.person,
        at=road.person.organization,
        details={"on": examination.held_on, "reason": reason},
    )

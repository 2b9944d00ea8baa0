"""The register of activists as a workbook: applicants, activists and candidates, with the day each stage was reached."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from xianfeng.members.exports import Item, Register, declare, person_items, stage_item
from xianfeng.members.models import Membership
from xianfeng.people import permissions as people

from .permissions import VIEW

Stage = Membership.Stage


def _activists(by: Any, permission: str, on: date) -> Any:
    seen: Any = Membership.objects.all() if by is None else Membership.objects.visible_to(by, permission)
    past = Membership.objects.filter(person=OuterRef("person")).order_by("since")

    def reached(stage: Stage) -> Subquery:
        return Subquery(past.filter(stage=stage).values("since")[:1])

    return (
        seen.developing()
        .on(on)
        .select_related("person")
        .annotate(
            applied_on=reached(Stage.APPLICANT),
            activist_on=reached(Stage.ACTIVIST),
            candidate_on=reached(Stage.CANDIDATE),
        )
        .order_by("person__number")
    )


ACTIVISTS = declare(
    Register(
        "activists",
        _("Register of activists"),
        "development:activist_list",
        VIEW,
        people.REVEAL,
        _activists,
        (
            *person_items(lambda spell: spell.person, lambda spell: spell.organization_id),
            stage_item(),
            Item("申请入党日期", lambda spell, _r: spell.applied_on, "date"),
            Item("确定积极分子日期", lambda spell, _r: spell.activist_on, "date"),
            Item("确定发展对象日期", lambda spell, _r: spell.candidate_on, "date"),
        ),
    )
)

"""The list of activities."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianfeng.core.columns import Column

from .models import Activity, Kind

TONES = {Activity.Status.RECORDED: "ok", Activity.Status.DRAFT: "todo", Activity.Status.CANCELLED: "closed"}


def _page(activity: Any) -> str:
    return str(activity.get_absolute_url())


def _due(activity: Any) -> int | None:
    """Nobody is due at a talk or at volunteering."""
    return None if activity.kind in Kind.taken_part() else activity.due_count


ACTIVITIES = (
    Column("held_on", _("Date"), lambda a: a.held_on, "date", order=("held_on",), link=_page),
    Column("branch", _("Branch"), lambda a: a.organization.short_name, order=("organization__number",)),
    Column("kind", _("Kind"), lambda a: a.get_kind_display(), order=("kind",)),
    Column("topic", _("Topic"), lambda a: a.topic, order=("topic",)),
    Column("place", _("Place"), lambda a: a.venue, order=("venue",), phone=False),
    Column("due", _("Due"), _due, "number"),
    Column("present", _("Present"), lambda a: a.present_count, "number"),
    Column("observers", _("Observers"), lambda a: a.observers, "number", phone=False),
    Column("status", _("Status"), lambda a: a.get_status_display(), "status", order=("status",), tone=lambda a: TONES[a.status]),
    Column("recorded_by", _("Recorded by"), lambda a: str(a.recorded_by or ""), order=("recorded_by__name",), phone=False),
)  # fmt: skip
OWN_BRANCH = tuple(column for column in ACTIVITIES if column.key != "branch")

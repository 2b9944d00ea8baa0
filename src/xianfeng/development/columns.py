"""The register of activists: a row is the membership that holds today, read with its person and road."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.columns import Column
from xianfeng.members.models import Membership

from .models import Helper, Road
from .steps import BY_NUMBER, LAST

SOON = timedelta(days=30)


def road_of(spell: Membership) -> Road | None:
    """The road of a row; None for somebody entered today whose road is not open yet."""
    return getattr(spell.person, "road", None)


def page_of(spell: Membership) -> str | None:
    """The page of the road; None until there is one."""
    return reverse("development:road", args=[spell.person.uid]) if road_of(spell) else None


def standing(road: Road | None, on: date) -> tuple[str, str]:
    """Tone and word of how a road goes."""
    if road is None or road.next_step is None:
        return ("none", "—") if road is None else ("ok", _("finished"))
    if road.due_on is not None and road.due_on < on:
        return "check", _("overdue")
    if road.due_on is not None and road.due_on - on <= SOON:
        return "todo", _("due soon")
    return "ok", _("on the way")


def _next(spell: Membership) -> str:
    road = road_of(spell)
    step = BY_NUMBER.get(road.next_step or 0) if road else None
    return f"{step.number} {step.name}" if step else ""


def _helpers(kind: Helper.Kind) -> Any:
    def names(spell: Membership) -> str:
        road = road_of(spell)
        return _(", ").join(h.person.name for h in road.helpers.all() if h.kind == kind) if road else ""

    return names


def activist_columns(on: date) -> list[Column]:
    """Columns of the register on a day; the Excel file has more of them than the page."""

    def due(spell: Membership) -> date | None:
        road = road_of(spell)
        return road.due_on if road else None

    def done(spell: Membership) -> str:
        road = road_of(spell)
        following = road.next_step if road and road.next_step else LAST + 1
        return f"{following - 1 - (road.gaps if road else 0)}/{LAST}" if road else ""

    return [
        Column("number", gettext_lazy("Number"), lambda s: s.person.number, "code", order=("person__number",)),
        Column("name", gettext_lazy("Name"), lambda s: s.person.name, order=("person__name",), link=page_of),
        Column("branch", gettext_lazy("Branch"), lambda s: s.organization.short_name, order=("organization__number",)),
        Column("stage", gettext_lazy("Stage of development"), lambda s: s.get_stage_display(), order=("since",)),
        Column("sex", gettext_lazy("Sex"), lambda s: s.person.get_sex_display(), screen=False),
        Column("ethnicity", gettext_lazy("Ethnic group"), lambda s: s.person.get_ethnicity_display(), screen=False),
        Column("born", gettext_lazy("Born"), lambda s: s.person.born_on, "date", screen=False),
        Column("education", gettext_lazy("Education"), lambda s: s.person.get_education_display(), screen=False),
        Column("post", gettext_lazy("Post"), lambda s: s.person.post, screen=False, order=("person__post",)),
        Column("applied", gettext_lazy("Applied on"), lambda s: s.applied_on, "date", screen=False, order=("applied_on",)),
        Column("activist", gettext_lazy("Activist since"), lambda s: s.activist_on, "date", screen=False, order=("activist_on",)),
        Column("candidate", gettext_lazy("Candidate since"), lambda s: s.candidate_on, "date", screen=False),
        Column("accepted", gettext_lazy("Accepted on"), lambda s: s.accepted_on, "date", screen=False),
        Column("contacts", gettext_lazy("Contact persons"), _helpers(Helper.Kind.CONTACT), screen=False),
        Column("introducers", gettext_lazy("Introducers"), _helpers(Helper.Kind.INTRODUCER), screen=False),
        Column("done", gettext_lazy("Steps done"), done, phone=False),
        Column("next", gettext_lazy("What is next"), _next, order=("person__road__next_step",)),
        Column("due", gettext_lazy("By"), due, "date", order=("person__road__due_on",)),
        Column(
            "standing", gettext_lazy("How it goes"), lambda s: standing(road_of(s), on)[1], "status",
            tone=lambda s: standing(road_of(s), on)[0],
        ),
    ]  # fmt: skip

"""The lists of organizations: what stands, what stood on a past day, and what is to be looked after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianfeng.core.columns import Column

from . import panels
from .models import Chapter, Organization
from .panels import Remark
from .terms import standing


def directory_columns(on: date) -> list[Column]:
    """What everybody inside may know of organizations on a day: our own columns, and the figures of other apps."""
    return [
        Column("code", _("Number"), lambda o: o.short_number, "code", order=("number",)),
        Column(
            "name",
            _("Short name"),
            lambda o: o.short_name,
            order=("short_name",),
            link=lambda o: o.get_absolute_url(),
        ),
        Column("full_name", _("Full name"), lambda o: o.name, screen=False),
        Column("kind", _("Kind"), lambda o: o.get_kind_display(), order=("kind",), phone=False),
        Column("unit", _("Unit"), lambda o: o.unit, order=("unit",), phone=False),
        *panels.columns(on),
    ]


def organization_columns(on: date) -> list[Column]:
    """The same with what only those know who look after organizations."""
    return [
        *directory_columns(on),
        Column("unit_code", _("Credit code"), lambda o: o.unit_code, "code", screen=False),
        Column("contact", _("Contact"), lambda o: o.contact, screen=False),
        Column("office_phone", _("Office phone"), lambda o: o.office_phone, "code", screen=False),
        Column("term", _("Term ends"), lambda o: o.term_ends_on, "date", order=("term_ends_on",)),
        Column(
            "status",
            _("Status"),
            lambda o: standing(o, on)[1],
            "status",
            tone=lambda o: standing(o, on)[0],
        ),
    ]


def chapter_columns(on: date) -> list[Column]:
    """What organizations were on a day, under superiors as they were called then, and how many members branches had."""
    names = dict(Chapter.objects.on(on).values_list("organization", "short_name"))
    members = [column for column in panels.columns(on) if column.key == "members"]

    def of(value: Callable[[Organization], Any]) -> Callable[[Chapter], Any]:
        # Of a superior the sum would follow the tree of today.
        return lambda c: value(c.organization) if c.kind in Organization.BRANCH_KINDS else None

    return [
        Column("code", _("Number"), lambda c: c.organization.short_number, "code", order=("organization__number",)),
        Column("name", _("Name on that day"), lambda c: c.name, order=("name",), link=lambda c: c.organization.get_absolute_url()),
        Column("short_name", _("Short name"), lambda c: c.short_name, screen=False),
        Column("kind", _("Kind"), lambda c: c.get_kind_display(), order=("kind",), phone=False),
        Column("parent", _("Superior"), lambda c: names.get(c.parent_id), order=("parent__number",)),
        *(Column(m.key, m.label, of(m.value), m.kind) for m in members),
        Column("act", _("Since it was"), lambda c: c.get_act_display(), phone=False),
        Column("since", _("Held from"), lambda c: c.since, "date", order=("since",)),
        Column("document", _("Document number"), lambda c: c.document, phone=False),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Warned:
    """One remark about one organization."""

    organization: Organization
    remark: Remark


TONES = {"bad": ("back", _("against the rules")), "warn": ("check", _("to be looked after")), "": ("todo", _("coming up"))}  # fmt: skip

WARNINGS = [
    Column("code", _("Number"), lambda w: w.organization.short_number, "code"),
    Column("name", _("Short name"), lambda w: w.organization.short_name, link=lambda w: w.organization.get_absolute_url()),
    Column("tone", _("Weight"), lambda w: TONES[w.remark.tone][1], "status", tone=lambda w: TONES[w.remark.tone][0]),
    Column("text", _("What to look after"), lambda w: w.remark.text),
]  # fmt: skip

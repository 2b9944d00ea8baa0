"""The list of organizations."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from xianfeng.core.columns import Column

from . import panels
from .terms import standing


def organization_columns(on: date) -> list[Column]:
    """Columns of the list on a day: our own, and the figures that other apps have about organizations."""
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
        Column("term", _("Term ends"), lambda o: o.term_ends_on, "date", order=("term_ends_on",)),
        Column(
            "status",
            _("Status"),
            lambda o: standing(o, on)[1],
            "status",
            tone=lambda o: standing(o, on)[0],
        ),
    ]

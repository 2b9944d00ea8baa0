"""Columns of the lists of dues. Amounts are yuan."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from xianfeng.core.columns import Column
from xianfeng.core.components import Tone

from .models import Due, Publication
from .rules import MAKE_UP_MONTHS, yuan

TONES: dict[str, Tone] = {
    Due.Status.OWED: "todo",
    Due.Status.PAID: "ok",
    Due.Status.MADE_UP: "ok",
    Due.Status.DEFERRED: "review",
    Due.Status.EXEMPT: "closed",
}


def state_word(row: Any) -> str | Promise:
    """How far a branch has got with the dues of a period."""
    if not row.lines:
        return gettext("no bases yet")
    if row.unpaid:
        return ngettext("%(n)s payment open", "%(n)s payments open", row.unpaid) % {"n": row.unpaid}
    return gettext("complete")


def state_tone(row: Any) -> str:
    if not row.lines:
        return "none"
    return "todo" if row.unpaid else "ok"


BRANCHES = (
    Column("number", _("Number"), lambda o: o.short_number, "code", ("number",)),
    Column(
        "branch",
        _("Branch"),
        lambda o: o.short_name,
        order=("number",),
        link=lambda o: reverse("dues:branch", args=[o.code]),
    ),
    Column("members", _("Members who owe"), lambda o: o.payers, "number", ("payers",)),
    Column("owed", _("Owed (yuan)"), lambda o: yuan(o.owed or 0), "money", ("owed",)),
    Column("received", _("Received (yuan)"), lambda o: yuan(o.received or 0), "money", ("received",)),
    Column("open", _("Open (yuan)"), lambda o: yuan(o.open or 0), "money", ("open",)),
    Column(
        "deferred", _("Deferred payments"), lambda o: o.deferred or None, "number", ("deferred",), phone=False
    ),
    Column("remitted", _("Passed on (yuan)"), lambda o: yuan(o.remitted), "money", phone=False),
    Column("state", _("State"), state_word, "status", ("unpaid",), tone=state_tone),
)

UNPAID = (
    Column("number", _("Number"), lambda d: d.person.number, "code", ("person__number",)),
    Column(
        "name",
        _("Name"),
        lambda d: d.person.name,
        order=("person__name",),
        link=lambda d: d.get_absolute_url(),
    ),
    Column(
        "branch",
        _("Branch"),
        lambda d: d.collection.organization.short_name,
        order=("collection__organization__number",),
    ),
    Column("month", _("Month"), lambda d: d.period.code, "code", ("month",)),
    Column("owed", _("Owed (yuan)"), lambda d: yuan(d.owed), "money", ("owed",)),
    Column(
        "paid", _("Paid in part (yuan)"), lambda d: yuan(d.paid) if d.paid else None, "money", phone=False
    ),
    Column(
        "months",
        _("Months open"),
        lambda d: d.months_open,
        "number",
        ("months_open",),
    ),
    Column(
        "state",
        _("State"),
        lambda d: (
            _("six months or more: please find out why")
            if d.months_open >= MAKE_UP_MONTHS
            else d.get_status_display()
        ),
        "status",
        tone=lambda d: "back" if d.months_open >= MAKE_UP_MONTHS else TONES[d.status],
    ),
)


def _sum(publication: Publication, name: str) -> Any:
    return yuan(getattr(publication, name)) if publication.shows_sums else None


PUBLISHED = (
    Column("number", _("Number"), lambda p: p.organization.short_number, "code", ("organization__number",)),
    Column("branch", _("Branch"), lambda p: p.organization.short_name, order=("organization__number",)),
    Column("payers", _("Members who owed"), lambda p: p.payers, "number", ("payers",)),
    Column("owed", _("Owed (yuan)"), lambda p: _sum(p, "owed"), "money"),
    Column("received", _("Received (yuan)"), lambda p: _sum(p, "received"), "money"),
    Column("remitted", _("Passed on (yuan)"), lambda p: _sum(p, "remitted"), "money"),
    Column("on", _("Published on"), lambda p: p.published_on, "date", ("published_on",)),
    Column("note", _("Remark"), lambda p: p.note, phone=False),
)

MINE = (
    Column("month", _("Month"), lambda d: str(d.period), order=("month",)),
    Column("owed", _("Owed (yuan)"), lambda d: yuan(d.owed), "money"),
    Column("paid", _("Paid (yuan)"), lambda d: yuan(d.paid) if d.paid else None, "money"),
    Column("on", _("Paid on"), lambda d: d.paid_on, "date"),
    Column("branch", _("Branch"), lambda d: d.collection.organization.short_name, phone=False),
    Column("state", _("State"), lambda d: d.get_status_display(), "status", tone=lambda d: TONES[d.status]),
)

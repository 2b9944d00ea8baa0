"""The list of present terms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.columns import Column
from xianfeng.organizations.terms import standing

from .models import Post, Term


def heads(term: Term) -> str:
    """Who leads, by name. The posts of today must be read with the term (`held`)."""
    return _(", ").join(post.person.name for post in _held(term) if post.kind in Post.HEADS)


def committee(term: Term) -> str:
    """Everybody in the committee with the posts."""
    return _("; ").join(
        _("%(post)s %(name)s") % {"post": post.get_kind_display(), "name": post.person.name}
        for post in _held(term)
    )


def _held(term: Any) -> list[Post]:
    order = list(Post.Kind)
    return sorted(term.held, key=lambda post: order.index(Post.Kind(post.kind)))


def term_columns(on: date) -> list[Column]:
    """Columns of the list on a day."""
    return [
        Column("code", gettext_lazy("Number"), lambda t: t.organization.short_number, "code", order=("organization__number",)),
        Column("name", gettext_lazy("Organization"), lambda t: t.organization.short_name, order=("organization__short_name",), link=lambda t: t.get_absolute_url()),
        Column("number", gettext_lazy("Term number"), lambda t: t.number, "number", order=("number",), phone=False),
        Column("head", gettext_lazy("Secretary"), heads),
        Column("size", gettext_lazy("In the committee"), lambda t: len({p.person_id for p in t.held}), "number"),
        Column("committee", gettext_lazy("Committee"), committee, screen=False),
        Column("began_on", gettext_lazy("Elected on"), lambda t: t.began_on, "date", order=("began_on",)),
        Column("years", gettext_lazy("Term in years"), lambda t: t.years, "number", phone=False, order=("years",)),
        Column("ends_on", gettext_lazy("Ends on"), lambda t: t.ends_on, "date", order=("ends_on",)),
        Column("postponed_to", gettext_lazy("Postponed to"), lambda t: t.postponed_to, "date", order=("postponed_to",)),
        Column("method", gettext_lazy("Method"), lambda t: t.get_method_display(), screen=False),
        Column("due", gettext_lazy("Entitled to vote"), lambda t: t.due, "number", screen=False),
        Column("present", gettext_lazy("Present at the election"), lambda t: t.present, "number", screen=False),
        Column("valid", gettext_lazy("Valid ballots"), lambda t: t.valid, "number", screen=False),
        Column("document", gettext_lazy("Approval"), lambda t: t.document, screen=False),
        Column("status", gettext_lazy("Status"), lambda t: standing(t.organization, on)[1], "status", tone=lambda t: standing(t.organization, on)[0]),
    ]  # fmt: skip

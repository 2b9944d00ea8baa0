"""The list of members: a row is the membership that holds today, read with its person and party record."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.addresses import addresses
from xianfeng.core.columns import Column
from xianfeng.organizations.scope import words
from xianfeng.people.models import Person

from .models import Membership

# What the columns read, of a membership with its person, record and branch; the rest stays in the database.
READ = (
    "stage", "since", "until",
    *(f"person__{name}" for name in (
        "uid", "number", "name", "sex", "born_on", "post", "phone", "ethnicity", "education", "id_number",
    )),
    *(f"person__member__{name}" for name in ("joined_on", "confirmed_on", "exempt_since", "exempt_until")),
    "organization__short_name",
)  # fmt: skip


def age(born_on: date | None, on: date) -> int | None:
    """Whole years on a day."""
    return (
        None
        if born_on is None
        else on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    )


def member_columns(on: date) -> list[Column]:
    """Columns of the list on a day. Phone and ID number only ever appear masked."""

    page = addresses("members:member_detail")
    stages, sexes = words(Membership, "stage"), words(Person, "sex")

    def stage(spell: Membership) -> str:
        word: str = stages[spell.stage]
        if _record(spell, "exempt_since") and spell.person.member.exempt_on(on):
            return _("%(stage)s, exempt") % {"stage": word}
        return word

    return [
        Column(
            "number", gettext_lazy("Number"), lambda s: s.person.number, "code", order=("person__number",)
        ),
        Column(
            "name",
            gettext_lazy("Name"),
            lambda s: s.person.name,
            order=("person__name",),
            link=lambda s: page(s.person.uid),
        ),
        Column(
            "branch",
            gettext_lazy("Branch"),
            lambda s: s.organization.short_name,
            order=("organization__number",),
        ),
        Column(
            "stage",
            gettext_lazy("Stage"),
            stage,
            order=("stage",),
        ),
        Column(
            "sex",
            gettext_lazy("Sex"),
            lambda s: sexes.get(s.person.sex, ""),
            order=("person__sex",),
            phone=False,
        ),
        Column(
            "born",
            gettext_lazy("Born"),
            lambda s: s.person.born_on,
            "date",
            order=("person__born_on",),
            phone=False,
        ),
        Column("age", gettext_lazy("Age"), lambda s: age(s.person.born_on, on), "number", screen=False),
        Column(
            "joined",
            gettext_lazy("Joined the party"),
            lambda s: _record(s, "joined_on"),
            "date",
            order=("person__member__joined_on",),
        ),
        Column(
            "confirmed",
            gettext_lazy("Full member since"),
            lambda s: _record(s, "confirmed_on"),
            "date",
            order=("person__member__confirmed_on",),
            phone=False,
        ),
        Column("post", gettext_lazy("Post"), lambda s: s.person.post, order=("person__post",)),
        Column("phone", gettext_lazy("Phone"), lambda s: str(s.person.phone), "code", phone=False),
        Column(
            "ethnicity",
            gettext_lazy("Ethnic group"),
            lambda s: s.person.get_ethnicity_display(),
            screen=False,
        ),
        Column(
            "education", gettext_lazy("Education"), lambda s: s.person.get_education_display(), screen=False
        ),
        Column(
            "id_number", gettext_lazy("ID number"), lambda s: str(s.person.id_number), "code", screen=False
        ),
    ]


def _record(spell: Membership, name: str) -> Any:
    """A date of the party record; None where there is none yet."""
    member = getattr(spell.person, "member", None)
    return getattr(member, name, None)

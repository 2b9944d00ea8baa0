"""Search: what can be found by words, each kind in the reader's scope. Later kinds add a line to `SOURCES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from xianfeng.assessment import permissions as assessment
from xianfeng.assessment.models import Report
from xianfeng.assessment.search import matching as find_reports
from xianfeng.core.display import iso
from xianfeng.core.pages import SIGNED_IN
from xianfeng.files.models import Attachment
from xianfeng.files.search import matching as find_files
from xianfeng.members import permissions as members
from xianfeng.members.search import matching as find_members
from xianfeng.organizations import permissions as organizations
from xianfeng.organizations.models import Organization
from xianfeng.organizations.search import matching as find_organizations
from xianfeng.people.names import syllables

SHOWN = 10  # of each kind; the list shows the rest


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name, where it is, and a line that tells it from its namesakes."""

    title: str
    url: str
    detail: str


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of thing. `find` gives rows in the reader's scope, `show` words one, `more` is the list's URL name."""

    label: str | Promise
    permission: str
    find: Callable[[Any, str], QuerySet[Any]]
    show: Callable[[Any], Hit]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind; `more` is the address of the whole list, where there is more to see."""

    label: str | Promise
    hits: list[Hit]
    more: str


def _member(person: Any) -> Hit:
    return Hit(
        person.name,
        reverse("members:member_detail", args=[person.uid]),
        " · ".join(filter(None, [person.number, str(person.organization or ""), person.post])),
    )


def _organization(organization: Organization) -> Hit:
    return Hit(
        organization.short_name,
        organization.get_absolute_url(),
        f"{organization.short_number} · {organization.name}",
    )


def _report(report: Report) -> Hit:
    return Hit(str(report), report.get_absolute_url(), f"{report.number} · {report.get_status_display()}")


def _file(attachment: Attachment) -> Hit:
    where = " · ".join([str(attachment.target), attachment.get_kind_display(), iso(attachment.uploaded_at)])
    return Hit(attachment.name, attachment.get_absolute_url(), where)


SOURCES = (
    Source(_("Members"), members.VIEW, find_members, _member, "members:member_list"),
    Source(
        _("Organizations"),
        organizations.VIEW,
        lambda reader, words: find_organizations(Organization.objects.known_to(reader), words),
        _organization,
        "organizations:organization_list",
    ),
    Source(_("Monthly reports"), assessment.VIEW, find_reports, _report),
    Source(_("Files"), SIGNED_IN, find_files, _file),
)


def search(reader: Any, words: str) -> list[Found]:
    """What the words find, kind by kind. One query for each kind; files take one more, and one for each kind
    of what they belong to."""
    found = []
    for source in SOURCES:
        if source.permission != SIGNED_IN and not reader.can(source.permission):
            continue
        rows = list(source.find(reader, words)[: SHOWN + 1])
        if rows:
            more = (
                f"{reverse(source.more)}?{urlencode({'q': words})}"
                if source.more and len(rows) > SHOWN
                else ""
            )
            found.append(Found(source.label, [source.show(row) for row in rows[:SHOWN]], more))
    return found


def initials(words: str) -> str:
    """The initials by which the same words could be looked for: 养护 gives YH. Empty for words in Latin letters."""
    return "" if words.isascii() else "".join(part[:1] for part in syllables(words)).upper()

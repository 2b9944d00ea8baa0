"""The menus, by what a person may do. Names are those of ux.md §2.2; a test reverses each and checks its permission."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: shown to whoever holds one of the permissions (none named: to everybody signed in).

    `area` is the beginning of the addresses that belong to it, where that is more than its own page.
    """

    label: str | Promise
    view: str
    permissions: tuple[str, ...] = ()
    icon: str = ""
    phone: bool = True
    area: str = ""


MENU = (
    Entry(_("Home"), "home", icon="home"),
    Entry(_("Activities"), "activities:activity_list", ("activities.view",), icon="activity"),
    Entry(_("Monthly reports"), "assessment:report_list", ("assessment.view",), icon="report"),
    Entry(_("Review"), "assessment:review_queue", ("assessment.review",), icon="review"),
    Entry(_("Scores"), "scores:latest", ("assessment.view",), icon="score"),
    Entry(_("Members"), "members:member_list", ("members.view",), icon="members", area="/register/"),
    Entry(_("Party dues"), "dues:overview", ("dues.view",), icon="dues"),
    Entry(_("Organizations"), "organizations:organization_list", ("organizations.home", "organizations.view"), icon="branch", phone=False),
    Entry(_("Assessment rules"), "assessment:scheme_list", ("assessment.view", "assessment.schemes"), icon="scheme", phone=False),
    Entry(_("Workday table"), "assessment:calendar", ("assessment.calendar",), icon="settings", phone=False),
    Entry(_("Accounts"), "people:user_list", ("people.accounts",), icon="key"),
    Entry(_("Roles"), "people:role_list", ("people.grant",), icon="shield"),
    Entry(_("Personal data"), "privacy:inventory", ("people.privacy",), icon="members"),
    Entry(_("Log"), "audit:log_list", ("audit.read",), icon="log"),
)  # fmt: skip


def menu(person: Any, path: str) -> list[dict[str, Any]]:
    """The entries for a person, the current one marked."""
    shown = [
        {"label": label, "url": url, "icon": entry.icon, "phone": entry.phone, "area": entry.area or url}
        for entry, label, url in _worded(get_language(), get_script_prefix())
        if not entry.permissions or any(person.can(p) for p in entry.permissions)
    ]
    here = [
        str(e["area"])
        for e in shown
        if path == e["url"] or (e["url"] != "/" and path.startswith(str(e["area"])))
    ]
    best = max(here, key=len, default="")
    for item in shown:
        item["current"] = item["area"] == best
    return shown


@cache
def _worded(language: str | None, prefix: str) -> list[tuple[Entry, str, str]]:
    """All entries that have a page, with their words in a language and their addresses: the same for everybody."""
    worded = []
    for entry in MENU:
        try:
            worded.append((entry, str(entry.label), reverse(entry.view)))
        except NoReverseMatch:
            continue
    return worded

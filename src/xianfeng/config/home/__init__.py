"""Home: what each role came for, composed from what the apps know.

A person with several roles has several sections: the first is drawn with the page, the others come after it under
their own addresses, so that no answer asks the database more than a few times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import administrators, branch, leader, member, office


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the home page. `concerns` says for whom it is, `build` gives what its template shows."""

    key: str
    label: str | Promise
    concerns: Callable[[Any], bool]
    build: Callable[[Any, date], dict[str, Any]]

    @property
    def template(self) -> str:
        return f"config/home/{self.key}.html"


SECTIONS = (
    Section("office", _("Party office"), office.concerns, office.build),
    Section("branch", _("The branch"), branch.concerns, branch.build),
    Section("leader", _("Overview"), leader.concerns, leader.build),
    Section("system", _("The system"), administrators.concerns_system, administrators.system),
    Section("security", _("Roles and accounts"), administrators.concerns_security, administrators.security),
    Section("audit", _("The log"), administrators.concerns_audit, administrators.audit),
    Section("member", _("My month"), member.concerns, member.build),
)


def sections_of(person: Any) -> list[Section]:
    """The sections that concern a person, the most pressing first."""
    return [section for section in SECTIONS if section.concerns(person)]

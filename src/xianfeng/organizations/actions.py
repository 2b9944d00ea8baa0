"""Verbs that change the tree. Nothing else writes `path`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from xianfeng.audit import events

from .models import Organization


def short_code(number: str) -> str:
    """The part of a number that is used in addresses: 371122-JT-12 becomes jt-12."""
    head, dash, tail = number.strip().lower().partition("-")
    return tail if dash and head.isdigit() else number.strip().lower()


@transaction.atomic
def found(
    *, number: str, name: str, kind: str, parent: Organization | None, by: Any, **details: Any
) -> Organization:
    """Enter a new organization below its superior.

    Raises ValidationError when the number is taken, a dissolved superior is named or a field is wrong.
    """
    if parent and parent.dissolved_on:
        raise ValidationError({"parent": _("%(name)s has been dissolved.") % {"name": parent}})
    organization = Organization(
        number=number, code=short_code(number), name=name, kind=kind, parent=parent, **details
    )
    organization.short_name = organization.short_name or name
    organization.full_clean()
    organization.save(force_insert=True)
    organization.path = f"{parent.path if parent else ''}{organization.pk:06d}/"
    organization.save(update_fields=["path"])
    events.record("organizations.found", by=by, obj=organization, at=organization)
    return organization


@transaction.atomic
def change(organization: Organization, *, by: Any, **values: Any) -> Organization:
    """Change what may change: names, unit, term. The number and the place in the tree stay."""
    before = {name: getattr(organization, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return organization
    for name, value in changed.items():
        setattr(organization, name, value)
    organization.full_clean()
    organization.version += 1
    organization.save(update_fields=[*changed, "version"])
    events.record(
        "organizations.change",
        by=by,
        obj=organization,
        at=organization,
        details={name: [before[name], value] for name, value in changed.items()},
    )
    return organization


@transaction.atomic
def dissolve(organization: Organization, *, on: date, reason: str, by: Any) -> None:
    """End an organization on a day. It stays on record; nothing that happened there is lost."""
    organization.dissolved_on = on
    organization.version += 1
    organization.full_clean()
    organization.save(update_fields=["dissolved_on", "version"])
    events.record(
        "organizations.dissolve",
        by=by,
        obj=organization,
        at=organization,
        details={"on": on, "reason": reason},
    )

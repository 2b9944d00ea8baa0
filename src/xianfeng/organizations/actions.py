"""Verbs that change the tree. Nothing else writes `path`, and nothing else writes chapters.

`change` corrects what was entered wrongly; `rename`, `move` and `dissolve` are acts with a day and a document, each of
which opens a chapter. A day ahead is refused: an act is entered when its day has come.
"""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core.display import long_day
from xianfeng.core.periods import today

from .models import Chapter, Organization

NAMES = (
    "name",
    "short_name",
    "seal_name",
    "kind",
)  # what a chapter keeps of an organization, beside its superior


def short_code(number: str) -> str:
    """The part of a number that is used in addresses: 371122-JT-12 becomes jt-12."""
    head, dash, tail = number.strip().lower().partition("-")
    return tail if dash and head.isdigit() else number.strip().lower()


@transaction.atomic
def found(
    *,
    number: str,
    name: str,
    kind: str,
    parent: Organization | None,
    by: Any,
    document: str = "",
    **details: Any,
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
    Chapter.objects.create(
        organization=organization,
        act=Chapter.Act.FOUNDED,
        since=organization.founded_on,
        document=document,
        parent=parent,
        **{field: getattr(organization, field) for field in NAMES},
    )
    events.record(
        "organizations.found",
        by=by,
        obj=organization,
        at=organization,
        details={"document": document} if document else None,
    )
    return organization


@transaction.atomic
def change(organization: Organization, *, by: Any, **values: Any) -> Organization:
    """Correct what is on record: names, unit, contact, term. The number and the place in the tree stay.

    Corrects the present chapter too; a new name by decision is `rename`. Raises ValidationError for a wrong field.
    """
    before = {name: getattr(organization, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return organization
    for name, value in changed.items():
        setattr(organization, name, value)
    organization.full_clean()
    organization.version += 1
    organization.save(update_fields=[*changed, "version"])
    if corrected := {name: value for name, value in changed.items() if name in NAMES}:
        Chapter.objects.filter(organization=organization, until=None).update(**corrected)
    if "founded_on" in changed:
        _correct_founding(organization)
    events.record(
        "organizations.change",
        by=by,
        obj=organization,
        at=organization,
        details={name: [before[name], value] for name, value in changed.items()},
    )
    return organization


def _correct_founding(organization: Organization) -> None:
    first: Any = organization.chapters.order_by("pk").first()
    first.since = organization.founded_on
    if first.since and first.until and first.since > first.until:
        raise ValidationError(
            {"founded_on": _("It was changed on %(day)s, so it was founded before.") % {"day": long_day(first.until)}}
        )  # fmt: skip
    first.save(update_fields=["since"])


@transaction.atomic
def rename(
    organization: Organization,
    *,
    on: date,
    document: str,
    by: Any,
    name: str,
    short_name: str,
    seal_name: str = "",
    kind: str = "",
) -> Organization:
    """It is called something else from a day on, and may be of another kind. The number stays.

    Raises ValidationError when nothing changes, or for a wrong field or day.
    """
    new = {"name": name, "short_name": short_name, "seal_name": seal_name, "kind": kind or organization.kind}
    before = {field: getattr(organization, field) for field in NAMES}
    changed = {field: value for field, value in new.items() if before[field] != value}
    if not changed:
        raise ValidationError(_("That is what it is called already."))
    present = _present(organization, on, document)
    trial = copy(organization)  # what is refused leaves the row as it was
    for row in (trial, organization):
        for field, value in changed.items():
            setattr(row, field, value)
        if row is trial:
            trial.full_clean()
    _turn(present, organization, Chapter.Act.RENAMED, on, document)
    organization.version += 1
    organization.save(update_fields=[*changed, "version"])
    events.record(
        "organizations.rename",
        by=by,
        obj=organization,
        at=organization,
        details={
            "on": on,
            "document": document,
            **{field: [before[field], value] for field, value in changed.items()},
        },
    )
    return organization


@transaction.atomic
def move(
    organization: Organization, *, parent: Organization, on: date, document: str, by: Any
) -> Organization:
    """It stands below another superior from a day on, with everything below it.

    Raises ValidationError when the superior is dissolved, stands below it or is the present one.
    """
    if organization.parent is None:
        raise ValidationError(_("The topmost organization has no superior."))
    if parent.pk == organization.parent_id:
        raise ValidationError({"parent": _("It stands below %(name)s already.") % {"name": parent}})
    if parent.dissolved_on:
        raise ValidationError({"parent": _("%(name)s has been dissolved.") % {"name": parent}})
    old: Any = organization.path
    if (parent.path or "").startswith(old):
        raise ValidationError({"parent": _("%(name)s stands below it.") % {"name": parent}})
    left, present = organization.parent, _present(organization, on, document)
    organization.parent = parent
    _turn(present, organization, Chapter.Act.MOVED, on, document)
    organization.version += 1
    organization.save(update_fields=["parent", "version"])
    organization.path = f"{parent.path}{organization.pk:06d}/"
    Organization.objects.under([old]).update(
        path=Concat(Value(organization.path), Substr("path", len(old) + 1))
    )
    events.record(
        "organizations.move",
        by=by,
        obj=organization,
        at=organization,
        details={"on": on, "document": document, "parent": [left.number, parent.number]},
    )
    return organization


@transaction.atomic
def dissolve(
    organization: Organization,
    *,
    on: date,
    document: str,
    by: Any,
    reason: str = "",
    into: Organization | None = None,
) -> None:
    """End an organization on a day, `into` another where it is merged. It stays on record with all that happened there.

    This knows the tree only: `members.endings` sees to those who belong to it and calls this. Raises ValidationError when it
    has ended already or others stand below it.
    """
    if organization.dissolved_on:
        raise ValidationError(_("%(name)s has been dissolved.") % {"name": organization})
    if organization.parent is None:
        raise ValidationError(_("The topmost organization cannot be dissolved."))
    if organization.children.filter(dissolved_on=None).exists():
        raise ValidationError(_("There are organizations below it. Please dissolve or move them first."))
    act = Chapter.Act.MERGED if into else Chapter.Act.DISSOLVED
    _turn(_present(organization, on, document), organization, act, on, document, reason=reason, into=into)
    organization.dissolved_on = on
    organization.version += 1
    organization.full_clean()
    organization.save(update_fields=["dissolved_on", "version"])
    events.record(
        "organizations.dissolve",
        by=by,
        obj=organization,
        at=organization,
        details={
            "on": on,
            "document": document,
            "reason": reason,
            **({"into": into.number} if into else {}),
        },
    )


def _present(organization: Organization, on: date, document: str) -> Chapter:
    """The chapter that an act on this day ends. Raises ValidationError where it cannot."""
    if on > today():
        raise ValidationError({"on": _("That day lies ahead. Please enter it when it has come.")})
    if not document.strip():
        raise ValidationError({"document": _("Please give the number of the superior's document.")})
    if organization.dissolved_on:
        raise ValidationError(_("%(name)s has been dissolved.") % {"name": organization})
    present: Chapter = Chapter.objects.select_for_update().get(organization=organization, until=None)
    if present.since and on < present.since:
        raise ValidationError(
            {"on": _("The last change was on %(day)s; this one cannot lie before it.") % {"day": long_day(present.since)}}
        )  # fmt: skip
    return present


def _turn(
    present: Chapter, organization: Organization, act: Chapter.Act, on: date, document: str, **more: Any
) -> None:
    """End a chapter on a day and open the next, with what the organization now is."""
    present.until = on
    present.save(update_fields=["until"])
    Chapter.objects.create(
        organization=organization,
        act=act,
        since=on,
        document=document.strip(),
        parent=organization.parent,
        **{field: getattr(organization, field) for field in NAMES},
        **more,
    )

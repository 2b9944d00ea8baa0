"""What a branch keeps on its home: the introduction, its honours, and what it announces. Visible to all members inside."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core.periods import today
from xianfeng.files.storing import remove, store

from .models import Announcement, Honour, Organization
from .permissions import HOME


@transaction.atomic
def introduce(organization: Organization, introduction: str, *, by: Any) -> None:
    """Change what the branch says about itself."""
    if organization.introduction == introduction:
        return
    organization.introduction = introduction
    organization.version += 1
    organization.save(update_fields=["introduction", "version"])
    events.record("organizations.introduce", by=by, obj=organization, at=organization)


@transaction.atomic
def honour(
    organization: Organization,
    *,
    title: str,
    given_by: str,
    on: date,
    by: Any,
    file: UploadedFile[Any] | None = None,
) -> Honour:
    """Enter an honour, with the certificate where there is one. Raises ValidationError for a day ahead or a bad file."""
    made = Honour(organization=organization, title=title, given_by=given_by, on=on)
    _check_day(on)
    made.full_clean()
    made.save(force_insert=True)
    if file is not None:
        store(file, target=made, permission=HOME, by=by)
    events.record(
        "organizations.honour", by=by, obj=made, at=organization, details={"title": title, "on": on}
    )
    return made


@transaction.atomic
def change_honour(
    honour: Honour,
    *,
    title: str,
    given_by: str,
    on: date,
    by: Any,
    file: UploadedFile[Any] | None = None,
) -> None:
    """Correct an honour; a new certificate takes the place of the one before."""
    _check_day(on)
    changed = _changed(honour, {"title": title, "given_by": given_by, "on": on})
    if file is not None:
        from xianfeng.files.models import Attachment

        new = store(file, target=honour, permission=HOME, by=by)
        for old in Attachment.objects.of(honour).exclude(pk=new.pk):
            remove(old, by)
        changed["file"] = new.name
    if changed:
        _save(honour)
        events.record(
            "organizations.honour_change", by=by, obj=honour, at=honour.organization, details=changed
        )


@transaction.atomic
def remove_honour(honour: Honour, *, by: Any) -> None:
    """Take an honour off the page, because it was entered by mistake or was withdrawn."""
    if _take_down(honour):
        details = {"title": honour.title}
        events.record(
            "organizations.honour_remove", by=by, obj=honour, at=honour.organization, details=details
        )


@transaction.atomic
def announce(organization: Organization, *, title: str, text: str, until: date, by: Any) -> Announcement:
    """Put up an announcement until the end of a day. Raises ValidationError when that day is over."""
    made = Announcement(organization=organization, title=title, text=text, since=today(), until=until)
    _check_until(until)
    made.full_clean()
    made.save(force_insert=True)
    events.record(
        "organizations.announce", by=by, obj=made, at=organization, details={"title": title, "until": until}
    )
    return made


@transaction.atomic
def change_announcement(announcement: Announcement, *, title: str, text: str, until: date, by: Any) -> None:
    """Correct an announcement, or let it hang longer."""
    if until != announcement.until:
        _check_until(until)
    changed = _changed(announcement, {"title": title, "text": text, "until": until})
    if changed:
        _save(announcement)
        # The text itself stands on the page; the log says that it changed.
        details = {name: value for name, value in changed.items() if name != "text"}
        events.record(
            "organizations.announcement_change",
            by=by,
            obj=announcement,
            at=announcement.organization,
            details=details,
        )


@transaction.atomic
def remove_announcement(announcement: Announcement, *, by: Any) -> None:
    """Take an announcement down before its last day."""
    if _take_down(announcement):
        at, details = announcement.organization, {"title": announcement.title}
        events.record("organizations.announcement_remove", by=by, obj=announcement, at=at, details=details)


def _check_day(on: date) -> None:
    if on > today():
        raise ValidationError({"on": _("That day lies ahead. Please enter it when it has come.")})


def _check_until(until: date) -> None:
    if until < today():
        raise ValidationError({"until": _("That day is over. Please choose today or a later day.")})


def _changed(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Before and after of what differs; the row gets the new values."""
    changed = {
        name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value
    }
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _save(row: Honour | Announcement) -> None:
    row.full_clean()
    row.version += 1
    row.save()


def _take_down(row: Honour | Announcement) -> bool:
    """Take it off the page; False when it is off already."""
    if row.taken_down_on:
        return False
    row.taken_down_on = today()
    row.version += 1
    row.save(update_fields=["taken_down_on", "version"])
    return True

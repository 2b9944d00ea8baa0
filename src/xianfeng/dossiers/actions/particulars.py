"""Particulars and the photo; opening the sensitive part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core.fields import Sealed, SealedText
from xianfeng.files.models import Attachment
from xianfeng.files.storing import remove, store
from xianfeng.members import permissions as members
from xianfeng.people.models import Person

from ..models import Particulars

SEALED = frozenset(f.name for f in Particulars._meta.concrete_fields if isinstance(f, SealedText))


@transaction.atomic
def change(person: Person, values: Mapping[str, Any], *, by: Any) -> bool:
    """Write particulars; says whether anything was different. Of sealed columns the event keeps that they changed."""
    row = _locked(person)
    changed: dict[str, Any] = {}
    for name, value in values.items():
        before = getattr(row, name)
        if (before.reveal() if isinstance(before, Sealed) else before) != value:
            changed[name] = None if name in SEALED else [before, value]
            setattr(row, name, value)
    if not changed:
        return False
    row.full_clean(exclude=["person"])
    row.version += 1
    row.save()
    events.record("dossiers.change", by=by, obj=row, at=person.organization, details=changed)
    return True


def _locked(person: Person) -> Particulars:
    row, _created = Particulars.objects.select_for_update().get_or_create(person=person)
    found: Particulars = row
    return found


@transaction.atomic
def keep_all(rows: Iterable[tuple[Person, Mapping[str, Any]]], *, by: Any) -> list[Particulars]:
    """Enter the particulars of many who have none yet, as when a branch hands in its sheets. One statement, one event."""
    made = [Particulars(person=person, **values) for person, values in rows]
    for row in made:
        row.clean_fields(exclude=["person"])
    Particulars.objects.bulk_create(made, batch_size=500)
    if made:
        events.record("dossiers.keep_all", by=by, details={"people": [row.person.uid for row in made]})
    return made


@transaction.atomic
def put_photo(person: Person, upload: UploadedFile[Any], *, by: Any) -> Attachment:
    """Put a photo into the file, in the place of the one before. Raises ValidationError for what is not a picture."""
    row = _locked(person)
    photo = store(upload, target=row, permission=members.VIEW, by=by)
    if not photo.is_picture:
        raise ValidationError(_("The photo has to be a picture (JPG or PNG)."))
    for old in Attachment.objects.of(row).exclude(pk=photo.pk):
        remove(old, by)
    events.record("dossiers.photo", by=by, obj=row, at=person.organization)
    return photo


@transaction.atomic
def remove_photo(person: Person, *, by: Any) -> None:
    """Take the photo out of the file."""
    row = _locked(person)
    photos = list(Attachment.objects.of(row))
    for photo in photos:
        remove(photo, by)
    if photos:
        events.record("dossiers.photo_remove", by=by, obj=row, at=person.organization)


def photo_of(particulars: Particulars | None) -> Attachment | None:
    """The photo of a file. One query."""
    if particulars is None or particulars.pk is None:
        return None
    found: Attachment | None = Attachment.objects.of(particulars).order_by("-pk").first()
    return found


def read(person: Person, *, by: Any, reason: str, sheet: bool = False) -> None:
    """Write into the audit log that the sensitive part was opened, or printed, and why."""
    if not reason:
        raise ValidationError(_("Please say for what work you need it."))
    if sheet:
        events.record("dossiers.sheet", by=by, obj=person, at=person.organization, details={"reason": reason})
    else:
        events.record("dossiers.read", by=by, obj=person, at=person.organization, details={"reason": reason})

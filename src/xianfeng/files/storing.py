"""Attaching and removing: the verbs of this app. Callers decide who may; callers write the audit event."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from xianfeng.core import clock
from xianfeng.core.actor import Actor

from . import disk
from .inspection import accept, clean_name
from .models import Attachment

DAILY = 500_000_000


def store(upload: UploadedFile[Any], *, target: models.Model, permission: str, by: Actor) -> Attachment:
    """Check a file, keep it, and attach it to a saved row; `permission` is what reading it will need there.

    Attaching the same content twice to the same row gives the attachment that is there already. Raises
    ValidationError, with a sentence for whoever handed it in, and then keeps nothing.
    """
    person: Any = by  # the one implementation of Actor is the user model
    name = clean_name(upload.name or "")
    content = _read(upload, name)
    if _handed_in_today(person) + len(content) > getattr(settings, "MAX_UPLOAD_BYTES_PER_DAY", DAILY):
        raise ValidationError(_("You have attached a great deal today. Please go on tomorrow."), code="quota")
    accepted = accept(name, content)
    if not disk.room_for(len(accepted.content)):
        raise ValidationError(
            _(
                "The server's disk is nearly full, so nothing can be attached now. Please tell the system administrator."
            ),
            code="disk",
        )
    sha256 = disk.put(accepted.content)
    with transaction.atomic():
        same = Attachment.objects.of(target).filter(sha256=sha256, permission=permission).first()
        if same is not None:
            found: Attachment = same
            return found
        attachment: Attachment = Attachment.objects.create(
            sha256=sha256,
            size=len(accepted.content),
            name=accepted.name,
            media_type=accepted.media_type,
            kind=accepted.kind,
            target_type=ContentType.objects.get_for_model(target, for_concrete_model=True),
            target_id=target.pk,
            permission=permission,
            uploaded_by=person,
        )
    return attachment


def remove(attachment: Attachment, by: Actor) -> None:
    """Take an attachment away from everybody at once. Its content is deleted when nothing refers to it any more."""
    person: Any = by
    with transaction.atomic():
        row = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if row.removed_at is None:
            row.removed_at, row.removed_by = clock.now(), person
            row.save(update_fields=["removed_at", "removed_by"])
    attachment.removed_at, attachment.removed_by = row.removed_at, row.removed_by


def _read(upload: UploadedFile[Any], name: str) -> bytes:
    """The content, never more of it than may be kept."""
    limit = getattr(settings, "MAX_ATTACHMENT_BYTES", 10_000_000)
    too_big = ValidationError(
        _("“%(name)s” is larger than %(limit)s. Make it smaller, or attach it in parts."),
        code="size",
        params={"name": name, "limit": filesizeformat(limit)},
    )
    if upload.size is not None and upload.size > limit:
        raise too_big
    upload.seek(0)
    content: bytes = upload.read(limit + 1)
    if len(content) > limit:
        raise too_big
    return content


def _handed_in_today(by: Any) -> int:
    """Bytes one person attached within the last 24 hours, removed ones included."""
    since = clock.now() - timedelta(days=1)
    mine = Attachment.objects.filter(uploaded_by=by, uploaded_at__gte=since)
    return mine.aggregate(bytes=Sum("size"))["bytes"] or 0

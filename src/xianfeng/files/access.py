"""The one way to a stored file."""

from __future__ import annotations

from django.http import Http404

from xianfeng.core.actor import Actor

from . import disk
from .inspection import smaller
from .models import Attachment

THUMB, PREVIEW = 320, 1600


def access_file(actor: Actor, uid: str) -> Attachment:
    """The attachment, if the actor may read it at the row it belongs to.

    Raises Http404 alike for what does not exist, was removed, or belongs to others: the answers tell nothing apart.
    """
    attachment: Attachment | None = Attachment.objects.live().filter(uid=uid).first()
    if (
        attachment is None
        or attachment.target is None
        or not actor.can(attachment.permission, attachment.target)
    ):
        raise Http404
    return attachment


def content_of(attachment: Attachment) -> bytes:
    """The stored bytes. Raises Http404 when they are gone; `xianfeng check` names such attachments."""
    try:
        return disk.path_of(attachment.sha256).read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error


def picture_of(attachment: Attachment, pixels: int) -> bytes:
    """A JPEG of at most so many pixels a side, made once. Raises Http404 for what is not a picture."""
    if not attachment.is_picture:
        raise Http404
    path = disk.path_of(attachment.sha256, pixels)
    if path.exists():
        return path.read_bytes()
    made = smaller(content_of(attachment), pixels)
    disk.write(path, made)
    return made

"""Finding files by their names."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from xianfeng.core.actor import Actor

from .models import Attachment, Attachments


def matching(reader: Actor, words: str) -> Attachments:
    """Files whose name contains every word and that the reader may open, the latest first.

    Who may open a file is decided by the row it belongs to (`access.access_file`); here the rows of each kind that the
    reader sees are asked for at once. One query finds out which kinds there are.
    """
    named: Attachments = Attachment.objects.live()
    for word in words.split():
        named = named.filter(name__icontains=word)
    readable = Q(pk__in=())
    for kind, permission in named.order_by().values_list("target_type", "permission").distinct():
        model: Any = ContentType.objects.get_for_id(kind).model_class()
        seen = model._default_manager.visible_to(reader, permission).order_by()
        readable |= Q(target_type=kind, permission=permission, target_id__in=seen.values("pk"))
    return named.filter(readable).prefetch_related("target").order_by("-uploaded_at", "-pk")

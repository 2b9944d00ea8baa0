"""Handing out stored files: to those who may read the row they belong to, as downloads that cannot run."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from xianfeng.core.pages import SIGNED_IN, needs

from .access import PREVIEW, THUMB, access_file, content_of, picture_of
from .models import Attachment


@needs(SIGNED_IN)
@require_safe
def download(request: HttpRequest, uid: str) -> HttpResponse:
    """The file as it was stored, to be saved under its own name."""
    attachment = access_file(_actor(request), uid)
    return _private(content_of(attachment), attachment.media_type, attachment, inline=False)


@needs(SIGNED_IN)
@require_safe
def thumb(request: HttpRequest, uid: str) -> HttpResponse:
    """A small picture for lists."""
    return _picture(request, uid, THUMB)


@needs(SIGNED_IN)
@require_safe
def preview(request: HttpRequest, uid: str) -> HttpResponse:
    """A picture of screen size, for looking at evidence page by page."""
    return _picture(request, uid, PREVIEW)


def _picture(request: HttpRequest, uid: str, pixels: int) -> HttpResponse:
    attachment = access_file(_actor(request), uid)
    return _private(picture_of(attachment, pixels), "image/jpeg", attachment, inline=True)


def _actor(request: HttpRequest) -> Any:
    return request.user


def _private(content: bytes, media_type: str, attachment: Attachment, *, inline: bool) -> HttpResponse:
    """An answer that no cache keeps, no other site embeds, and no browser takes for a page of ours."""
    name = attachment.name if not inline else f"{attachment.name.rpartition('.')[0]}.jpg"
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": content_disposition_header(not inline, name) or "inline",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )

"""Files that people take away, under a name of their own."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def download(content: str | bytes, name: str, content_type: str, *, private: bool = False) -> HttpResponse:
    """An answer that the browser saves as `name`. `private`: no cache keeps it, and nothing else is made of it."""
    answer = HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": content_disposition_header(True, name) or "attachment"},
    )
    if private:
        answer["Cache-Control"] = "private, no-store"
        answer["X-Content-Type-Options"] = "nosniff"
    return answer

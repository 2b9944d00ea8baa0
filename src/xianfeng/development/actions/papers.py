"""The papers of a road and their scans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from xianfeng.audit import events
from xianfeng.files.models import Attachment
from xianfeng.files.storing import remove, store

from ..models import Paper, Road
from ..permissions import VIEW
from ..steps import BY_NUMBER, PAPERS


@transaction.atomic
def keep_papers(
    road: Road,
    codes: Iterable[str],
    files: Mapping[str, Iterable[UploadedFile[Any]]],
    *,
    by: Any,
    step: int | None = None,
    gone: Iterable[str] = (),
) -> None:
    """Put papers into the file: `codes` lie there, `files` are their scans. With `step`, papers of that step that are not
    among them any more are taken out, unless they have scans; `gone` are uids of scans to remove."""
    wanted = {code for code in codes if code in PAPERS} | {code for code, scans in files.items() if scans}
    known = {paper.code: paper for paper in Paper.objects.filter(road=road)}
    new = Paper.objects.bulk_create(Paper(road=road, code=code) for code in sorted(wanted - known.keys()))
    known |= {paper.code: paper for paper in new}
    for code, scans in files.items():
        for scan in scans:
            store(scan, target=known[code], permission=VIEW, by=by)
    out = []
    if gone := set(gone):
        for paper in known.values():
            for attached in Attachment.objects.of(paper).filter(uid__in=gone):
                remove(attached, by)
    if step is not None:
        for paper in BY_NUMBER[step].papers:
            held = known.get(paper.code)
            if held and paper.code not in wanted and not Attachment.objects.of(held).exists():
                out.append(held)
        Paper.objects.filter(pk__in=[paper.pk for paper in out]).delete()
    if new or out or gone or any(files.values()):
        events.record(
            "development.papers",
            by=by,
            obj=road.person,
            at=road.person.organization,
            details={"papers": sorted(wanted), "taken_out": [paper.code for paper in out]},
        )

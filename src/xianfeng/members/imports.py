"""Batches: begin, look, mend, take, undo. Most come as sheets.

A batch keeps the sheet as it was sent and what was mended by hand; every look at it reads both afresh, so what is shown, counted,
downloaded and taken cannot differ. What the kinds differ in is declared in `batches.KINDS`.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.core import sheets
from xianfeng.core.periods import today
from xianfeng.core.sheets import Cell, Sheet, UnreadableSheet
from xianfeng.core.tables import Profile
from xianfeng.organizations.models import Organization

from . import import_kinds  # noqa: F401  # declares the kinds of this app
from .batches import KINDS, Kind, Look, Outcome
from .models import Import, RememberedMapping

MAX_UPLOAD = 10_000_000
"""Bytes that the pages accept; the command reads what the worker reads."""


# -- begin and mend --


def begin(kind: str, *, by: Any, filename: str = "", content: bytes = b"", pasted: str = "") -> Import:
    """Keep a sheet for checking. Raises UnreadableSheet, and keeps nothing, when it cannot be read as one of this kind."""
    batch, _found = begin_and_look(kind, by=by, filename=filename, content=content, pasted=pasted)
    return batch


def begin_and_look(
    kind: str, *, by: Any, filename: str = "", content: bytes = b"", pasted: str = ""
) -> tuple[Import, Look]:
    """The same for who wants to go on at once, without opening the file a second time."""
    if not content and not pasted.strip():
        raise UnreadableSheet("empty")
    if len(content) > MAX_UPLOAD and by is not None:
        raise UnreadableSheet(
            "file_too_big",
            gettext_lazy(
                "This file is larger than 10 MB. Remove pictures and unneeded sheets, then send it again."
            ),
        )
    batch = Import(kind=kind, by=by, filename=PurePath(filename).name[:200], organization=home(kind, by))
    held = (
        {"pasted": pasted}
        if pasted.strip() and not content
        else {"file": base64.b85encode(zlib.compress(content)).decode()}
    )
    batch.source = json.dumps(held, ensure_ascii=False)
    found = look_at_sheet(batch)
    batch.sheet = found.profile.sheet.name[:100]
    batch.rows = len(found.checked.rows)
    with transaction.atomic():
        batch.save()
        events.record(
            "members.import_begin",
            by=by,
            obj=batch,
            at=batch.organization,
            details={"kind": kind, "rows": batch.rows},
        )
    return batch, found


def home(kind: str, by: Any) -> Organization | None:
    """The topmost place at which the person may import; for the system itself the root."""
    places = Organization.objects.order_by("path")
    if by is None:
        return places.filter(parent=None).first()
    return places.visible_to(by, KINDS[kind].permission).first()


def choose_sheet(batch: Import, name: str) -> None:
    """Look at another sheet of the workbook; what was mended in the one before is dropped."""
    names = [sheet.name for sheet in _sheets(batch)]
    if name not in names:
        raise ValidationError(str(UnreadableSheet("no_sheet")))
    batch.sheet, batch.edits, batch.mapping, batch.left_out = name, "", {}, []
    save(batch, "sheet", "edits", "mapping", "left_out")


def choose_columns(
    batch: Import, mapping: Mapping[int, str | None], branch: Organization | None = None
) -> None:
    """Say what the columns hold, and to which branch all rows belong when the sheet does not say."""
    batch.mapping = {str(index): code for index, code in mapping.items()}
    batch.branch = branch
    save(batch, "mapping", "branch")


def mend(batch: Import, cells: Mapping[tuple[int, int], str]) -> None:
    """Write new texts into cells, by row number and column index. The file as sent stays as it is."""
    edits = _edits(batch)
    for (row, column), text in cells.items():
        edits.setdefault(str(row), {})[str(column)] = text
    batch.edits = json.dumps(edits, ensure_ascii=False)
    save(batch, "edits")


def leave_out(batch: Import, rows: Sequence[int]) -> None:
    """Rows that turned out to be somebody who stands elsewhere in the sheet."""
    batch.left_out = sorted(set(rows))
    save(batch, "left_out")


def save(batch: Import, *names: str) -> None:
    """Keep these columns of a batch that is still being checked. Raises ValidationError for a finished one."""
    if batch.status != Import.Status.CHECKING:
        raise ValidationError(_("This import is finished; begin another one."))
    batch.version += 1
    batch.save(update_fields=[*names, "version"])


def _edits(batch: Import) -> dict[str, dict[str, str]]:
    clear = batch.edits.reveal()
    return json.loads(clear) if clear else {}


# -- look --


def source_of(batch: Import) -> dict[str, Any]:
    """What a batch is made of. Raises UnreadableSheet when it is no longer kept."""
    clear = batch.source.reveal()
    if not clear:
        raise UnreadableSheet(
            "gone", gettext_lazy("The sheet of this import is no longer kept. Begin a new import.")
        )
    held: dict[str, Any] = json.loads(clear)
    return held


def content_of(held: Mapping[str, str]) -> bytes:
    """The file as it was sent."""
    return zlib.decompress(base64.b85decode(held["file"]))


def _sheets(batch: Import) -> list[Sheet]:
    held = source_of(batch)
    return [sheets.read_pasted(held["pasted"])] if "pasted" in held else sheets.read_sheets(content_of(held))


def look(batch: Import, *, day: date | None = None) -> Outcome:
    """Say what taking a batch would do, as things stand now. Raises UnreadableSheet."""
    kind = kind_of(batch)
    if kind.look is not None:
        return kind.look(batch, day or today())
    return look_at_sheet(batch, day=day)


def kind_of(batch: Import) -> Kind:
    """What a batch is."""
    return KINDS[batch.kind]


def look_at_sheet(batch: Import, *, day: date | None = None) -> Look:
    """Read the sheet with what was mended. Raises UnreadableSheet."""
    day = day or today()
    found = _sheets(batch)
    named = [sheet for sheet in found if sheet.name == batch.sheet] if batch.sheet else []
    edits = _edits(batch)
    candidates = [_edited(sheet, edits) for sheet in named or found]
    make = kind_of(batch).reader
    if make is None:
        raise TypeError(f"{batch.kind} comes without a sheet")
    reader = make(batch.by)
    profile = reader.find(candidates)
    corrected = {int(index): code for index, code in batch.mapping.items()}
    if not corrected and not batch.pk:
        corrected = _remembered(batch.kind, profile)
        batch.mapping = {str(index): code for index, code in corrected.items()}
    profile = profile.mapped(corrected)
    missing = [one for one in reader.fields if one.required and one.code not in profile.mapping]
    if missing:
        raise UnreadableSheet(
            "no_column", gettext_lazy("Say which column holds the names: without it nothing can be read.")
        )
    left_out = frozenset(int(row) for row in batch.left_out)
    return replace(reader.look(profile, day, batch.branch_id, left_out), sheets=found)


def _edited(sheet: Sheet, edits: Mapping[str, Mapping[str, str]]) -> Sheet:
    """The sheet with mended cells in place."""
    if not edits:
        return sheet
    rows: list[Sequence[Cell]] = list(sheet.rows)
    for number, changed in edits.items():
        if int(number) > len(rows):
            continue
        row = list(rows[int(number) - 1])
        for column, text in changed.items():
            row.extend([None] * (int(column) + 1 - len(row)))
            row[int(column)] = text or None
        rows[int(number) - 1] = row
    return replace(sheet, rows=rows)


def _remembered(kind: str, profile: Profile) -> dict[int, str | None]:
    held = RememberedMapping.objects.filter(kind=kind, signature=profile.signature).first()
    return {int(index): code for index, code in held.mapping.items()} if held else {}


# -- take and undo --


@transaction.atomic
def take(
    batch: Import, *, by: Any, day: date | None = None, found: Outcome | None = None, seen: str = ""
) -> Outcome:
    """Take all good rows, as one batch; the faulty ones stay out and are kept for download. `found`: a look just taken.

    `seen` is the seal of the changes that were shown. Raises ValidationError, and takes nothing, where they differ now.
    """
    day = day or today()
    locked = Import.objects.select_for_update().get(pk=batch.pk)
    if locked.status != Import.Status.CHECKING:
        raise ValidationError(_("This import is finished; begin another one."))
    found = found or look(batch, day=day)
    if seen and seen != found.seal:
        raise ValidationError(
            _(
                "The register changed while you were looking. The page now shows both values anew; please look again."
            ),
            code="conflict",
        )
    kind = kind_of(batch)
    if isinstance(found, Look):
        if kind.reader is None:
            raise TypeError(f"{batch.kind} comes without a sheet")
        journal = kind.reader(batch.by).take(found, by, day)
    elif kind.take is not None:
        journal = kind.take(found, by, day)
    batch.journal = json.dumps(journal, ensure_ascii=False)
    batch.status = Import.Status.TAKEN
    batch.taken_at = timezone.now()
    batch.rows, batch.refused = found.total, found.refused
    batch.added, batch.changed, batch.unchanged = found.new, found.changing, found.same
    batch.organization = batch.organization or home(batch.kind, by)
    batch.version += 1
    batch.save()
    if batch.mapping and isinstance(found, Look):
        RememberedMapping.objects.update_or_create(
            kind=batch.kind, signature=found.profile.signature, defaults={"mapping": batch.mapping}
        )
    counts = {name: getattr(batch, name) for name in ("rows", "added", "changed", "unchanged", "refused")}
    details = {"kind": batch.kind, **counts}
    if kind.reader is None:
        events.record("members.bulk_change", by=by, obj=batch, at=batch.organization, details=details)
    else:
        events.record("members.import", by=by, obj=batch, at=batch.organization, details=details)
    return found


@transaction.atomic
def undo(batch: Import, *, by: Any) -> None:
    """Make everything as it was before. Raises ValidationError after a day, or when somebody worked with the rows."""
    locked = Import.objects.select_for_update().get(pk=batch.pk)
    if locked.status != Import.Status.TAKEN:
        raise ValidationError(_("There is nothing to undo."))
    if not locked.can_be_undone:
        raise ValidationError(_("An import can be undone for 24 hours; that time has passed."))
    kind_of(batch).take_back(json.loads(batch.journal.reveal()), by)
    batch.status, batch.undone_at = Import.Status.UNDONE, timezone.now()
    batch.source = batch.edits = batch.journal = ""
    batch.version += 1
    batch.save()
    events.record(
        "members.import_undo", by=by, obj=batch, at=batch.organization, details={"kind": batch.kind}
    )


@transaction.atomic
def drop(batch: Import, *, by: Any) -> None:
    """Give an import up before it was taken; the sheet is forgotten at once."""
    save(batch)
    batch.status = Import.Status.DROPPED
    batch.source = batch.edits = ""
    batch.save(update_fields=["status", "source", "edits"])
    events.record("members.import_drop", by=by, obj=batch, at=batch.organization)


def forget(now: Any = None) -> int:
    """Empty what old imports still hold of sheets: a day after they were taken, a week after they were begun. How many."""
    now = now or timezone.now()
    taken = Import.objects.filter(status=Import.Status.TAKEN, taken_at__lt=now - Import.UNDO_FOR)
    begun = Import.objects.filter(status=Import.Status.CHECKING, begun_at__lt=now - 7 * Import.UNDO_FOR)
    count = 0
    for batch in [*taken.exclude(source=""), *begun.exclude(source="")]:
        batch.source = batch.edits = batch.journal = ""
        if batch.status == Import.Status.CHECKING:
            batch.status = Import.Status.DROPPED
        batch.save(update_fields=["source", "edits", "journal", "status"])
        count += 1
    return count

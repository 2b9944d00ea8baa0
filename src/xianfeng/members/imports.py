"""Imports of sheets as batches: begin, look, mend, take, undo.

A batch keeps the sheet as it was sent and what was mended by hand; every look at it reads both afresh, so what is shown, counted,
downloaded and taken cannot differ. Rosters and registers go the same way and differ in the functions at the end.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.core import excel, sheets
from xianfeng.core.findings import Checked, Fault, FaultGroup, Note
from xianfeng.core.periods import today
from xianfeng.core.places import Place, Places
from xianfeng.core.sheets import Cell, Sheet, UnreadableSheet
from xianfeng.core.tables import Field, Profile
from xianfeng.organizations import registers
from xianfeng.organizations.models import Organization

from . import enrolment, returns, rosters
from .models import Import, RememberedMapping

MAX_UPLOAD = 10_000_000
"""Bytes that the pages accept; the command reads what the worker reads."""


@dataclass
class Look:
    """A batch looked through: the table found, its faults, and what taking it would do."""

    sheets: list[Sheet]
    profile: Profile
    fields: tuple[Field, ...]
    checked: Checked
    new: int
    changing: int
    same: int
    plan: Any
    groups: list[FaultGroup]
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    left_out: frozenset[int] = frozenset()

    @property
    def refused(self) -> int:
        """Rows that stay out because of a fault."""
        return len({fault.row for fault in self.faults})

    @property
    def importable(self) -> int:
        """Rows without a fault that nobody left out."""
        return self.new + self.changing + self.same

    def as_json(self) -> dict[str, object]:
        """What ``--dry-run --json`` prints."""
        return {
            **self.checked.as_json(),
            "importable": self.importable,
            "faults": [fault.as_json() for fault in self.faults],
            "notes": [note.as_json() for note in self.notes],
            "added": self.new,
            "changed": self.changing,
            "unchanged": self.same,
        }


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
    batch = Import(kind=kind, by=by, filename=PurePath(filename).name[:200], organization=_home(kind, by))
    held = (
        {"pasted": pasted}
        if pasted.strip() and not content
        else {"file": base64.b85encode(zlib.compress(content)).decode()}
    )
    batch.source = json.dumps(held, ensure_ascii=False)
    found = look(batch)
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


def _home(kind: str, by: Any) -> Organization | None:
    """The topmost place at which the person may import; for the system itself the root."""
    places = Organization.objects.order_by("path")
    if by is None:
        return places.filter(parent=None).first()
    return places.visible_to(by, Import.PERMISSIONS[Import.Kind(kind)]).first()


def choose_sheet(batch: Import, name: str) -> None:
    """Look at another sheet of the workbook; what was mended in the one before is dropped."""
    names = [sheet.name for sheet in _sheets(batch)]
    if name not in names:
        raise ValidationError(str(UnreadableSheet("no_sheet")))
    batch.sheet, batch.edits, batch.mapping, batch.left_out = name, "", {}, []
    _save(batch, "sheet", "edits", "mapping", "left_out")


def choose_columns(
    batch: Import, mapping: Mapping[int, str | None], branch: Organization | None = None
) -> None:
    """Say what the columns hold, and to which branch all rows belong when the sheet does not say."""
    batch.mapping = {str(index): code for index, code in mapping.items()}
    batch.branch = branch
    _save(batch, "mapping", "branch")


def mend(batch: Import, cells: Mapping[tuple[int, int], str]) -> None:
    """Write new texts into cells, by row number and column index. The file as sent stays as it is."""
    edits = _edits(batch)
    for (row, column), text in cells.items():
        edits.setdefault(str(row), {})[str(column)] = text
    batch.edits = json.dumps(edits, ensure_ascii=False)
    _save(batch, "edits")


def leave_out(batch: Import, rows: Sequence[int]) -> None:
    """Rows that turned out to be somebody who stands elsewhere in the sheet."""
    batch.left_out = sorted(set(rows))
    _save(batch, "left_out")


def _save(batch: Import, *names: str) -> None:
    if batch.status != Import.Status.CHECKING:
        raise ValidationError(_("This import is finished; begin another one."))
    batch.version += 1
    batch.save(update_fields=[*names, "version"])


def _edits(batch: Import) -> dict[str, dict[str, str]]:
    clear = batch.edits.reveal()
    return json.loads(clear) if clear else {}


# -- look --


def _source(batch: Import) -> dict[str, str]:
    clear = batch.source.reveal()
    if not clear:
        raise UnreadableSheet(
            "gone", gettext_lazy("The sheet of this import is no longer kept. Begin a new import.")
        )
    held: dict[str, str] = json.loads(clear)
    return held


def _content(held: Mapping[str, str]) -> bytes:
    return zlib.decompress(base64.b85decode(held["file"]))


def _sheets(batch: Import) -> list[Sheet]:
    held = _source(batch)
    return [sheets.read_pasted(held["pasted"])] if "pasted" in held else sheets.read_sheets(_content(held))


def look(batch: Import, *, day: date | None = None) -> Look:
    """Read the sheet with what was mended and say what taking it would do. Raises UnreadableSheet."""
    day = day or today()
    found = _sheets(batch)
    named = [sheet for sheet in found if sheet.name == batch.sheet] if batch.sheet else []
    edits = _edits(batch)
    candidates = [_edited(sheet, edits) for sheet in named or found]
    kind = _kind(batch)
    profile = kind.find(candidates)
    corrected = {int(index): code for index, code in batch.mapping.items()}
    if not corrected and not batch.pk:
        corrected = _remembered(batch.kind, profile)
        batch.mapping = {str(index): code for index, code in corrected.items()}
    profile = profile.mapped(corrected)
    missing = [one for one in kind.fields if one.required and one.code not in profile.mapping]
    if missing:
        raise UnreadableSheet(
            "no_column", gettext_lazy("Say which column holds the names: without it nothing can be read.")
        )
    left_out = frozenset(int(row) for row in batch.left_out)
    return replace(kind.look(profile, day, batch.branch_id, left_out), sheets=found)


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
def take(batch: Import, *, by: Any, day: date | None = None, found: Look | None = None) -> Look:
    """Take all good rows, as one batch; the faulty ones stay out and are kept for download. ``found``: a look just taken."""
    day = day or today()
    locked = Import.objects.select_for_update().get(pk=batch.pk)
    if locked.status != Import.Status.CHECKING:
        raise ValidationError(_("This import is finished; begin another one."))
    found = found or look(batch, day=day)
    kind = _kind(batch)
    journal = kind.take(found, by, day)
    batch.journal = json.dumps(journal, ensure_ascii=False)
    batch.status = Import.Status.TAKEN
    batch.taken_at = timezone.now()
    batch.rows, batch.refused = len(found.checked.rows), found.refused
    batch.added, batch.changed, batch.unchanged = found.new, found.changing, found.same
    batch.organization = batch.organization or _home(batch.kind, by)
    batch.version += 1
    batch.save()
    if batch.mapping:
        RememberedMapping.objects.update_or_create(
            kind=batch.kind, signature=found.profile.signature, defaults={"mapping": batch.mapping}
        )
    counts = {name: getattr(batch, name) for name in ("rows", "added", "changed", "unchanged", "refused")}
    events.record(
        "members.import", by=by, obj=batch, at=batch.organization, details={"kind": batch.kind, **counts}
    )
    return found


@transaction.atomic
def undo(batch: Import, *, by: Any) -> None:
    """Make everything as it was before the import. Raises ValidationError after a day, or when somebody worked with the rows."""
    locked = Import.objects.select_for_update().get(pk=batch.pk)
    if locked.status != Import.Status.TAKEN:
        raise ValidationError(_("There is nothing to undo."))
    if not locked.can_be_undone:
        raise ValidationError(_("An import can be undone for 24 hours; that time has passed."))
    if batch.kind not in Import.PERMISSIONS:
        raise ValidationError(
            _("This import cannot be undone as a whole. Please correct the rows one by one.")
        )
    journal = json.loads(batch.journal.reveal())
    if batch.kind == Import.Kind.MEMBERS:
        enrolment.take_back(journal)
    else:
        registers.take_back(journal, by=by)
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
    _save(batch)
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


# -- workbooks to download --


def commented(batch: Import, found: Look) -> bytes:
    """The office's own workbook with comments in the faulty cells; a plain copy where the file is not an xlsx."""
    notes = [(fault.row, max(fault.index, 0) + 1, _comment(fault)) for fault in found.faults]
    held = _source(batch)
    if "file" in held and (content := _content(held)).startswith(b"PK"):
        try:
            return sheets.annotated(content, found.profile.sheet.name, notes)
        except UnreadableSheet:
            pass  # Too large for openpyxl's model of a workbook: a plain copy then.
    return _copy(found, range(1, len(found.profile.sheet.rows) + 1), renumber=False)


def faulty_rows(found: Look) -> bytes:
    """A workbook with the headings and the rows that stayed out, comments in the faulty cells, ready to be mended and sent again."""
    return _copy(
        found, [*found.profile.heading_rows, *sorted({fault.row for fault in found.faults})], renumber=True
    )


def _comment(fault: Fault) -> str:
    return f"{fault.message}\n{_('Row %(row)d of the sheet as sent') % {'row': fault.row}}"


def _copy(found: Look, numbers: Sequence[int], *, renumber: bool) -> bytes:
    """Rows of the sheet as a new workbook. Texts stay texts; a damaged ID number stays the number it became."""
    import io

    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(excel.sheet_name(found.profile.sheet.name or _("Rows to mend")))
    text = book.add_format({"num_format": "@"})
    heading = book.add_format({"bold": True, "bg_color": "#F3F0EA", "text_wrap": True})
    faulty = book.add_format({"num_format": "@", "bg_color": "#FFF2CC"})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    by_cell: dict[tuple[int, int], list[str]] = {}
    for fault in found.faults:
        by_cell.setdefault((fault.row, max(fault.index, 0)), []).append(_comment(fault))
    for place, number in enumerate(numbers):
        line = place if renumber else number - 1
        row = found.profile.sheet.rows[number - 1]
        for column, cell in enumerate(row):
            marked = (number, column) in by_cell
            style = heading if number in found.profile.heading_rows else faulty if marked else text
            if cell is None:
                if marked:
                    page.write_blank(line, column, None, style)
            elif isinstance(cell, bool):
                page.write_boolean(line, column, cell)
            elif isinstance(cell, int | float):
                page.write_number(line, column, cell, faulty if marked else None)
            elif isinstance(cell, date):
                page.write_datetime(line, column, cell, faulty if marked else days)
            else:
                page.write_string(line, column, excel.printable(cell), style)
    for (number, column), messages in by_cell.items():
        line = numbers.index(number) if renumber else number - 1
        page.write_comment(line, column, "\n".join(messages), {"x_scale": 2.5, "y_scale": 1.4})
    page.set_column(0, max((len(row) for row in found.profile.sheet.rows), default=1), 16)
    if renumber and found.profile.heading_rows:
        page.freeze_panes(len(found.profile.heading_rows), 0)
    book.close()
    return target.getvalue()


# -- the kinds --


def _kind(batch: Import) -> _Members | _Branches | _Register:
    """Who reads and takes a batch."""
    match batch.kind:
        case Import.Kind.MEMBERS:
            return _Members(batch.by)
        case Import.Kind.MOBILE:
            return _Register(returns.MOBILE)
        case Import.Kind.HARDSHIP:
            return _Register(returns.HARDSHIP)
    return _Branches()


class _Members:
    """Rosters of members, into the branches where the person may import."""

    def __init__(self, by: Any) -> None:
        self.by = by
        branches = Organization.objects.branches().filter(dissolved_on=None)
        if by is not None:
            branches = branches.visible_to(by, "members.import")
        self.places: Places[int] = Places(
            Place(pk, (short, name, number))
            for pk, short, name, number in branches.values_list("pk", "short_name", "name", "number")
        )
        if not len(self.places):
            raise UnreadableSheet(
                "no_branches",
                gettext_lazy("There are no branches yet. Import the register of organizations first."),
            )
        self.fields = rosters.fields(self.places)

    def find(self, held: Sequence[Sheet]) -> Profile:
        return rosters.find(held, self.places)

    def look(self, profile: Profile, day: date, branch: int | None, left_out: frozenset[int]) -> Look:
        numbered = enrolment.by_number(rosters.numbers(profile))
        roster = rosters.check(profile, self.places, today=day, for_all=branch, registered=numbered)
        plan = enrolment.plan(roster, by=self.by, leave_out=left_out, numbered=numbered)
        faults = sorted([*roster.faults, *plan.faults], key=lambda fault: (fault.row, fault.index))
        return Look(
            sheets=[], profile=profile, fields=self.fields, checked=roster,
            new=len(plan.new), changing=len(plan.changes), same=len(plan.same), plan=plan,
            groups=roster.groups(), faults=faults, notes=[*roster.notes, *plan.notes], left_out=left_out,
        )  # fmt: skip

    def take(self, found: Look, by: Any, day: date) -> dict[str, Any]:
        return enrolment.take(found.plan, by=by, day=day)


class _Branches:
    """Registers of organizations."""

    fields = registers.FIELDS

    def find(self, held: Sequence[Sheet]) -> Profile:
        return registers.find(held)

    def look(self, profile: Profile, day: date, branch: int | None, left_out: frozenset[int]) -> Look:
        register = registers.check(profile, today=day)
        rows = [row for row in register.good if row.row not in left_out]
        standing = {organization.number: organization for organization in Organization.objects.all()}
        changing = [
            row for row in rows if row.number in standing and registers.differences(row, standing[row.number])
        ]
        new = [row for row in rows if row.number not in standing]
        return Look(
            sheets=[], profile=profile, fields=self.fields, checked=register,
            new=len(new), changing=len(changing), same=len(rows) - len(new) - len(changing), plan=rows,
            groups=register.groups(), faults=register.faults, notes=register.notes, left_out=left_out,
        )  # fmt: skip

    def take(self, found: Look, by: Any, day: date) -> dict[str, Any]:
        return registers.take(found.plan, by=by).journal()


class _Register:
    """The register of mobile members, or of members in hardship: by the command, into all branches."""

    def __init__(self, kind: returns.Kind) -> None:
        self.kind = kind
        self.fields = returns.fields(kind.columns)
        known = Organization.objects.branches().filter(dissolved_on=None)
        self.places: Places[int] = Places(
            Place(pk, (short, name, number))
            for pk, short, name, number in known.values_list("pk", "short_name", "name", "number")
        )

    def find(self, held: Sequence[Sheet]) -> Profile:
        return returns.find(held, self.kind.columns)

    def look(self, profile: Profile, day: date, branch: int | None, left_out: frozenset[int]) -> Look:
        checked = returns.check(profile, self.kind.columns, self.places, day)
        plan = self.kind.plan(checked, left_out)
        faults = sorted([*checked.faults, *plan.faults], key=lambda fault: (fault.row, fault.index))
        return Look(
            sheets=[], profile=profile, fields=self.fields, checked=checked,
            new=len(plan.new), changing=len(plan.changes), same=len(plan.same), plan=plan,
            groups=[], faults=faults, left_out=left_out,
        )  # fmt: skip

    def take(self, found: Look, by: Any, day: date) -> dict[str, Any]:
        self.kind.take(found.plan, by)
        return {}

"""Facts that travel: out of one installation as a file, into a superior's as a delivery.

A file of facts (`docs/scoring.md`) goes with a manifest that names issuer, year, measures and scheme, and the SHA-256 of
everything that lies beside it. People travel as numbers, never by name.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core import clock
from xianfeng.core.numbers import to_units
from xianfeng.ledger.facts import LIMIT, record
from xianfeng.ledger.models import Entry, Measure
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from .batch.writing import aside
from .models import DeliveredFact, Delivery, Scheme

FORMAT = 1
COLUMNS = ("measure", "subject", "day", "done", "due", "source")
Row = tuple[str, str, date, int, int]
"""Measure, the subject's number, day, done and due in ten-thousandths."""


def manifest_of(path: Path) -> Path:
    """Where the manifest of a file of facts lies."""
    return path.with_name(f"{path.name}.manifest.json")


# Out


@dataclass(frozen=True)
class Exported:
    """What was written, and how many rows of facts."""

    files: tuple[Path, ...]
    rows: int


def export(path: Path, *, year: int, subject: str, under: Organization, by: Any = None) -> Exported:
    """Write the facts of a year below an organization, with scheme and manifest beside; the same facts give the same bytes.

    Raises ValidationError for a kind of file that is neither CSV nor Parquet. Corrections are summed up.
    """
    scheme = Scheme.objects.in_force(subject, year)
    rows = list(_rows(year, subject, under, scheme))
    with aside(path) as target:
        _write(target, rows)
    files = [path]
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "issuer": under.number,
        "year": year,
        "subject": subject,
        "rows": len(rows),
        "facts": {"file": path.name, "sha256": _sha256(path)},
        "measures": [
            {"code": measure.code, "label": str(measure), "unit": measure.unit}
            for measure in Measure.objects.filter(code__in={row[0] for row in rows})
        ],
        "scheme": None,
    }
    if scheme:
        beside = path.with_name(f"{path.name}.scheme.yaml")
        _write_text(beside, scheme.document)
        files.append(beside)
        manifest["scheme"] = {
            "code": scheme.code, "version": scheme.number, "digest": scheme.digest,
            "file": beside.name, "sha256": _sha256(beside),
        }  # fmt: skip
    # The manifest comes last: with it everything it names is there.
    _write_text(manifest_of(path), json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
    details = {"year": year, "rows": len(rows), "digest": manifest["facts"]["sha256"]}
    events.record("assessment.export_facts", by=by, at=under, details=details)
    return Exported((*files, manifest_of(path)), len(rows))


def _rows(year: int, subject: str, under: Organization, scheme: Scheme | None) -> Iterator[Row]:
    """Sums by measure, subject and day, in that order: subject, measure, day."""
    entries: Any = Entry.objects.filter(
        month__gte=year * 100 + 1,
        month__lte=year * 100 + 12,
        organization__in=Organization.objects.under([under.path or ""]),
    )
    if scheme:
        entries = entries.filter(measure__code__in=scheme.parsed.measures)
    number = f"{subject}__number"
    if subject == "person":
        entries = entries.filter(person__number__isnull=False)
    sums = (
        entries.order_by(number, "measure__code", "day")
        .values_list("measure__code", number, "day")
        .annotate(total_done=Sum("done"), total_due=Sum("due"))
    )
    for measure, name, day, done, due in sums.iterator(2000):
        yield from _parts(measure, name, day, int(done), int(due))


def _parts(measure: str, name: str, day: date, done: int, due: int) -> Iterator[Row]:
    """A day's sums as rows whose amounts are below 10⁸ each; none where they cancel out."""
    most = LIMIT * 10_000 - 1
    while done or due:
        some = max(-most, min(most, done)), max(-most, min(most, due))
        yield measure, name, day, *some
        done, due = done - some[0], due - some[1]


def _write(path: Path, rows: list[Row]) -> None:
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(
                (m, s, day.isoformat(), _plain(done), _plain(due), "") for m, s, day, done, due in rows
            )
        return
    if path.suffix.lower() != ".parquet":
        raise ValidationError(_("Facts are written to .csv or .parquet; name such a file."))
    pa, pq = _arrow()
    columns = list(zip(*rows, strict=True)) or [()] * 5
    amount = pa.decimal128(12, 4)
    table = pa.table(
        {
            "measure": pa.array(columns[0], pa.string()),
            "subject": pa.array(columns[1], pa.string()),
            "day": pa.array(columns[2], pa.date32()),
            "done": pa.array([Decimal(done).scaleb(-4) for done in columns[3]], amount),
            "due": pa.array([Decimal(due).scaleb(-4) for due in columns[4]], amount),
            "source": pa.array([""] * len(rows), pa.string()),
        }
    )
    pq.write_table(table, path, compression="zstd")


def _plain(units: int) -> str:
    sign, magnitude = ("-", -units) if units < 0 else ("", units)
    return f"{sign}{magnitude // 10_000}.{magnitude % 10_000:04d}"


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as missing:
        raise ValidationError(
            _(
                'Parquet files need the extra “batch”: python -m pip install "xianfeng[batch]". CSV needs nothing.'
            )
        ) from missing
    return pa, pq


def _write_text(path: Path, text: str) -> None:
    with aside(path) as target:
        target.write_text(text, encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def export_scheme(scheme: Scheme, path: Path) -> None:
    """Write a scheme's document as it was entered."""
    _write_text(path, scheme.document)


# In


class Refused(NamedTuple):
    """A row that could not be taken: its line (of CSV) or row (of Parquet), its fields, and why."""

    line: int
    fields: tuple[str, ...]
    reason: str


@dataclass
class Taken:
    """What a delivery did. `entries`: how many entries the ledger got; `known`: this very file had been taken."""

    issuer: str
    year: int
    rows: int = 0
    entries: int = 0
    known: bool = False
    other_scheme: str = ""
    refused: list[Refused] = field(default_factory=list)

    @property
    def reasons(self) -> Counter[str]:
        return Counter(row.reason for row in self.refused)


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a file, after everything it names was found to be unchanged. Raises ValidationError."""
    beside = manifest_of(path)
    try:
        manifest: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8"))
        named = [manifest["facts"], *([manifest["scheme"]] if manifest["scheme"] else [])]
        files = [(path.with_name(str(one["file"])), str(one["sha256"])) for one in named]
        (
            int(manifest["year"]),
            str(manifest["issuer"]),
            dict.fromkeys(one["code"] for one in manifest["measures"]),
        )
        is_ours = manifest["format"] == FORMAT and manifest["subject"] in Scheme.Subject.values
    except OSError as error:
        raise ValidationError(_("%(file)s: %(reason)s. Facts are taken with their manifest.") % {"file": beside, "reason": error.strerror}) from None  # fmt: skip
    except (ValueError, KeyError, TypeError):
        is_ours, files = False, []
    if not is_ours or files[0][0] != path:
        raise ValidationError(_("%(file)s is no manifest of this file.") % {"file": beside})
    for file, wanted in files:
        if not file.is_file() or _sha256(file) != wanted:
            raise ValidationError(
                _("%(file)s is not what the manifest says; have it sent again.") % {"file": file}
            )
    return manifest


@transaction.atomic
def take(path: Path, *, strict: bool = False, by: Any = None) -> Taken:
    """Take the facts of a file into the ledger, in place of what the same issuer delivered before for that year.

    Raises ValidationError when the manifest does not fit, when rows cannot be taken and `strict` is said, and when facts of
    the same subjects and measures were recorded here, which would count twice.
    """
    manifest = read_manifest(path)
    subject, year, digest = manifest["subject"], int(manifest["year"]), manifest["facts"]["sha256"]
    taken = Taken(manifest["issuer"], year)
    key = {"issuer": taken.issuer, "subject": subject, "year": year}
    before = Delivery.objects.select_for_update().filter(**key).first()
    if before and before.digest == digest:
        taken.known = True
        return taken
    taken.other_scheme = _other_scheme(manifest, subject, year)
    lines = list(_lines(path, manifest, taken))
    if strict and taken.refused:
        raise ValidationError([f"{path}:{row.line}: {row.reason}" for row in taken.refused[:20]])
    delivery = before or Delivery(**key)
    delivery.digest, delivery.received_at = digest, clock.now()
    delivery.save()
    _refuse_twice(delivery, lines)
    delivery.lines.all().delete()
    for line in lines:
        line.delivery = delivery
    DeliveredFact.objects.bulk_create(lines, batch_size=500)
    taken.rows, taken.entries = len(lines), record(delivery, by=by)
    details = {
        "year": year,
        "issuer": taken.issuer,
        "rows": taken.rows,
        "entries": taken.entries,
        "digest": digest,
    }
    events.record("assessment.import_facts", by=by, details=details)
    return taken


def _other_scheme(manifest: Mapping[str, Any], subject: str, year: int) -> str:
    """The scheme they count by, where it is not ours."""
    theirs, ours = manifest["scheme"], Scheme.objects.in_force(subject, year)
    if not theirs or not ours or theirs["digest"] == ours.digest:
        return ""
    return f"{theirs['code']}.{theirs['version']}"


def _lines(path: Path, manifest: Mapping[str, Any], taken: Taken) -> Iterator[DeliveredFact]:
    measures = _measures(manifest["measures"])
    numbers = _subjects(manifest["subject"])
    year = taken.year
    for line, fields in _read(path):
        measure, name, day, done, due = fields
        try:
            if measure not in measures:
                raise ValueError(_("the manifest names no such measure"))
            if name not in numbers:
                raise ValueError(_("nobody here has this number"))
            day_ = date.fromisoformat(day)
            if day_.year != year:
                raise ValueError(_("the day is not in the year of the delivery"))
            organization, person = numbers[name]
            yield DeliveredFact(
                measure_id=measures[measure], organization_id=organization, person_id=person,
                day=day_, done=_units(done), due=_units(due),
            )  # fmt: skip
        except (ValueError, InvalidOperation) as error:
            reason = (
                str(error) if error.args and not isinstance(error, InvalidOperation) else _("not a number")
            )
            taken.refused.append(Refused(line, fields, reason))


def _units(text: str) -> int:
    value = Decimal(text)
    if not value.is_finite() or abs(value) >= LIMIT:
        raise ValueError(_("the amount is beyond 100,000,000"))
    if value != round(value, 4):
        raise ValueError(_("more than 4 decimal places"))
    return to_units(value)


def _measures(told: Iterable[Mapping[str, str]]) -> dict[str, int]:
    """Row ids by code; measures that nobody here knows yet get the name they have there."""
    for measure in told:
        Measure.objects.get_or_create(
            code=measure["code"],
            defaults={"own_label": measure.get("label", "")[:60], "own_unit": measure.get("unit", "")[:20]},
        )
    codes = [measure["code"] for measure in told]
    return dict(Measure.objects.filter(code__in=codes).values_list("code", "pk"))


def _subjects(subject: str) -> dict[str, tuple[int, int | None]]:
    """(organization, person) by number."""
    if subject == "organization":
        return {number: (pk, None) for number, pk in Organization.objects.values_list("number", "pk")}
    people = Person.objects.filter(number__isnull=False).values_list("number", "organization_id", "pk")
    return {str(number): (organization, pk) for number, organization, pk in people}


def _read(path: Path) -> Iterator[tuple[int, tuple[str, str, str, str, str]]]:
    """Line and fields of every row; a missing field is empty."""
    names = COLUMNS[:5]
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            for row in reader:
                m, s, day, done, due = ((row.get(name) or "").strip() for name in names)
                yield reader.line_num, (m, s, day, done, due)
        return
    _pa, pq = _arrow()
    at = 0
    for batch in pq.ParquetFile(path).iter_batches(columns=list(names)):
        for values in zip(*(batch.column(name).to_pylist() for name in names), strict=True):
            at += 1
            m, s, day, done, due = ("" if value is None else str(value) for value in values)
            yield at, (m, s, day, done, due)


def _refuse_twice(delivery: Delivery, lines: list[DeliveredFact]) -> None:
    """Facts that were recorded here must not come again from elsewhere: they would count twice."""
    subjects = {line.person_id or line.organization_id for line in lines}
    own: Any = Entry.objects.filter(
        month__gte=delivery.year * 100 + 1, month__lte=delivery.year * 100 + 12,
        measure__in={line.measure_id for line in lines}, **{f"{delivery.subject}__in": subjects},
    )  # fmt: skip
    theirs = Q(content_type=ContentType.objects.get_for_model(Delivery), object_id=delivery.pk)
    first = own.exclude(theirs).select_related("organization", "measure").first()
    if first:
        raise ValidationError(
            _(
                "%(organization)s has facts of “%(measure)s” recorded here; a delivery of them would count twice."
            )
            % {"organization": first.organization, "measure": first.measure}
        )

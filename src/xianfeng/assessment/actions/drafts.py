"""Saving what a branch fills in: field by field, by several people at once; and confirming what is odd."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from xianfeng.assessment.filling import Known, settle
from xianfeng.assessment.models import DraftRevision, Report, ReportLine
from xianfeng.audit import events
from xianfeng.audit.moves import Refused
from xianfeng.core import clock
from xianfeng.core.numbers import from_units, to_units
from xianfeng.ledger.facts import LIMIT

from .reports import store_lines


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two people changed: what each wrote, and who was first."""

    name: str
    line: str
    mine: str
    theirs: str
    who: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Saved:
    """How a save went. `version` names what the writer's page shows now and comes back with the next save;
    `errors` are fields that hold nothing that can be saved, by name; `conflicts` were left as the other wrote them."""

    version: str
    at: datetime | None
    errors: dict[str, str] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


FIELDS = ("number", "answer", "sentence", "na", "reason")
"""What a line asks for, as its fields are named behind its code."""
ANSWERED = ("done", "due", "answer", "sentence", "not_applicable", "reason", "confirmed", "returned", "state")


def fields_of(report: Report, lines: Iterable[ReportLine]) -> dict[str, str]:
    """What can be filled in, as flat texts: `C1.1-number`, `coordination`, …"""
    fields = {"coordination": report.coordination}
    for line in lines:
        if line.kind == ReportLine.Kind.REPORTED:
            number = "" if line.done is None or line.asks != "number" else plain(line.done)
            fields |= {
                f"{line.code}-number": number,
                f"{line.code}-answer": line.answer,
                f"{line.code}-sentence": line.sentence,
                f"{line.code}-na": "1" if line.not_applicable else "",
                f"{line.code}-reason": line.reason,
            }
    return fields


def plain(units: int) -> str:
    """Ten-thousandths as a person writes them: 2, 1.5."""
    return f"{from_units(units).normalize():f}"


@transaction.atomic
def save_draft(
    report: Report, posted: Mapping[str, str], *, version: str, by: Any, overwrite: bool = False
) -> Saved:
    """Save what someone filled in, field by field, without undoing what a second editor saved meanwhile.

    `posted` holds the fields of the lines the form showed; fields not named stay. `version` is what the page was given
    with them: the number of a save, followed by `.mine` where the page shows only its own part of that save. A field
    changed on both sides is a conflict and stays as it is, unless `overwrite` says that the writer chose the own text.
    """
    locked: Report = (
        Report.objects.select_for_update(of=("self",))
        .select_related("organization", "scheme")
        .get(pk=report.pk)
    )
    if not locked.is_open:
        raise Refused(
            _("This report is %(status)s and cannot be changed.") % {"status": locked.get_status_display()},
            code="refused",
        )
    lines = {line.code: line for line in locked.lines.all()}
    for line in lines.values():
        line.report = locked
    now_stored = fields_of(locked, lines.values())
    mine = {name: clean(value) for name, value in posted.items() if name in now_stored}
    base = _base(locked, version, now_stored)
    conflicts: list[Conflict] = []
    wanted: dict[str, str] = {}
    for name, value in mine.items():
        theirs = now_stored[name]
        # A line that was added meanwhile had no text before.
        before = None if base is None else base.get(name, theirs)
        if value in (before, theirs):
            continue
        if theirs == before or overwrite:
            wanted[name] = value
        else:
            conflicts.append(_conflict(locked, name, value, theirs))
    errors = _apply(locked, lines, wanted)
    applied = {name: value for name, value in wanted.items() if name not in errors}
    shown = now_stored if base is None else base
    view = {**shown, **mine} | {name: shown.get(name, "") for name in (*errors, *(c.name for c in conflicts))}
    if not applied:
        return Saved(version, locked.saved_at, errors, conflicts)
    known = Known.read(locked.period, [locked], facts=False)
    touched = {name.rpartition("-")[0] for name in applied}
    answers = [line for line in lines.values() if line.kind == ReportLine.Kind.REPORTED]
    # An answer may make another line odd no more (the same photo, the same text): all answers are judged anew.
    settled = [line for line in answers if settle(line, known)]
    store_lines([line for line in answers if line.code in touched or line in settled], ANSWERED)
    revisions = []
    if locked.rev == 0:
        revisions.append(
            DraftRevision(report=locked, rev=0, state=now_stored, view=now_stored, by=None, at=clock.now())
        )
    locked.rev += 1
    locked.saved_at = clock.now()
    locked.save(update_fields=["rev", "saved_at", "coordination"])
    state = fields_of(locked, lines.values())
    revisions.append(
        DraftRevision(report=locked, rev=locked.rev, state=state, view=view, by=by, at=locked.saved_at)
    )
    DraftRevision.objects.bulk_create(revisions)
    DraftRevision.objects.filter(report=locked, rev__lte=locked.rev - DraftRevision.KEPT).delete()
    report.rev, report.saved_at, report.coordination = locked.rev, locked.saved_at, locked.coordination
    seen = all(view.get(name, value) == value for name, value in state.items())
    return Saved(f"{locked.rev}" if seen else f"{locked.rev}.mine", locked.saved_at, errors, conflicts)


def clean(value: str) -> str:
    """A text as it is stored: no blanks around it, line breaks as one sign."""
    return value.replace("\r\n", "\n").strip()


def _base(report: Report, version: str, now_stored: dict[str, str]) -> dict[str, str] | None:
    """What the writer's page showed before. A version that is no longer kept makes every difference a conflict."""
    number, _dot, mine = version.partition(".")
    if not mine and number == str(report.rev):
        return now_stored
    revision = DraftRevision.objects.filter(report=report, rev=number).first() if number.isdigit() else None
    if revision is None:
        return None
    shown: dict[str, str] = revision.view if mine else revision.state
    return shown


def _conflict(report: Report, name: str, mine: str, theirs: str) -> Conflict:
    """Who wrote the other text, and when: the first save in which it stood."""
    writer = None
    for revision in report.revisions.select_related("by").order_by("-rev"):
        if revision.state.get(name, "") != theirs:
            break
        writer = revision
    code, _dash, _field = name.rpartition("-")
    return Conflict(
        name=name,
        line=code,
        mine=mine,
        theirs=theirs,
        who=str(writer.by) if writer and writer.by else _("Someone else"),
        at=writer.at if writer else None,
    )


def _apply(report: Report, lines: Mapping[str, ReportLine], wanted: Mapping[str, str]) -> dict[str, str]:
    """Put values into the rows; returns what cannot be put, by field."""
    errors: dict[str, str] = {}
    touched: set[str] = set()
    for name, value in wanted.items():
        code, _dash, what = name.rpartition("-")
        try:
            if name == "coordination":
                _fits(Report, "coordination", value)
                report.coordination = value
                continue
            _put(lines[code], what, value)
            touched.add(code)
        except ValidationError as error:
            errors[name] = error.messages[0]
    for code in touched:
        _state_amounts(lines[code])
        lines[code].confirmed = lines[code].returned = False
    return errors


def _put(line: ReportLine, what: str, value: str) -> None:
    match what:
        case "number":
            line.done = number(value) if value else None
        case "answer":
            if value and value not in {choice.value for choice in line.choices}:
                raise ValidationError(_("Choose one of the answers."))
            line.answer = value
        case "na":
            line.not_applicable = value == "1"
        case "reason" | "sentence":
            _fits(ReportLine, what, value)
            setattr(line, what, value)


def _fits(model: type[models.Model], name: str, value: str) -> None:
    limit = getattr(model._meta.get_field(name), "max_length", None)
    if limit and len(value) > limit:
        raise ValidationError(_("Please use at most %(limit)s characters.") % {"limit": limit})


def number(value: str) -> int:
    """What a person typed as ten-thousandths. Raises ValidationError with the cure."""
    try:
        amount = Decimal(value)
        if amount < 0 or amount >= LIMIT:
            raise InvalidOperation
        return to_units(amount)
    except (InvalidOperation, ValueError) as error:
        raise ValidationError(_("Enter a number. If none, enter 0.")) from error


def _state_amounts(line: ReportLine) -> None:
    """What the answer amounts to: done of what was expected."""
    expected = line.declaration.expected
    match line.asks:
        case "yes":
            chosen = line.chosen
            line.done = to_units(chosen.done) if chosen else None
        case "text":
            line.done = to_units(expected) if line.sentence else None
    line.due = None if line.done is None else to_units(expected)


@transaction.atomic
def confirm(report: Report, code: str, *, by: Any) -> None:
    """Say that an odd line is right, or that what was sent back needs no change. The reviewer sees that it was."""
    locked: Report = Report.objects.select_for_update().get(pk=report.pk)
    line = ReportLine.objects.filter(report=locked, code=code).first()
    if line is None or not locked.is_open or line.state == ReportLine.State.OPEN:
        raise Refused(_("There is nothing to confirm."), code="refused")
    line.confirmed, line.returned, line.state = True, False, ReportLine.State.READY
    line.save(update_fields=["confirmed", "returned", "state"])
    events.record("assessment.confirm", by=by, obj=locked, at=locked.organization, details={"line": code})

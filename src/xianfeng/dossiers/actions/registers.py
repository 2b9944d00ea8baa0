"""Entering, correcting and taking back what stands in the registers of a file; papers and their scans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.audit.moves import Refused, move
from xianfeng.core import clock
from xianfeng.core.fields import Sealed
from xianfeng.core.periods import months_after, today
from xianfeng.files.models import Attachment
from xianfeng.files.storing import remove, store
from xianfeng.ledger import facts
from xianfeng.members import permissions as members
from xianfeng.members.models import Membership
from xianfeng.people.models import Person

from .. import permissions
from ..models import Award, Paper, Sanction, Training, WorkPost
from ..papers import KINDS

Row = WorkPost | Award | Sanction | Training
R = TypeVar("R", WorkPost, Award, Sanction, Training)
BEGINS = {WorkPost: "since", Award: "on", Sanction: "on", Training: "since"}


@transaction.atomic
def enter(model: type[R], person: Person, values: Mapping[str, Any], *, by: Any) -> R:
    """Enter a post, an award, a sanction or training. Raises ValidationError with the cure.

    An award that somebody enters who may confirm awards is confirmed, unless it is the own one.
    """
    row = model(person=person, recorded_by=by, **values)
    if isinstance(row, Award):
        row.organization_id = _branch_on(person, row.on)
        if by is None or (person.pk != by.pk and by.can(permissions.CONFIRM, at=person.organization)):
            row.status = Award.Status.CONFIRMED
    if (
        isinstance(row, Sanction)
        and row.effect_until is None
        and (months := Sanction.MONTHS.get(row.penalty))
    ):
        row.effect_until = months_after(row.on, months)
    _check(row)
    row.save(force_insert=True)
    if isinstance(row, Award):
        facts.record(row, by=by)
    events.record("dossiers.enter", by=by, obj=row, at=person.organization, details=_details(row))
    return row


@transaction.atomic
def enter_all(rows: Iterable[Row], *, by: Any) -> None:
    """Enter many of one kind that are known to be right, as when the cards of a branch are taken over. One event."""
    rows = list(rows)
    if not rows:
        return
    model: Any = type(rows[0])
    for row in rows:
        row.recorded_by = by
        if isinstance(row, Award) and row.organization_id is None:
            row.organization_id = _branch_on(row.person, row.on)
        row.clean_fields(exclude=["person", "recorded_by", "organization"])
    model.objects.bulk_create(rows, batch_size=500)
    if model is Award:
        facts.record_all([row for row in rows if isinstance(row, Award)], by=by)
    events.record(
        "dossiers.keep_all", by=by, details={"entry": str(model._meta.verbose_name), "rows": len(rows)}
    )


@transaction.atomic
def correct(row: Row, values: Mapping[str, Any], *, by: Any) -> None:
    """Put an entry right. Of a sanction the event keeps only which fields changed."""
    model: Any = type(row)
    locked = model.objects.live().select_for_update().get(pk=row.pk)
    changed: dict[str, Any] = {}
    for name, value in values.items():
        before = getattr(locked, name)
        if (before.reveal() if isinstance(before, Sealed) else before) != value:
            changed[name] = None if model is Sanction else [before, value]
            setattr(locked, name, value)
    if not changed:
        return
    if isinstance(locked, Award):
        locked.organization_id = _branch_on(locked.person, locked.on)
    _check(locked)
    locked.version += 1
    locked.save()
    if isinstance(locked, Award):
        facts.record(locked, by=by)
    events.record("dossiers.correct", by=by, obj=locked, at=locked.person.organization, details=changed)


@transaction.atomic
def take_back(row: Row, *, reason: str, by: Any) -> None:
    """It was entered by mistake. The row stays, out of the file; an award counts no more."""
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why.")})
    model: Any = type(row)
    locked = model.objects.live().select_for_update().get(pk=row.pk)
    locked.taken_back_at = clock.now()
    locked.version += 1
    locked.save(update_fields=["taken_back_at", "version"])
    if isinstance(locked, Award):
        facts.record(locked, by=by)
    events.record(
        "dossiers.take_back",
        by=by,
        obj=locked,
        at=locked.person.organization,
        details={**_details(locked), "reason": reason},
    )


def _details(row: Row) -> dict[str, Any]:
    """What the event says of an entry; of a sanction nothing."""
    return {} if isinstance(row, Sanction) else {"entry": str(row)}


def _check(row: Row) -> None:
    begins = BEGINS[type(row)]
    if getattr(row, begins) > today():
        raise ValidationError({begins: _("That day lies ahead. Please enter it when it has come.")})
    row.full_clean(exclude=["recorded_by"])


def _branch_on(person: Person, day: date) -> int:
    """The branch somebody belonged to on a day; the present one where history does not reach that far."""
    found = Membership.objects.on(day).filter(person=person).values_list("organization_id", flat=True).first()
    own = found or person.organization_id
    if own is None:
        raise Refused(_("%(name)s belongs to no branch.") % {"name": person})
    return int(own)


def _not_own(award: Award, by: Any) -> str | None:
    if award.taken_back_at is not None:
        return _("This was taken back.")
    return _("One's own award is confirmed by somebody else.") if award.person_id == by.pk else None


@move(
    Award,
    sources={Award.Status.ENTERED},
    target=Award.Status.CONFIRMED,
    permission=permissions.CONFIRM,
    label=gettext_lazy("Confirm the award"),
    condition=_not_own,
)
def confirm(award: Award, *, by: Any) -> None:
    """The office has seen the document: from now on the award counts."""
    facts.record(award, by=by)


# -- papers --


@transaction.atomic
def put_paper(
    person: Person,
    code: str,
    *,
    by: Any,
    on: date | None = None,
    note: str = "",
    scans: Iterable[UploadedFile[Any]] = (),
) -> Paper:
    """A paper lies in the file; once more with further scans. Raises ValidationError for a bad scan or a day ahead."""
    if code not in KINDS:
        raise ValidationError({"code": _("There is no such paper.")})
    if on is not None and on > today():
        raise ValidationError({"on": _("That day lies ahead. Please enter it when it has come.")})
    paper, _created = Paper.objects.live().get_or_create(
        person=person, code=code, defaults={"recorded_by": by}
    )
    paper.on, paper.note = on or paper.on, note or paper.note
    paper.full_clean(exclude=["recorded_by"])
    paper.version += 1
    paper.save()
    for scan in scans:
        store(scan, target=paper, permission=members.VIEW, by=by)
    events.record("dossiers.paper", by=by, obj=paper, at=person.organization, details={"paper": str(paper)})
    made: Paper = paper
    return made


@transaction.atomic
def put_papers(rows: Iterable[tuple[Person, str]], *, by: Any) -> None:
    """Papers that lie in many files, without scans. One statement, one event."""
    made = [Paper(person=person, code=code, recorded_by=by) for person, code in rows]
    Paper.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
    if made:
        details = {"entry": str(Paper._meta.verbose_name), "rows": len(made)}
        events.record("dossiers.keep_all", by=by, details=details)


@transaction.atomic
def take_out(paper: Paper, *, reason: str, by: Any) -> None:
    """A paper was put into the file by mistake: it and its scans leave it."""
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why.")})
    locked = Paper.objects.live().select_for_update().get(pk=paper.pk)
    for scan in Attachment.objects.of(locked):
        remove(scan, by)
    locked.taken_back_at = clock.now()
    locked.version += 1
    locked.save(update_fields=["taken_back_at", "version"])
    events.record(
        "dossiers.paper_take_out",
        by=by,
        obj=locked,
        at=locked.person.organization,
        details={"paper": str(locked), "reason": reason},
    )

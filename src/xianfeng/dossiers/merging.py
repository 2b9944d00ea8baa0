"""What becomes of e-files when two rows turn out to be one human: one file, in which nothing stands twice."""

from __future__ import annotations

from typing import Any

from xianfeng.core import clock
from xianfeng.files.models import Attachment
from xianfeng.ledger import facts
from xianfeng.people.merging import by_hand, moves
from xianfeng.people.models import Person

from .models import Award, Correction, Paper, Particulars

moves(
    "dossiers.Award.recorded_by", "dossiers.Correction.decided_by", "dossiers.Paper.recorded_by",
    "dossiers.Training.person", "dossiers.Training.recorded_by", "dossiers.WorkPost.person", "dossiers.WorkPost.recorded_by",
)  # fmt: skip
moves("dossiers.Sanction.person", "dossiers.Sanction.recorded_by", hidden=True)


@by_hand("dossiers.Particulars.person")
def _particulars(kept: Person, gone: Person) -> None:
    """What only the row that goes tells is taken over; the kept row's word stands where both tell something."""
    theirs = Particulars.objects.filter(person=gone).first()
    if theirs is None:
        return
    ours = Particulars.objects.filter(person=kept).first()
    if ours is None:
        theirs.person = kept
        theirs.save(update_fields=["person"])
        return
    for field in Particulars._meta.concrete_fields:
        if field.is_relation or field.name in {"id", "uid", "version"} or getattr(ours, field.name):
            continue
        value: Any = getattr(theirs, field.name)
        setattr(ours, field.name, value.reveal() if hasattr(value, "reveal") else value)
    if not Attachment.objects.of(ours).exists():
        Attachment.objects.of(theirs).update(target_id=ours.pk)
    ours.version += 1
    ours.save()
    theirs.delete()


@by_hand("dossiers.Paper.person")
def _papers(kept: Person, gone: Person) -> None:
    """A paper that lies in both files lies in one; the second is kept as taken back, its scans go to the first."""
    held = {paper.code: paper for paper in Paper.objects.live().filter(person=kept)}
    for paper in Paper.objects.live().filter(person=gone):
        if same := held.get(paper.code):
            Attachment.objects.of(paper).update(target_id=same.pk)
            paper.taken_back_at = clock.now()
            paper.save(update_fields=["taken_back_at"])
    Paper.objects.filter(person=gone).update(person=kept)


@by_hand("dossiers.Award.person")
def _awards(kept: Person, gone: Person) -> None:
    """An award that stands in both files counts once; the facts are stated anew."""
    held = set(Award.objects.live().filter(person=kept).values_list("title", "on"))
    moved = list(Award.objects.filter(person=gone))
    for award in moved:
        if award.taken_back_at is None and (award.title, award.on) in held:
            award.taken_back_at = clock.now()
        award.person = kept
        award.save(update_fields=["person", "taken_back_at"])
    facts.record_all(moved)


@by_hand("dossiers.Correction.person")
def _corrections(kept: Person, gone: Person) -> None:
    """Of two open wishes about one field that of the kept row waits; the other counts as withdrawn."""
    waiting = Correction.objects.open().filter(person=kept).values("field")
    Correction.objects.open().filter(
        person=gone, field__in=list(waiting.values_list("field", flat=True))
    ).update(status=Correction.Status.WITHDRAWN)
    Correction.objects.filter(person=gone).update(person=kept)

"""What becomes of the road to membership when two rows turn out to be one human."""

from __future__ import annotations

from django.db.models import Q

from xianfeng.core import clock
from xianfeng.files.models import Attachment
from xianfeng.people.merging import by_hand, moves
from xianfeng.people.models import Person

from .actions import settle
from .models import Examination, Helper, Paper, Road, StepRecord

moves("development.StepRecord.recorded_by", "development.Examination.recorded_by")


@by_hand("development.Road.person")
def _roads(kept: Person, gone: Person) -> None:
    """One road of both. What both say stands once; the second is kept as taken back, so that nothing is lost."""
    left = Road.objects.filter(person=gone).first()
    road = Road.objects.filter(person=kept).first()
    if left is None:
        return
    if road is None:
        left.person = kept
        left.save(update_fields=["person"])
        return
    now = clock.now()
    live = StepRecord.objects.live()
    for record in live.filter(road=left):
        same = Q(step=record.step, extends_by__isnull=record.extends_by is None)
        if live.filter(same, road=road).exists():
            record.taken_back_at = now
            record.save(update_fields=["taken_back_at"])
    StepRecord.objects.filter(road=left).update(road=road)
    held = Examination.objects.live().filter(road=road).values_list("held_on", flat=True)
    Examination.objects.live().filter(road=left, held_on__in=list(held)).update(taken_back_at=now)
    Examination.objects.filter(road=left).update(road=road)
    known = set(Helper.objects.filter(road=road).values_list("kind", "person"))
    for helper in Helper.objects.filter(road=left):
        if (helper.kind, helper.person_id) in known:
            helper.delete()
    Helper.objects.filter(road=left).update(road=road)
    papers = {paper.code: paper for paper in Paper.objects.filter(road=road)}
    for paper in Paper.objects.filter(road=left):
        if same_paper := papers.get(paper.code):
            Attachment.objects.of(paper).update(target_id=same_paper.pk)
            paper.delete()
    Paper.objects.filter(road=left).update(road=road)
    left.delete()
    settle([Road.objects.select_related("person").get(pk=road.pk)])


@by_hand("development.Helper.person")
def _helpers(kept: Person, gone: Person) -> None:
    """Who accompanied somebody under both numbers did so once."""
    known = set(Helper.objects.filter(person=kept).values_list("road", "kind"))
    for helper in Helper.objects.filter(person=gone):
        if (helper.road_id, helper.kind) in known:
            helper.delete()
    Helper.objects.filter(person=gone).update(person=kept)

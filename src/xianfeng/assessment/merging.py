"""What becomes of scores when two rows turn out to be one human."""

from __future__ import annotations

from xianfeng.people.merging import by_hand, moves
from xianfeng.people.models import Person

from .models import MemberScore, Round

moves(
    "assessment.Report.submitted_by", "assessment.Report.decided_by", "assessment.DraftRevision.by", "assessment.Round.closed_by",
    "assessment.DeliveredFact.person",
)  # fmt: skip


@by_hand("assessment.MemberScore.person")
def _scores(kept: Person, gone: Person) -> None:
    """Open rounds are computed anew. Of a closed one what was published stays: under the number it was published for,
    where both have points in it."""
    MemberScore.objects.filter(person=gone, round__status=Round.Status.OPEN).delete()
    known = MemberScore.objects.filter(person=kept).values("round")
    MemberScore.objects.filter(person=gone).exclude(round__in=known).update(person=kept)

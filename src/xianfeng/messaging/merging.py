"""What becomes of notices when two rows turn out to be one human."""

from __future__ import annotations

from xianfeng.people.merging import by_hand
from xianfeng.people.models import Person

from .models import Notice


@by_hand("messaging.Notice.person")
def _notices(kept: Person, gone: Person) -> None:
    """What both were told is told once."""
    told = set(Notice.objects.filter(person=kept).values_list("key", flat=True))
    doubles = [notice.pk for notice in Notice.objects.filter(person=gone) if notice.key in told]
    Notice.objects.filter(pk__in=doubles).delete()
    Notice.objects.filter(person=gone).update(person=kept)

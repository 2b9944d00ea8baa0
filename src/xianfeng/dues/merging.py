"""What becomes of dues when two rows turn out to be one human: a month is owed once."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import prefetch_related_objects
from django.utils.translation import ngettext

from xianfeng.core.periods import Period
from xianfeng.ledger import facts
from xianfeng.people.merging import by_hand, moves, obstacle
from xianfeng.people.models import Person

from .models import Base, Collection, Due

moves(
    "dues.Base.recorded_by", "dues.Reduction.person", "dues.Reduction.recorded_by", "dues.Due.recorded_by",
    "dues.Remittance.recorded_by", "dues.Publication.recorded_by",
)  # fmt: skip


def _weightless(line: Due) -> bool:
    """Whether nothing was paid, so that the line can go where another stands for the month."""
    return not line.paid


def _twice(kept: Person, gone: Person) -> list[tuple[Due, Due]]:
    """Months that both owe: the line of the one and of the other."""
    ours = {line.month: line for line in Due.objects.filter(person=kept)}
    return [(ours[line.month], line) for line in Due.objects.filter(person=gone) if line.month in ours]


@obstacle
def _paid_twice(kept: Person, gone: Person) -> Iterator[str]:
    months = sorted(
        one.month for one, other in _twice(kept, gone) if not _weightless(one) and not _weightless(other)
    )
    if months:
        yield ngettext(
            "Party dues of %(month)s are entered as paid for both. Take one of the two payments back first.",
            "Party dues of %(count)d months since %(month)s are entered as paid for both. Take one of the two payments of each back first.",
            len(months),
        ) % {"month": Period.of(months[0]), "count": len(months)}


@by_hand("dues.Base.person")
def _bases(kept: Person, gone: Person) -> None:
    """From one month on one base holds; that of the kept row stays."""
    known = set(Base.objects.filter(person=kept).values_list("since", flat=True))
    Base.objects.filter(person=gone, since__in=known).delete()
    Base.objects.filter(person=gone).update(person=kept)


@by_hand("dues.Due.person")
def _dues(kept: Person, gone: Person) -> None:
    """Of two lines of a month the one that was paid stays; collections state their facts anew."""
    touched = set(Due.objects.filter(person=gone).values_list("collection", flat=True))
    for one, other in _twice(kept, gone):
        unpaid = other if _weightless(other) else one
        touched.add(unpaid.collection_id)
        unpaid.delete()
    Due.objects.filter(person=gone).update(person=kept)
    collections = list(Collection.objects.filter(pk__in=touched))
    prefetch_related_objects(collections, *Collection.facts_need)
    facts.record_all(collections)

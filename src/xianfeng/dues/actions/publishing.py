"""The accounts of a branch's year, and their publication to its members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit.moves import move
from xianfeng.core.periods import Period, today
from xianfeng.ledger import facts

from .. import rules
from ..models import Due, Publication, Remittance
from ..permissions import CHANGE


def accounts(organizations: Iterable[int], year: int) -> Mapping[int, dict[str, int]]:
    """What branches' members owed and paid for a year, how many they were, and what was passed on. Two queries."""
    places = list(organizations)
    whole = Period(year, "year")
    found = {pk: {"payers": 0, "owed": 0, "received": 0, "remitted": 0} for pk in places}
    rows = (
        Due.objects.of(whole)
        .filter(collection__organization__in=places)
        .order_by()
        .values_list("collection__organization")
        .annotate(
            payers=Count("person", distinct=True, filter=Q(owed__gt=0)),
            owed=Sum("owed"),
            received=Sum("paid"),
        )
    )
    for pk, payers, owed, received in rows:
        found[pk].update(payers=payers, owed=owed, received=received)
    passed_on = (
        Remittance.objects.filter(
            status=Remittance.Status.ENTERED,
            settlement__organization__in=places,
            settlement__quarter__startswith=f"{year}-",
        )
        .order_by()
        .values_list("settlement__organization")
        .annotate(total=Sum("amount"))
    )
    for pk, total in passed_on:
        found[pk]["remitted"] = total
    return found


def may_publish(publication: Publication, _by: Any) -> str | None:
    """Why the accounts cannot be published now."""
    if today() < date(publication.year, rules.PUBLISH_FROM_MONTH, 1):
        return _("The accounts of a year are published from its December on.")
    return None


@move(
    Publication,
    sources={Publication.Status.DUE},
    target=Publication.Status.PUBLISHED,
    permission=CHANGE,
    label=gettext_lazy("Publish the accounts"),
    condition=may_publish,
    formal=True,
)
def publish(publication: Publication, *, by: Any, note: str = "") -> None:
    """Show every member what the branch received and passed on in the year: totals, as they stand now."""
    figures = accounts([publication.organization_id], publication.year)[publication.organization_id]
    for name, value in figures.items():
        setattr(publication, name, value)
    publication.published_on, publication.note, publication.recorded_by = today(), note.strip()[:200], by
    publication.save(update_fields=[*figures, "published_on", "note", "recorded_by"])
    facts.record(publication, by=by)


@move(
    Publication,
    sources={Publication.Status.PUBLISHED},
    target=Publication.Status.DUE,
    permission=CHANGE,
    label=gettext_lazy("Take the accounts back"),
    takes=("reason",),
)
def unpublish(publication: Publication, *, by: Any, reason: str) -> None:
    """Something was wrong: they are put right and published anew. Every time is in the log."""
    publication.published_on = None
    publication.save(update_fields=["published_on"])
    facts.record(publication, by=by)

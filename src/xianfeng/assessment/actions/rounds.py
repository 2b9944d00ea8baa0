"""Verbs on rounds of scoring."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.assessment.models import Report, Round
from xianfeng.assessment.permissions import CLOSE
from xianfeng.assessment.rounds import recompute
from xianfeng.audit.moves import move
from xianfeng.core import clock
from xianfeng.core.periods import today


def _closable(round_: Round, by: Any) -> str | None:
    period = round_.period
    if today() <= period.end:
        return _("%(period)s has not ended yet.") % {"period": period}
    waiting = Report.objects.waiting().filter(
        year=period.year, month__gte=period.first_month, month__lte=period.last_month
    )
    if number := waiting.count():
        return _("%(number)s monthly reports of this period wait for a decision.") % {"number": number}
    return None


@move(
    Round,
    sources={Round.Status.OPEN},
    target=None,
    permission=CLOSE,
    label=gettext_lazy("Close the round"),
    condition=_closable,
    formal=True,
)
def close(round_: Round, *, by: Any) -> None:
    """Compute a round for the last time; from now on its scores stay as they are."""
    # Still open here: a closed round is not computed.
    recompute(round_, by=by)
    round_.refresh_from_db()
    round_.status, round_.closed_at, round_.closed_by = Round.Status.CLOSED, clock.now(), by
    round_.save(update_fields=["status", "closed_at", "closed_by"])

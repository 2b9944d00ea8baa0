"""Which papers a file has to hold, by how far the person has come (发展党员工作细则; domain list of the file)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xianfeng.members.models import Membership

Stage = Membership.Stage


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper.

    `since`: the stage from which on it is required (None: it may be there). `steps`: papers of the development that are this
    one. `by_letter`: required of those whose relation came here by a letter.
    """

    code: str
    label: str | Promise
    since: Stage | None = None
    steps: tuple[str, ...] = ()
    by_letter: bool = False


_LIST = (
    Kind("application", _("Application for membership"), Stage.APPLICANT, ("application",)),
    Kind("autobiography", _("Autobiography"), Stage.ACTIVIST),
    Kind("recommendation", _("Recommendation as an activist"), Stage.ACTIVIST, ("recommendation",)),
    Kind("education", _("Record of education and examination"), Stage.CANDIDATE, ("examinations",)),
    Kind("review", _("Conclusion of the political review"), Stage.PROBATIONARY, ("review",)),
    Kind("certificate", _("Certificate of the concentrated training"), Stage.PROBATIONARY, ("certificate",)),
    Kind("form", _("Letter of intent to join the party"), Stage.PROBATIONARY, ("form",)),
    Kind("approval", _("Approval of the admission"), Stage.PROBATIONARY, ("approval",)),
    Kind("request", _("Written request to be confirmed"), Stage.FULL, ("request",)),
    Kind("confirmation", _("Approval of the confirmation"), Stage.FULL, ("confirmation_approval",)),
    Kind("transfer", _("Letter of introduction and receipt"), by_letter=True),
    Kind("diploma", _("Copies of diplomas and degrees")),
    Kind("awards", _("Papers of awards")),
    Kind("other", _("Other papers")),
)
KINDS = {kind.code: kind for kind in _LIST}
_RANK = {stage: rank for rank, stage in enumerate(Membership.LADDER)}


def required(stage: str | None, *, by_letter: bool = False) -> frozenset[str]:
    """Codes of the papers that have to be there for somebody in a stage; none for who is on no roll."""
    if stage is None:
        return frozenset()
    rank = _RANK[Stage(stage)]
    return frozenset(
        kind.code
        for kind in _LIST
        if (kind.since is not None and _RANK[kind.since] <= rank) or (kind.by_letter and by_letter)
    )

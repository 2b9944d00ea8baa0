"""Measures this app declares: what the monthly report asks, what its receipt states, and every other measure that the
default schemes name and whose records another app keeps or will keep.

A measure declared here as planned gives way to the app that counts it (`ledger.measures.measure`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xianfeng.ledger.measures import measure


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question with given answers. `done` is what it states, out of the measure's expected amount;
    `explain`: the answer needs a sentence, and `short` is how it reads before that sentence."""

    value: str
    label: str | Promise
    done: Decimal
    explain: bool = False
    short: str | Promise = ""


ON_TIME = measure("assessment.on_time", _("Monthly report"), unit=_("reports"))

QUARTER_STARTS = (1, 4, 7, 10)
QUARTER_ENDS = (3, 6, 9, 12)

# -- what the monthly report asks --

measure(
    "disclosure.items",
    _("Disclosure of party affairs"),
    unit=_("items"),
    supply="reported",
    asks="number",
    question=_("How many items were disclosed this month?"),
)
measure(
    "integrity.risk_review",
    _("Review of integrity risks"),
    unit=_("reviews"),
    supply="reported",
    asks="yes",
    question=_("Have the integrity risks of any post changed this month?"),
)
measure(
    "learning.plan",
    _("Learning plan of the quarter"),
    unit=_("plans"),
    supply="reported",
    asks="yes",
    question=_("Has the learning plan of this quarter been made?"),
    months=QUARTER_STARTS,
)
measure(
    "care.visit",
    _("Visits to paired members"),
    unit=_("visits"),
    supply="reported",
    asks="number",
    question=_("How many visits to paired members in need were made this quarter?"),
    months=QUARTER_ENDS,
)
measure(
    "village.visit",
    _("Work with the partner village"),
    unit=_("visits"),
    supply="reported",
    asks="number",
    question=_("How many visits to the partner village were made this half-year?"),
    months=(6, 12),
)
measure(
    "responsibility.regular_meeting",
    _("Regular meeting on party work"),
    unit=_("meetings"),
    supply="reported",
    asks="number",
    question=_("How many regular meetings on party work were held this quarter?"),
    months=QUARTER_ENDS,
)
measure(
    "responsibility.special_meeting",
    _("Special meeting on party work"),
    unit=_("meetings"),
    supply="reported",
    asks="number",
    question=_("How many special meetings on party work were held this year?"),
    months=(11,),
)
measure(
    "report.plan",
    _("Annual plan"),
    unit=_("papers"),
    supply="reported",
    asks="yes",
    question=_("Has the plan of this year been handed in?"),
    months=(1,),
)
measure(
    "report.half_year",
    _("Half-year summary"),
    unit=_("papers"),
    supply="reported",
    asks="yes",
    question=_("Has the half-year summary been handed in?"),
    months=(7,),
)
measure(
    "report.summary",
    _("Annual summary"),
    unit=_("papers"),
    supply="reported",
    asks="yes",
    question=_("Has the summary of this year been handed in?"),
    months=(12,),
)
measure(
    "report.rules",
    _("List of rules"),
    unit=_("papers"),
    supply="reported",
    asks="yes",
    question=_("Has the list of the branch's rules been handed in?"),
    months=(3,),
)
measure(
    "integrity.pledge",
    _("Integrity pledge"),
    unit=_("pledges"),
    supply="reported",
    asks="yes",
    question=_("Have the integrity pledges of this year been signed?"),
    months=(3,),
)
measure(
    "innovation.project",
    _("Branch project"),
    unit=_("projects"),
    supply="reported",
    asks="text",
    question=_("One sentence on the progress of the branch's project"),
    months=(2, 5, 8, 11),
)

_YES = Choice("yes", _("Yes"), Decimal(1))
_NO = Choice("no", _("Not yet"), Decimal(0))
_PAPER = (
    Choice("yes", _("Handed in on time"), Decimal(1)),
    # 0.3 of the one point is lost by lateness (scheme, B1.1 to B1.4).
    Choice("late", _("Handed in late"), Decimal("0.7")),
    Choice("no", _("Not handed in yet"), Decimal(0)),
)
CHOICES: dict[str, tuple[Choice, ...]] = {
    # A review counts as made whatever it found.
    "integrity.risk_review": (
        Choice("same", _("Every post reviewed, nothing changed"), Decimal(1)),
        Choice("changed", _("Something changed; name the posts"), Decimal(1), True, _("something changed")),
        Choice("no", _("Not reviewed this month; say why"), Decimal(0), True, _("not reviewed")),
    ),
    "report.plan": _PAPER,
    "report.half_year": _PAPER,
    "report.summary": _PAPER,
    "report.rules": _PAPER,
}


def choices(code: str) -> tuple[Choice, ...]:
    """The answers to a question of the kind `yes`."""
    return CHOICES.get(code, (_YES, _NO))


# -- what a reviewer marks --

for code, label in (
    ("debrief.grade", _("Grade of the secretary's report on duties")),
    ("innovation.implementation", _("Work on the branch project")),
    ("innovation.result", _("Result of the branch project")),
    ("integrity.conduct", _("Conduct and discipline")),
    ("post.duty", _("Duties of the post")),
    ("appraisal.grade", _("Grade of the democratic appraisal")),
):
    measure(code, label, supply="reviewed")

# -- what other records supply, or will --

for code, label in (
    ("award.bureau", _("Commendation by the bureau")),
    ("award.city", _("Commendation by the city")),
    ("award.county", _("Commendation by the county")),
    ("award.nation", _("National commendation")),
    ("award.province", _("Commendation by the province")),
    ("care.pairing", _("Pairing with members in need")),
    ("committee.complete", _("Branch committee complete")),
    ("committee.term", _("Re-election on time")),
    ("development.overdue", _("Overdue steps in admitting members")),
    ("experience.promoted", _("Experience spread by superiors")),
    ("integrity.alert_handled", _("Integrity alerts handled in time")),
    ("integrity.dossier", _("Integrity dossiers")),
    ("integrity.test", _("Integrity test passed")),
    ("interaction.answered", _("Suggestions answered in time")),
    ("learning.credit", _("Learning credits")),
    ("learning.qualified", _("Members with enough credits")),
    ("learning.secretary_hours", _("Committee members with enough training hours")),
    ("lecture.given", _("Lectures given")),
    ("media.reported", _("Reports in the media")),
    ("meeting.appraisal_quota", _("Share of excellent members kept")),
    ("messaging.integrity_reach", _("Integrity messages delivered")),
    ("mobile.contacted", _("Mobile members contacted")),
    ("rectification.closed", _("Rectifications closed")),
    ("responsibility.appraisal", _("Appraisal of the secretary's report")),
    ("responsibility.letter", _("Responsibility letter")),
    ("responsibility.report", _("Secretary's report on duties")),
    ("suggestion.adopted", _("Suggestions adopted")),
    ("transfer.overdue", _("Overdue receipts of transfers")),
    ("veto.case", _("Branch leader under investigation or expelled")),
    ("veto.dues", _("Party dues embezzled")),
    ("veto.fabrication", _("Records fabricated")),
    ("veto.safety", _("Safety accident with responsibility")),
):
    measure(code, label, supply="planned")

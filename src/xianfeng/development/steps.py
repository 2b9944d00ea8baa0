"""The 25 steps in five phases: what each is called, who records it, what it asks for and which papers belong to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xianfeng.members.models import Membership

Stage = Membership.Stage
# What a step asks beside day, reference and note.
Asks = Literal["contacts", "notice", "introducers", "training", "votes", "effective"]

PHASES: tuple[str | Promise, ...] = (
    _("Applying for membership"),
    _("Choosing and educating activists"),
    _("Choosing and examining candidates"),
    _("Admitting on probation"),
    _("Educating, examining and confirming probationary members"),
)


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A paper of the file. `needed`: its absence is said."""

    code: str
    label: str | Promise
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One of the 25. `carries` is the stage of membership that begins with it; `upper`: an act of the upper committee."""

    number: int
    phase: int
    name: str | Promise
    papers: tuple[PaperKind, ...] = ()
    upper: bool = False
    carries: Stage | None = None
    asks: Asks | None = None

    def __str__(self) -> str:
        return str(self.name)


APPLICATION, TALK, ACTIVIST, ACTIVIST_FILED, CONTACTS, EDUCATION = range(1, 7)
CANDIDATE, CANDIDATE_FILED, INTRODUCERS, REVIEW, TRAINING = range(7, 12)
COMMITTEE, PRE_REVIEW, FORM, ASSEMBLY, UPPER_TALK, APPROVAL, FILED = range(12, 19)
PLACED, OATH, PROBATION, REQUEST, CONFIRMATION, CONFIRMED, ARCHIVED = range(19, 26)

STEPS: tuple[Step, ...] = (
    Step(APPLICATION, 1, _("Application handed in"), (PaperKind("application", _("Application for membership")),), carries=Stage.APPLICANT),
    Step(TALK, 1, _("The organization talks with the applicant"), (PaperKind("talk", _("Record of the talk")),)),
    Step(ACTIVIST, 2, _("Recommended and chosen as an activist"), (
        PaperKind("recommendation", _("Recommendation by members or the youth league")),
        PaperKind("activist_minutes", _("Minutes of the branch committee (activist)")),
    ), carries=Stage.ACTIVIST),
    Step(ACTIVIST_FILED, 2, _("Filed with the upper committee (activist)"), (PaperKind("activist_filing", _("Filing of activists")),), upper=True),
    Step(CONTACTS, 2, _("Contact persons named"), asks="contacts"),
    Step(EDUCATION, 2, _("Education and examination of the activist"), (
        PaperKind("examinations", _("Record of education and examination")),
        PaperKind("thoughts", _("Written reports of thoughts")),
    )),
    Step(CANDIDATE, 3, _("Chosen as a candidate for development"), (
        PaperKind("opinions", _("Opinions of members and colleagues")),
        PaperKind("candidate_minutes", _("Minutes of the branch committee (candidate)")),
        PaperKind("notice", _("Public notice before listing")),
    ), carries=Stage.CANDIDATE, asks="notice"),
    Step(CANDIDATE_FILED, 3, _("Filed with the upper committee (candidate)"), (PaperKind("candidate_filing", _("Filing of candidates")),), upper=True),
    Step(INTRODUCERS, 3, _("Introducers named"), asks="introducers"),
    Step(REVIEW, 3, _("Political review"), (
        PaperKind("review", _("Conclusion of the political review")),
        PaperKind("letters", _("Letters of inquiry"), needed=False),
    )),
    Step(TRAINING, 3, _("Concentrated training"), (PaperKind("certificate", _("Certificate of training")),), asks="training"),
    Step(COMMITTEE, 4, _("Examined by the branch committee"), (PaperKind("committee_minutes", _("Minutes of the branch committee (admission)")),)),
    Step(PRE_REVIEW, 4, _("Reviewed beforehand by the upper committee"), (PaperKind("pre_review", _("Reply on the review beforehand")),), upper=True),
    Step(FORM, 4, _("Letter of intent filled in"), (PaperKind("form", _("Letter of intent to join the party")),)),
    Step(ASSEMBLY, 4, _("Discussed by the general meeting"), (
        PaperKind("assembly_minutes", _("Minutes and resolution of the general meeting (admission)")),
        PaperKind("ballot", _("Result of the secret ballot (admission)")),
    ), carries=Stage.PROBATIONARY, asks="votes"),
    Step(UPPER_TALK, 4, _("The upper committee talks with the candidate"), (PaperKind("upper_talk", _("Record of the upper committee's talk")),), upper=True),
    Step(APPROVAL, 4, _("Approved by the upper committee (admission)"), (PaperKind("approval", _("Approval of the admission")),), upper=True),
    Step(FILED, 4, _("Filed with the organization department above"), (PaperKind("filing", _("Filing of the admission"), needed=False),), upper=True),
    Step(PLACED, 5, _("Placed in a branch and a party group"), (PaperKind("placing", _("Notice of the placing"), needed=False),)),
    Step(OATH, 5, _("Oath"), (PaperKind("oath", _("Record of the oath")),)),
    Step(PROBATION, 5, _("Further education and examination"), (PaperKind("probation", _("Record of examination on probation")),)),
    Step(REQUEST, 5, _("Request to be confirmed"), (PaperKind("request", _("Written request to be confirmed")),)),
    Step(CONFIRMATION, 5, _("Discussed by the general meeting (confirmation)"), (
        PaperKind("confirmation_minutes", _("Minutes and resolution of the general meeting (confirmation)")),
        PaperKind("confirmation_ballot", _("Result of the secret ballot (confirmation)")),
    ), asks="votes"),
    Step(CONFIRMED, 5, _("Approved by the upper committee (confirmation)"), (PaperKind("confirmation_approval", _("Approval of the confirmation")),), upper=True, carries=Stage.FULL, asks="effective"),
    Step(ARCHIVED, 5, _("Papers archived"), (PaperKind("contents", _("Contents of the archived file")),)),
)  # fmt: skip
BY_NUMBER = {step.number: step for step in STEPS}
LAST = STEPS[-1].number
CARRIERS = {step.carries: step.number for step in STEPS if step.carries}
PAPERS = {paper.code: (step, paper) for step in STEPS for paper in step.papers}


def phases() -> Iterator[tuple[int, str | Promise, tuple[Step, ...]]]:
    """Number, name and steps of each phase."""
    for number, name in enumerate(PHASES, start=1):
        yield number, name, tuple(step for step in STEPS if step.phase == number)

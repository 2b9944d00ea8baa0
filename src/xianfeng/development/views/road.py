"""One person's road: its page, its sheet, the reader's own, and how a road is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.audit.sentences import sentence
from xianfeng.core.pages import SIGNED_IN, needs
from xianfeng.core.periods import today
from xianfeng.core.workdays import Workdays
from xianfeng.files.models import Attachment
from xianfeng.members.models import Membership

from ..columns import standing
from ..forms import (
    ExaminationForm,
    StepForm,
)
from ..limits import Limit, limit, probation_ends, warnings
from ..models import Examination, Helper, Road, StepRecord
from ..permissions import APPROVE, RECORD, VIEW
from ..reading import past_of
from ..steps import BY_NUMBER, STEPS, PaperKind, Step, phases

Stage = Membership.Stage


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """A paper of a step: whether it lies in the file, and its scans."""

    kind: PaperKind
    held: bool
    scans: list[Attachment]

    @property
    def is_missing(self) -> bool:
        return self.kind.needed and not self.held


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One of the 25 as the page shows it: three tracks, its papers, and what is not as it should be."""

    step: Step
    record: StepRecord | None
    limit: Limit | None
    warnings: list[str]
    papers: list[ShownPaper]
    is_next: bool
    is_last: bool
    may_record: bool

    @property
    def tone(self) -> str:
        if self.record:
            return "check" if self.warnings else "ok"
        if self.warnings:
            return "check"
        return "todo" if self.is_next else "none"

    @property
    def word(self) -> str:
        if self.record:
            return _("done")
        if self.warnings and not self.is_next:
            return _("not recorded")
        return _("next") if self.is_next else _("ahead")

    @property
    def missing(self) -> list[ShownPaper]:
        """Papers that should lie in the file by now."""
        return [paper for paper in self.papers if paper.is_missing] if self.record else []


@dataclass(frozen=True, slots=True)
class ShownPhase:
    """One of the five phases with its steps."""

    number: int
    name: str | Promise
    steps: list[ShownStep]

    @property
    def done(self) -> int:
        return sum(step.record is not None for step in self.steps)

    @property
    def state(self) -> str:
        if self.done == len(self.steps):
            return "done"
        return "current" if any(step.is_next for step in self.steps) else ""


def shown(road: Road, visitor: Any, day: date, *, own: bool = False) -> dict[str, Any]:
    """Everything the page of a road shows. A fixed number of queries. `own`: without what is remarked on it."""
    past = past_of(road)
    workdays = Workdays.load()
    live = list(
        StepRecord.objects.live().filter(road=road).select_related("recorded_by").order_by("step", "pk")
    )
    records = {record.step: record for record in live if record.extends_by is None}
    last = max(live, key=lambda record: record.pk, default=None)
    papers = {paper.code: paper for paper in road.papers.all()}
    scans: dict[str, list[Attachment]] = {}
    attachments = Attachment.objects.live().filter(
        target_type__app_label="development",
        target_type__model="paper",
        target_id__in=[p.pk for p in papers.values()],
    )
    codes = {paper.pk: code for code, paper in papers.items()}
    for attachment in attachments:
        scans.setdefault(codes[attachment.target_id], []).append(attachment)
    may = {
        upper: visitor.can(APPROVE if upper else RECORD, at=road.person.organization)
        for upper in (False, True)
    }
    spells = list(
        Membership.objects.filter(person=road.person).select_related("organization").order_by("-since")
    )
    current = next((s for s in spells if s.since <= day and (s.until is None or s.until > day)), None)
    lines = {
        step.number: ShownStep(
            step,
            records.get(step.number),
            limit(step.number, past, day),
            warnings(step.number, past, day, workdays) if current and not own else [],
            [ShownPaper(kind, kind.code in papers, scans.get(kind.code, [])) for kind in step.papers],
            is_next=step.number == road.next_step,
            is_last=last is not None and last.pk == getattr(records.get(step.number), "pk", None),
            may_record=current is not None and may[step.upper],
        )
        for step in STEPS
    }
    tone, word = standing(road, day)
    return {
        "road": road,
        "person": road.person,
        "current": current,
        "ended": next((s for s in spells if s.ending), None) if current is None else None,
        "phases": [
            ShownPhase(number, name, [lines[step.number] for step in steps])
            for number, name, steps in phases()
        ],
        "done": len(records),
        "extension": next((record for record in live if record.extends_by is not None), None),
        "following": lines.get(road.next_step or 0),
        "due_step": BY_NUMBER.get(road.due_step or 0),
        "due_days": (road.due_on - day).days if road.due_on else None,
        "tone": tone,
        "word": word,
        "warnings": [(line.step, text) for line in lines.values() for text in line.warnings],
        "missing": [(line.step, paper) for line in lines.values() for paper in line.missing],
        "contacts": [h.person for h in road.helpers.all() if h.kind == Helper.Kind.CONTACT],
        "introducers": [h.person for h in road.helpers.all() if h.kind == Helper.Kind.INTRODUCER],
        "examinations": list(Examination.objects.live().filter(road=road).order_by("-held_on")),
        "probation_ends": probation_ends(past),
        "may_record": current is not None and may[False],
        "may_stop": current is not None and current.stage != Stage.FULL and may[False],
        "may_extend": current is not None and current.stage == Stage.PROBATIONARY and may[False],
        "is_activist": current is not None and current.stage == Stage.ACTIVIST,
        "last": last,
        "may_take_back": last is not None and current is not None and len(live) > 1 and may[last.kind.upper],
    }


@needs(VIEW)
def road(request: HttpRequest, uid: str) -> HttpResponse:
    """The 25 steps in five phases: what is done, what is next and by when, and what is not as it should be."""
    visitor: Any = request.user
    found = road_or_404(request, uid)
    # The person's own road has its own page, without what the branch writes about the person.
    if found.person_id == visitor.pk and not visitor.can(VIEW, at=found.person.organization):
        return redirect("development:my_road")
    data = shown(found, visitor, today())
    following = data["following"]
    data["form"] = StepForm(following.step, found) if following and following.may_record else None
    data["examination_form"] = ExaminationForm() if data["is_activist"] and data["may_record"] else None
    data["history"] = history(found)
    return render(request, "development/road.html", data)


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history."""

    act: str
    who: str
    at: datetime
    reason: str


def history(found: Road) -> list[Happened]:
    """Who did what on this road, the latest first, each act with the step it was about."""
    told = events.history(found.person).filter(action__startswith="development.")
    lines = []
    for event in told[:12]:
        details = event.details or {}
        act, number = sentence(event), details.get("step")
        about = BY_NUMBER.get(number) if isinstance(number, int) else None
        if about:
            act = _("%(act)s: %(step)s %(name)s") % {"act": act, "step": number, "name": about.name}
        elif steps := details.get("steps"):
            act = _("%(act)s: %(step)s %(name)s") % {
                "act": act,
                "step": _(", ").join(map(str, steps)),
                "name": "",
            }
        lines.append(Happened(act, str(event.actor or ""), event.at, details.get("reason", "")))
    return lines


@needs(VIEW)
def road_print(request: HttpRequest, uid: str) -> HttpResponse:
    """The road as an official sheet."""
    found = official_road_or_404(request, uid)
    return render(request, "development/road_print.html", shown(found, request.user, today()))


@needs(SIGNED_IN)
def my_road(request: HttpRequest) -> HttpResponse:
    """The reader's own road: steps, days and limits; not what the organization wrote about them."""
    reader: Any = request.user
    found = (
        Road.objects.visible_to(reader, VIEW)
        .select_related("person__organization")
        .filter(person=reader)
        .first()
    )
    if found is None:
        return render(request, "development/no_road.html", {})
    return render(request, "development/my_road.html", shown(found, reader, today(), own=True))


def road_or_404(request: HttpRequest, uid: str, permission: str = VIEW) -> Road:
    """A road in the visitor's scope, by the uid of its person."""
    visitor: Any = request.user
    rows = Road.objects.visible_to(visitor, permission).select_related("person__organization")
    found: Road = get_object_or_404(rows, person__uid=uid)
    return found


def official_road_or_404(request: HttpRequest, uid: str, permission: str = VIEW) -> Road:
    """A road at a place where the permission is held: being on it oneself is not enough."""
    visitor: Any = request.user
    found = road_or_404(request, uid, permission)
    if not visitor.can(permission, at=found.person.organization):
        raise Http404
    return found

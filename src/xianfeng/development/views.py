"""Pages of the register of activists, of one person's road, and of the steps that are recorded on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from xianfeng.audit import events
from xianfeng.audit.once import once
from xianfeng.audit.sentences import sentence
from xianfeng.core.lists import render_list
from xianfeng.core.pages import SIGNED_IN, needs
from xianfeng.core.periods import today
from xianfeng.core.workdays import Workdays
from xianfeng.files.models import Attachment
from xianfeng.members.actions import NewMember
from xianfeng.members.models import Membership, Memberships
from xianfeng.members.pages.shared import tabs
from xianfeng.members.views.exports import export_page
from xianfeng.people.models import Person

from . import actions
from . import steps as at
from .columns import activist_columns, standing
from .exports import ACTIVISTS
from .forms import (
    ActivistFilter,
    ApplicantForm,
    ApplicationForm,
    ExaminationForm,
    ReasonForm,
    StepForm,
    StopForm,
)
from .limits import Limit, limit, probation_ends, warnings
from .models import Examination, Helper, Road, StepRecord
from .permissions import APPROVE, IMPORT, RECORD, VIEW
from .reading import past_of
from .steps import BY_NUMBER, STEPS, PaperKind, Step, phases

Stage = Membership.Stage

# --- the register ---


def on_the_way(visitor: Any, day: date) -> Memberships:
    """Applicants, activists, candidates and probationary members, and full members whose road is not finished."""
    spells: Memberships = Membership.objects.visible_to(visitor, VIEW).on(day)
    return spells.filter(~Q(stage=Stage.FULL) | Q(person__road__next_step__isnull=False))


@needs(VIEW)
def activist_list(request: HttpRequest) -> HttpResponse:
    """Everybody on the way to membership in the visitor's scope, by what is due first."""
    visitor: Any = request.user
    day = today()
    spells = on_the_way(visitor, day)

    def done_on(step: int) -> Subquery:
        records = StepRecord.objects.live().filter(road__person=OuterRef("person"), step=step)
        return Subquery(records.values("done_on")[:1])

    rows = (
        spells.select_related("person__road", "organization")
        .prefetch_related("person__road__helpers__person")
        .annotate(
            applied_on=done_on(at.APPLICATION),
            activist_on=done_on(at.ACTIVIST),
            candidate_on=done_on(at.CANDIDATE),
            accepted_on=done_on(at.ASSEMBLY),
        )
        .order_by("person__number")
    )
    counts = spells.order_by().aggregate(
        **{stage.value: Count("pk", filter=Q(stage=stage)) for stage in Membership.LADDER[:-1]},
        overdue=Count("pk", filter=Q(person__road__due_on__lt=day)),
    )
    return render_list(
        request,
        "development/activist_list.html",
        rows,
        columns=activist_columns(day),
        filters=ActivistFilter,
        title=_("Register of activists"),
        context={
            "tabs": tabs(visitor, "development:activist_list"),
            "figures": [(stage.label, counts[stage.value], stage.value) for stage in Membership.LADDER[:-1]],
            "overdue": counts["overdue"],
            "may_record": visitor.can(RECORD),
            "may_import": visitor.can(IMPORT),
        },
    )


@needs(VIEW)
@never_cache
@once
def activist_export(request: HttpRequest) -> HttpResponse:
    """The register of activists as a workbook."""
    return export_page(request, ACTIVISTS)


@needs(RECORD)
@once
def activist_new(request: HttpRequest) -> HttpResponse:
    """Enter an applicant: the person, the branch and the day of the application."""
    by: Any = request.user
    person_form = ApplicantForm(request.POST or None, instance=Person())
    form = ApplicationForm(request.POST or None, by=by)
    if request.method == "POST" and all([person_form.is_valid(), form.is_valid()]):
        said = form.cleaned_data
        personal = person_form.values()
        name = personal.pop("name")
        newcomer = NewMember(name, said["organization"], Stage.APPLICANT, personal)
        try:
            road = actions.apply(
                newcomer,
                on=said["on"],
                by=by,
                reference=said["reference"],
                papers=["application"] if said["application"] else [],
            )
        except ValidationError as fault:
            form.add_error(None, ValidationError(fault.messages))
        else:
            messages.success(request, _("%(name)s is entered. Next: the talk.") % {"name": name})
            return redirect(road)
    return render(
        request,
        "development/activist_new.html",
        {"person_form": person_form, "form": form},
        status=422 if request.method == "POST" else 200,
    )


# --- one road ---


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


def _road(request: HttpRequest, uid: str, permission: str = VIEW) -> Road:
    """A road in the visitor's scope, by the uid of its person."""
    visitor: Any = request.user
    rows = Road.objects.visible_to(visitor, permission).select_related("person__organization")
    found: Road = get_object_or_404(rows, person__uid=uid)
    return found


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
    found = _road(request, uid)
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
    found = _official(request, uid)
    return render(request, "development/road_print.html", shown(found, request.user, today()))


def _official(request: HttpRequest, uid: str, permission: str = VIEW) -> Road:
    """A road at a place where the permission is held: being on it oneself is not enough."""
    visitor: Any = request.user
    found = _road(request, uid, permission)
    if not visitor.can(permission, at=found.person.organization):
        raise Http404
    return found


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


# --- what is done on it ---


@needs(RECORD, APPROVE)
@once
def step(request: HttpRequest, uid: str, step: int) -> HttpResponse:
    """Record a step, or correct it where it is recorded."""
    by: Any = request.user
    found = _official(request, uid, RECORD if by.can(RECORD) else APPROVE)
    kind = BY_NUMBER.get(step)
    if kind is None:
        raise Http404
    if not actions.may_record(by, step, found):
        raise PermissionDenied
    record = (
        StepRecord.objects.visible_to(by, VIEW).live().filter(road=found, step=step, extends_by=None).first()
    )
    form = StepForm(kind, found, request.POST or None, record=record)
    if request.method == "POST":
        _keep_scans(request, found, form)
        if form.is_valid():
            try:
                if record:
                    actions.correct(record, form.particulars(), reason=form.cleaned_data["reason"], by=by)
                else:
                    actions.record_step(found, step, form.particulars(), by=by)
            except ValidationError as fault:
                _add(form, fault)
            else:
                messages.success(
                    request, _("Step %(step)s “%(name)s” is recorded.") % {"step": step, "name": kind.name}
                )
                return redirect(found)
    return render(
        request,
        "development/step.html",
        {
            "road": found,
            "person": found.person,
            "step": kind,
            "record": record,
            "form": form,
            "limit": limit(step, past_of(found), today()),
            "scans": [
                (paper, list(Attachment.objects.of(paper)))
                for paper in found.papers.all()
                if paper.code in {own.code for own in kind.papers}
            ],
        },
        status=422 if request.method == "POST" else 200,
    )


def _keep_scans(request: HttpRequest, found: Road, form: StepForm) -> None:
    """Put scans into the file at once, so that they are not lost where the rest of the form has faults."""
    for bound in form.scans:
        code = bound.name.removeprefix("scan_")
        uploads = request.FILES.getlist(bound.html_name)
        gone = request.POST.getlist(f"remove_{code}")
        if not (uploads or gone):
            continue
        try:
            actions.keep_papers(found, [code], {code: uploads}, gone=gone, by=request.user)
        except ValidationError as fault:
            form.add_error(bound.name, fault)


def _add(form: forms.Form, fault: ValidationError) -> None:
    """Say faults at their fields; what belongs to no field of the form stands above it."""
    if hasattr(fault, "error_dict"):
        for name, found in fault.message_dict.items():
            form.add_error(name if name in form.fields else None, found)
    else:
        form.add_error(None, fault.messages)


def _act(
    request: HttpRequest,
    found: Road,
    form: forms.BaseForm,
    act: Callable[[dict[str, Any]], Any],
    words: dict[str, str],
) -> HttpResponse:
    """A page that does one thing on a road with what its form says."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except ValidationError as fault:
            _add(form, fault)  # type: ignore[arg-type]  # plain and model forms alike
        else:
            messages.success(request, words["done"])
            return redirect(found)
    return render(
        request,
        "development/act.html",
        {"road": found, "person": found.person, "form": form, "back": found.get_absolute_url(), **words},
        status=422 if request.method == "POST" else 200,
    )


@needs(RECORD, APPROVE)
@once
def step_take_back(request: HttpRequest, uid: str) -> HttpResponse:
    """Take back the step that was entered last."""
    by: Any = request.user
    found = _official(request, uid, RECORD if by.can(RECORD) else APPROVE)
    record = actions.last_record(found)
    if record is None:
        raise Http404
    name = record.kind.name if record.extends_by is None else _("Extension of probation")
    return _act(
        request,
        found,
        ReasonForm(request.POST or None),
        lambda said: actions.take_back(record, by=by, **said),
        {
            "title": _("Take back step %(step)s “%(name)s”") % {"step": record.step, "name": name},
            "label": _("Take back"),
            "hint": _(
                "The step counts as not done again, and the stage it carried falls with it. Papers stay in the file."
            ),
            "done": _("Step %(step)s “%(name)s” is taken back.") % {"step": record.step, "name": name},
        },
    )


@needs(RECORD)
@once
def extend(request: HttpRequest, uid: str) -> HttpResponse:
    """Extend the probation, once."""
    by: Any = request.user
    found = _official(request, uid, RECORD)
    form = StepForm(BY_NUMBER[at.CONFIRMATION], found, request.POST or None, extension=True)
    return _act(
        request,
        found,
        form,
        lambda _said: actions.record_step(found, at.CONFIRMATION, form.particulars(), by=by),
        {
            "title": _("Extend the probation of %(name)s") % {"name": found.person},
            "label": _("Extend"),
            "hint": _("The general meeting has decided to go on examining. The day is that of the meeting."),
            "done": _("The probation is extended."),
        },
    )


@needs(RECORD)
@once
def examine(request: HttpRequest, uid: str) -> HttpResponse:
    """Record a half-yearly examination."""
    by: Any = request.user
    found = _official(request, uid, RECORD)
    return _act(
        request,
        found,
        ExaminationForm(request.POST or None),
        lambda said: actions.examine(
            found, on=said["held_on"], result=said["result"], note=said["note"], by=by
        ),
        {
            "title": _("Examination of %(name)s") % {"name": found.person},
            "label": _("Record"),
            "hint": _("The branch examines every activist each half year."),
            "done": _("The examination is recorded."),
        },
    )


@needs(RECORD)
@once
def examination_take_back(request: HttpRequest, uid: str) -> HttpResponse:
    """Take back an examination entered by mistake."""
    by: Any = request.user
    rows = Examination.objects.visible_to(by, RECORD).live().select_related("road__person__organization")
    examination: Examination = get_object_or_404(rows, uid=uid)
    return _act(
        request,
        examination.road,
        ReasonForm(request.POST or None),
        lambda said: actions.take_back_examination(examination, by=by, **said),
        {
            "title": _("Take back the examination of %(day)s") % {"day": examination.held_on},
            "label": _("Take back"),
            "hint": _("It counts as not held. The audit log keeps that it was entered."),
            "done": _("The examination is taken back."),
        },
    )


@needs(RECORD)
@once
def stop(request: HttpRequest, uid: str) -> HttpResponse:
    """The application is withdrawn, or the branch ends the development."""
    by: Any = request.user
    found = _official(request, uid, RECORD)
    return _act(
        request,
        found,
        StopForm(request.POST or None),
        lambda said: actions.stop(found, by=by, **said),
        {
            "title": _("End the development of %(name)s") % {"name": found.person},
            "label": _("End the development"),
            "hint": _("The person leaves the register from that day on. Steps and papers stay on record."),
            "done": _("The development is ended."),
        },
    )

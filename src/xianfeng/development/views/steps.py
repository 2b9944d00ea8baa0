"""What is recorded on a road: steps, examinations, extension and end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from xianfeng.audit.once import once
from xianfeng.core.forms import add_faults
from xianfeng.core.pages import needs
from xianfeng.core.periods import today
from xianfeng.files.models import Attachment

from .. import actions
from .. import steps as at
from ..forms import (
    ExaminationForm,
    ReasonForm,
    StepForm,
    StopForm,
)
from ..limits import limit
from ..models import Examination, Road, StepRecord
from ..permissions import APPROVE, RECORD, VIEW
from ..reading import past_of
from ..steps import BY_NUMBER
from .road import official_road_or_404


@needs(RECORD, APPROVE)
@once
def step(request: HttpRequest, uid: str, step: int) -> HttpResponse:
    """Record a step, or correct it where it is recorded."""
    by: Any = request.user
    found = official_road_or_404(request, uid, RECORD if by.can(RECORD) else APPROVE)
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
                add_faults(form, fault)
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
            add_faults(form, fault)
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
    found = official_road_or_404(request, uid, RECORD if by.can(RECORD) else APPROVE)
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
    found = official_road_or_404(request, uid, RECORD)
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
    found = official_road_or_404(request, uid, RECORD)
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
    found = official_road_or_404(request, uid, RECORD)
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

"""The register of activists: its list, its workbook, and who is entered in it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from xianfeng.audit.once import once
from xianfeng.core.lists import render_list
from xianfeng.core.pages import needs
from xianfeng.core.periods import today
from xianfeng.members.actions import NewMember
from xianfeng.members.models import Membership, Memberships
from xianfeng.members.pages.shared import tabs
from xianfeng.members.views.exports import export_page
from xianfeng.people.models import Person

from .. import actions
from .. import steps as at
from ..columns import activist_columns
from ..exports import ACTIVISTS
from ..forms import (
    ActivistFilter,
    ApplicantForm,
    ApplicationForm,
)
from ..models import Road, StepRecord
from ..permissions import IMPORT, RECORD, VIEW

Stage = Membership.Stage


def on_the_way(visitor: Any, day: date) -> Memberships:
    """Applicants, activists, candidates and probationary members, and full members whose road is not finished."""
    spells: Memberships = Membership.objects.visible_to(visitor, VIEW).on(day)
    going_on = Road.objects.filter(next_step__isnull=False)
    return spells.filter(~Q(stage=Stage.FULL) | Q(person__in=going_on.values("person")))


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

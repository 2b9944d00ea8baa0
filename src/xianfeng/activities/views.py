"""Pages of activities: the list, one activity, and the one page on which it is entered and corrected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xianfeng.audit import events
from xianfeng.audit.moves import Refused
from xianfeng.audit.once import once
from xianfeng.audit.sentences import sentence
from xianfeng.core.display import day as spoken
from xianfeng.core.lists import render_list
from xianfeng.core.numbers import from_units
from xianfeng.core.pages import needs
from xianfeng.core.periods import Period, today
from xianfeng.files.models import Attachment
from xianfeng.files.storing import remove, store
from xianfeng.ledger.measures import MeasureDeclaration, declared
from xianfeng.ledger.models import Entry
from xianfeng.organizations.choices import branches
from xianfeng.organizations.models import Organization
from xianfeng.organizations.permissions import HOME
from xianfeng.people.models import Person

from . import actions
from .checks import Particulars
from .columns import ACTIVITIES, OWN_BRANCH, TONES
from .due import last_of, proposed
from .duties import duties
from .forms import ActivityFilter, ActivityForm, OwnBranchFilter, beginning
from .models import Activity, Attendance, Kind
from .permissions import CHANGE, VIEW
from .todo import todo

Status = Activity.Status

STATE_TONES = {
    Attendance.State.PRESENT: "ok",
    Attendance.State.MADE_UP: "ok",
    Attendance.State.LEAVE: "none",
    Attendance.State.ABSENT: "check",
    Attendance.State.EXEMPT: "closed",
}

# --- the list ---


@needs(VIEW)
def activity_list(request: HttpRequest) -> HttpResponse:
    """Activities in the visitor's scope, the latest first, and what the own branch has still to hold."""
    visitor: Any = request.user
    rows = (
        Activity.objects.visible_to(visitor, VIEW)
        .with_counts()
        .select_related("organization", "recorded_by")
        .order_by("-held_on", "-pk")
    )
    one_branch = len(branches(visitor, VIEW)[:2]) == 1
    may_record = visitor.can(CHANGE)
    own = own_branch(visitor) if may_record else None
    return render_list(
        request,
        "activities/activity_list.html",
        rows,
        columns=OWN_BRANCH if one_branch else ACTIVITIES,
        filters=OwnBranchFilter if one_branch else ActivityFilter,
        title=_("Activities"),
        context={"may_record": may_record, **(todo(own, today()) if own else {})},
    )


def own_branch(visitor: Any) -> Organization | None:
    """The branch a visitor records for, when it is exactly one."""
    found = list(branches(visitor, CHANGE)[:2])
    return found[0] if len(found) == 1 else None


@needs(HOME)
def branch_activities(request: HttpRequest, code: str) -> HttpResponse:
    """What a branch owes in the periods around today, and what it held last: a panel of the branch's page.

    Everybody inside sees what is planned and what was held, without talks and without who came.
    """
    visitor: Any = request.user
    branch = get_object_or_404(Organization.objects.visible_to(visitor, HOME).branches(), code=code)
    looks_after = visitor.can(VIEW, at=branch)
    latest = Activity.objects.visible_to(visitor, HOME).recorded().filter(organization=branch)
    latest = latest if looks_after else latest.exclude(kind=Kind.TALK)
    template = "activities/branch_activities.html"
    return render(
        request,
        f"{template}#panel" if request.headers.get("HX-Request") else template,
        {
            "organization": branch,
            "duties": duties(branch, Period.of(today())),
            "latest": latest.with_counts().order_by("-held_on", "-pk")[:6],
            "looks_after": looks_after,
        },
    )


# --- one activity ---


@dataclass(frozen=True, slots=True)
class Counted:
    """What an activity counts for."""

    measure: MeasureDeclaration
    done: Decimal
    due: Decimal


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history."""

    act: str
    who: str
    at: datetime
    reason: str


@needs(VIEW)
def activity_detail(request: HttpRequest, uid: str) -> HttpResponse:
    """What was held, who came, what it counts for, its evidence and its history."""
    visitor: Any = request.user
    rows = Activity.objects.visible_to(visitor, VIEW).select_related("organization", "led_by", "recorded_by")
    activity = get_object_or_404(rows, uid=uid)
    lines = list(activity.attendances.select_related("person").order_by("person__number"))
    may_change = visitor.can(CHANGE, activity)
    return render(
        request,
        "activities/activity_detail.html",
        {
            "activity": activity,
            "tone": TONES[activity.status],
            "states": by_state(lines),
            "due": sum(line.state != Attendance.State.EXEMPT for line in lines),
            "present": sum(line.state in Attendance.ATTENDED for line in lines),
            "nobody_due": activity.kind in Kind.taken_part(),
            "missed": [line for line in lines if line.state in Attendance.MISSED] if may_change else [],
            "counted": counted(activity),
            "attachments": Attachment.objects.of(activity),
            "history": history(activity),
            "may_change": may_change,
            "is_recorded": activity.status == Status.RECORDED,
            "is_open": activity.status != Status.CANCELLED,
            "today": today(),
        },
    )


def by_state(lines: list[Attendance]) -> list[dict[str, Any]]:
    """The names under each state that occurs, in the order of the states."""
    return [
        {"label": state.label, "tone": STATE_TONES[state], "lines": found}
        for state in Attendance.State
        if (found := [line for line in lines if line.state == state])
    ]


def counted(activity: Activity) -> list[Counted]:
    """The facts of an activity, summed by measure."""
    known = declared()
    sums = (
        Entry.objects.of(activity).order_by().values_list("measure__code").annotate(Sum("done"), Sum("due"))
    )
    return [
        Counted(known[code], from_units(done), from_units(due))
        for code, done, due in sorted(sums)
        if (done or due) and code in known
    ]


def history(activity: Activity) -> list[Happened]:
    """Who did what with this record, the latest first."""
    return [
        Happened(sentence(event), str(event.actor or ""), event.at, (event.details or {}).get("reason", ""))
        for event in events.history(activity)
    ]


class MadeUpForm(forms.Form):
    """Who has made up for an activity, and when."""

    people = forms.MultipleChoiceField(required=False)
    on = forms.DateField()

    def __init__(self, data: Any, missed: list[Attendance]) -> None:
        super().__init__(data)
        self.missed = {line.person.uid: line.person for line in missed}
        people: Any = self.fields["people"]
        people.choices = [(uid, person.name) for uid, person in self.missed.items()]

    def chosen(self) -> list[Person]:
        return [self.missed[uid] for uid in self.cleaned_data["people"]]


@needs(CHANGE)
@require_POST
@once
def activity_made_up(request: HttpRequest, uid: str) -> HttpResponse:
    """Enter who has made up for an activity."""
    by: Any = request.user
    activity = get_object_or_404(Activity.objects.visible_to(by, CHANGE), uid=uid)
    missed = list(activity.attendances.filter(state__in=Attendance.MISSED).select_related("person"))
    form = MadeUpForm(request.POST, missed)
    try:
        if not form.is_valid():
            raise ValidationError(_("Please mark who has made up for it, and enter the day."))
        actions.make_up(activity, form.chosen(), on=form.cleaned_data["on"], by=by)
    except ValidationError as fault:
        messages.error(request, fault.messages[0])
    else:
        messages.success(request, _("Entered. Attendance counts as made up."))
    return redirect(activity)


# --- entering ---


@needs(CHANGE)
@once
def activity_new(request: HttpRequest) -> HttpResponse:
    """Enter an activity: one short page. `?kind=` says which; `?again=1` begins with what was there the last time."""
    visitor: Any = request.user
    found = list(branches(visitor, CHANGE))
    asked = request.POST.get("branch") or request.GET.get("branch") or ""
    chosen = [branch for branch in found if branch.code == asked] if asked else found
    if len(chosen) != 1:
        return render(
            request, "activities/choose_branch.html", {"branches": found, "kind": request.GET.get("kind", "")}
        )
    [branch] = chosen
    kind = request.POST.get("kind") or request.GET.get("kind") or ""
    if kind not in Kind.values:
        kind = suggested(branch)
    if request.method == "POST":
        return entered(request, kind, branch, draft_of(request, branch))
    again = request.GET.get("again") == "1"
    form = ActivityForm(kind, branch, start=beginning(kind, branch, visitor=visitor, again=again))
    return page(request, form, None, again=again)


@needs(CHANGE)
@once
def activity_edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Correct a recorded activity, or go on with a draft."""
    visitor: Any = request.user
    rows = Activity.objects.visible_to(visitor, CHANGE).select_related("organization", "led_by")
    activity: Activity = get_object_or_404(rows, uid=uid)
    if activity.status == Status.CANCELLED:
        messages.error(
            request, _("A cancelled record can no longer be changed. Please record the activity anew.")
        )
        return redirect(activity)
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        return entered(
            request, kind if kind in Kind.values else activity.kind, activity.organization, activity
        )
    form = ActivityForm(
        activity.kind, activity.organization, activity=activity, start=Particulars.of(activity)
    )
    return page(request, form, activity)


def suggested(branch: Organization) -> str:
    """The kind a branch is most likely to record now: what is owed and not yet held, this month's first."""
    month = Period.of(today())
    still_open = [duty.kind for duty in duties(branch, month) if duty.is_open and duty.period.kind != "year"]
    return Kind.PARTY_DAY if Kind.PARTY_DAY in still_open or not still_open else still_open[0]


def draft_of(request: HttpRequest, branch: Organization) -> Activity | None:
    """The draft that this very page has left behind, because a file came with a form that had faults."""
    by: Any = request.user
    drafts = Activity.objects.visible_to(by, CHANGE).filter(status=Status.DRAFT, organization=branch)
    found: Activity | None = drafts.filter(uid=request.POST.get("draft", ""), recorded_by=by).first()
    return found


def entered(request: HttpRequest, kind: str, branch: Organization, activity: Activity | None) -> HttpResponse:
    """What was sent. With faults the page comes back with everything that was typed, and files are kept."""
    by: Any = request.user
    start = Particulars.of(activity) if activity else beginning(kind, branch, visitor=by)
    form = ActivityForm(kind, branch, request.POST, request.FILES, activity=activity, start=start)
    as_draft = request.POST.get("act") == "draft" and not (activity and activity.status == Status.RECORDED)
    accepted = form.is_valid() if as_draft or "switch" in request.POST else form.check()
    activity, kept = keep_files(request, form, activity)
    if "switch" in request.POST:
        return switched(request, form, activity)
    if not (accepted and kept):
        return page(request, form, activity, status=422)
    particulars = form.particulars()
    try:
        if as_draft:
            saved = actions.save_draft(activity or Activity(organization=branch), particulars, by=by)
        elif activity is None:
            [saved] = actions.record_many([actions.Recording(particulars, form.roll)], by=by)
        elif activity.status == Status.DRAFT:
            saved = actions.save_draft(activity, particulars, by=by)
            actions.record(saved, by=by)
        else:
            version = request.POST.get("version", "")
            seen = int(version) if version.isdigit() else None
            saved = actions.correct(activity, particulars, by=by, version=seen)
    except ValidationError as fault:  # somebody else was quicker
        form.add_error(None, fault.messages)
        return page(request, form, activity, status=409 if isinstance(fault, Refused) else 422)
    messages.success(
        request,
        _("Kept as a draft. It does not count yet.")
        if as_draft
        else _("Recorded: %(what)s.") % {"what": saved},
    )
    return redirect(saved)


def keep_files(
    request: HttpRequest, form: ActivityForm, activity: Activity | None
) -> tuple[Activity | None, bool]:
    """Attach what was sent, to a draft if nothing is stored yet; returns the row and whether every file was taken."""
    uploads = request.FILES.getlist("evidence") if "evidence" in form.fields else []
    by: Any = request.user
    changed, kept = False, True
    if uploads and activity is None:
        taken = Activity.objects.filter(uid=form.new_uid).exists()
        activity = (
            Activity(organization=form.organization)
            if taken
            else Activity(organization=form.organization, uid=form.new_uid)
        )
        actions.save_draft(activity, form.particulars(), by=by)
    if activity is None:
        return None, True
    for upload in uploads:
        try:
            store(upload, target=activity, permission=VIEW, by=by)
            changed = True
        except ValidationError as fault:
            form.add_error("evidence", fault)
            kept = False
    if gone := request.POST.getlist("remove"):
        for attachment in Attachment.objects.of(activity).filter(uid__in=gone):
            remove(attachment, by)
            changed = True
    if changed and activity.status == Status.RECORDED:
        events.record("activities.evidence", by=by, obj=activity, at=activity.organization)
    return activity, kept


def switched(request: HttpRequest, form: ActivityForm, activity: Activity | None) -> HttpResponse:
    """The same page for another kind, with what was typed."""
    kind = request.POST["switch"]
    if kind not in Kind.values:
        return page(request, form, activity, status=422)
    typed = form.particulars()
    last = last_of(Kind(kind), form.organization) if kind in Kind.chosen() else None
    states = typed.states if alike(form.kind, kind) else proposed(Kind(kind), form.roll, last)
    start = replace(typed, kind=kind, states=dict(states))
    return page(request, ActivityForm(kind, form.organization, activity=activity, start=start), activity)


def alike(one: str, other: str) -> bool:
    """Whether the same people are due at two kinds."""
    return any(one in group and other in group for group in (Kind.whole_branch(), Kind.taken_part()))


def last_time(kind: Kind, branch: Organization) -> list[str]:
    """When, where and what it was the last time, for kinds of which something repeats."""
    last = last_of(kind, branch) if kind != Kind.TALK else None
    return [text for text in (spoken(last.held_on), last.venue, last.topic) if text] if last else []


def page(
    request: HttpRequest,
    form: ActivityForm,
    activity: Activity | None,
    *,
    again: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page of entering and correcting."""
    return render(
        request,
        "activities/activity_form.html",
        {
            "form": form,
            "activity": activity,
            "kinds": Kind.choices,
            "attachments": Attachment.objects.of(activity) if activity else [],
            "last": []
            if activity or form.is_bound or again
            else last_time(Kind(form.kind), form.organization),
            "may_draft": activity is None or activity.status == Status.DRAFT,
        },
        status=status,
    )

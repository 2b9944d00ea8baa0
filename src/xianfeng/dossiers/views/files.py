"""A member's file: reading it, stating a reason for its restricted part, keeping it, photo, papers, the sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from xianfeng.audit.once import once
from xianfeng.core.downloads import WORD, download
from xianfeng.core.pages import SIGNED_IN, locked_when_sent, needs
from xianfeng.core.periods import today
from xianfeng.core.visits import open_visit
from xianfeng.members import actions as member_actions
from xianfeng.members import hardship
from xianfeng.members import permissions as members
from xianfeng.members.forms import PartyForm
from xianfeng.members.pages.hardship import VisitForm
from xianfeng.members.pages.shared import form_page
from xianfeng.people import permissions as people
from xianfeng.people.models import Person

from .. import actions, permissions
from ..forms import FilePersonForm, PaperForm, ParticularsForm, PhotoForm, ReasonForm
from ..life import whole_life
from ..models import Paper, Particulars
from ..reading import VISIT, File, may_be_put, read_file, rights
from ..sheet import sheet, word

RESTRICTED = (permissions.SENSITIVE, permissions.SANCTIONS, people.REVEAL)


def one(request: HttpRequest, permission: str, uid: str) -> Person:
    """A person with a party record in the visitor's scope; locked when it is about to change."""
    visitor: Any = request.user
    found = Person.objects.visible_to(visitor, permission).filter(member__isnull=False)
    found = locked_when_sent(request, found, "member", "organization")
    person: Person = get_object_or_404(found, uid=uid)
    return person


@needs(members.VIEW, SIGNED_IN)
@never_cache
@sensitive_variables()
def file(request: HttpRequest, uid: str) -> HttpResponse:
    """A member's file. Officers see those of their branches; one's own has a page of its own."""
    person = one(request, members.VIEW, uid)
    if person.pk == request.user.pk:
        return redirect("dossiers:my_file")
    return _shown(request, person)


@needs(SIGNED_IN)
@never_cache
@sensitive_variables()
def my_file(request: HttpRequest) -> HttpResponse:
    """The reader's own file, whole, with a way to ask for corrections."""
    reader: Any = request.user
    if getattr(reader, "member", None) is None:
        return render(request, "members/no_record.html", {})
    return _shown(request, reader)


def _shown(request: HttpRequest, person: Any) -> HttpResponse:
    visitor: Any = request.user
    found = read_file(request, person, today())
    may = found.rights
    if may.opened:
        actions.read(person, by=visitor, reason=may.reason)
    # Cases of hardship have a reason of their own.
    reason = ""
    if visitor.can(members.HARDSHIP) or visitor.can(members.HARDSHIP_NAMED):
        reason = hardship.reason_of(request)
    passages = whole_life(
        person,
        visitor,
        found.spells,
        awards=found.awards,
        training=found.training,
        on=found.on,
        restricted=bool(reason),
    )
    if any(passage.restricted for passage in passages):
        hardship.opened(visitor, reason, cases=1)
    groups = found.groups()
    return render(
        request,
        "dossiers/file.html",
        {
            "file": found,
            "person": person,
            "may": may,
            "groups": groups,
            "filled": sum(len(g.pairs) - len(g.empty) for g in groups),
            "fields": sum(len(g.pairs) for g in groups),
            "passages": passages,
            "registers": _registers(found),
        },
    )


def _registers(found: File) -> list[dict[str, Any]]:
    """What is entered about a person, register by register; empty ones for whoever may fill them."""
    may = found.rights
    return [
        {"code": code, "title": title, "rows": rows, "may_enter": entering, "add": add}
        for code, title, rows, entering, reading, add in (
            ("workpost", _("Posts at work"), found.work_posts, may.keep, True, _("Enter a post")),
            ("award", _("Awards"), found.awards, may.keep, True, _("Enter an award")),
            ("training", _("Training"), found.training, may.keep, True, _("Enter training")),
            (
                "sanction",
                _("Sanctions"),
                found.sanctions,
                may.sanctions and not may.own and bool(may.reason),
                may.reads_sanctions,
                _("Enter a sanction"),
            ),
        )
        if reading and (rows or (entering and not may.own))
    ]


@needs(*RESTRICTED)
@require_POST
@once
def open_file(request: HttpRequest, uid: str) -> HttpResponse:
    """State for what work the restricted part is opened."""
    person = one(request, members.VIEW, uid)
    form = VisitForm(request.POST)
    if not form.is_valid():
        return _asked(request, person, form)
    open_visit(request, VISIT, form.cleaned_data["reason"])
    target = request.POST.get("then", "")
    return redirect("dossiers:edit" if target == "edit" else "dossiers:file", uid)


def _asked(request: HttpRequest, person: Person, form: VisitForm) -> HttpResponse:
    return form_page(
        request,
        form,
        title=_("Open the restricted part"),
        label=_("Open"),
        above=(person.name, reverse("dossiers:file", args=[person.uid])),
        hint=_("Each opening is kept in the audit log with your name, the time and the reason."),
    )


@needs(permissions.KEEP)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@once
def edit(request: HttpRequest, uid: str) -> HttpResponse:
    """All particulars in one form; who somebody is and the dates of the party only for whoever keeps the register."""
    person = one(request, permissions.KEEP, uid)
    may = rights(request, person)
    row = Particulars.objects.filter(person=person).first() or Particulars(person=person)
    posted = request.POST if request.method == "POST" else None
    sensitive = may.sensitive and may.opened
    person_form = FilePersonForm(posted, instance=person, may_identify=may.identify)
    form = ParticularsForm(posted, instance=row, sensitive=sensitive)
    party_form = PartyForm(posted, instance=person.member) if may.identify else None
    if sensitive and posted is None:
        actions.read(person, by=request.user, reason=may.reason)
    forms = [f for f in (person_form, form, party_form) if f is not None]
    if posted is not None and not [f for f in forms if not f.is_valid()]:  # each says its faults
        # The forms have put their values on the rows they were given.
        person = Person.objects.get(pk=person.pk)
        try:
            member_actions.change(
                person,
                by=request.user,
                personal=person_form.values(),
                party=party_form.cleaned_data if party_form else {},
            )
            actions.change(person, form.values(), by=request.user)
        except ValidationError as fault:
            person_form.add_error(None, ValidationError(fault.messages))
        else:
            messages.success(request, _("Saved."))
            return redirect("dossiers:file", uid)
    context = {
        "person": person,
        "person_form": person_form,
        "form": form,
        "party_form": party_form,
        "may": may,
    }
    return render(request, "dossiers/edit.html", context, status=422 if posted is not None else 200)


@needs(permissions.KEEP)
@once
def photo(request: HttpRequest, uid: str) -> HttpResponse:
    """Put a photo into the file, or take it out."""
    person = one(request, permissions.KEEP, uid)
    if request.method == "POST" and "remove" in request.POST:
        actions.remove_photo(person, by=request.user)
        messages.success(request, _("The photo is taken out."))
        return redirect("dossiers:file", uid)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_photo(person, form.cleaned_data["photo"], by=request.user)
        except ValidationError as fault:
            form.add_error("photo", ValidationError(fault.messages))
        else:
            messages.success(request, _("Saved."))
            return redirect("dossiers:file", uid)
    found = actions.photo_of(Particulars.objects.filter(person=person).first())
    context = {"person": person, "form": form, "photo": found}
    return render(request, "dossiers/photo.html", context, status=422 if form.is_bound else 200)


@needs(permissions.KEEP)
@once
def paper_new(request: HttpRequest, uid: str) -> HttpResponse:
    """Put a paper into the file, or further scans to one that lies there."""
    person = one(request, permissions.KEEP, uid)
    found = read_file(request, person, today())
    codes = may_be_put(found)
    wanted = request.GET.get("paper", "")
    form = PaperForm(
        request.POST or None,
        request.FILES or None,
        codes=codes,
        initial={
            "code": wanted
            if wanted in codes
            else next((p.kind.code for p in found.missing if p.kind.code in codes), codes[0])
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_paper(person, by=request.user, **form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, ValidationError(fault.messages))
        else:
            messages.success(request, _("The paper lies in the file."))
            return redirect("dossiers:file", uid)
    context = {"person": person, "form": form, "missing": found.missing}
    return render(request, "dossiers/paper.html", context, status=422 if form.is_bound else 200)


@needs(permissions.KEEP)
@once
def paper_take_out(request: HttpRequest, uid: str) -> HttpResponse:
    """Take a paper and its scans out of the file, with a reason."""
    visitor: Any = request.user
    paper = get_object_or_404(
        Paper.objects.visible_to(visitor, permissions.KEEP).live().select_related("person__organization"),
        uid=uid,
    )
    form = ReasonForm(request.POST or None)
    above = (paper.person.name, reverse("dossiers:file", args=[paper.person.uid]))
    if form.is_valid():
        actions.take_out(paper, reason=form.cleaned_data["reason"], by=visitor)
        messages.success(request, _("The paper is taken out of the file."))
        return redirect(above[1])
    return form_page(
        request,
        form,
        title=_("Take “%(paper)s” out of the file") % {"paper": paper},
        label=_("Take out"),
        above=above,
        hint=_("Its scans leave the file too. The log keeps who did it and why."),
    )


# -- the sheet --


def _of(request: HttpRequest, uid: str) -> File:
    """The file whose sheet is asked for; in full for one's own, or where the restricted part is open, which is audited."""
    person = one(request, members.VIEW, uid)
    found = read_file(request, person, today())
    if found.rights.opened:
        actions.read(person, by=request.user, reason=found.rights.reason, sheet=True)
    return found


@needs(members.VIEW, SIGNED_IN)
@never_cache
@sensitive_variables()
def file_print(request: HttpRequest, uid: str) -> HttpResponse:
    """The information sheet for the printer."""
    found = _of(request, uid)
    return render(
        request, "dossiers/sheet.html", {"file": found, "sheet": sheet(found), "person": found.person}
    )


@needs(members.VIEW, SIGNED_IN)
@never_cache
@sensitive_variables()
def file_word(request: HttpRequest, uid: str) -> HttpResponse:
    """The same as a Word document."""
    found = _of(request, uid)
    name = f"党员基本信息采集表_{found.person.number or found.person.name}.docx"
    return download(word(found), name, WORD, private=True)

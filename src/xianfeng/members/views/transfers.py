"""Transfers: the list, one transfer with its moves, and the ways to begin one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from xianfeng.audit import events
from xianfeng.audit.models import Event
from xianfeng.audit.moves import moves_of
from xianfeng.audit.once import once
from xianfeng.audit.sentences import sentence
from xianfeng.core.components import Step
from xianfeng.core.display import iso
from xianfeng.core.downloads import WORD, download
from xianfeng.core.lists import render_list
from xianfeng.core.pages import SIGNED_IN, needs
from xianfeng.core.periods import today
from xianfeng.people import permissions as people

from .. import letters, permissions, transfers
from ..filters import TransferFilter
from ..models import Transfer
from ..pages.shared import form_page, tabs
from ..pages.transfers import (
    InForm,
    InsideEditForm,
    InsideForm,
    OutEditForm,
    OutForm,
    tone,
    transfer_columns,
    worded,
)

Kind, Status = Transfer.Kind, Transfer.Status


def _one(request: HttpRequest, permission: str, uid: str) -> Transfer:
    """A transfer with a side in the visitor's scope."""
    visitor: Any = request.user
    found = Transfer.objects.visible_to(visitor, permission)
    transfer: Transfer = get_object_or_404(
        found.select_related("person", "sender__parent", "receiver", "begun_by", "released_by", "taken_by"),
        uid=uid,
    )
    return transfer


@needs(permissions.VIEW)
def transfer_list(request: HttpRequest) -> HttpResponse:
    """Transfers with a side in the visitor's scope, the latest first."""
    visitor: Any = request.user
    on = today()
    seen = Transfer.objects.visible_to(visitor, permissions.VIEW)
    return render_list(
        request,
        "transfers/transfer_list.html",
        seen.select_related("person", "sender", "receiver").order_by("-begun_at", "-pk"),
        columns=transfer_columns(on),
        filters=TransferFilter,
        title=_("Transfers"),
        context={
            "tabs": tabs(visitor, "members:transfer_list"),
            "open": seen.open().count(),
            "overdue": seen.overdue(on).count(),
            "may_begin": visitor.can(permissions.TRANSFER),
            "may_take_in": visitor.can(permissions.CHANGE),
        },
    )


def _above() -> tuple[str, str]:
    return _("Transfers"), reverse("members:transfer_list")


def _begin(
    request: HttpRequest, form: Any, title: str, hint: str, act: Callable[[], Transfer]
) -> HttpResponse:
    """Show a form, or do what it says."""
    if form.is_valid():
        try:
            transfer = act()
        except ValidationError as fault:
            form.add_error(None, ValidationError(fault.messages))
        else:
            messages.success(request, _("The transfer is entered; the other side has been told."))
            return redirect(transfer)
    return form_page(request, form, title=title, label=_("Enter"), above=_above(), hint=hint)


@needs(permissions.TRANSFER)
@once
def transfer_inside(request: HttpRequest) -> HttpResponse:
    """Begin a transfer between two of our branches."""
    form = InsideForm(
        request.POST or None, by=request.user, initial={"person": request.GET.get("person", "")}
    )
    return _begin(
        request,
        form,
        _("Transfer between our branches"),
        _("The other side confirms. Then the member belongs to the new branch from that day on; what happened before stays with the old one."),
        lambda: transfers.begin_inside(
            form.cleaned_data["person"],
            form.cleaned_data["receiver"],
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            by=request.user,
        ),
    )  # fmt: skip


@needs(permissions.TRANSFER)
@once
def transfer_out(request: HttpRequest) -> HttpResponse:
    """Begin a transfer out of the bureau."""
    form = OutForm(request.POST or None, by=request.user, initial={"person": request.GET.get("person", "")})

    def act() -> Transfer:
        values = form.values()
        return transfers.begin_out(
            form.cleaned_data["person"],
            values.pop("elsewhere"),
            on=values.pop("on"),
            by=request.user,
            **values,
        )

    return _begin(
        request,
        form,
        _("Transfer out of the bureau"),
        _("The party office issues the letter. Until its receipt is back the member stays on our roll."),
        act,
    )


@needs(permissions.CHANGE)
@once
def transfer_in(request: HttpRequest) -> HttpResponse:
    """Enter a letter that came."""
    form = InForm(request.POST or None, by=request.user)

    def act() -> Transfer:
        data = form.cleaned_data
        return transfers.begin_in(
            data["name"],
            data["receiver"],
            data["elsewhere"],
            stage=data["stage"],
            on=data["on"],
            by=request.user,
            personal=form.personal(),
            **form.letter(),
        )

    return _begin(
        request,
        form,
        _("Transfer into the bureau"),
        _(
            "Enter what the letter says. The branch takes the member in; then we send the receipt, within one month."
        ),
        act,
    )


def _steps(transfer: Transfer) -> list[Step]:
    """Through whose hands it goes."""

    def step(title: str, done: Any, note: str, who: Any = None) -> Step:
        state: Literal["done", "current", ""] = (
            "done" if done else "current" if transfer.is_open and not ahead else ""
        )
        if not done:
            ahead.append(title)
        return Step(title, when=note, text=str(who or ""), state=state)

    ahead: list[str] = []

    def at(moment: Any) -> str:
        return iso(moment) if moment else ""

    match transfer.kind:
        case Kind.INSIDE:
            return [
                step(_("%(branch)s lets go") % {"branch": transfer.sender}, transfer.released_at, at(transfer.released_at), transfer.released_by),
                step(_("%(branch)s takes in") % {"branch": transfer.receiver}, transfer.taken_at, at(transfer.taken_at), transfer.taken_by),
                step(_("In the new branch"), transfer.status == Status.DONE, at(transfer.on) if transfer.status == Status.DONE else ""),
            ]  # fmt: skip
        case Kind.OUT:
            return [
                step(_("Entered"), True, at(transfer.begun_at), transfer.begun_by),
                step(_("Letter issued"), transfer.issued_on, at(transfer.issued_on), transfer.released_by),
                step(_("Receipt back"), transfer.receipt_on, at(transfer.receipt_on)),
            ]
    return [
        step(_("Letter entered"), True, at(transfer.begun_at), transfer.begun_by),
        step(_("%(branch)s takes in") % {"branch": transfer.receiver}, transfer.taken_at, at(transfer.taken_at), transfer.taken_by),
        step(_("Receipt sent"), transfer.receipt_on, at(transfer.receipt_on)),
    ]  # fmt: skip


@needs(permissions.VIEW, SIGNED_IN)
def transfer_detail(request: HttpRequest, uid: str) -> HttpResponse:
    """One transfer: how far it is, its moves and what happened. Members see their own."""
    visitor: Any = request.user
    transfer = _one(request, permissions.VIEW, uid)
    on = today()
    ours = transfer.stands_at()
    history = events.history(transfer).select_related("actor")
    return render(
        request,
        "transfers/transfer_detail.html",
        {
            "transfer": transfer,
            "steps": _steps(transfer),
            "tone": tone(transfer, on),
            "word": worded(transfer, on),
            "overdue": transfer.overdue_on(on),
            "history": [
                {"act": _act(e), "at": e.at, "who": e.actor, "reason": (e.details or {}).get("reason", "")}
                for e in history
            ],
            "may_act": visitor.can(permissions.TRANSFER, transfer),
            "may_edit": transfer.status == Status.WAITING and transfer.kind != Kind.IN and _may_edit(visitor, transfer),
            "may_print": bool(transfer.issued_on) and transfer.kind == Kind.OUT and _may_print(visitor, transfer),
            "may_see_list": visitor.can(permissions.VIEW, at=ours) or (transfer.receiver is not None and visitor.can(permissions.VIEW, at=transfer.receiver)),
        },
    )  # fmt: skip


def _act(event: Event) -> str:
    """What was done, in words: of a move its label alone, the page says what it is about."""
    made = moves_of(Transfer).get(event.action.partition(".")[2])
    return str(made.label) if made else sentence(event)


def _may_edit(visitor: Any, transfer: Transfer) -> bool:
    """Whoever began it, and the office."""
    return transfer.begun_by_id == visitor.pk or bool(visitor.can(permissions.CHANGE, transfer))


def _may_print(visitor: Any, transfer: Transfer) -> bool:
    """The letter carries the whole ID number."""
    return bool(visitor.can(permissions.CHANGE, transfer) and visitor.can(people.REVEAL, at=transfer.sender))


@needs(permissions.TRANSFER)
@once
def transfer_edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Correct what a transfer that waits says."""
    visitor: Any = request.user
    transfer = _one(request, permissions.TRANSFER, uid)
    if transfer.status != Status.WAITING or transfer.kind == Kind.IN or not _may_edit(visitor, transfer):
        raise Http404
    made: Any = OutEditForm if transfer.kind == Kind.OUT else InsideEditForm
    form = made(request.POST or None, instance=transfer)
    if form.is_valid():
        # The form has put its values on the row it was given.
        kept = Transfer.objects.visible_to(visitor, permissions.TRANSFER).select_for_update(of=("self",)).get(pk=transfer.pk)  # fmt: skip
        try:
            transfers.change(kept, form.values(), by=visitor)
        except ValidationError as fault:
            form.add_error(None, ValidationError(fault.messages))
        else:
            messages.success(request, _("Saved."))
            return redirect(transfer)
    return form_page(
        request, form, title=_("Correct the transfer"), label=_("Save"), above=_above(), row=transfer
    )


def _printed(request: HttpRequest, uid: str) -> Transfer:
    """A transfer whose letter the visitor may print; that it was is kept in the audit log."""
    transfer = _one(request, permissions.CHANGE, uid)
    if not transfer.issued_on or transfer.kind != Kind.OUT or not _may_print(request.user, transfer):
        raise Http404
    visitor: Any = request.user
    events.record(
        "members.letter",
        by=visitor,
        obj=transfer,
        at=transfer.sender,
        details={"number": transfer.letter_number},
    )
    return transfer


@needs(permissions.CHANGE)
@never_cache
def transfer_letter(request: HttpRequest, uid: str) -> HttpResponse:
    """The letter in its three parts, to print."""
    transfer = _printed(request, uid)
    return render(request, "transfers/letter.html", {"transfer": transfer, "parts": letters.parts(transfer)})


@needs(permissions.CHANGE)
@never_cache
def transfer_word(request: HttpRequest, uid: str) -> HttpResponse:
    """The letter as a Word document."""
    transfer = _printed(request, uid)
    name = f"{letters.TITLE}_{transfer.letter_number}_{transfer.person}.docx"
    return download(letters.word(transfer), name, WORD)

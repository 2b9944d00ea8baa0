"""Months: the sheet of a branch, on which payments are entered, and one member's line of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xianfeng.audit import events
from xianfeng.audit.moves import Refused
from xianfeng.audit.once import once
from xianfeng.audit.sentences import sentence
from xianfeng.core.pages import SIGNED_IN, needs
from xianfeng.core.periods import Period, today
from xianfeng.ledger import permissions as ledger

from .. import actions, rules, stating
from ..columns import TONES
from ..forms import CollectionForm, DeferForm, PaymentForm
from ..models import Collection, Due
from ..permissions import CHANGE, VIEW
from ..rules import yuan
from .branch import one_branch

Status = Due.Status


def one_month(month: Period) -> Period:
    """The address of a quarter or a year names no sheet."""
    if month.kind != "month":
        raise Http404
    return month


@needs(VIEW)
@once
def collection(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """The dues of a branch for a month: tick who has paid; amounts are filled in."""
    visitor: Any = request.user
    place = one_branch(request, code)
    found = (
        Collection.objects.visible_to(visitor, VIEW)
        .filter(organization=place, month=one_month(month).start)
        .first()
    )
    may_change = visitor.can(CHANGE, at=place)
    lines = list(
        Due.objects.visible_to(visitor, VIEW)
        .filter(collection=found)
        .select_related("person")
        .order_by("person__number")
        if found
        else ()
    )
    start = min(today(), month.end)
    form = CollectionForm(lines, request.POST if request.method == "POST" else None, start=start)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if found and form.is_valid():
            number = actions.record_payments(found, form.payments(), on=form.cleaned_data["on"], by=visitor)
            messages.success(request, _("Entered: %(number)s paid.") % {"number": number})
            return redirect("dues:collection", code, month)
    return render(
        request,
        "dues/collection.html",
        {
            "organization": place,
            "collection": found,
            "month": month,
            "before": month.shifted(-1),
            "after": month.shifted(1) if month < Period.of(today()) else None,
            "form": form,
            "rows": list(form.rows),
            "tones": TONES,
            "may_change": may_change and bool(form.open),
            "missing": stating.without_base(place, month, today()),
            "owed": yuan(sum(line.owed for line in lines)),
            "received": yuan(sum(line.paid for line in lines)),
            "unpaid": sum(line.status == Status.OWED for line in lines),
        },
        status=422 if form.is_bound else 200,
    )


@needs(CHANGE)
@require_POST
@once
def collection_all(request: HttpRequest, code: str, month: Period) -> HttpResponse:
    """Everybody paid as due."""
    visitor: Any = request.user
    found = get_object_or_404(
        Collection.objects.visible_to(visitor, CHANGE),
        organization=one_branch(request, code, CHANGE),
        month=one_month(month).start,
    )
    number = actions.pay_all(found, on=min(today(), month.end), by=visitor)
    messages.success(request, _("Entered: %(number)s paid.") % {"number": number})
    return redirect("dues:collection", code, month)


@needs(VIEW, ledger.VIEW)
def collection_record(request: HttpRequest, uid: str) -> HttpResponse:
    """Where a fact leads: the sheet, for those who may see it; the own dues; else only how many have paid."""
    visitor: Any = request.user
    found = (
        Collection.objects.visible_to(visitor, VIEW).select_related("organization").filter(uid=uid).first()
    )
    if found:
        return redirect("dues:collection", found.organization.code, found.period)
    if Due.objects.visible_to(visitor, VIEW).filter(person=visitor, collection__uid=uid).exists():
        return redirect("dues:my_dues")
    row: Collection = get_object_or_404(
        Collection.objects.visible_to(visitor, ledger.VIEW)
        .select_related("organization")
        .prefetch_related("lines"),
        uid=uid,
    )
    owing = [line for line in row.lines.all() if line.status != Status.EXEMPT]
    said = _("%(done)s of %(due)s members who owe have paid in time or may pay later.") % {
        "done": sum(line.on_time for line in owing),
        "due": len(owing),
    }
    return render(request, "dues/fact.html", {"row": row, "said": said})


@needs(VIEW, SIGNED_IN)
@once
def due_detail(request: HttpRequest, uid: str) -> HttpResponse:
    """One member's dues of one month: what became of them, and putting it right."""
    visitor: Any = request.user
    line: Due = get_object_or_404(
        Due.objects.visible_to(visitor, VIEW).select_related(
            "person", "collection__organization", "reduction", "recorded_by"
        ),
        uid=uid,
    )
    may_change = visitor.can(CHANGE, line)
    form, defer = PaymentForm(line), DeferForm()
    status = 200
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        deferring = request.POST.get("act") == "defer"
        form = PaymentForm(line) if deferring else PaymentForm(line, request.POST)
        defer = DeferForm(request.POST) if deferring else DeferForm()
        bound: Any = defer if deferring else form
        status = 422
        if bound.is_valid():
            try:
                if deferring:
                    actions.defer(line, by=visitor, approval=defer.cleaned_data["approval"])
                else:
                    actions.correct_payment(
                        line,
                        fen=rules.fen(form.cleaned_data["amount"]),
                        on=form.cleaned_data["on"],
                        by=visitor,
                        version=form.cleaned_data["seen"],
                    )
            except ValidationError as fault:
                bound.add_error(None, ValidationError(fault.messages))
                status = 409 if isinstance(fault, Refused) else 422
            else:
                messages.success(request, _("Saved."))
                return redirect(line)
    return render(
        request,
        "dues/due_detail.html",
        {
            "line": line,
            "tone": TONES[line.status],
            "own": line.person_id == visitor.pk,
            "form": form,
            "defer": defer,
            "may_change": may_change,
            "may_pay": may_change and line.status != Status.EXEMPT,
            "may_defer": may_change and line.status == Status.OWED,
            "deferred_until": rules.deferred_until(line.period),
            "history": [(sentence(e), e.actor, e.at) for e in events.history(line)] if may_change else [],
        },
        status=status,
    )

"""What is kept about people: for each to read and to take along, and for the guardian to restrict and erase."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xianfeng.audit import events
from xianfeng.audit.moves import Refused
from xianfeng.audit.once import once
from xianfeng.core import inventory as declared
from xianfeng.core.columns import Column
from xianfeng.core.lists import excel, render_list
from xianfeng.core.pages import SIGNED_IN, needs
from xianfeng.core.wide import wide_table
from xianfeng.people.filters import PeopleFilter
from xianfeng.people.forms import ReasonForm
from xianfeng.people.models import Person
from xianfeng.people.permissions import PRIVACY

from . import erasure, own

ACTS = {"restrict": erasure.restrict, "lift": erasure.lift, "erase": erasure.erase}


@needs(SIGNED_IN)
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about the reader: what, why, on which basis and for how long; numbers masked."""
    return render(
        request,
        "config/privacy/my_data.html",
        {"sections": list(own.sections(request.user)), "most": own.MOST},
    )


@needs(SIGNED_IN)
@require_POST
@once
def my_file(request: HttpRequest) -> HttpResponse:
    """The same whole and in clear text, as a file to take along (个人信息保护法 art. 45)."""
    reader: Any = request.user
    events.record("privacy.take_along", by=reader, obj=reader, at=reader.organization)
    name = _("My data") + f" {reader.number or reader.account}.json"
    return JsonResponse(
        own.everything(reader),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": content_disposition_header(True, name) or "attachment"},
    )


@needs(PRIVACY)
def inventory(request: HttpRequest) -> HttpResponse:
    """Every field with personal data, with purpose, basis, class and retention."""
    rows = list(_fields())
    title = _("What is kept about people")
    if request.GET.get("format") == "xlsx":
        return excel(request, rows, _inventory_columns(), title=title)
    return render(
        request,
        "config/privacy/inventory.html",
        {"title": title, "table": wide_table(_inventory_columns(), rows), "number": len(rows)},
    )


Declared = tuple[declared.Kept, Any]


def _fields() -> Iterator[Declared]:
    for kept in declared.known().values():
        for field in apps.get_model(kept.model)._meta.concrete_fields:
            if field.name in kept.fields:
                yield kept, field


def _inventory_columns() -> list[Column]:
    def kind(row: Declared) -> str:
        return _("sensitive") if row[1].name in row[0].sensitive else _("ordinary")

    return [
        Column(
            "table",
            gettext_lazy("Kind of record"),
            lambda r: str(apps.get_model(r[0].model)._meta.verbose_name),
        ),
        Column("field", gettext_lazy("Field"), lambda r: str(r[1].verbose_name)),
        Column("class", gettext_lazy("Class"), kind),
        Column("purpose", gettext_lazy("Purpose"), lambda r: str(r[0].purpose), phone=False),
        Column("basis", gettext_lazy("Basis"), lambda r: str(r[0].basis), phone=False),
        Column("retention", gettext_lazy("Kept"), lambda r: str(r[0].retention), phone=False),
    ]


@needs(PRIVACY)
def people(request: HttpRequest) -> HttpResponse:
    """Those who are on no roll: whose data can be restricted or erased."""
    return render_list(
        request,
        "config/privacy/people.html",
        _gone(request).order_by("number"),
        columns=_people_columns(),
        filters=PeopleFilter,
        title=_("People who left"),
    )


def _people_columns() -> list[Column]:
    def state(person: Person) -> str:
        if person.name == erasure.NOBODY:
            return _("erased")
        return _("restricted") if person.restricted_on else _("kept")

    def tone(person: Person) -> str:
        return "closed" if person.name == erasure.NOBODY else "check" if person.restricted_on else "none"

    return [
        Column("number", gettext_lazy("Number"), lambda p: p.number, "code", order=("number",)),
        Column("name", gettext_lazy("Name"), lambda p: p.name, link=_page, order=("name",)),
        Column("branch", gettext_lazy("Last branch"), lambda p: p.organization and p.organization.short_name),
        Column("state", gettext_lazy("State"), state, "status", tone=tone),
    ]


def _page(person: Person) -> str:
    return reverse("privacy:person", args=[person.uid])


def _gone(request: HttpRequest) -> Any:
    """People with a party record who are on no roll."""
    guardian: Any = request.user
    found = Person.objects.visible_to(guardian, PRIVACY).filter(is_member=False, member__isnull=False)
    return found.select_related("organization")


def _one(request: HttpRequest, uid: str) -> Person:
    person: Person = get_object_or_404(_gone(request), uid=uid)
    return person


@needs(PRIVACY)
def person(request: HttpRequest, uid: str) -> HttpResponse:
    """One person: where something is kept, without the values, and what can be done."""
    return _shown(request, _one(request, uid))


def _shown(request: HttpRequest, person: Person, tried: str = "") -> HttpResponse:
    """The page; `tried` is the act whose form was sent without a reason."""
    forms = {name: ReasonForm(request.POST if name == tried else None, auto_id=f"{name}_%s") for name in ACTS}
    context = {
        "person": person,
        "forms": forms,
        "tried": forms.get(tried),
        "erased": person.name == erasure.NOBODY,
        "obstacle": erasure.obstacle(person),
        "sections": list(own.totals(person)),
    }
    return render(request, "config/privacy/person.html", context, status=422 if tried else 200)


@needs(PRIVACY)
@require_POST
@once
def act(request: HttpRequest, uid: str, act: str) -> HttpResponse:
    """Restrict, lift or erase, for a stated reason."""
    one = _one(request, uid)
    if act not in ACTS:
        raise Http404
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, one, act)
    try:
        ACTS[act](one, reason=form.cleaned_data["reason"], by=request.user)
    except Refused as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("Done; it is in the log."))
    return redirect("privacy:person", uid=one.uid)

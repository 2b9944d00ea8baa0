"""Rows that may be one person: found, shown side by side, merged or told apart."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from xianfeng.audit.once import once
from xianfeng.core.pages import needs
from xianfeng.people import merging as links
from xianfeng.people.models import Person

from .. import duplicates, merging, permissions
from ..pages.shared import PersonField, tabs

PER_PAGE = 50


class MergeForm(forms.Form):
    """The document and the reason of a merge."""

    document = forms.CharField(
        label=gettext_lazy("Document number"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("If it was decided in writing."),
    )
    reason = forms.CharField(
        label=gettext_lazy("How it was found"),
        max_length=200,
        help_text=gettext_lazy("For example: ID card compared on 27 October."),
    )


class FindForm(forms.Form):
    """Two people who were not proposed."""

    one = PersonField(label=gettext_lazy("One of the two"))
    other = PersonField(label=gettext_lazy("The other"))

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("one", "other"):
            field: Any = self.fields[name]
            field.people = _people(by)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("one") and cleaned.get("one") == cleaned.get("other"):
            self.add_error("other", _("That is the same person. Enter the other number."))
        return cleaned


def _people(visitor: Any) -> Any:
    return Person.objects.visible_to(visitor, permissions.CHANGE).exclude(number=None)


@needs(permissions.CHANGE)
@never_cache
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one person, the surest first."""
    visitor: Any = request.user
    page = Paginator(duplicates.found_by(visitor), PER_PAGE).get_page(request.GET.get("page"))
    wanted = {pk for pair in page.object_list for pk in (pair.first, pair.second)}
    people = _people(visitor).select_related("organization").in_bulk(wanted)
    return render(
        request,
        "merging/list.html",
        {
            "page": page,
            "pairs": [(people[pair.first], people[pair.second], pair.why) for pair in page.object_list],
            "tabs": tabs(visitor, "members:quality"),
            "form": FindForm(by=visitor),
        },
    )


@needs(permissions.CHANGE)
@never_cache
def duplicate_find(request: HttpRequest) -> HttpResponse:
    """Two people by number or name, to be looked at side by side."""
    form = FindForm(request.GET or None, by=request.user)
    if form.is_valid():
        return redirect("members:merge", form.cleaned_data["one"].uid, form.cleaned_data["other"].uid)
    return render(request, "merging/find.html", {"form": form}, status=422 if form.is_bound else 200)


@needs(permissions.CHANGE)
@never_cache
@once
def merge(request: HttpRequest, uid: str, other: str) -> HttpResponse:
    """Two rows side by side; which values stay; merge, or tell apart. The first is the one that is kept."""
    people = _people(request.user).select_related("organization", "member")
    kept, gone = get_object_or_404(people, uid=uid), get_object_or_404(people, uid=other)
    form = MergeForm(request.POST or None if request.POST.get("act") == "merge" else None)
    if request.method == "POST" and request.POST.get("act") == "apart":
        merging.tell_apart(kept, gone, by=request.user)
        messages.success(request, _("Noted: these are two people. They are not proposed again."))
        return redirect("members:duplicate_list")
    chosen = set(request.POST.getlist("take"))
    taken = {name for name in request.POST if name.startswith("take-") and request.POST[name] == "gone"}
    chosen |= {name.removeprefix("take-") for name in taken}
    if form.is_bound and form.is_valid():
        try:
            merging.merge(kept, gone, chosen=chosen, by=request.user, **form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, ValidationError(fault.messages))
        else:
            messages.success(
                request, _("Merged. %(number)s leads to %(name)s from now on.")
                % {"number": gone.number, "name": kept},
            )  # fmt: skip
            return redirect("members:member_detail", kept.uid)
    return render(
        request,
        "merging/merge.html",
        {
            "kept": kept,
            "gone": gone,
            "choices": merging.choices(kept, gone),
            "chosen": chosen,
            "obstacles": links.obstacles(kept, gone) if kept.pk != gone.pk else [],
            "moved": _moved(gone),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _moved(gone: Person) -> list[tuple[str, int]]:
    """What points to the row that goes, and how often. Nothing of what is hidden."""
    found = []
    for label, link in links.declared().items():
        model = label.rpartition(".")[0]
        if link.hand is None or link.hidden or label.endswith((".target", "by")) or model == "members.Member":
            continue
        if number := links.rows_of(label, gone).count():
            found.append((str(apps.get_model(model)._meta.verbose_name_plural), number))
    return found

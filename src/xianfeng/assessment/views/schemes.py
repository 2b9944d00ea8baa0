"""The assessment rules: read by all, kept by the office; and the workday table."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from xianfeng.assessment.actions import (
    clear_day,
    ensure_default_schemes,
    import_scheme,
    new_version,
    rewrite,
    set_day,
)
from xianfeng.assessment.models import Day, Scheme, WorkCalendar
from xianfeng.assessment.permissions import CALENDAR, SCHEMES, VIEW
from xianfeng.assessment.scheme import Line
from xianfeng.audit.once import once
from xianfeng.core.components import Tone
from xianfeng.core.downloads import download
from xianfeng.core.pages import needs
from xianfeng.core.periods import today
from xianfeng.ledger.measures import declared
from xianfeng.organizations.models import Organization

from . import visitor

TONES: dict[str, Tone] = {
    Scheme.Status.DRAFT: "todo",
    Scheme.Status.IN_FORCE: "ok",
    Scheme.Status.RETIRED: "closed",
}
MAX_DOCUMENT = 1_000_000


def readable(request: HttpRequest) -> Any:
    """What was issued, for everybody; drafts for whoever makes them."""
    return (Scheme.objects.issued() | Scheme.objects.visible_to(visitor(request), SCHEMES)).select_related(
        "organization"
    )


def scheme_or_404(request: HttpRequest, permission: str, code: str, number: int) -> Scheme:
    found: Scheme = get_object_or_404(
        Scheme.objects.visible_to(visitor(request), permission), code=code, number=number
    )
    return found


class DocumentForm(forms.Form):
    """A scheme as a file or as text."""

    file = forms.FileField(
        label=gettext_lazy("File (YAML)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )
    text = forms.CharField(
        label=gettext_lazy("or its text"),
        required=False,
        max_length=MAX_DOCUMENT,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Exactly one document, in UTF-8."""
        given: dict[str, Any] = super().clean() or {}
        upload = given.get("file")
        if upload:
            if upload.size > MAX_DOCUMENT:
                raise ValidationError(_("The file is too large for a scheme."))
            try:
                given["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise ValidationError(
                    _("The file is not text in UTF-8. Save it as UTF-8 and try again.")
                ) from error
        if not (given.get("text") or "").strip():
            raise ValidationError(_("Choose a file or paste its text."))
        return given


@needs(VIEW, SCHEMES)
@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """All versions, the newest year first."""
    person = visitor(request)
    rows = list(readable(request).defer("document"))
    missing = not any(row.year == today().year for row in rows)
    context = {
        "schemes": [(row, TONES[row.status]) for row in rows],
        "may_change": person.can(SCHEMES),
        "form": DocumentForm(),
        "year": today().year,
        "missing": missing,
    }
    return render(request, "assessment/scheme_list.html", context)


@needs(SCHEMES)
@require_POST
@once
def scheme_defaults(request: HttpRequest) -> HttpResponse:
    """Put the product's schemes in force for this year, where there is none yet."""
    made = ensure_default_schemes(today().year, by=visitor(request))
    messages.success(
        request, _("In force now: %(names)s") % {"names": _(", ").join(s.title for s in made) or "—"}
    )
    return redirect("assessment:scheme_list")


@needs(SCHEMES)
@require_POST
@once
def scheme_import(request: HttpRequest) -> HttpResponse:
    """Take in a document as a draft. Faults come back each with its path and its cure."""
    person = visitor(request)
    form = DocumentForm(request.POST, request.FILES)
    root = Organization.objects.visible_to(person, SCHEMES).order_by("path").first()
    if form.is_valid() and root:
        try:
            scheme = import_scheme(form.cleaned_data["text"], organization=root, by=person)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(scheme)
    rows = readable(request).defer("document")
    context = {
        "schemes": [(row, TONES[row.status]) for row in rows],
        "may_change": True,
        "form": form,
        "year": today().year,
        "missing": False,
    }
    return render(request, "assessment/scheme_list.html", context, status=422)


@needs(VIEW, SCHEMES)
@require_safe
def scheme_detail(request: HttpRequest, code: str, number: int | None = None) -> HttpResponse:
    """A scheme to be read: categories, items, standards, lines with their article. Without a version: the one in force."""
    person = visitor(request)
    rows = readable(request).filter(code=code)
    if number is None:
        in_force = rows.filter(status=Scheme.Status.IN_FORCE).first()
        scheme = in_force or get_object_or_404(rows.order_by("-number")[:1])
    else:
        scheme = get_object_or_404(rows, number=number)
    parsed = scheme.parsed
    context = {
        "scheme": scheme,
        "tone": TONES[scheme.status],
        "parsed": parsed,
        "categories": [
            (category, [(item, [_explained(line) for line in item.lines]) for item in category.items])
            for category in parsed.categories
        ],
        "bonus": parsed.bonus.lines if parsed.bonus else (),
        "vetoes": parsed.vetoes,
        "versions": rows.defer("document").order_by("-number"),
        "may_change": person.can(SCHEMES, scheme),
        "is_draft": scheme.status == Scheme.Status.DRAFT,
    }
    return render(request, "assessment/scheme_detail.html", context)


SUPPLIES = {
    "counted": gettext_lazy("counted from records"),
    "reported": gettext_lazy("reported by the branch"),
    "reviewed": gettext_lazy("marked by a reviewer"),
    "planned": gettext_lazy("not supplied yet"),
}
PERS = {
    "month": gettext_lazy("monthly"),
    "quarter": gettext_lazy("quarterly"),
    "half": gettext_lazy("half-yearly"),
    "year": gettext_lazy("yearly"),
}


def _explained(line: Line) -> tuple[Line, str, str, str]:
    """A line with the name of its measure, who supplies it and how often, in words."""
    measure = declared().get(line.measure)
    label = str(measure.label) if measure else line.measure
    return line, label, str(SUPPLIES[measure.supply]) if measure else "", str(PERS[line.per])


@needs(VIEW, SCHEMES)
@require_safe
def scheme_download(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The document as it was written."""
    scheme = get_object_or_404(readable(request), code=code, number=number)
    name = f"{scheme.title}_{scheme.code}_{scheme.number}.yaml"
    return download(scheme.document, name, "application/yaml; charset=utf-8")


@needs(SCHEMES)
@require_POST
@once
def scheme_new_version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A draft from a version, open for writing."""
    draft = new_version(scheme_or_404(request, SCHEMES, code, number), by=visitor(request))
    return redirect("assessment:scheme_edit", draft.code, draft.number)


@needs(SCHEMES)
@once
def scheme_edit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Write a draft. What is wrong is said by path and cure; nothing is saved before it is right."""
    scheme = scheme_or_404(request, SCHEMES, code, number)
    form = DocumentForm(request.POST or None, request.FILES or None, initial={"text": scheme.document})
    if request.method == "POST" and form.is_valid():
        try:
            scheme = rewrite(scheme, form.cleaned_data["text"], by=visitor(request))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. It takes effect once it is put in force."))
            return redirect(scheme)
    status = 422 if request.method == "POST" else 200
    return render(request, "assessment/scheme_edit.html", {"scheme": scheme, "form": form}, status=status)


# -- the workday table --


class DayForm(forms.Form):
    """One day that differs from the published table."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    works = forms.ChoiceField(
        label=gettext_lazy("On this day"),
        choices=[
            ("1", gettext_lazy("the office works")),
            ("0", gettext_lazy("the office does not work")),
            ("", gettext_lazy("as published")),
        ],
        required=False,
    )
    name = forms.CharField(label=gettext_lazy("Occasion"), max_length=40, required=False)


@needs(CALENDAR)
@once
def calendar(request: HttpRequest) -> HttpResponse:
    """Workdays and holidays of a year. The office changes a day; deadlines still ahead follow."""
    form = DayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if given["works"] == "":
            clear_day(given["day"], by=visitor(request))
        else:
            set_day(given["day"], works=given["works"] == "1", name=given["name"], by=visitor(request))
        messages.success(request, _("The workday table was changed."))
        return redirect(f"{request.path}?year={given['day'].year}")
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and 2004 <= int(asked) <= 2100 else today().year
    context = {
        "form": form,
        "year": year,
        "months": _months(year),
        "weekdays": [date_format(date(2024, 1, day), "D") for day in range(1, 8)],  # a week from Monday
        "changed": Day.objects.filter(day__year=year),
    }
    return render(request, "assessment/calendar.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Shown:
    """A day as the page shows it."""

    day: date
    works: bool
    name: str


def _months(year: int) -> list[tuple[int, list[list[Shown | None]]]]:
    """Each month with its weeks, Monday first; None stands for a day of another month. One query."""
    known = WorkCalendar.load()
    return [
        (
            month,
            [
                [Shown(day, *known.detail(day)) if day.month == month else None for day in week]
                for week in months.Calendar().monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]

"""The short form of a step, and what the register is narrowed down by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.forms import DayInput
from xianfeng.core.periods import today
from xianfeng.members.filters import words_filter
from xianfeng.members.forms import PersonForm
from xianfeng.members.mobility import known_by
from xianfeng.members.models import Membership, Memberships
from xianfeng.organizations.choices import branch_filter, branches
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from . import permissions
from . import steps as at
from .actions import COLUMNS, Particulars
from .columns import SOON
from .models import Examination, Helper, Road, StepRecord
from .steps import STEPS, Step


class ActivistFilter(filters.FilterSet):
    """Words, branch, stage, what is next, and how it goes."""

    q = words_filter(gettext_lazy("Name, initials, number or post"), "person__post__icontains")
    branch = branch_filter(permissions.VIEW)
    stage = filters.ChoiceFilter(
        choices=[(stage.value, stage.label) for stage in Membership.LADDER],
        label=gettext_lazy("Stage of development"),
        empty_label=gettext_lazy("All stages"),
    )
    next = filters.ChoiceFilter(
        field_name="person__road__next_step",
        choices=lambda: [(step.number, f"{step.number} {step.name}") for step in STEPS],
        label=gettext_lazy("What is next"),
        empty_label=gettext_lazy("All steps"),
    )
    due = filters.ChoiceFilter(
        method="by_limit",
        choices=[("over", gettext_lazy("overdue")), ("soon", gettext_lazy("due within 30 days"))],
        label=gettext_lazy("Limit"),
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = Membership
        fields: list[str] = []

    def by_limit(self, rows: Memberships, _name: str, value: str) -> Memberships:
        day = today()
        if value == "over":
            return rows.filter(person__road__due_on__lt=day)
        return rows.filter(person__road__due_on__gte=day, person__road__due_on__lte=day + SOON)


class ApplicantForm(PersonForm):
    """Who applies: the same questions as for a member."""

    def clean_id_number(self) -> str:
        """As for members; a person who is registered already is said here, before the database refuses."""
        number = super().clean_id_number()
        if known_by(number):
            raise ValidationError(
                _(
                    "Somebody with this ID number is registered already. Please look in the registers, or ask the party office."
                )
            )
        return number


class ApplicationForm(forms.Form):
    """To which branch, on which day, under which number."""

    organization = forms.ModelChoiceField(queryset=Organization.objects.none(), label=gettext_lazy("Branch"))
    on = forms.DateField(label=gettext_lazy("Applied on"), widget=DayInput)
    reference = forms.CharField(label=gettext_lazy("Document number"), max_length=80, required=False)
    application = forms.BooleanField(
        label=gettext_lazy("The written application lies in the file"), required=False
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organization"]
        field.queryset = branches(by, permissions.RECORD)
        found = list(field.queryset[:2])
        if len(found) == 1:
            field.initial, field.empty_label = found[0], None
        self.fields["on"].initial = today()

    def clean_on(self) -> Any:
        return not_ahead(self.cleaned_data["on"])


def not_ahead(day: Any) -> Any:
    """The day, if it is not still to come."""
    if day and day > today():
        raise ValidationError(_("That day lies ahead. Please enter it when it has come."))
    return day


class FilesInput(forms.ClearableFileInput):
    """Several files at once; photos are made smaller before they leave the device."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


ASKED: Mapping[str, tuple[str, ...]] = {
    "notice": ("notice_from", "notice_to"),
    "training": ("days", "hours"),
    "votes": ("due", "present", "in_favour"),
    "effective": ("effective_on",),
}


FIGURES = ("days", "hours", "due", "present", "in_favour")


class StepForm(forms.Form):
    """One step: day, reference, what it asks for, its papers; with a reason where it corrects."""

    done_on = forms.DateField(label=gettext_lazy("Done on"), widget=DayInput)

    def __init__(
        self,
        step: Step,
        road: Road,
        *args: Any,
        record: StepRecord | None = None,
        extension: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{"auto_id": "id_step_%s", **kwargs})
        self.step, self.road, self.record, self.extension = step, road, record, extension
        for name in (*ASKED.get(step.asks or "", ()), "reference", "note"):
            if not (extension and name in {"effective_on"}):
                self.fields[name] = _model_field(name)
        if extension:
            self.fields["extends_by"] = forms.IntegerField(
                label=_("Extended by months"),
                min_value=6,
                max_value=12,
                help_text=_("Half a year at least, one year at most, and once only."),
            )
        if step.number in Helper.STEPS.values():
            self._ask_helpers()
        if step.papers and not extension:
            self._ask_papers()
        if record:
            self.fields["reason"] = forms.CharField(
                label=_("Why it is corrected"), max_length=200, help_text=_("Stands in the audit log.")
            )
        else:
            self.fields["done_on"].initial = today()
        if step.carries and not record:
            self.fields["done_on"].help_text = _("From this day on: %(stage)s.") % {
                "stage": step.carries.label
            }
        if step.number == at.EDUCATION and not record:
            self.fields["done_on"].help_text = _(
                "When education has lasted a year at least. Until then please record the half-yearly examinations."
            )
        if "effective_on" in self.fields:
            self.fields["done_on"].help_text = ""
            self.fields["effective_on"].help_text = _("Left empty: the day on which probation ended.")
        if "notice_from" in self.fields:
            self.fields["notice_from"].help_text = _(
                "Before somebody is listed: at least 5 workdays, since 18 May 2026."
            )
        if "days" in self.fields:
            self.fields["days"].help_text = _("At least 3 days or 24 hours.")
        if record and not self.is_bound:
            self.initial.update((name, getattr(record, name)) for name in COLUMNS)

    def _ask_helpers(self) -> None:
        kind = next(kind for kind, number in Helper.STEPS.items() if number == self.step.number)
        self.kind = Helper.Kind(kind)
        spells = Membership.objects.full().on(today()).filter(organization=self.road.person.organization_id)
        known = [h.person_id for h in self.road.helpers.all() if h.kind == kind]
        people = Person.objects.filter(Q(pk__in=spells.values("person")) | Q(pk__in=known)).order_by("number")
        for place in (1, 2):
            self.fields[f"helper_{place}"] = forms.ModelChoiceField(
                queryset=people,
                to_field_name="uid",
                label=_("%(kind)s %(number)s") % {"kind": self.kind.label, "number": place},
                required=place == 1 or kind == Helper.Kind.INTRODUCER,
                initial=known[place - 1] if len(known) >= place else None,
            )
            self.initial.setdefault(f"helper_{place}", self.fields[f"helper_{place}"].initial)

    def _ask_papers(self) -> None:
        held = {paper.code for paper in self.road.papers.all()}
        self.fields["papers"] = forms.MultipleChoiceField(
            choices=[(paper.code, paper.label) for paper in self.step.papers],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            label=_("Papers in the file"),
            initial=[paper.code for paper in self.step.papers if paper.code in held],
        )
        for paper in self.step.papers:
            self.fields[f"scan_{paper.code}"] = forms.Field(
                required=False,
                label=_("Scan: %(paper)s") % {"paper": paper.label},
                widget=FilesInput(
                    attrs={"multiple": True, "data-shrink": "", "accept": "image/*,.pdf,.doc,.docx"}
                ),
            )

    def clean_done_on(self) -> Any:
        return not_ahead(self.cleaned_data["done_on"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("helper_1"), cleaned.get("helper_2")
        if first and first == second:
            self.add_error("helper_2", _("This is the same person. Please choose another one."))
        return cleaned

    def particulars(self) -> Particulars:
        """What was filled in; scans are kept by the view."""
        values = {name: self.cleaned_data[name] for name in COLUMNS if name in self.cleaned_data}
        helpers = (self.cleaned_data.get("helper_1"), self.cleaned_data.get("helper_2"))
        return Particulars(
            **values,
            helpers=tuple(person for person in helpers if person),
            papers=tuple(self.cleaned_data.get("papers", ())),
        )

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields without figures, papers and scans, which the page lays out itself."""
        return [
            self[name]
            for name in self.fields
            if name != "papers" and not name.startswith("scan_") and name not in FIGURES
        ]

    @property
    def figures(self) -> list[forms.BoundField]:
        """Small numbers that stand side by side."""
        return [self[name] for name in FIGURES if name in self.fields]

    @property
    def scans(self) -> list[forms.BoundField]:
        """One field for scans a paper."""
        return [self[name] for name in self.fields if name.startswith("scan_")]


def _model_field(name: str) -> Any:
    """The form field of a column of `StepRecord`."""
    column: Any = StepRecord._meta.get_field(name)
    made = column.formfield()
    if isinstance(made, forms.DateField):
        made.widget = DayInput()
    if name in FIGURES:
        made.widget.attrs["class"] = "digits"
    made.required = False
    return made


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class StopForm(ReasonForm):
    """From when somebody is not on the way any more, and why."""

    on = forms.DateField(label=gettext_lazy("Ended on"), widget=DayInput)
    field_order = ["on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today()

    def clean_on(self) -> Any:
        return not_ahead(self.cleaned_data["on"])


class ExaminationForm(forms.ModelForm[Examination]):
    """When an activist was examined, and with what result."""

    class Meta:
        model = Examination
        fields = ["held_on", "result", "note"]
        widgets = {"held_on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_examination_%s", **kwargs})
        self.initial.setdefault("held_on", today())

    def clean_held_on(self) -> Any:
        return not_ahead(self.cleaned_data["held_on"])

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.forms import DayInput, VersionedForm
from xianfeng.core.periods import today
from xianfeng.files.inspection import ACCEPT

from . import permissions
from .models import Announcement, Chapter, Chapters, Honour, Organization, Organizations
from .search import matching

NAMES = ["name", "short_name", "seal_name"]
DETAILS = [*NAMES, "unit", "unit_kind", "unit_code", "founded_on", "contact", "office_phone"]
WIDGETS = {"founded_on": DayInput}


class DirectoryFilter(filters.FilterSet):
    """Words and kind, among those that stand."""

    q = filters.CharFilter(method="named", label=gettext_lazy("Name, number or initials"))
    kind = filters.ChoiceFilter(
        choices=Organization.Kind.choices, label=gettext_lazy("Kind"), empty_label=gettext_lazy("All kinds")
    )

    class Meta:
        model = Organization
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Organization]) -> QuerySet[Organization]:
        found = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("standing") != "dissolved":
            found = found.filter(Q(dissolved_on=None) | Q(dissolved_on__gt=today()))
        return found  # type: ignore[no-any-return]  # django-filter has no types

    def named(self, rows: Organizations, _name: str, words: str) -> Organizations:
        return matching(rows, words)


class OrganizationFilter(DirectoryFilter):
    """Words, kind, and whether it still stands."""

    standing = filters.ChoiceFilter(
        method="by_standing",
        label=gettext_lazy("Status"),
        choices=[
            ("due", gettext_lazy("term expired or ending within 6 months")),
            ("dissolved", gettext_lazy("dissolved")),
        ],
        empty_label=gettext_lazy("Standing"),
    )

    def by_standing(self, rows: Organizations, _name: str, value: str) -> Organizations:
        if value == "dissolved":
            return rows.filter(dissolved_on__lte=today())
        day = today()
        half_year = date(day.year + (day.month > 6), (day.month + 5) % 12 + 1, min(day.day, 28))
        return rows.filter(term_ends_on__lte=half_year)


class ChapterFilter(filters.FilterSet):
    """The day that is asked about, words and kind."""

    on = filters.DateFilter(method="by_day", label=gettext_lazy("As of"), widget=DayInput)
    q = filters.CharFilter(method="named", label=gettext_lazy("Name then, or number"))
    kind = filters.ChoiceFilter(
        choices=Organization.Kind.choices, label=gettext_lazy("Kind"), empty_label=gettext_lazy("All kinds")
    )

    class Meta:
        model = Chapter
        fields: list[str] = []

    def by_day(self, rows: Chapters, _name: str, _day: date) -> Chapters:
        return rows  # the view has asked for the day already: its columns depend on it

    def named(self, rows: Chapters, _name: str, words: str) -> Chapters:
        for word in words.split():
            rows = rows.filter(
                Q(name__icontains=word)
                | Q(short_name__icontains=word)
                | Q(organization__number__icontains=word)
            )
        return rows


class FoundForm(forms.ModelForm[Organization]):
    """A new organization below one of those that the reader may change."""

    document = forms.CharField(
        label=gettext_lazy("Document number"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Of the superior's decision, such as 莒交党发〔2026〕12号."),
    )

    class Meta:
        model = Organization
        fields = ["number", "kind", "parent", *DETAILS]
        widgets = WIDGETS

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.queryset = Organization.objects.visible_to(by, permissions.CHANGE).filter(dissolved_on=None)
        parent.required = True
        parent.empty_label = None if parent.queryset.count() == 1 else parent.empty_label
        self.fields["short_name"].required = False
        _say_what_is_meant(self)


class ChangeForm(VersionedForm):
    """Corrections: names, unit, contact. The number and the place in the tree stay."""

    class Meta:
        model = Organization
        fields = DETAILS
        widgets = WIDGETS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_what_is_meant(self)
        self.fields["name"].help_text = _(
            "For corrections. A new name by decision is entered under “Rename”."
        )


def _say_what_is_meant(form: forms.BaseForm) -> None:
    form.fields["seal_name"].help_text = _("Only where the seal is worded differently from the full name.")
    form.fields["unit_code"].help_text = _("18 characters, as on the certificate of the unit.")
    form.fields["contact"].help_text = _("Who answers for the organization in the office.")
    form.fields["office_phone"].help_text = _("A number of the office, not a private one.")


class ActForm(forms.Form):
    """The day and the document of an act of the superior."""

    on = forms.DateField(label=gettext_lazy("Takes effect on"), widget=DayInput)
    document = forms.CharField(
        label=gettext_lazy("Document number"),
        max_length=60,
        help_text=gettext_lazy("Of the superior's decision, such as 莒交党发〔2026〕12号."),
    )

    def __init__(self, *args: Any, organization: Organization, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.fields["on"].initial = today()

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > today():
            raise ValidationError(_("That day lies ahead. Please enter it when it has come."))
        return on


class RenameForm(ActForm):
    """What it is called from a day on, and of what kind it is."""

    name = forms.CharField(label=gettext_lazy("New full name"), max_length=120)
    short_name = forms.CharField(label=gettext_lazy("New short name"), max_length=60)
    seal_name = forms.CharField(label=gettext_lazy("Name on the new seal"), max_length=120, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Organization.Kind.choices)
    field_order = ["name", "short_name", "seal_name", "kind", "on", "document"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*NAMES, "kind"):
            self.fields[name].initial = getattr(self.organization, name)
        self.fields["seal_name"].help_text = _(
            "Only where the seal is worded differently from the full name."
        )


class MoveForm(ActForm):
    """Another superior from a day on."""

    parent = forms.ModelChoiceField(
        queryset=Organization.objects.none(), label=gettext_lazy("New superior"), empty_label="—"
    )
    field_order = ["parent", "on", "document"]

    def __init__(self, *args: Any, organization: Organization, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, organization=organization, by=by, **kwargs)
        field: Any = self.fields["parent"]
        found = Organization.objects.visible_to(by, permissions.CHANGE).filter(dissolved_on=None)
        field.queryset = found.exclude(path__startswith=organization.path).exclude(pk=organization.parent_id)


class IntroductionForm(VersionedForm):
    """What a branch says about itself."""

    class Meta:
        model = Organization
        fields = ["introduction"]
        widgets = {"introduction": forms.Textarea(attrs={"rows": 12, "maxlength": 3000})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["introduction"].help_text = _(
            "Who the branch is, what it does, what it is proud of. All members inside can read it; please name no private matters of anyone."
        )


class HonourForm(VersionedForm):
    """An honour and its certificate."""

    file = forms.FileField(
        label=gettext_lazy("Certificate or photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT, "data-shrink": ""}),
        help_text=gettext_lazy("Photo or PDF. All members inside can open it."),
    )

    class Meta:
        model = Honour
        fields = ["title", "given_by", "on"]
        widgets = {"on": DayInput}


class AnnouncementForm(VersionedForm):
    """An announcement and how long it hangs."""

    class Meta:
        model = Announcement
        fields = ["title", "text", "until"]
        widgets = {"text": forms.Textarea(attrs={"rows": 6}), "until": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = _("The last day on which it is shown.")

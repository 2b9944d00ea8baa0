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

from . import permissions
from .models import Organization, Organizations
from .search import matching

DETAILS = ["name", "short_name", "unit", "unit_kind", "founded_on", "term_ends_on", "introduction"]
WIDGETS = {"founded_on": DayInput, "term_ends_on": DayInput}


class OrganizationFilter(filters.FilterSet):
    """Words, kind, and whether it still stands."""

    q = filters.CharFilter(method="named", label=gettext_lazy("Name, number or initials"))
    kind = filters.ChoiceFilter(
        choices=Organization.Kind.choices, label=gettext_lazy("Kind"), empty_label=gettext_lazy("All kinds")
    )
    standing = filters.ChoiceFilter(
        method="by_standing",
        label=gettext_lazy("Status"),
        choices=[
            ("due", gettext_lazy("term expired or ending within 6 months")),
            ("dissolved", gettext_lazy("dissolved")),
        ],
        empty_label=gettext_lazy("Standing"),
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

    def by_standing(self, rows: Organizations, _name: str, value: str) -> Organizations:
        if value == "dissolved":
            return rows.filter(dissolved_on__lte=today())
        day = today()
        half_year = date(day.year + (day.month > 6), (day.month + 5) % 12 + 1, min(day.day, 28))
        return rows.filter(term_ends_on__lte=half_year)


class FoundForm(forms.ModelForm[Organization]):
    """A new organization below one of those that the reader may change."""

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


class ChangeForm(VersionedForm):
    """Names, unit and term. The number and the place in the tree stay."""

    class Meta:
        model = Organization
        fields = DETAILS
        widgets = WIDGETS


class DissolveForm(forms.Form):
    """The day and the decision by which an organization ends."""

    on = forms.DateField(label=gettext_lazy("Dissolved on"), widget=DayInput)
    reason = forms.CharField(
        label=gettext_lazy("Decision"),
        max_length=200,
        help_text=gettext_lazy("Who decided it, and the number of the paper."),
    )

    def __init__(self, *args: Any, organization: Organization, members: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization, self.members = organization, members
        self.fields["on"].initial = today()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.organization.dissolved_on:
            raise ValidationError(_("%(name)s has been dissolved.") % {"name": self.organization})
        if self.members:
            raise ValidationError(
                _("%(name)s still has %(count)s members. Please move them to other branches first.")
                % {"name": self.organization, "count": self.members}
            )
        if self.organization.children.filter(dissolved_on=None).exists():
            raise ValidationError(_("There are organizations below it. Please dissolve or move them first."))
        return cleaned

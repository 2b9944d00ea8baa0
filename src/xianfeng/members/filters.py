"""What the lists of the registers are narrowed down by."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy

from xianfeng.core.filters import RowFilter
from xianfeng.core.periods import today
from xianfeng.organizations.models import Organization

from . import permissions
from .forms import branches
from .models import Absence, HardshipCase, Transfer

Status = Transfer.Status


class MobileFilter(filters.FilterSet):
    """Words, branch, direction, whether it goes on, and what should be done."""

    q = filters.CharFilter(method="named", label=gettext_lazy("Name, number, place or organization"))
    branch = RowFilter(
        field_name="organization",
        to_field_name="code",
        queryset=lambda request: branches(request.user),
        label=gettext_lazy("Branch"),
        empty_label=gettext_lazy("All branches"),
    )
    direction = filters.ChoiceFilter(
        choices=Absence.Direction.choices,
        label=gettext_lazy("Direction"),
        empty_label=gettext_lazy("Both"),
    )
    state = filters.ChoiceFilter(
        method="by_state",
        choices=[("ended", gettext_lazy("ended")), ("all", gettext_lazy("all"))],
        label=gettext_lazy("State"),
        empty_label=gettext_lazy("going on"),
    )
    warning = filters.ChoiceFilter(
        method="by_warning",
        choices=[
            ("any", gettext_lazy("any warning")),
            ("silent", gettext_lazy("no contact for long")),
            ("transfer", gettext_lazy("relation should be transferred")),
            ("expected", gettext_lazy("expected end has passed")),
            ("once", gettext_lazy("registered by one side only")),
        ],
        label=gettext_lazy("Reminders"),
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = Absence
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.going_on()

    def named(self, rows: Any, _name: str, words: str) -> Any:
        for word in words.lower().split():
            rows = rows.filter(
                Q(person__search_text__contains=word)
                | Q(place_name__icontains=word)
                | Q(other_organization__icontains=word)
            )
        return rows

    def by_state(self, rows: Any, _name: str, value: str) -> Any:
        return rows.exclude(until=None) if value == "ended" else rows

    def by_warning(self, rows: Any, _name: str, value: str) -> Any:
        on = today()
        match value:
            case "silent":
                return rows.long_silent(on)
            case "transfer":
                return rows.should_transfer(on)
            case "expected":
                return rows.expected_back(on)
            case "once":
                return rows.registered_once()
        return rows.warned(on)


class HardshipFilter(filters.FilterSet):
    """Words, branch, kind, degree, and whether it goes on."""

    q = filters.CharFilter(method="named", label=gettext_lazy("Name or number"))
    branch = RowFilter(
        field_name="person__organization",
        to_field_name="code",
        queryset=lambda request: branches(request.user, permissions.HARDSHIP),
        label=gettext_lazy("Branch"),
        empty_label=gettext_lazy("All branches"),
    )
    kind = filters.ChoiceFilter(
        choices=HardshipCase.Kind.choices, label=gettext_lazy("Kind"), empty_label=gettext_lazy("All")
    )
    degree = filters.ChoiceFilter(
        choices=HardshipCase.Degree.choices,
        label=gettext_lazy("Degree"),
        empty_label=gettext_lazy("All degrees"),
    )
    state = filters.ChoiceFilter(
        method="by_state",
        choices=[("ended", gettext_lazy("ended")), ("all", gettext_lazy("all"))],
        label=gettext_lazy("State"),
        empty_label=gettext_lazy("going on"),
    )

    class Meta:
        model = HardshipCase
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.going_on()

    def named(self, rows: Any, _name: str, words: str) -> Any:
        for word in words.lower().split():
            rows = rows.filter(Q(person__search_text__contains=word))
        return rows

    def by_state(self, rows: Any, _name: str, value: str) -> Any:
        return rows.exclude(until=None) if value == "ended" else rows


class TransferFilter(filters.FilterSet):
    """Words, branch on either side, kind, and how far it is."""

    q = filters.CharFilter(method="named", label=gettext_lazy("Name, number, letter or organization"))
    branch = RowFilter(
        method="by_branch",
        to_field_name="code",
        queryset=lambda request: branches(request.user),
        label=gettext_lazy("Branch"),
        empty_label=gettext_lazy("All branches"),
    )
    kind = filters.ChoiceFilter(
        choices=Transfer.Kind.choices, label=gettext_lazy("Kind"), empty_label=gettext_lazy("All")
    )
    state = filters.ChoiceFilter(
        method="by_state",
        choices=[
            ("open", gettext_lazy("under way")),
            ("overdue", gettext_lazy("overdue only")),
            ("done", gettext_lazy("carried out")),
            ("ended", gettext_lazy("refused, given up, lapsed")),
        ],
        label=gettext_lazy("State"),
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = Transfer
        fields: list[str] = []

    def named(self, rows: Any, _name: str, words: str) -> Any:
        for word in words.lower().split():
            rows = rows.filter(
                Q(person__search_text__contains=word)
                | Q(letter_number__icontains=word)
                | Q(elsewhere__icontains=word)
            )
        return rows

    def by_branch(self, rows: Any, _name: str, branch: Organization) -> Any:
        return rows.filter(Q(sender=branch) | Q(receiver=branch))

    def by_state(self, rows: Any, _name: str, value: str) -> Any:
        match value:
            case "open":
                return rows.open()
            case "overdue":
                return rows.overdue(today())
            case "done":
                return rows.filter(status=Status.DONE)
        return rows.filter(status__in=(Status.REFUSED, Status.CANCELLED, Status.LAPSED))

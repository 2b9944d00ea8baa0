"""What the lists of the registers are narrowed down by."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy

from xianfeng.core.periods import today
from xianfeng.organizations.choices import branch_filter

from . import permissions
from .models import Absence, HardshipCase, Membership, Memberships, Transfer
from .quality import Register

Status = Transfer.Status


def words_filter(label: Any, *more: str) -> filters.CharFilter:
    """Every word stands in the name, its pinyin, its initials or the number of the person, or in one of `more` (lookups)."""

    def narrowed(rows: Any, _name: str, words: str) -> Any:
        for word in words.lower().split():
            found = Q(person__search_text__contains=word)
            for lookup in more:
                found |= Q(**{lookup: word})
            rows = rows.filter(found)
        return rows

    return filters.CharFilter(method=narrowed, label=label)


GOING_ON: dict[str, Any] = {
    "method": "by_state",
    "choices": [("ended", gettext_lazy("ended")), ("all", gettext_lazy("all"))],
    "label": gettext_lazy("State"),
    "empty_label": gettext_lazy("going on"),
}


class Spells(filters.FilterSet):
    """Of registers whose rows begin and end: those that go on, unless a `state` is chosen (`GOING_ON`)."""

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.going_on()

    def by_state(self, rows: Any, _name: str, value: str) -> Any:
        return rows.exclude(until=None) if value == "ended" else rows


class MemberFilter(filters.FilterSet):
    """Words, branch, stage and exemption."""

    q = words_filter(gettext_lazy("Name, initials, number or post"), "person__post__icontains")
    branch = branch_filter(permissions.VIEW)
    stage = filters.ChoiceFilter(
        choices=[(stage.value, stage.label) for stage in Membership.PARTY],
        label=gettext_lazy("Stage"),
        empty_label=gettext_lazy("All stages"),
    )
    exempt = filters.ChoiceFilter(
        method="by_exemption",
        choices=[("yes", gettext_lazy("exempt")), ("no", gettext_lazy("not exempt"))],
        label=gettext_lazy("Exemption"),
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = Membership
        fields: list[str] = []

    def by_exemption(self, rows: Memberships, _name: str, value: str) -> Memberships:
        day = today()
        exempt = Q(person__member__exempt_since__lte=day) & (
            Q(person__member__exempt_until=None) | Q(person__member__exempt_until__gt=day)
        )
        return rows.filter(exempt if value == "yes" else ~exempt)


class MobileFilter(Spells):
    """Words, branch, direction, whether it goes on, and what should be done."""

    q = words_filter(
        gettext_lazy("Name, number, place or organization"),
        "place_name__icontains",
        "other_organization__icontains",
    )
    branch = branch_filter(permissions.VIEW)
    direction = filters.ChoiceFilter(
        choices=Absence.Direction.choices,
        label=gettext_lazy("Direction"),
        empty_label=gettext_lazy("Both"),
    )
    state = filters.ChoiceFilter(**GOING_ON)
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


class HardshipFilter(Spells):
    """Words, branch, kind, degree, and whether it goes on."""

    q = words_filter(gettext_lazy("Name or number"))
    branch = branch_filter(permissions.HARDSHIP, "person__organization")
    kind = filters.ChoiceFilter(
        choices=HardshipCase.Kind.choices, label=gettext_lazy("Kind"), empty_label=gettext_lazy("All")
    )
    degree = filters.ChoiceFilter(
        choices=HardshipCase.Degree.choices,
        label=gettext_lazy("Degree"),
        empty_label=gettext_lazy("All degrees"),
    )
    state = filters.ChoiceFilter(**GOING_ON)

    class Meta:
        model = HardshipCase
        fields: list[str] = []


class TransferFilter(filters.FilterSet):
    """Words, branch on either side, kind, and how far it is."""

    q = words_filter(
        gettext_lazy("Name, number, letter or organization"),
        "letter_number__icontains",
        "elsewhere__icontains",
    )
    branch = branch_filter(permissions.VIEW, method="by_branch")
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

    def by_branch(self, rows: Any, _name: str, branch: int) -> Any:
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


def missing_filter(register: Register) -> type[filters.FilterSet]:
    """Of the rows of a register that lack something: branch, and the field that is missing."""

    class MissingFilter(filters.FilterSet):
        branch = branch_filter(register.permission, register.place)
        need = filters.ChoiceFilter(
            method="by_need",
            choices=[(need.code, need.label) for need in register.needs],
            label=gettext_lazy("What is missing"),
            empty_label=gettext_lazy("All"),
        )

        def by_need(self, rows: Any, _name: str, code: str) -> Any:
            return register.lacking(rows, code)

    return MissingFilter

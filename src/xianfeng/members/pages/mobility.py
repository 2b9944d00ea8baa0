"""The register of mobile members: columns, filters, forms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.columns import Column
from xianfeng.core.forms import DayInput, VersionedForm
from xianfeng.core.periods import today
from xianfeng.organizations.choices import branches
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from .. import permissions
from ..forms import DayForm
from ..mobility import remarks
from ..models import Absence, Contact
from .shared import NewcomerFields, PersonField, checked_phone, past


def mobile_columns(on: date) -> list[Column]:
    """Columns of the list on a day. Phones appear masked."""

    def state(row: Any) -> str:
        if not row.going_on:
            return str(row.get_ending_display() or _("ended"))
        found = remarks(row, on)
        return _("%(number)s to be done") % {"number": len(found)} if found else _("in order")

    def tone(row: Any) -> str:
        if not row.going_on:
            return "closed"
        found = remarks(row, on)
        return "ok" if not found else "back" if any(r.tone == "bad" for r in found) else "check"

    return [
        Column("number", gettext_lazy("Number"), lambda a: a.person.number, "code", order=("person__number",), phone=False),
        Column(
            "name",
            gettext_lazy("Name"),
            lambda a: a.person.name,
            order=("person__name",),
            link=lambda a: str(a.get_absolute_url()),
        ),
        Column("direction", gettext_lazy("Direction"), lambda a: a.get_direction_display(), order=("direction",)),
        Column("branch", gettext_lazy("Our branch"), lambda a: a.organization.short_name, order=("organization__number",)),
        Column("place", gettext_lazy("Place"), lambda a: a.place_name, order=("place_name",)),
        Column("abroad", gettext_lazy("Outside mainland China"), lambda a: _("yes") if a.abroad else _("no"), screen=False),
        Column("reason", gettext_lazy("Reason"), lambda a: a.get_reason_display(), order=("reason",)),
        Column("since", gettext_lazy("Begun on"), lambda a: a.since, "date", order=("since",)),
        Column("expected", gettext_lazy("Expected until"), lambda a: a.expected_until, "date", order=("expected_until",), phone=False),
        Column("other", gettext_lazy("Other organization"), lambda a: a.other_organization, phone=False, screen=False),
        Column("other_contact", gettext_lazy("Contact person there"), lambda a: a.other_contact, screen=False),
        Column("other_phone", gettext_lazy("Phone there"), lambda a: str(a.other_phone), "code", screen=False),
        Column("phone", gettext_lazy("Phone while away"), lambda a: str(a.phone), "code", screen=False),
        Column("certificate", gettext_lazy("Certificate no."), lambda a: a.certificate, "code", screen=False),
        Column("registered", gettext_lazy("Registered by us on"), lambda a: a.registered_on, "date", screen=False),
        Column("registered_there", gettext_lazy("Registered by the other side on"), lambda a: a.registered_there_on, "date", screen=False),
        Column("contacted", gettext_lazy("Last contact"), lambda a: a.contacted_on, "date", order=("contacted_on",)),
        Column("until", gettext_lazy("Ended on day"), lambda a: a.until, "date", screen=False),
        Column("state", gettext_lazy("State"), state, "status", tone=tone),
    ]  # fmt: skip


class AbsenceForm(VersionedForm):
    """What is known about a spell: where, why, since when, and who looks after the member there."""

    class Meta:
        model = Absence
        fields = [
            "place_name", "abroad", "reason", "since", "expected_until", "phone", "other_organization",
            "other_contact", "other_phone", "certificate", "registered_on", "registered_there_on",
        ]  # fmt: skip
        widgets = dict.fromkeys(("since", "expected_until", "registered_on", "registered_there_on"), DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expected_until"].help_text = _("Leave empty where nobody knows yet.")
        if not self.instance.pk:
            for name in ("since", "registered_on"):
                self.fields[name].initial = today()

    def clean_since(self) -> Any:
        return past(self.cleaned_data["since"])

    def clean_registered_on(self) -> Any:
        return past(self.cleaned_data["registered_on"])

    def clean_registered_there_on(self) -> Any:
        return past(self.cleaned_data["registered_there_on"])

    def _clean_number(self, name: str) -> Any:
        typed = self.cleaned_data[name]
        # The mask coming back unchanged means: as it was.
        return typed if typed == str(getattr(self.instance, name)) else checked_phone(typed)

    def clean_phone(self) -> Any:
        return self._clean_number("phone")

    def clean_other_phone(self) -> Any:
        return self._clean_number("other_phone")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("expected_until")
        if since and until and until < since:
            self.add_error("expected_until", _("The expected end lies before the beginning."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """As `VersionedForm`, without numbers that came back masked."""
        return {
            name: value
            for name, value in super().values().items()
            if not (name in {"phone", "other_phone"} and "*" in str(value))
        }


class OutForm(AbsenceForm):
    """A member of ours is elsewhere."""

    person = PersonField()
    field_order = ["person"]

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.people = Person.objects.visible_to(by, permissions.MOBILE).filter(is_member=True)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "person"}


class InForm(NewcomerFields, AbsenceForm):
    """Somebody else's member lives here."""

    organization = forms.ModelChoiceField(
        queryset=Organization.objects.none(), label=gettext_lazy("Takes part in the life of")
    )
    field_order = ["name", "sex", "id_number", "organization", "place_name"]

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organization"]
        field.queryset = branches(by, permissions.MOBILE)
        if field.queryset.count() == 1:
            field.initial = field.queryset.get()
        self.fields["other_organization"].required = True
        self.fields["place_name"].label = _("Comes from")

    def values(self) -> dict[str, Any]:
        own = {"name", "sex", "id_number", "organization"}
        return {name: value for name, value in super().values().items() if name not in own}


class ContactForm(forms.ModelForm[Contact]):
    """A conversation: when, how, a word."""

    class Meta:
        model = Contact
        fields = ["day", "way", "note"]
        widgets = {"day": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = today()

    def clean_day(self) -> Any:
        return past(self.cleaned_data["day"])


class EndForm(DayForm):
    """When and how a spell ended."""

    ending = forms.ChoiceField(label=gettext_lazy("How it ended"), choices=Absence.Ending.choices)

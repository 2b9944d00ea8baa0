"""Transfers: columns, filters, forms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.columns import Column
from xianfeng.core.forms import DayInput, VersionedForm
from xianfeng.core.periods import today
from xianfeng.organizations.choices import branches
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from .. import permissions
from ..models import Membership, Transfer
from ..parameters import VALIDITY, VALIDITY_MOST, parameter
from .shared import NewcomerFields, PersonField, past

Status = Transfer.Status
TONES = {
    Status.WAITING: "todo",
    Status.ISSUED: "review",
    Status.TAKEN: "todo",
    Status.DONE: "ok",
    Status.REFUSED: "closed",
    Status.CANCELLED: "closed",
    Status.LAPSED: "closed",
}


def tone(transfer: Transfer, on: date) -> str:
    """The tone of a transfer's status on a day."""
    return "back" if transfer.overdue_on(on) else TONES[Status(transfer.status)]


def worded(transfer: Transfer, on: date) -> str:
    """The status on a day in words."""
    word = str(transfer.get_status_display())
    return _("%(status)s, overdue") % {"status": word} if transfer.overdue_on(on) else word


def transfer_columns(on: date) -> list[Column]:
    """Columns of the list on a day."""
    return [
        Column("number", gettext_lazy("Number"), lambda t: t.person.number, "code", order=("person__number",), screen=False),
        Column("name", gettext_lazy("Name"), lambda t: t.person.name, order=("person__name",), link=lambda t: str(t.get_absolute_url())),
        Column("kind", gettext_lazy("Kind"), lambda t: t.get_kind_display(), order=("kind",), phone=False),
        Column("origin", gettext_lazy("Sending side"), lambda t: t.origin),
        Column("destination", gettext_lazy("Receiving side"), lambda t: t.destination),
        Column("on", gettext_lazy("Takes effect on"), lambda t: t.on, "date", order=("on",)),
        Column("letter", gettext_lazy("Letter no."), lambda t: t.letter_number, "code", order=("letter_number",)),
        Column("issued", gettext_lazy("Issued on"), lambda t: t.issued_on, "date", screen=False),
        Column("valid", gettext_lazy("Valid until"), lambda t: t.valid_until, "date", order=("valid_until",)),
        Column("dues", gettext_lazy("Dues paid until"), lambda t: t.dues_paid_until.strftime("%Y-%m") if t.dues_paid_until else None, screen=False),
        Column("receipt", gettext_lazy("Receipt on"), lambda t: t.receipt_on, "date", order=("receipt_on",), screen=False),
        Column("status", gettext_lazy("State"), lambda t: worded(t, on), "status", order=("status",), tone=lambda t: tone(t, on)),
    ]  # fmt: skip


class MonthField(forms.DateField):
    """A month, kept as its first day."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "month", "placeholder": "2026-10"}, format="%Y-%m")
        super().__init__(input_formats=["%Y-%m", "%Y/%m", "%Y年%m月"], widget=widget, **kwargs)
        widget.input_type = "month"


class AnyPersonField(PersonField):
    """Somebody of the own branches by number or name; somebody of another branch by the number."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError:
            typed = forms.CharField.clean(self, value)
            found = Person.objects.filter(is_member=True, number__iexact=typed or "-").first()
            if found is None:
                raise
            return found


class InsideForm(forms.Form):
    """From one of our branches to another."""

    person = AnyPersonField(
        help_text=gettext_lazy("Number or name. Of a member of another branch please enter the number.")
    )
    receiver = forms.ModelChoiceField(queryset=Organization.objects.none(), label=gettext_lazy("To branch"))
    on = forms.DateField(label=gettext_lazy("Takes effect on"), widget=DayInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=100, required=False)

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        person: Any = self.fields["person"]
        person.people = Person.objects.visible_to(by, permissions.TRANSFER).filter(is_member=True)
        receiver: Any = self.fields["receiver"]
        receiver.queryset = Organization.objects.branches().standing(today())
        self.fields["on"].initial = today()

    def clean_on(self) -> Any:
        return past(self.cleaned_data["on"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        person, receiver = cleaned.get("person"), cleaned.get("receiver")
        if person and receiver:
            sides = (person.organization, receiver)
            if not any(side and self.by.can(permissions.TRANSFER, at=side) for side in sides):
                self.add_error("receiver", _("One of both branches must be yours."))
        return cleaned


class LetterFields(forms.ModelForm[Transfer]):
    """What a letter out of the bureau says."""

    dues_paid_until = MonthField(label=gettext_lazy("Dues paid until"))
    valid_days = forms.IntegerField(label=gettext_lazy("Days of validity"), min_value=1)

    class Meta:
        model = Transfer
        fields = ["elsewhere", "addressee", "dues_paid_until", "valid_days", "on", "reason"]
        widgets = {"on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = today()
        for name, label, hint in (
            ("elsewhere", _("To organization"), _("Full name of the party organization that is to receive the member.")),
            ("addressee", _("Letter addressed to"), _("The organization above it that handles letters. Empty: the same.")),
            ("reason", _("Reason"), ""),
            ("on", _("Leaves our branch on"), _("Until the receipt is back our branch stays responsible.")),
        ):  # fmt: skip
            self.fields[name].label, self.fields[name].help_text = label, hint
        self.fields["elsewhere"].required = True
        days: Any = self.fields["valid_days"]
        days.initial = parameter(VALIDITY, on)
        days.help_text = _("Usually 10 within the city and 30 outside, at most %(days)s.") % {
            "days": parameter(VALIDITY_MOST, on)
        }
        if not self.instance.pk:
            self.fields["on"].initial = on

    def clean_on(self) -> Any:
        return past(self.cleaned_data["on"])

    def clean_valid_days(self) -> int:
        days: int = self.cleaned_data["valid_days"]
        most = parameter(VALIDITY_MOST, today())
        if days > most:
            raise ValidationError(_("A letter is valid for 1 to %(days)s days.") % {"days": most})
        return days


class OutForm(LetterFields):
    """Out of the bureau."""

    person = PersonField()
    field_order = ["person"]

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.people = Person.objects.visible_to(by, permissions.TRANSFER).filter(is_member=True)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "person"}


class InForm(NewcomerFields):
    """A letter that came."""

    elsewhere = forms.CharField(label=gettext_lazy("From organization"), max_length=120)
    receiver = forms.ModelChoiceField(queryset=Organization.objects.none(), label=gettext_lazy("To branch"))
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"), choices=[(s.value, s.label) for s in Membership.PARTY]
    )
    joined_on = forms.DateField(label=gettext_lazy("Joined the party on"), widget=DayInput)
    confirmed_on = forms.DateField(label=gettext_lazy("Full member since"), widget=DayInput, required=False)
    letter_number = forms.CharField(label=gettext_lazy("Letter no."), max_length=40)
    issued_on = forms.DateField(label=gettext_lazy("Letter issued on"), widget=DayInput)
    valid_until = forms.DateField(label=gettext_lazy("Letter valid until"), widget=DayInput)
    dues_paid_until = MonthField(label=gettext_lazy("Dues paid until"))
    on = forms.DateField(
        label=gettext_lazy("Belongs to our branch from"),
        widget=DayInput,
        help_text=gettext_lazy("The day on which the letter was accepted."),
    )
    field_order = ["name", "sex", "id_number", "phone"]

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        receiver: Any = self.fields["receiver"]
        receiver.queryset = branches(by, permissions.CHANGE)
        self.fields["id_number"].required = True
        self.fields["on"].initial = today()

    def clean_on(self) -> Any:
        return past(self.cleaned_data["on"])

    def clean_issued_on(self) -> Any:
        return past(self.cleaned_data["issued_on"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        joined, confirmed = cleaned.get("joined_on"), cleaned.get("confirmed_on")
        issued, until, on = cleaned.get("issued_on"), cleaned.get("valid_until"), cleaned.get("on")
        full = cleaned.get("stage") == Membership.Stage.FULL
        if full and "confirmed_on" in cleaned and not confirmed:
            self.add_error("confirmed_on", _("Please enter since when; full members have that day."))
        if not full and confirmed:
            self.add_error(
                "confirmed_on", _("Probationary members have no such day yet. Please leave it empty.")
            )
        if joined and confirmed and confirmed < joined:
            self.add_error("confirmed_on", _("It lies before the day of joining."))
        if issued and until and until < issued:
            self.add_error("valid_until", _("It lies before the day on which the letter was issued."))
        if issued and on and on < issued:
            self.add_error("on", _("It lies before the day on which the letter was issued."))
        return cleaned

    def letter(self) -> dict[str, Any]:
        """What the letter says, as columns of Transfer."""
        names = ("joined_on", "confirmed_on", "letter_number", "issued_on", "valid_until", "dues_paid_until")
        return {name: self.cleaned_data[name] for name in names}


class InsideEditForm(VersionedForm):
    """Correct a transfer between branches that waits."""

    class Meta:
        model = Transfer
        fields = ["on", "reason"]
        widgets = {"on": DayInput}

    def clean_on(self) -> Any:
        return past(self.cleaned_data["on"])


class OutEditForm(LetterFields, VersionedForm):
    """Correct a transfer out of the bureau before the letter is issued."""

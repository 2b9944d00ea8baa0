from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core import idnumbers
from xianfeng.core.codes import EDUCATION, ETHNIC, CodeList
from xianfeng.core.forms import DayInput, VersionedForm
from xianfeng.core.periods import today
from xianfeng.organizations.choices import branches
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from . import permissions
from .models import Member, Membership


def code_field(codes: CodeList, label: Any, *, now: str = "", required: bool = False) -> forms.ChoiceField:
    """A choice of a national list; what is on record stays possible even where no list has it."""
    known = [(code, codes.word(code)) for code in dict.fromkeys([*codes, *([now] if now else [])])]
    return forms.ChoiceField(choices=[("", "—"), *known], required=required, label=label)


class PersonForm(VersionedForm):
    """Who someone is. The number stays for life; the branch changes by a transfer."""

    prefix = "person"

    class Meta:
        model = Person
        fields = ["name", "sex", "born_on", "ethnicity", "education", "post", "id_number", "phone"]
        widgets = {"born_on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, codes in (("ethnicity", ETHNIC), ("education", EDUCATION)):
            self.fields[name] = code_field(codes, self.fields[name].label, now=getattr(self.instance, name))

    def clean_id_number(self) -> str:
        """A number of 18 characters whose last is right; the masked one coming back means: unchanged."""
        typed: str = self.cleaned_data["id_number"]
        if not typed or typed == str(self.instance.id_number):
            return typed
        if "*" in typed:
            raise ValidationError(_("Enter the whole number, without asterisks."), code="masked")
        number = idnumbers.normalized(typed)
        if not idnumbers.has_shape(number) or idnumbers.birthday(number) is None:
            raise ValidationError(_("An ID number has 18 characters and a day of birth that exists."))
        if not idnumbers.has_right_check_digit(number):
            raise ValidationError(
                _("The last character does not fit the others. Please compare with the card.")
            )
        return number

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        if not typed or typed == str(self.instance.phone):
            return typed
        number = re.sub(r"[\s-]", "", typed)
        if not re.fullmatch(r"\+?\d{7,15}", number):
            raise ValidationError(_("A phone number has 7 to 15 digits."))
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        number, born = cleaned.get("id_number", ""), cleaned.get("born_on")
        if number and "*" not in number and born and idnumbers.birthday(number) not in {None, born}:
            self.add_error("born_on", _("The ID number says another day of birth."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """As `VersionedForm`, without numbers that came back masked."""
        values = super().values()
        for name in ("id_number", "phone"):
            if "*" in str(values.get(name, "")):
                del values[name]
        return values


class PartyForm(forms.ModelForm[Member]):
    """Dates of party life, and exemption from hard requirements."""

    prefix = "party"

    class Meta:
        model = Member
        fields = ["joined_on", "confirmed_on", "occupation", "exempt_since", "exempt_until", "exempt_reason"]
        widgets = dict.fromkeys(("joined_on", "confirmed_on", "exempt_since", "exempt_until"), DayInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("exempt_since"), cleaned.get("exempt_until")
        if until and not since:
            self.add_error("exempt_since", _("Please say from when."))
        if since and until and until <= since:
            self.add_error("exempt_until", _("The end lies after the beginning."))
        if since and not cleaned.get("exempt_reason"):
            self.add_error("exempt_reason", _("Please say why: age, illness or disability."))
        return cleaned


class DayForm(forms.Form):
    """The day on which something takes effect."""

    on = forms.DateField(label=gettext_lazy("Takes effect on"), widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today()

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on > today():
            raise ValidationError(_("That day lies ahead. Please enter it when it has come."))
        return on


class DayOf(forms.Form):
    """As of which day, and of which branch."""

    on = forms.DateField(label=gettext_lazy("As of"), widget=DayInput)
    branch = forms.ModelChoiceField(
        queryset=Organization.objects.none(),
        to_field_name="code",
        required=False,
        label=gettext_lazy("Branch"),
        empty_label=gettext_lazy("All branches"),
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["branch"]
        field.queryset = branches(by, permissions.VIEW)


class LeaveForm(DayForm):
    """The day from which someone is no longer on the roll, and why."""

    ending = forms.ChoiceField(
        label=gettext_lazy("How it ended"),
        choices=[("", "—"), *[e for e in Membership.Ending.choices if e[0] != Membership.Ending.WITHDRAWN]],
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("For example: moved to another county, letter of introduction no. 12."),
    )

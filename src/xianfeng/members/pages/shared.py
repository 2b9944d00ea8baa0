"""Fields that the forms of several registers share, and the way between the registers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core import idnumbers
from xianfeng.core.addresses import page
from xianfeng.core.periods import today
from xianfeng.people.models import Person

from .. import permissions


@dataclass(frozen=True, slots=True)
class Tab:
    """A register, as a tab above each of them."""

    label: str
    url: str
    current: bool


def tabs(visitor: Any, here: str) -> list[Tab]:
    """The registers a visitor may open. `here` is the URL name of the one that is shown."""
    known = (
        ("members:member_list", _("Members"), (permissions.VIEW,)),
        # The apps above keep registers too; they are named, not imported.
        ("development:activist_list", _("Register of activists"), ("development.view",)),
        ("members:mobile_list", _("Mobile members"), (permissions.VIEW,)),
        ("members:hardship_list", _("Hardship"), (permissions.HARDSHIP, permissions.HARDSHIP_NAMED)),
        ("members:transfer_list", _("Transfers"), (permissions.VIEW,)),
        ("dossiers:award_list", _("Awards"), (permissions.VIEW,)),
        ("dossiers:correction_list", _("Corrections"), ("dossiers.decide",)),
        ("members:numbers", _("In numbers"), (permissions.VIEW,)),
        ("members:quality", _("Completeness"), (permissions.VIEW, permissions.HARDSHIP)),
    )
    return [
        Tab(label, page(name), name == here)
        for name, label, needed in known
        if any(visitor.can(p) for p in needed)
    ]


def form_page(
    request: HttpRequest,
    form: Any,
    *,
    title: str,
    label: str,
    above: tuple[str, str],
    row: Any = None,
    hint: str = "",
) -> HttpResponse:
    """A page with one form. `above`: label and address of the register; `row`: what the form is about, if it exists."""
    back = row.get_absolute_url() if row is not None else above[1]
    return render(
        request,
        "registers/form.html",
        {
            "form": form,
            "title": title,
            "label": label,
            "above": above,
            "row": row,
            "back": back,
            "hint": hint,
        },
        status=422 if form.is_bound else 200,
    )


class PersonField(forms.CharField):
    """Somebody on the roll, by number or by name. `people` is set by the form: whom the visitor may choose."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Member"))
        kwargs.setdefault("help_text", gettext_lazy("Number or name, for example JT120007."))
        super().__init__(max_length=60, **kwargs)
        self.people: Any = Person.objects.none()
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        found = list(
            self.people.filter(
                Q(number__iexact=typed) | Q(name=typed) | Q(former_numbers__contains=f" {typed.upper()} ")
            ).select_related("organization")[:6]
        )
        if not found:
            raise ValidationError(_("Nobody of that name or number is on the roll of your branches."))
        if len(found) > 1:
            raise ValidationError(
                _("Several people are called that: %(people)s. Please enter the number.")
                % {"people": _(", ").join(f"{p.number} {p.organization}" for p in found)}
            )
        return found[0]


def checked_id(typed: str) -> str:
    """An ID number as it is kept. Raises ValidationError with the cure."""
    if not typed:
        return ""
    number = idnumbers.upgraded(idnumbers.normalized(typed))
    if not idnumbers.has_shape(number) or idnumbers.birthday(number) is None:
        raise ValidationError(_("An ID number has 18 characters and a day of birth that exists."))
    if not idnumbers.has_right_check_digit(number):
        raise ValidationError(_("The last character does not fit the others. Please compare with the card."))
    return number


def checked_phone(typed: str) -> str:
    """A phone number as it is kept. Raises ValidationError with the cure."""
    number = re.sub(r"[\s-]", "", typed)
    if number and not re.fullmatch(r"\+?\d{7,15}", number):
        raise ValidationError(_("A phone number has 7 to 15 digits."))
    return number


def past(day: date | None) -> date | None:
    """A day that has come. Raises ValidationError for one ahead."""
    if day is not None and day > today():
        raise ValidationError(_("That day lies ahead. Please enter it when it has come."))
    return day


class NewcomerFields(forms.Form):
    """Who comes from elsewhere: enough to know the person again."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    sex = forms.ChoiceField(
        label=gettext_lazy("Sex"), choices=[(s.value, s.label) for s in (Person.Sex.MALE, Person.Sex.FEMALE)]
    )
    id_number = forms.CharField(
        label=gettext_lazy("ID number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-no-offline": ""}),
        help_text=gettext_lazy("By it somebody who was here before is found again and keeps the number."),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-no-offline": ""}),
    )

    def clean_id_number(self) -> str:
        return checked_id(self.cleaned_data["id_number"])

    def clean_phone(self) -> str:
        return checked_phone(self.cleaned_data["phone"])

    def personal(self) -> dict[str, Any]:
        """Columns of Person."""
        data = self.cleaned_data
        born = idnumbers.birthday(data["id_number"]) if data["id_number"] else None
        return {
            "sex": data["sex"],
            "id_number": data["id_number"],
            "phone": data["phone"],
            **({"born_on": born} if born else {}),
        }

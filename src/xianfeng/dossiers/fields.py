"""The fields of a file one by one: which may be corrected on request, how each is asked for, read and shown.

Values travel as text: the code of a list, an ISO day, or the words themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from xianfeng.core.codes import DEGREES, EDUCATION, EMPLOYMENT, ETHNIC, HEALTH, MARITAL, POLITICAL, CodeList
from xianfeng.core.display import long_day
from xianfeng.core.fields import Sealed, SealedText
from xianfeng.core.forms import DayInput
from xianfeng.core.regions import read_region, region
from xianfeng.members.forms import code_field
from xianfeng.members.models import Member
from xianfeng.members.pages.shared import checked_id, checked_phone, past
from xianfeng.people.models import Person

from .models import Particulars

Table = Literal["person", "member", "particulars"]
TABLES: dict[Table, type[models.Model]] = {"person": Person, "member": Member, "particulars": Particulars}
CODES: dict[str, CodeList] = {
    "ethnicity": ETHNIC, "education": EDUCATION, "degree": DEGREES, "employment": EMPLOYMENT,
    "political": POLITICAL, "health": HEALTH, "marital": MARITAL,
}  # fmt: skip
PLACES = frozenset(Particulars.PLACES)
PHONES = frozenset({"phone", "landline"})


class RegionField(forms.CharField):
    """A place, as six digits or in words; kept as its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.help_text = self.help_text or _(
            "Province and county, for example 山东省莒县, or the six digits of GB/T 2260."
        )

    def clean(self, value: Any) -> str:
        return read_region(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return region(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a file, by the column it stands in."""

    name: str
    table: Table

    @property
    def column(self) -> models.Field[Any, Any]:
        columns: Any = TABLES[self.table]._meta
        found: models.Field[Any, Any] = columns.get_field(self.name)
        return found

    @property
    def label(self) -> str:
        return capfirst(str(self.column.verbose_name))

    @property
    def is_sealed(self) -> bool:
        return isinstance(self.column, SealedText)

    @property
    def is_sensitive(self) -> bool:
        return self.name in Particulars.SENSITIVE

    def now(self, person: Any) -> Any:
        """What stands there: a value, a `Sealed`, or "" where there is no row yet."""
        row = person if self.table == "person" else getattr(person, self.table, None)
        return getattr(row, self.name, "") if row is not None else ""

    def shown(self, value: Any, *, clear: bool = False) -> str:
        """A value in words; a sealed one masked unless `clear`."""
        if isinstance(value, Sealed):
            if not clear:
                return str(value)
            value = value.reveal()
        if value in ("", None):
            return ""
        if self.name in PLACES:
            return region(value)
        if codes := CODES.get(self.name):
            return codes.word(value)
        if self.column.choices:
            return str(dict(self.column.flatchoices).get(value, value))
        return long_day(value) if isinstance(value, date) else str(value)

    def form_field(self, now: Any = "", *, required: bool = True) -> forms.Field:
        """How it is asked for. `now`: what stands there."""
        if codes := CODES.get(self.name):
            return code_field(codes, self.label, now=now if isinstance(now, str) else "", required=required)
        if self.name in PLACES:
            return RegionField(label=self.label, required=required)
        if isinstance(self.column, models.DateField):
            return _Day(label=self.label, required=required, widget=DayInput)
        if self.name == "id_number":
            return _Checked(checked_id, label=self.label, required=required, max_length=40)
        if self.name in PHONES:
            return _Checked(checked_phone, label=self.label, required=required, max_length=30)
        return forms.CharField(label=self.label, required=required, max_length=self.column.max_length)

    def as_text(self, value: Any) -> str:
        """A cleaned value as it is kept with a request."""
        return value.isoformat() if isinstance(value, date) else str(value)

    def from_text(self, text: str) -> Any:
        """The value a text stands for."""
        return date.fromisoformat(text) if isinstance(self.column, models.DateField) else text


class _Day(forms.DateField):
    """A day that has come."""

    def clean(self, value: Any) -> Any:
        return past(super().clean(value))


class _Checked(forms.CharField):
    """A number that is checked; it must not be kept by the browser."""

    def __init__(self, check: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = check
        self.widget.attrs.update({"autocomplete": "off", "data-no-offline": ""})

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        if "*" in typed:
            raise ValidationError(_("Enter the whole number, without asterisks."))
        return str(self.check(typed))


CORRECTABLE: dict[str, Field] = {
    field.name: field
    for field in (
        *(Field(name, "person") for name in ("name", "born_on", "ethnicity", "education", "post", "phone", "id_number")),
        *(
            Field(name, "particulars")
            for name in (
                "native_place", "birthplace", "degree", "school", "began_work_on", "employment", "employer", "rank",
                "qualification", "landline", "address", "marital", "health", "joined_at", "introducers",
            )
        ),
        *(Field(name, "member") for name in ("joined_on", "confirmed_on")),
    )
}  # fmt: skip
"""What a member may ask to have corrected; everything else follows from acts of the organization."""


def label_of(name: str) -> str:
    """What is to be corrected, in words."""
    return CORRECTABLE[name].label if name in CORRECTABLE else name

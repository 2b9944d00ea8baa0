"""Filters that lists share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceField
from django.utils.translation import gettext as _

MANY = 300
"""A list to choose from is no longer than this."""
Offered = tuple[str, Any, str]
"""What stands for a row in the address, what rows are compared with, and what it is called."""


class RowField(forms.Field):
    """A choice among few rows: their keys, values and labels are read already."""

    widget = forms.Select

    def __init__(self, *, rows: Iterable[Offered], empty_label: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        offered = list(rows)
        self.values = {key: value for key, value, _label in offered}
        widget: Any = self.widget
        widget.choices = [("", empty_label), *((key, label) for key, _value, label in offered)]

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if (found := self.values.get(str(value))) is not None:
            return found
        said = ModelChoiceField.default_error_messages["invalid_choice"]
        raise ValidationError(said, code="invalid_choice", params={"value": value})


class NamedField(forms.CharField):
    """One among more rows than anybody would scroll through: it is typed, and must name one of them."""

    def __init__(self, *, find: Callable[[str], Sequence[Offered]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.find = find

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        found = self.find(typed)
        if len(found) == 1:
            return found[0][1]
        said = (
            _("“%(typed)s” fits more than one. Please enter the number.")
            if found
            else _("Nothing is called “%(typed)s”. Please enter the number or a part of the name.")
        )
        raise ValidationError(said, code="invalid_choice", params={"typed": typed})


class RowFilter(filters.Filter):
    """Narrows a list down to what belongs to one of a few rows. `rows` are these, or a function from the request to them.

    Where there may be more than MANY, `find` gives those that a typed text names, for a request; it is then asked instead.
    """

    def __init__(
        self,
        *args: Any,
        rows: Iterable[Offered] | Callable[[Any], Iterable[Offered]] = (),
        empty_label: Any,
        find: Callable[[Any, str], Sequence[Offered]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self.empty_label, self.find = rows, empty_label, find

    @property
    def field(self) -> Any:
        """The field of this request's form."""
        if not hasattr(self, "_field"):
            request = self.parent.request
            rows = list(self.rows(request) if callable(self.rows) else self.rows)
            if self.find and len(rows) > MANY:
                find = partial(self.find, request)
                self._field: forms.Field = NamedField(
                    find=find, label=self.label, required=False, max_length=60
                )
            else:
                self._field = RowField(
                    rows=rows, empty_label=self.empty_label, label=self.label, required=False
                )
        return self._field

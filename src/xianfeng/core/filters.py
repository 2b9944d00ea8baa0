"""Filters that lists share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceField

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


class RowFilter(filters.Filter):
    """Narrows a list down to what belongs to one of a few rows. `rows` are these, or a function from the request to them."""

    def __init__(
        self,
        *args: Any,
        rows: Iterable[Offered] | Callable[[Any], Iterable[Offered]] = (),
        empty_label: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self.empty_label = rows, empty_label

    @property
    def field(self) -> Any:
        """The field of this request's form."""
        if not hasattr(self, "_field"):
            rows = self.rows(self.parent.request) if callable(self.rows) else self.rows
            self._field = RowField(rows=rows, empty_label=self.empty_label, label=self.label, required=False)
        return self._field

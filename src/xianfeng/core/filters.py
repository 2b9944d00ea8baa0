"""Filters that lists share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters as filters
from django.core.exceptions import ValidationError
from django_filters.fields import ModelChoiceField, ModelChoiceIterator


class RowIterator(ModelChoiceIterator):
    """The choices, from the rows that the field has read or is about to read."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        if self.field.null_label is not None:
            yield (self.field.null_value, self.field.null_label)
        for row in self.field.queryset:
            yield self.choice(row)


class RowField(ModelChoiceField):
    """A choice among few rows: they are read once, for the list and for what was chosen."""

    iterator = RowIterator

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if self.null_label is not None and value == self.null_value:
            return value
        key = self.to_field_name or "pk"
        for row in self.queryset:
            if str(getattr(row, key)) == str(value):
                return row
        raise ValidationError(
            self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value}
        )


class RowFilter(filters.ModelChoiceFilter):
    """Narrows a list down to what belongs to one of a few rows. One query."""

    field_class = RowField

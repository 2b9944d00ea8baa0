"""What forms share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class DayInput(forms.DateInput):
    """A day by the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def add_faults(form: forms.BaseForm, fault: ValidationError) -> None:
    """Say what an action found at the fields it is about; what belongs to no field of the form stands above it."""
    if hasattr(fault, "error_dict"):
        for name, found in fault.error_dict.items():
            form.add_error(name if name in form.fields else None, ValidationError(found))
    else:
        form.add_error(None, ValidationError(fault.messages))


class VersionedForm(forms.ModelForm[Any]):
    """A form of a row with a `version`: refused when someone else saved the row since the page was opened.

    The row must be read under lock when the form is bound, so that nobody saves in between.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("seen") != self.instance.version:
            raise ValidationError(
                _("Someone else changed this in the meantime. Please look again."), code="conflict"
            )
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the form says about the row, for the action that changes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

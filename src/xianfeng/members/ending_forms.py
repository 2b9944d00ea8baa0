"""What is asked when an organization ends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from xianfeng.core.periods import today
from xianfeng.organizations import permissions
from xianfeng.organizations.forms import ActForm
from xianfeng.organizations.models import Organization


class DissolveForm(ActForm):
    """The day, the document and the reason."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)


class MergeForm(ActForm):
    """The branch that takes over the members."""

    into = forms.ModelChoiceField(
        queryset=Organization.objects.none(), label=gettext_lazy("Into branch"), empty_label="—"
    )
    field_order = ["into", "on", "document"]

    def __init__(self, *args: Any, organization: Organization, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, organization=organization, by=by, **kwargs)
        field: Any = self.fields["into"]
        found = Organization.objects.visible_to(by, permissions.CHANGE).branches().standing(today())
        field.queryset = found.exclude(pk=organization.pk)

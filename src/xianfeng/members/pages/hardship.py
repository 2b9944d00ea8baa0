"""The register of members in hardship: columns, filters, forms. The situation stands in none of the lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.columns import Column
from xianfeng.core.forms import DayInput, VersionedForm
from xianfeng.core.periods import today
from xianfeng.people.models import Appointment, Person, Role

from .. import permissions
from ..models import HardshipCase
from .shared import PersonField, past

CASES = [
    Column("number", gettext_lazy("Number"), lambda c: c.person.number, "code", order=("person__number",)),
    Column(
        "name",
        gettext_lazy("Name"),
        lambda c: c.person.name,
        order=("person__name",),
        link=lambda c: str(c.get_absolute_url()),
    ),
    Column(
        "branch",
        gettext_lazy("Branch"),
        lambda c: c.person.organization.short_name,
        order=("person__organization__number",),
    ),
    Column("kind", gettext_lazy("Kind"), lambda c: c.get_kind_display(), order=("kind",)),
    Column("degree", gettext_lazy("Degree"), lambda c: c.get_degree_display(), order=("degree",)),
    Column("since", gettext_lazy("Begun on"), lambda c: c.since, "date", order=("since",)),
    Column("until", gettext_lazy("Ended on day"), lambda c: c.until, "date", order=("until",)),
]


class VisitForm(forms.Form):
    """For what work the register is opened."""

    reason = forms.CharField(
        label=gettext_lazy("For what work"),
        max_length=200,
        help_text=gettext_lazy(
            "It goes into the audit log with your name and the time, and counts for half an hour."
        ),
    )

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"].strip()
        if len(reason) < 4:
            raise ValidationError(_("Please say for what work you need it."))
        return reason


def _long(label: Any, *, required: bool, help_text: Any = "") -> forms.CharField:
    """A text that must not be kept by the browser."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "data-no-offline": ""}),
    )


class CaseForm(VersionedForm):
    """A case. Texts come in clear to whoever opened the case with a reason."""

    situation = _long(gettext_lazy("Situation"), required=True)
    measures = _long(
        gettext_lazy("What is done"), required=False, help_text=gettext_lazy("Visits, help, contact persons.")
    )

    class Meta:
        model = HardshipCase
        fields = ["kind", "degree", "since", "leaders"]
        widgets = {"since": DayInput, "leaders": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["person", "kind", "degree", "since", "situation", "measures", "leaders"])
        field: Any = self.fields["leaders"]
        roles = [role.pk for role in Role.objects.all() if permissions.HARDSHIP_NAMED in role.permissions]
        leading = Appointment.objects.in_force(today()).filter(role__in=roles)
        field.queryset = Person.objects.filter(pk__in=leading.values("person")).order_by("number", "pk")
        field.help_text = _("Leaders named here can read the case.")
        if self.instance.pk:
            self.initial["situation"] = self.instance.situation.reveal()
            self.initial["measures"] = self.instance.measures.reveal()
        else:
            self.fields["since"].initial = today()

    def clean_since(self) -> Any:
        return past(self.cleaned_data["since"])

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name not in {"person", "leaders"}}


class NewCaseForm(CaseForm):
    """A case of somebody on the roll of a branch the visitor keeps the register for."""

    person = PersonField()

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.people = Person.objects.visible_to(by, permissions.HARDSHIP).filter(is_member=True)

"""Forms of a file: one for all particulars, one for each register, papers, corrections."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.forms import DayInput, VersionedForm
from xianfeng.files.inspection import ACCEPT
from xianfeng.members.filters import words_filter
from xianfeng.members.forms import PersonForm
from xianfeng.members.pages.shared import past
from xianfeng.members.permissions import VIEW as MEMBERS_VIEW
from xianfeng.organizations.choices import branch_filter

from . import permissions
from .fields import CODES, PLACES, Field
from .models import Award, Correction, Particulars, Sanction, Training, WorkPost
from .papers import KINDS

IDENTITY = ("name", "sex", "born_on", "id_number")
MASKED = ("landline", "address")


class FilePersonForm(PersonForm):
    """What lists show of a person. Who somebody is, is changed only by whoever keeps the register (`may_identify`)."""

    def __init__(self, *args: Any, may_identify: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_identify:
            for name in IDENTITY:
                del self.fields[name]


class ParticularsForm(VersionedForm):
    """Further personal and party data. `sensitive`: with what opens only for a reason, in clear."""

    prefix = "file"

    class Meta:
        model = Particulars
        fields = [
            "native_place", "birthplace", "degree", "schooling", "school", "began_work_on", "employment", "employer",
            "rank", "qualification", "landline", "address", "political", "joined_at", "introducers", "party_group",
            "party_worker", "health", "marital", "family",
        ]  # fmt: skip

    PARTY = ("political", "joined_at", "introducers", "party_group", "party_worker")

    def __init__(self, *args: Any, sensitive: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sensitive = sensitive
        for name in {*CODES, *PLACES, "began_work_on", "landline"} & self.fields.keys():
            now = getattr(self.instance, name)
            kind = Field(name, "particulars")
            clear = now.reveal() if kind.is_sensitive and sensitive else now
            # A landline may come back masked, which means: unchanged.
            if name != "landline":
                self.fields[name] = kind.form_field(clear, required=False)
        if not sensitive:
            for name in Particulars.SENSITIVE:
                del self.fields[name]
        else:
            self.fields["family"] = forms.CharField(
                label=self.fields["family"].label,
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "data-no-offline": ""}),
                help_text=_(
                    "Relation, name, year of birth, political status, place of work; one person a line."
                ),
            )
            for name in Particulars.SENSITIVE:
                self.initial[name] = getattr(self.instance, name).reveal()

    def clean_landline(self) -> str:
        typed: str = self.cleaned_data["landline"]
        if not typed or typed == str(self.instance.landline):
            return typed
        kind = Field("landline", "particulars")
        return str(kind.form_field(required=False).clean(typed))

    def clean_address(self) -> str:
        typed: str = self.cleaned_data["address"]
        if "*" in typed and typed != str(self.instance.address):
            raise ValidationError(_("Enter the whole address, without asterisks."), code="masked")
        return typed

    def values(self) -> dict[str, Any]:
        """As `VersionedForm`, without what came back masked."""
        values = super().values()
        return {name: v for name, v in values.items() if not (name in MASKED and "*" in str(v))}

    # The page shows the fields in these parts.

    def personal(self) -> list[forms.BoundField]:
        return [b for b in self.visible_fields() if b.name not in {*self.PARTY, *Particulars.SENSITIVE}]

    def party(self) -> list[forms.BoundField]:
        return [self[name] for name in self.PARTY]

    def restricted(self) -> list[forms.BoundField]:
        return [self[name] for name in Particulars.SENSITIVE if name in self.fields]


class EntryForm(VersionedForm):
    """Base of the forms of registers: days that have come."""

    DAYS: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.DAYS:
            try:
                past(cleaned.get(name))
            except ValidationError as fault:
                self.add_error(name, fault)
        return cleaned


class WorkPostForm(EntryForm):
    """A post at work."""

    DAYS = ("since",)

    class Meta:
        model = WorkPost
        fields = ["unit", "title", "rank", "since", "until", "document"]
        widgets = dict.fromkeys(("since", "until"), DayInput)


class AwardForm(EntryForm):
    """An award."""

    DAYS = ("on",)

    class Meta:
        model = Award
        fields = ["kind", "title", "level", "given_by", "on", "document"]
        widgets = {"on": DayInput}
        help_texts = {
            "title": gettext_lazy("Of one matter that was awarded at several levels, enter the highest.")
        }


class SanctionForm(EntryForm):
    """A sanction; the matter itself in clear to whoever opened the file with a reason."""

    DAYS = ("on",)

    class Meta:
        model = Sanction
        fields = ["penalty", "on", "decided_by", "document", "effect_until"]
        widgets = dict.fromkeys(("on", "effect_until"), DayInput)
        help_texts = {
            "effect_until": gettext_lazy(
                "Left empty, it follows from the kind: a warning has effect for one year."
            )
        }

    reason = forms.CharField(
        label=gettext_lazy("Facts of the matter"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "data-no-offline": ""}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["reason"] = self.instance.reason.reveal()


class TrainingForm(EntryForm):
    """Training."""

    DAYS = ("since", "until")

    class Meta:
        model = Training
        fields = ["kind", "title", "held_by", "since", "until", "hours", "certificate"]
        widgets = dict.fromkeys(("since", "until"), DayInput)


FORMS: dict[str, type[EntryForm]] = {
    "workpost": WorkPostForm,
    "award": AwardForm,
    "sanction": SanctionForm,
    "training": TrainingForm,
}


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class Scans(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ScansField(forms.FileField):
    """Scans of one paper."""

    widget = Scans

    def clean(self, data: Any, initial: Any = None) -> Any:
        many = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ScansField, self).clean(one, initial) for one in many]


class PaperForm(forms.Form):
    """A paper that lies in the file, with its scans where there are any."""

    code = forms.ChoiceField(label=gettext_lazy("Paper"))
    on = forms.DateField(label=gettext_lazy("Dated"), required=False, widget=DayInput)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=100)
    scans = ScansField(
        label=gettext_lazy("Scans"),
        required=False,
        help_text=gettext_lazy(
            "Pictures or PDF. Without a scan it is only noted that the paper lies in the file."
        ),
        widget=Scans(attrs={"accept": ACCEPT, "data-shrink": ""}),
    )

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["code"]
        field.choices = [(code, KINDS[code].label) for code in codes]

    def clean_on(self) -> Any:
        return past(self.cleaned_data["on"])


class PhotoForm(forms.Form):
    """The photo of a file."""

    photo = forms.FileField(
        label=gettext_lazy("Photo"),
        help_text=gettext_lazy(
            "Head and shoulders, JPG or PNG. Place and camera are taken out of the picture."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png", "data-shrink": ""}),
    )


class AskForm(forms.Form):
    """What one field should say, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        help_text=gettext_lazy("For example: the paper it follows from. The branch may ask to see it."),
    )

    def __init__(self, *args: Any, field: Field, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = field.form_field(field.now(person))
        asked.label = _("It should say")
        self.fields["value"] = asked
        self.order_fields(["value", "reason"])


class CorrectionFilter(filters.FilterSet):
    """Requests by words, state and branch."""

    q = words_filter(gettext_lazy("Name, initials or number"))
    status = filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=Correction.Status.choices, empty_label=gettext_lazy("All states")
    )
    branch = branch_filter(permissions.DECIDE, "person__organization")

    class Meta:
        model = Correction
        fields: list[str] = []


class AwardFilter(filters.FilterSet):
    """Awards by words, level, state and branch."""

    q = words_filter(gettext_lazy("Name, initials, number or award"), "title__icontains")
    level = filters.ChoiceFilter(
        label=gettext_lazy("Level"), choices=Award.Level.choices, empty_label=gettext_lazy("All levels")
    )
    status = filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=Award.Status.choices, empty_label=gettext_lazy("All states")
    )
    branch = branch_filter(MEMBERS_VIEW, "person__organization")

    class Meta:
        model = Award
        fields: list[str] = []

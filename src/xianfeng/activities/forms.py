"""The one page on which an activity is entered, and what the list is narrowed down by."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.models import fields_for_model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.display import day as spoken
from xianfeng.core.forms import DayInput, add_faults
from xianfeng.core.periods import Period, today
from xianfeng.core.uids import new_uid
from xianfeng.files.inspection import ACCEPT
from xianfeng.organizations.choices import branch_filter
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from .checks import Particulars, check_alone
from .due import Roll, last_of, proposed
from .models import Activities, Activity, Attendance, Kind
from .permissions import VIEW

State = Attendance.State
OTHER = "other"
MEETING = ("held_on", "starts_at", "venue", "topic", "observers", "observers_note", "minutes")
# What is asked, by kind. Of a talk neither topic nor notes: its content is not kept.
ASKED: dict[str, tuple[str, ...]] = {
    Kind.TALK: ("held_on",),
    Kind.VOLUNTEERING: (
        "held_on",
        "starts_at",
        "hours",
        "venue",
        "topic",
        "observers",
        "observers_note",
        "minutes",
    ),
    Kind.GROUP: ("group_name", *MEETING),
}
LED = (Kind.LECTURE, Kind.TALK)
# What a record must have besides its day, and how the page asks for it; `checks` asks the same of every record.
REQUIRED: dict[str, dict[str, Any]] = {
    Kind.LECTURE: {"led_by": gettext_lazy("Please say who gave the lecture.")},
    Kind.TALK: {"led_by": gettext_lazy("Please say who began the talk.")},
    Kind.VOLUNTEERING: {"hours": gettext_lazy("Please enter how many hours each person gave.")},
}
WIDGETS = {
    "held_on": DayInput(),
    "starts_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    "minutes": forms.Textarea(attrs={"rows": 5}),
    "observers": forms.NumberInput(attrs={"min": 0, "inputmode": "numeric"}),
    "hours": forms.NumberInput(attrs={"min": "0.5", "max": "24", "step": "0.5", "inputmode": "decimal"}),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One state to tap."""

    value: str
    label: str | Promise
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One member on the page: the name, and the states to choose from."""

    person: Person
    field: str
    state: str
    exempt: bool
    made_up: bool
    kind: str

    @property
    def options(self) -> list[Option]:
        """Whoever is exempt is not marked absent; “made up” only stays where it was entered."""
        values = [State.PRESENT]
        values += [State.EXEMPT] if self.exempt else [State.LEAVE, State.ABSENT]
        values += [State.MADE_UP] if self.made_up else []
        found = [Option(value.value, value.label, self.state == value) for value in values]
        if self.kind in Kind.chosen():
            found.insert(0, Option("", gettext_lazy("not listed"), not self.state))
        return found


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ActivityForm(forms.Form):
    """Particulars of one activity at one branch.

    `start` is what the page begins with; `activity` the stored row, if there is one. Who may be listed depends on the
    day, so the roll is read for the day that was sent.
    """

    attendance = forms.Field(required=False, widget=forms.HiddenInput, label=gettext_lazy("Attendance"))
    evidence = forms.Field(
        required=False,
        label=gettext_lazy("Evidence"),
        help_text=gettext_lazy("Photo, PDF, Word or Excel. Not required."),
        widget=FilesInput(attrs={"accept": ACCEPT, "data-shrink": ""}),
    )

    def __init__(
        self,
        kind: str,
        organization: Organization,
        data: Any = None,
        files: Any = None,
        *,
        activity: Activity | None = None,
        start: Particulars | None = None,
    ) -> None:
        super().__init__(data, files)
        self.kind, self.organization, self.activity = kind, organization, activity
        self.start = start or Particulars(kind=kind, held_on=today())
        self.roll = Roll.of(organization, self._day())
        self.fields.update(fields_for_model(Activity, fields=ASKED.get(kind, MEETING), widgets=WIDGETS))  # type: ignore[arg-type]  # fields or None
        for name, value in self.start.columns.items():
            if name in self.fields:
                self.initial[name] = value
        if kind in LED:
            self._ask_who_led()
        if kind == Kind.TALK:
            del self.fields["evidence"]
        self._require()
        self.rows = list(self._rows())
        self.new_uid = activity.uid if activity else self._sent_uid() or new_uid()

    def _require(self) -> None:
        """A draft, or a page on its way to another kind, may lack what a record must have."""
        counts = not self.is_bound or (self.data.get("act") != "draft" and "switch" not in self.data)
        for name, sentence in REQUIRED.get(self.kind, {}).items():
            self.fields[name].required = counts
            self.fields[name].error_messages["required"] = sentence

    def _day(self) -> date:
        """The day that was sent, as far as it is one."""
        if not self.is_bound:
            return self.start.held_on
        try:
            return forms.DateField().clean(self.data.get("held_on")) or self.start.held_on
        except ValidationError:
            return self.start.held_on

    def _sent_uid(self) -> str:
        return str(self.data.get("draft", "")) if self.is_bound else ""

    def _ask_who_led(self) -> None:
        label = _("Lecturer") if self.kind == Kind.LECTURE else _("Who began the talk")
        names = [(person.uid, person.name) for person in self.roll.people.values()]
        choices = [("", "—"), *names, (OTHER, _("somebody from elsewhere"))]
        self.fields["led_by"] = forms.ChoiceField(label=label, choices=choices, required=False)
        self.fields["led_by_other"] = forms.CharField(
            label=_("Name, if from elsewhere"), max_length=40, required=False
        )
        leader = self.start.led_by
        self.initial["led_by"] = leader.uid if leader else OTHER if self.start.led_by_other else ""

    # --- attendance ---

    @property
    def taken_part(self) -> bool:
        """Whether nobody is due and only those who took part are marked."""
        return self.kind in Kind.taken_part()

    def _rows(self) -> Iterator[Row]:
        usual = proposed(Kind(self.kind), self.roll)
        for pk, person in self.roll.people.items():
            name = f"state-{person.uid}"
            if self.is_bound and (self.taken_part or name in self.data):
                state = str(self.data.get(name, ""))
                state = state if state in State.values else ""
            else:
                state = self.start.states.get(pk, usual.get(pk, ""))
            yield Row(
                person=person,
                field=name,
                state=state,
                exempt=pk in self.roll.exempt,
                made_up=pk in self.start.made_up_on,
                kind=self.kind,
            )

    def _relisted(self) -> str:
        """A sentence when another day brought other members to the list; it was made anew and wants a look."""
        if self.kind not in Kind.whole_branch():
            return ""
        sent = {name for name in self.data if str(name).startswith("state-")}
        shown = {row.field for row in self.rows}
        if not sent or sent == shown:
            return ""
        return _("The list now shows the members of %(day)s: %(count)d. Please look at it again.") % {
            "day": spoken(self.roll.day),
            "count": len(self.rows),
        }

    # --- what it says ---

    def particulars(self) -> Particulars:
        """What has been entered, as far as it is valid; the rest as it was at the beginning."""
        sent = {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data}
        columns = self.start.columns | {"kind": self.kind}
        if self.kind != self.start.kind:
            columns |= {"led_by": None, "led_by_other": "", "hours": None, "group_name": ""}
        columns |= {name: value for name, value in sent.items() if name in columns and name != "led_by"}
        if self.kind in LED and "led_by" in sent:
            by_uid = {person.uid: person for person in self.roll.people.values()}
            columns["led_by"] = by_uid.get(sent["led_by"])
            if columns["led_by"]:
                columns["led_by_other"] = ""
        columns["observers"] = columns["observers"] or 0
        states = {row.person.pk: row.state for row in self.rows if row.state}
        leader = columns["led_by"]
        if self.kind == Kind.TALK and leader is not None:
            states.setdefault(leader.pk, State.PRESENT)
        made_up_on = {pk: day for pk, day in self.start.made_up_on.items() if states.get(pk) == State.MADE_UP}
        if self.kind == Kind.TALK:
            columns |= {
                "venue": "",
                "topic": "",
                "minutes": "",
                "observers": 0,
                "observers_note": "",
                "group_name": "",
            }
        return Particulars(states=states, made_up_on=made_up_on, **columns)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if sentence := self._relisted():
            self.add_error("attendance", sentence)
        if cleaned.get("led_by") == OTHER and not cleaned.get("led_by_other"):
            self.add_error("led_by_other", _("Please enter the name."))
        return cleaned

    def check(self) -> bool:
        """Whether the activity can be recorded like this; what cannot be is said at its field."""
        if not self.is_valid():
            return False
        activity = self.activity or Activity(organization=self.organization)
        try:
            check_alone(self.particulars(), activity, self.roll)
        except ValidationError as fault:
            add_faults(self, fault)
            return False
        return True


def beginning(kind: str, organization: Organization, *, visitor: Any, again: bool = False) -> Particulars:
    """What an empty page starts from: today, the usual people, and with `again` what was there the last time."""
    from .actions import topic_again

    day = today()
    roll = Roll.of(organization, day)
    last = last_of(Kind(kind), organization) if again or kind in Kind.chosen() else None
    states: dict[int, str] = dict(proposed(Kind(kind), roll, last))
    details: dict[str, Any] = {}
    if kind == Kind.TALK and visitor.pk in roll.people:
        details["led_by"] = roll.people[visitor.pk]
    if again and last is not None:
        details |= {
            "starts_at": last.starts_at,
            "venue": last.venue,
            "topic": topic_again(last.topic, last.held_on, day),
            "hours": last.hours,
            "group_name": last.group_name,
            "led_by": roll.people.get(last.led_by_id or 0),
            "led_by_other": last.led_by_other,
        }
        # Whoever took part the last time; who missed it then is proposed as present again.
        if kind in Kind.taken_part():
            states = {
                a.person_id: State.PRESENT for a in last.attendances.all() if a.person_id in roll.people
            }
    return Particulars(kind=kind, held_on=day, states=states, **details)


# --- the list ---


def periods(asked: str = "") -> list[tuple[str, str]]:
    """Months, quarters and years to choose from, and whichever an address asks for."""
    now = today()
    this_month, year = Period.of(now), Period(now.year, "year")
    choices = [this_month.shifted(-back) for back in range(now.month)]
    choices += [Period(now.year, "quarter", n) for n in range(Period.of(now, "quarter").number, 0, -1)]
    choices += [year, year.shifted(-1)]
    found = [(period.code, str(period)) for period in choices]
    if asked and asked not in dict(found):
        with contextlib.suppress(ValueError):
            found.append((asked, str(Period.parse(asked))))
    return found


class ActivityFilter(filters.FilterSet):
    """Words, kind, period, branch and status."""

    q = filters.CharFilter(method="with_words", label=gettext_lazy("Topic or place"))
    kind = filters.ChoiceFilter(
        choices=Kind.choices, label=gettext_lazy("Kind"), empty_label=gettext_lazy("All kinds")
    )
    period = filters.ChoiceFilter(
        method="within", choices=(), label=gettext_lazy("Period"), empty_label=gettext_lazy("Any time")
    )
    branch = branch_filter(VIEW)
    status = filters.ChoiceFilter(
        choices=Activity.Status.choices, label=gettext_lazy("Status"), empty_label=gettext_lazy("All")
    )

    class Meta:
        model = Activity
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.filters["period"].extra["choices"] = periods(str((data or {}).get("period", "")))

    def with_words(self, rows: Activities, _name: str, words: str) -> Activities:
        for word in words.split():
            rows = rows.filter(
                Q(topic__icontains=word) | Q(venue__icontains=word) | Q(group_name__icontains=word)
            )
        return rows

    def within(self, rows: Activities, _name: str, code: str) -> Activities:
        period = Period.parse(code)
        return rows.filter(held_on__range=(period.start, period.end))


class OwnBranchFilter(ActivityFilter):
    """Without the branch, for those who see only one."""

    branch = None  # type: ignore[assignment]  # takes the filter away

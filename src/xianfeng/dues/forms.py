"""Forms of dues. Amounts are typed in yuan and handed on in fen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.forms import DayInput
from xianfeng.core.periods import Period, today
from xianfeng.organizations.choices import branch_filter
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from . import rules
from .actions import NewBase, Payment, check_base, check_payment
from .models import Base, Due, Reduction
from .permissions import VIEW
from .rules import Group


class YuanField(forms.DecimalField):
    """An amount of money: two decimals at most, thousands may be set apart."""

    def __init__(self, **options: Any) -> None:
        options = {"max_digits": 10, "decimal_places": 2, "min_value": Decimal(0), **options}
        options.setdefault(
            "error_messages",
            {
                "invalid": gettext_lazy("Please enter the amount in yuan, for example 75.02."),
                "max_decimal_places": gettext_lazy("Please enter the amount in yuan, for example 75.02."),
            },
        )
        super().__init__(**options)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "input"})

    def to_python(self, value: Any) -> Any:
        return super().to_python(
            value.replace(",", "").replace("，", "") if isinstance(value, str) else value
        )


class MonthField(forms.ChoiceField):
    """A month out of a few."""

    def __init__(self, first: Period, last: Period, **options: Any) -> None:
        months = []
        while first <= last:
            months.append((first.code, str(first)))
            first = first.shifted(1)
        super().__init__(choices=months, **options)

    def clean(self, value: Any) -> Period:
        return Period.parse(super().clean(value))


# -- lists --


def periods(day: date) -> list[tuple[str, str]]:
    """Months of this year and the last, their quarters, and the years: the latest first."""
    now = Period.of(day)
    months = [now.shifted(-n) for n in range(now.number + 12)]
    quarters = [Period.of(day, "quarter").shifted(-n) for n in range(8)]
    years = [Period(day.year - n, "year") for n in range(2)]
    return [(p.code, str(p)) for p in (*months, *quarters, *years)]


def chosen_period(code: str, day: date) -> Period:
    """The period of a filter; the running month where it is none."""
    try:
        return Period.parse(code)
    except ValueError:
        return Period.of(day)


class OverviewFilter(filters.FilterSet):
    """Period and state; the view reads the sums of the period, this only narrows the branches down."""

    period = filters.ChoiceFilter(
        method="as_it_is", label=gettext_lazy("Period"), empty_label=gettext_lazy("This month")
    )
    state = filters.ChoiceFilter(
        method="by_state",
        choices=[
            ("open", gettext_lazy("payments open")),
            ("complete", gettext_lazy("complete")),
            ("none", gettext_lazy("no bases yet")),
        ],
        label=gettext_lazy("State"),
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = Organization
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["period"].extra["choices"] = periods(today())

    def as_it_is(self, rows: Any, _name: str, _value: str) -> Any:
        return rows

    def by_state(self, rows: Any, _name: str, value: str) -> Any:
        match value:
            case "open":
                return rows.filter(unpaid__gt=0)
            case "complete":
                return rows.filter(lines__gt=0, unpaid=0)
            case _:
                return rows.filter(lines=0)


class UnpaidFilter(filters.FilterSet):
    """Branch, period, and how long."""

    q = filters.CharFilter(method="named", label=gettext_lazy("Name, initials or number"))
    branch = branch_filter(VIEW, "collection__organization")
    period = filters.ChoiceFilter(
        method="within", label=gettext_lazy("Period"), empty_label=gettext_lazy("Months before this one")
    )
    months = filters.ChoiceFilter(
        method="so_many",
        choices=[("3", gettext_lazy("3 or more")), ("6", gettext_lazy("6 or more"))],
        label=gettext_lazy("Months open"),
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = Due
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["period"].extra["choices"] = periods(today())

    def named(self, rows: Any, _name: str, words: str) -> Any:
        for word in words.lower().split():
            rows = rows.filter(Q(person__search_text__contains=word))
        return rows

    def within(self, rows: Any, _name: str, code: str) -> Any:
        return rows.of(Period.parse(code))

    def so_many(self, rows: Any, _name: str, number: str) -> Any:
        return rows.filter(months_open__gte=int(number))


# -- one page per branch and month --


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One member on the sheet: the line, and what to tick and type where it is open."""

    line: Due
    ticked: bool
    amount: forms.BoundField | None


class CollectionForm(forms.Form):
    """Who has paid, on one day: a tick and an amount for each line that is open."""

    on = forms.DateField(label=gettext_lazy("Paid on"), widget=DayInput)
    paid = forms.MultipleChoiceField(label=gettext_lazy("Who has paid"), required=False)

    def __init__(self, lines: Iterable[Due], *args: Any, start: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        self.open = [line for line in self.lines if line.status in Due.OPEN]
        self.fields["on"].initial = start
        # A line paid in the meantime may still be ticked; recording it again changes nothing.
        paid: Any = self.fields["paid"]
        paid.choices = [(line.uid, line.person.name) for line in self.lines]
        for line in self.open:
            self.fields[f"amount-{line.uid}"] = YuanField(
                required=False,
                label=_("Amount of %(name)s") % {"name": line.person.name},
                initial=line.owed_yuan,
            )

    @property
    def rows(self) -> Iterator[PaymentRow]:
        ticked = set(self.data.getlist("paid")) if hasattr(self.data, "getlist") else set()
        for line in self.lines:
            amount = self[f"amount-{line.uid}"] if line.status in Due.OPEN else None
            yield PaymentRow(line, line.uid in ticked, amount)

    def ticked(self) -> list[Due]:
        """Open lines that were ticked."""
        chosen = set(self.cleaned_data.get("paid", ()))
        return [line for line in self.open if line.uid in chosen]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ticked = self.ticked()
        if not cleaned.get("paid") and not self.errors:
            raise ValidationError(_("Please tick who has paid."))
        on = cleaned.get("on")
        for line in ticked:
            if on is None:
                break
            name = f"amount-{line.uid}"
            amount = cleaned.get(name)
            if name in self.errors:
                continue
            try:
                check_payment(line, rules.fen(amount or Decimal(0)), on)
            except ValidationError as fault:
                for field, messages in fault.message_dict.items():
                    self.add_error("on" if field == "on" else name, messages)
                if "on" in fault.message_dict:
                    break
        return cleaned

    def payments(self) -> list[Payment]:
        """What was ticked."""
        return [Payment(line, rules.fen(self.cleaned_data[f"amount-{line.uid}"])) for line in self.ticked()]


class PaymentForm(forms.Form):
    """One payment, entered or put right."""

    amount = YuanField(label=gettext_lazy("Amount paid"))
    on = forms.DateField(label=gettext_lazy("Paid on"), widget=DayInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, line: Due, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        self.initial = {
            "amount": line.paid_yuan if line.paid else line.owed_yuan,
            "on": line.paid_on or today(),
            "seen": line.version,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "amount" in cleaned and "on" in cleaned:
            try:
                check_payment(self.line, rules.fen(cleaned["amount"]), cleaned["on"])
            except ValidationError as fault:
                self.add_error(None, fault)
        return cleaned


class DeferForm(forms.Form):
    """By whose decision a payment may come later."""

    approval = forms.CharField(
        max_length=80,
        label=gettext_lazy("Approved by"),
        help_text=gettext_lazy(
            "The meeting or the paper, for example: branch committee of 12 October. Please do not write what illness or hardship it is."
        ),
    )


# -- bases --


@dataclass(frozen=True, slots=True)
class BaseRow:
    """One member on the page of bases."""

    person: Person
    base: Base | None
    group: forms.BoundField
    amount: forms.BoundField
    due: Decimal | None


class BasesForm(forms.Form):
    """What the members of a branch are reckoned by from a month on. Rows left as they were change nothing."""

    def __init__(
        self,
        people: Iterable[Person],
        held: dict[int, Base],
        proposed: Mapping[int, str],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.held = list(people), held
        now = Period.of(today())
        self.fields["since"] = MonthField(
            now.shifted(-12), now.shifted(12), label=gettext_lazy("From month"), initial=now.code
        )
        for person in self.people:
            base = held.get(person.pk)
            self.fields[f"group-{person.uid}"] = forms.ChoiceField(
                choices=Group.choices,
                label=_("%(name)s is reckoned as") % {"name": person.name},
                initial=base.group if base else proposed.get(person.pk, Group.SERVING),
            )
            self.fields[f"amount-{person.uid}"] = YuanField(
                required=False,
                label=_("Base of %(name)s") % {"name": person.name},
                initial=rules.yuan(base.fen) if base and base.fen else None,
            )

    @property
    def rows(self) -> Iterator[BaseRow]:
        for person in self.people:
            base = self.held.get(person.pk)
            yield BaseRow(
                person,
                base,
                self[f"group-{person.uid}"],
                self[f"amount-{person.uid}"],
                rules.yuan(base.due(today().replace(day=1))) if base else None,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since = cleaned.get("since")
        self.entries: list[NewBase] = []
        for person in self.people:
            group, name = cleaned.get(f"group-{person.uid}"), f"amount-{person.uid}"
            if group is None or name in self.errors or since is None:
                continue
            amount = cleaned.get(name)
            fixed = rules.table(group, since.start).is_fixed
            if amount is None and not fixed:
                if person.pk in self.held:
                    self.add_error(
                        name, _("Please enter the base; a member who owes nothing needs a decision.")
                    )
                continue
            entry = NewBase(person, group, rules.fen(amount or Decimal(0)))
            try:
                check_base(entry.group, entry.fen, since.start)
            except ValidationError as fault:
                self.add_error(name, fault)
            else:
                self.entries.append(entry)
        return cleaned


# -- decisions, remittances, accounts --


class ReductionForm(forms.Form):
    """A decision that a member pays less, or nothing, for some months."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.none(), to_field_name="uid", label=gettext_lazy("Member")
    )
    amount = YuanField(
        label=gettext_lazy("To be paid each month"),
        help_text=gettext_lazy("0 waives the dues of these months."),
    )
    reason = forms.ChoiceField(choices=Reduction.Reason.choices, label=gettext_lazy("Kind of reason"))
    decided_on = forms.DateField(label=gettext_lazy("Decided on"), widget=DayInput)
    document = forms.CharField(
        max_length=80,
        label=gettext_lazy("Paper of the decision"),
        help_text=gettext_lazy(
            "Minutes or number of the paper, for example: minutes of the committee no. 9."
        ),
    )
    field_order = ["person", "first", "last", "amount", "reason", "decided_on", "document"]

    def __init__(self, people: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = Period.of(today())
        person: Any = self.fields["person"]
        person.queryset = people
        self.fields["first"] = MonthField(
            now.shifted(-6), now.shifted(12), label=gettext_lazy("From month"), initial=now.code
        )
        self.fields["last"] = MonthField(
            now.shifted(-6), now.shifted(18), label=gettext_lazy("To month"), initial=now.shifted(5).code
        )
        self.order_fields(self.field_order)


class RemittanceForm(forms.Form):
    """What was passed on for a month or a quarter."""

    amount = YuanField(label=gettext_lazy("Amount"))
    on = forms.DateField(label=gettext_lazy("Day passed on"), widget=DayInput)
    receipt_number = forms.CharField(max_length=40, label=gettext_lazy("Receipt number"))
    field_order = ["covers", "amount", "on", "receipt_number"]

    def __init__(self, quarter: Period, received: dict[str, int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["covers"] = forms.ChoiceField(
            label=gettext_lazy("For"),
            choices=[
                (period.code, _("%(period)s (received: %(sum)s yuan)") % {
                    "period": period, "sum": f"{rules.yuan(received[period.code]):,}"
                })
                for period in (quarter, *quarter.months)
            ],
        )  # fmt: skip
        self.fields["amount"].initial = rules.yuan(received[quarter.code]) or None
        self.fields["on"].initial = today()
        self.order_fields(self.field_order)


class AccountsForm(forms.Form):
    """What is said beside the figures."""

    note = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Remark"),
        help_text=gettext_lazy(
            "What the dues were used for, if any came back to the branch. Please name nobody."
        ),
    )

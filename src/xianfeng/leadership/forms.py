from __future__ import annotations

from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.forms import DayInput, VersionedForm
from xianfeng.core.periods import today
from xianfeng.organizations.models import Organization
from xianfeng.organizations.search import matching
from xianfeng.people.models import Person

from .actions import FIGURES, Elected, check_figures
from .models import Post, Term, Terms, kinds_for

ROWS = 9  # of the list of those elected: more than a committee may have
DATALIST = "candidates"
PREPARED = (Post.Kind.SECRETARY, Post.Kind.DEPUTY, Post.Kind.ORGANIZATION, Post.Kind.PUBLICITY, Post.Kind.DISCIPLINE)  # fmt: skip


def candidates(organization: Organization) -> QuerySet[Person]:
    """Party members who can be elected there: those of the branch, of the branch of a group, of everything below a superior."""
    of_group = organization.kind == Organization.Kind.GROUP and organization.parent is not None
    place: Any = organization.parent if of_group else organization
    below = Organization.objects.under([place.path])
    found: QuerySet[Person] = Person.objects.filter(is_member=True, organization__in=below.values("pk"))
    return found.order_by("number")


class PersonField(forms.CharField):
    """A party member by name or number, looked up among the candidates; whoever shares a name is told by the number."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": DATALIST, "autocomplete": "off"})
        super().__init__(max_length=80, widget=widget, **kwargs)
        self.known: dict[str, list[Person]] = {}

    def among(self, people: list[Person]) -> None:
        """Choose from these."""
        self.known = {}  # a new one: Django copies fields without what they hold
        for person in people:
            for key in {person.name, (person.number or "").upper(), f"{person.name} {person.number}".upper()}:
                self.known.setdefault(key, []).append(person)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        words = " ".join(typed.split())
        found = self.known.get(words.upper()) or self.known.get(words) or []
        if not found:
            raise ValidationError(_("“%(name)s” does not belong to this organization. Please choose from the list.") % {"name": words})  # fmt: skip
        if len(found) > 1:
            numbers = _(", ").join(str(person.number) for person in found)
            raise ValidationError(_("There are several of this name. Please enter the number: %(numbers)s.") % {"numbers": numbers})  # fmt: skip
        return found[0]


class TermFilter(filters.FilterSet):
    """Words, and how near the next election is."""

    q = filters.CharFilter(method="named", label=gettext_lazy("Name, number or initials"))
    state = filters.ChoiceFilter(
        method="by_state",
        label=gettext_lazy("Term"),
        choices=[
            ("over", gettext_lazy("expired")),
            ("near", gettext_lazy("ending within 6 months")),
            ("postponed", gettext_lazy("postponed")),
        ],
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = Term
        fields: list[str] = []

    def named(self, rows: Terms, _name: str, words: str) -> Terms:
        return rows.filter(organization__in=matching(Organization.objects.all(), words).values("pk"))

    def by_state(self, rows: Terms, _name: str, value: str) -> Terms:
        day = today()
        if value == "postponed":
            return rows.exclude(postponed_to=None)
        if value == "over":
            return rows.filter(organization__term_ends_on__lt=day)
        half_year = date(day.year + (day.month > 6), (day.month + 5) % 12 + 1, min(day.day, 28))
        return rows.filter(organization__term_ends_on__range=(day, half_year))


class _Figures(forms.ModelForm[Term]):
    """What both pages of an election ask: day, length, method, figures, document."""

    class Meta:
        model = Term
        fields = ["number", "began_on", "years", "method", *FIGURES, "document"]
        widgets = {
            "began_on": DayInput,
            **{
                name: forms.NumberInput(attrs={"min": 0, "inputmode": "numeric", "class": "input digits"})
                for name in ("number", *FIGURES)
            },
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        began_on = cleaned.get("began_on")
        if began_on and began_on > today():
            self.add_error("began_on", _("That day lies ahead. Please enter it when it has come."))
        try:
            check_figures({name: cleaned.get(name) for name in FIGURES})
        except ValidationError as fault:
            self.add_error(None, fault)
        return cleaned


class ElectionForm(_Figures):
    """An election: when, how, with which figures. Who was elected stands in `ElectedForms`."""

    def __init__(self, *args: Any, organization: Organization, due: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = organization.terms.order_by("-number").first()
        committee = organization.kind == Organization.Kind.COMMITTEE
        self.initial.update(
            number=last.number + 1 if last else 1,
            years=last.years if last else 5 if committee else 3,
            due=due,
        )
        self.organization = organization

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if self.organization.terms.filter(number=number).exists():
            raise ValidationError(_("Term %(number)s is on record already.") % {"number": number})
        return number


class TermForm(_Figures, VersionedForm):
    """Corrections of what is on record about an election."""

    class Meta(_Figures.Meta):
        pass


class ElectedForm(forms.Form):
    """One line: who, to what, with how many votes. A line without a name is left out."""

    person = PersonField(label=gettext_lazy("Name or number"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Post"), choices=Post.Kind.choices)
    votes = forms.IntegerField(
        label=gettext_lazy("Votes"),
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs={"min": 0, "inputmode": "numeric", "class": "input digits"}),
    )

    def __init__(self, *args: Any, organization: Organization, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.among(people)
        kind: Any = self.fields["kind"]
        kind.choices = [(kind.value, kind.label) for kind in kinds_for(organization)]

    def elected(self) -> Elected | None:
        """What the line says; None where it is empty."""
        said = self.cleaned_data
        return Elected(said["person"], said["kind"], said["votes"]) if said.get("person") else None


ElectedForms = forms.formset_factory(ElectedForm, extra=0, min_num=1, max_num=ROWS, absolute_max=ROWS)


def beginning(organization: Organization) -> list[dict[str, str]]:
    """The lines a new election begins with."""
    kinds = kinds_for(organization)
    prepared = [kind for kind in PREPARED if kind in kinds] or kinds
    lines = [*prepared, *([Post.Kind.MEMBER] * ROWS if Post.Kind.MEMBER in kinds else [])][:ROWS]
    return [{"kind": kind.value} for kind in lines]


class PostponeForm(forms.Form):
    """Until when, since when and by which paper an election is postponed."""

    to = forms.DateField(label=gettext_lazy("Postponed to"), widget=DayInput)
    on = forms.DateField(label=gettext_lazy("Approved on"), widget=DayInput)
    document = forms.CharField(
        label=gettext_lazy("Document of the superior"),
        max_length=60,
        help_text=gettext_lazy("Such as 莒交党发〔2026〕12号."),
    )

    def __init__(self, *args: Any, term: Term, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today()
        self.fields["to"].initial = term.latest_postponement


class FillForm(forms.Form):
    """Who comes into which post during a term."""

    person = PersonField(label=gettext_lazy("Name or number"))
    kind = forms.ChoiceField(label=gettext_lazy("Post"), choices=Post.Kind.choices)
    how = forms.ChoiceField(
        label=gettext_lazy("Came by"), choices=[c for c in Post.How.choices if c[0] != Post.How.ELECTED]
    )
    since = forms.DateField(label=gettext_lazy("In the post since"), widget=DayInput)
    votes = forms.IntegerField(label=gettext_lazy("Votes"), required=False, min_value=0)
    document = forms.CharField(label=gettext_lazy("Document number"), max_length=60, required=False)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = list(candidates(organization).only("pk", "name", "number"))
        person: Any = self.fields["person"]
        person.among(self.people)
        kind: Any = self.fields["kind"]
        kind.choices = [(kind.value, kind.label) for kind in kinds_for(organization)]
        self.fields["since"].initial = today()
        self.fields["how"].initial = Post.How.BY_ELECTION


class VacateForm(forms.Form):
    """From when on a post is no longer held, and why."""

    on = forms.DateField(label=gettext_lazy("No longer held from"), widget=DayInput)
    ending = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[c for c in Post.Ending.choices if c[0] not in {Post.Ending.TERM, Post.Ending.CLOSED}],
    )
    document = forms.CharField(label=gettext_lazy("Document number"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today()

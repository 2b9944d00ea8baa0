"""Filters of the audit log."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import sentences
from .models import Event


def acts() -> list[tuple[str, Any]]:
    """Every act that can be looked for."""
    return [(code, said.text) for code, said in sentences.known().items()]


class EventFilter(filters.FilterSet):
    """By person, act and time."""

    who = filters.CharFilter(label=_("Who (name or account)"), method="by_person")
    action = filters.ChoiceFilter(label=_("Act"), choices=acts)
    high = filters.BooleanFilter(label=_("High risk only"), method="by_risk", widget=forms.CheckboxInput)
    since = filters.DateFilter(
        label=_("From"), method="after", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = filters.DateFilter(label=_("To"), method="before", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = Event
        fields: list[str] = []

    def by_person(self, events: Any, _name: str, words: str) -> Any:
        return events.filter(actor__name__icontains=words) | events.filter(actor__account__iexact=words)

    def by_risk(self, events: Any, _name: str, chosen: bool) -> Any:
        high = [code for code, said in sentences.known().items() if said.high]
        return events.filter(action__in=high) if chosen else events

    def after(self, events: Any, _name: str, day: Any) -> Any:
        return events.filter(at__gte=timezone.make_aware(datetime.combine(day, time.min)))

    def before(self, events: Any, _name: str, day: Any) -> Any:
        next_day = timezone.make_aware(datetime.combine(day, time.min)) + timedelta(days=1)
        return events.filter(at__lt=next_day)

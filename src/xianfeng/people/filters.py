"""Filters of the lists of people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters as filters
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xianfeng.core.filters import Offered, RowFilter
from xianfeng.core.periods import today
from xianfeng.organizations.models import Organization

from .columns import UNUSED_AFTER
from .models import Appointment, Person, Role


def offered(rows: QuerySet[Any]) -> list[Offered]:
    """Rows to choose from by their key."""
    return [(str(row.pk), row.pk, str(row)) for row in rows]


class PeopleFilter(filters.FilterSet):
    """By words of the name (pinyin too) and by organization."""

    q = filters.CharFilter(label=_("Name, pinyin or number"), method="by_words")
    organization = RowFilter(label=_("Organization"), empty_label=_("All"))

    class Meta:
        model = Person
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        within = Organization.objects.filter(pk__in=self.queryset.values("organization"))
        self.filters["organization"].rows = offered(within)

    def by_words(self, people: Any, _name: str, words: str) -> Any:
        return people.named(words)


class AccountFilter(PeopleFilter):
    """Also by the state of the account."""

    state = filters.ChoiceFilter(
        label=_("Account is"),
        choices=[("open", _("open")), ("new", _("not activated")), ("closed", _("closed"))],
        method="by_state",
    )

    def by_state(self, people: QuerySet[Any], _name: str, state: str) -> QuerySet[Any]:
        unset = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        match state:
            case "closed":
                return people.filter(is_active=False)
            case "new":
                return people.filter(unset, is_active=True)
        return people.filter(~unset, is_active=True)


class AppointmentFilter(filters.FilterSet):
    """By person, role and how the appointment stands."""

    q = filters.CharFilter(label=_("Name, pinyin or number"), method="by_words")
    role = RowFilter(label=_("Role"), rows=lambda request: offered(Role.objects.all()), empty_label=_("All"))
    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("force", _("in force")), ("soon", _("ends within 30 days")),
            ("unused", _("not signed in for 90 days")), ("ended", _("ended")),
        ],
        method="by_state",
    )  # fmt: skip

    class Meta:
        model = Appointment
        fields: list[str] = []

    def by_words(self, appointments: Any, _name: str, words: str) -> Any:
        return appointments.filter(person__in=Person.objects.named(words))

    def by_state(self, appointments: Any, _name: str, state: str) -> Any:
        now = today()
        match state:
            case "ended":
                return appointments.filter(until__lte=now)
            case "soon":
                return appointments.in_force(now).filter(until__lte=now + timedelta(days=30))
            case "unused":
                long_ago = timezone.now() - UNUSED_AFTER
                unused = Q(person__last_login=None) | Q(person__last_login__lt=long_ago)
                return appointments.in_force(now).filter(unused)
        return appointments.in_force(now)

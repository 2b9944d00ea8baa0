"""Verbs, readings and counts of the register of members in hardship.

Nothing of a case leaves its pages: audit events name which fields changed, notices say only that there is something to
read, and counts of fewer than three say just that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core import visits
from xianfeng.core.periods import today
from xianfeng.messaging.actions import notify
from xianfeng.people.models import Person

from . import notices
from .models import HardshipCase, Membership
from .parameters import FEWEST_COUNTED, parameter

KEY = "hardship"


# -- a visit: the reason is stated once, and every opening is audited with it --


def open_visit(request: HttpRequest, reason: str) -> None:
    """Begin a visit to the register. Raises ValidationError without a reason that says something."""
    visits.open_visit(request, KEY, reason)


def reason_of(request: HttpRequest) -> str:
    """The reason of the visit that is going on; empty when none was stated within the last half hour."""
    return visits.reason_of(request, KEY)


def opened(by: Any, reason: str, *, cases: int, export: bool = False) -> None:
    """Write into the audit log that rows of the list were opened, or exported, and why."""
    details = {"reason": reason, "cases": cases}
    if export:
        events.record("members.hardship_export", by=by, at=by.organization, details=details)
    else:
        events.record("members.hardship_list", by=by, at=by.organization, details=details)


def read(case: HardshipCase, *, by: Any, reason: str) -> tuple[str, str]:
    """Situation and measures in clear, for a stated reason that goes into the audit log."""
    if not reason:
        raise ValidationError(_("Please say for what work you need it."))
    with transaction.atomic():
        events.record(
            "members.hardship_read", by=by, obj=case, at=case.stands_at(), details={"reason": reason}
        )
    return case.situation.reveal(), case.measures.reveal()


# -- verbs --


@transaction.atomic
def enter(person: Person, *, leaders: Iterable[Person] = (), by: Any, **details: Any) -> HardshipCase:
    """Enter a case. Raises ValidationError for somebody who is no member of a branch."""
    if not Membership.objects.members().filter(person=person, until=None).exists():
        raise ValidationError(_("%(name)s is not on the roll.") % {"name": person})
    case = HardshipCase(person=person, **details)
    case.full_clean()
    case.save(force_insert=True)
    events.record("members.hardship_begin", by=by, obj=case, at=case.stands_at())
    _name_leaders(case, leaders)
    return case


@transaction.atomic
def change(case: HardshipCase, values: Mapping[str, Any], *, leaders: Iterable[Person], by: Any) -> None:
    """Correct or continue a case. The audit event names the fields and keeps no value."""
    names = [name for name, value in values.items() if _clear(getattr(case, name)) != value]
    for name in names:
        setattr(case, name, values[name])
    case.full_clean()
    case.version += 1
    case.save(update_fields=[*names, "version"])
    if _name_leaders(case, leaders):
        names.append("leaders")
    if names:
        events.record(
            "members.hardship_change", by=by, obj=case, at=case.stands_at(), details=dict.fromkeys(names)
        )


def _clear(value: Any) -> Any:
    return value.reveal() if hasattr(value, "reveal") else value


def _name_leaders(case: HardshipCase, leaders: Iterable[Person]) -> bool:
    """Set who is named in the case, tell those who are new; says whether it changed anything."""
    before, after = set(case.leaders.all()), set(leaders)
    case.leaders.set(after)
    notify(
        after - before,
        notices.NAMED,
        link=case.get_absolute_url(),
        key=f"members.named/{case.uid}",
    )
    return before != after


@transaction.atomic
def end(case: HardshipCase, *, on: date, by: Any) -> None:
    """The hardship is over from a day on."""
    if case.until is not None:
        raise ValidationError(_("This has ended already."))
    if on < case.since:
        raise ValidationError(_("The day must not lie before %(day)s.") % {"day": case.since.isoformat()})
    case.until = on
    case.version += 1
    case.save(update_fields=["until", "version"])
    events.record("members.hardship_end", by=by, obj=case, at=case.stands_at())


# -- counts --


def guarded(counts: Mapping[str, int], on: date | None = None) -> dict[str, int | None]:
    """Counts of groups without those that would point at somebody: None stands for "fewer than three".

    Nothing can be found by subtracting from the sum: when a single group is hidden, the smallest of the others is too.
    """
    least = parameter(FEWEST_COUNTED, on or today())
    hidden = {key for key, number in counts.items() if number < least}
    if len(hidden) == 1 and len(counts) > 1:
        hidden.add(min((k for k in counts if k not in hidden), key=lambda k: counts[k]))
    return {key: None if key in hidden else number for key, number in counts.items()}


def worded(number: int | None, on: date | None = None) -> str:
    """A guarded count as it is shown."""
    if number is None:
        return _("fewer than %(number)s") % {"number": parameter(FEWEST_COUNTED, on or today())}
    return str(number)


def counted(on: date, under: Iterable[str] = ()) -> dict[str, int | None]:
    """How many members are in hardship on a day by kind, guarded, for overviews; `under`: paths of organizations."""
    cases = HardshipCase.objects.filter(since__lte=on).filter(Q(until=None) | Q(until__gt=on))
    if paths := list(under):
        within = Q()
        for path in paths:
            within |= Q(person__organization__path__startswith=path)
        cases = cases.filter(within)
    found = dict(cases.order_by().values_list("kind").annotate(number=Count("pk")))
    return guarded({kind.value: found.get(kind.value, 0) for kind in HardshipCase.Kind}, on)

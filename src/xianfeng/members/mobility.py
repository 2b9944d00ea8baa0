"""Verbs and warnings of the register of mobile members. Nobody's branch, vote or strength changes by it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core.fields import blind
from xianfeng.core.periods import months_before, today
from xianfeng.messaging.actions import notify
from xianfeng.organizations.models import Organization
from xianfeng.organizations.panels import Remark
from xianfeng.people import actions as people
from xianfeng.people.holders import holders
from xianfeng.people.models import Person

from . import notices, permissions
from .models import Absence, Contact, Membership
from .parameters import AWAY, CONTACT, CONTACT_ABROAD, parameter

SEALED = ("phone", "other_phone")


def known_by(id_number: str) -> Person | None:
    """The person with an ID number, whoever it is and whether a member or not; None where nobody has it."""
    index = blind("people.person.id_number", id_number)
    return Person.objects.filter(id_number_index=index).first() if index else None


@transaction.atomic
def go_out(person: Person, *, by: Any, **details: Any) -> Absence:
    """Our member lives elsewhere from a day on, and stays a member of the branch in every respect."""
    spell = Membership.objects.members().filter(person=person, until=None).first()
    if spell is None:
        raise ValidationError(_("%(name)s is not on the roll.") % {"name": person})
    return _begin(
        Absence(person=person, organization=spell.organization, direction=Absence.Direction.OUT, **details),
        by,
    )


@transaction.atomic
def come_in(
    name: str, organization: Organization, *, by: Any, personal: dict[str, Any], **details: Any
) -> Absence:
    """A member of another organization lives here and takes part in a branch's life: without vote, outside its strength.

    `personal` are columns of Person. Somebody we know by the ID number keeps the row. Raises ValidationError where that
    is a member of ours.
    """
    person = known_by(personal.get("id_number", ""))
    if person is None:
        person = people.enter(name=name, organization=organization, by=by, is_active=False, **personal)
    elif (spell := Membership.objects.filter(person=person, until=None).first()) is not None:
        raise ValidationError(
            _("%(name)s belongs to %(branch)s. Register our own members as being elsewhere.")
            % {"name": person, "branch": spell.organization}
        )
    return _begin(
        Absence(person=person, organization=organization, direction=Absence.Direction.IN, **details), by
    )


def _begin(absence: Absence, by: Any) -> Absence:
    absence.full_clean()
    absence.save(force_insert=True)
    events.record(
        "members.mobile_begin",
        by=by,
        obj=absence,
        at=absence.organization,
        details={"person": absence.person.name, "direction": absence.direction, "since": absence.since},
    )
    return absence


@transaction.atomic
def change(absence: Absence, values: dict[str, Any], *, by: Any) -> bool:
    """Correct what is on record about a spell; says whether anything was different. Numbers are named, not kept."""
    names = [name for name, value in values.items() if getattr(absence, name) != value]
    details = {name: None if name in SEALED else [getattr(absence, name), values[name]] for name in names}
    for name in names:
        setattr(absence, name, values[name])
    if names:
        absence.full_clean()
        absence.version += 1
        absence.save(update_fields=[*names, "version"])
        events.record("members.mobile_change", by=by, obj=absence, at=absence.organization, details=details)
    return bool(names)


@transaction.atomic
def contact(absence: Absence, *, day: date, way: str, by: Any, note: str = "") -> Contact:
    """Somebody spoke with the member on a day. Raises ValidationError outside the spell."""
    if day < absence.since or (absence.until is not None and day > absence.until) or day > today():
        raise ValidationError(_("The day lies outside the time in which the member is away."))
    made = Contact(absence=absence, day=day, way=way, by=by, note=note)
    made.full_clean()
    made.save(force_insert=True)
    events.record("members.mobile_contact", by=by, obj=absence, at=absence.organization, details={"on": day})
    return made


@transaction.atomic
def end(absence: Absence, *, on: date, ending: str, by: Any) -> None:
    """The spell is over from a day on."""
    if absence.until is not None:
        raise ValidationError(_("This has ended already."))
    if on < absence.since:
        raise ValidationError(_("The day must not lie before %(day)s.") % {"day": absence.since.isoformat()})
    absence.until, absence.ending = on, ending
    absence.full_clean()
    absence.version += 1
    absence.save(update_fields=["until", "ending", "version"])
    events.record(
        "members.mobile_end",
        by=by,
        obj=absence,
        at=absence.organization,
        details={"on": on, "ending": ending},
    )


# -- warnings --


def remarks(absence: Any, on: date) -> list[Remark]:
    """What should be done about a spell on a day. Takes a row of `with_last_contact`; the same rules as its filters."""
    if not absence.going_on:
        return []
    found = []
    every = parameter(CONTACT_ABROAD if absence.abroad else CONTACT, on)
    silent = (on - absence.last_contact).days
    if silent > every:
        found.append(
            Remark(
                "bad",
                _("No contact for %(days)s days; it should be made at least every %(every)s.")
                % {"days": silent, "every": every},
            )
        )
    months = parameter(AWAY, on)
    if absence.is_out and not absence.abroad and absence.since <= months_before(on, months):
        found.append(
            Remark(
                "warn",
                _("Away for %(months)s months or longer. Please transfer the relation where possible.")
                % {"months": months},
            )
        )
    if absence.expected_until and absence.expected_until < on:
        found.append(
            Remark(
                "warn",
                _("The end was expected on %(day)s. Please ask, and enter it or a new day.")
                % {"day": absence.expected_until.isoformat()},
            )
        )
    if absence.registered_on is None:
        found.append(Remark("warn", _("Not registered by us yet.")))
    if absence.registered_there_on is None:
        found.append(Remark("warn", _("Not registered by the other side yet. Please ask its organization.")))
    return found


def remind(day: date) -> int:
    """Tell branches, once for each silence, that a mobile member was not spoken with for too long. Returns how many."""
    silent = Absence.objects.with_last_contact().long_silent(day).select_related("person", "organization")
    return sum(
        notify(
            holders(permissions.MOBILE, at=absence.organization, on=day, nearest=True),
            notices.SILENT,
            {"name": absence.person.name, "day": absence.last_contact},
            link=absence.get_absolute_url(),
            key=f"members.silent/{absence.uid}/{absence.last_contact}",
        )
        for absence in silent
    )


def counts(absences: Any, on: date) -> dict[str, int]:
    """How many are away, how many came, and how many need something, of `with_last_contact` that go on. Two queries."""
    away = Count("pk", filter=Q(direction=Absence.Direction.OUT))
    found = absences.order_by().aggregate(
        every=Count("pk"), out=away, abroad=Count("pk", filter=Q(abroad=True))
    )
    return {
        "out": found["out"],
        "in": found["every"] - found["out"],
        "abroad": found["abroad"],
        "warned": absences.warned(on).count(),
    }

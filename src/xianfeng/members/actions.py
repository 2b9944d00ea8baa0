"""Verbs that change who belongs where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core.periods import today
from xianfeng.messaging.actions import notify
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from . import notices
from .models import Absence, HardshipCase, Member, Membership


@dataclass(frozen=True, slots=True)
class NewMember:
    """What is known of someone who is entered: personal columns of Person, dates of Member, branch and stage."""

    name: str
    organization: Organization
    stage: str
    personal: dict[str, Any] = field(default_factory=dict)
    party: dict[str, Any] = field(default_factory=dict)
    since: date | None = None


class Numbering:
    """Hands out member numbers: the branch's number without county and dashes, and a serial (JT120007)."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def next(self, organization: Organization) -> str:
        """The next free number of a branch. Numbers of people who left are not used again."""
        prefix = organization.code.upper().replace("-", "")
        if prefix not in self._last:
            highest = Person.objects.filter(number__regex=rf"^{prefix}\d{{4}}$").aggregate(Max("number"))[
                "number__max"
            ]
            self._last[prefix] = int(highest[-4:]) if highest else 0
        self._last[prefix] += 1
        return f"{prefix}{self._last[prefix]:04d}"


@transaction.atomic
def admit_all(newcomers: Iterable[NewMember], *, by: Any, day: date | None = None) -> list[Person]:
    """Enter many members at once, each with a number, a silent account and a membership.

    The batch writes few statements and one audit event; passwords stay unusable until activation.
    """
    day = day or today()
    numbering = Numbering()
    newcomers = list(newcomers)
    people: list[Person] = []
    for newcomer in newcomers:
        number = numbering.next(newcomer.organization)
        person = Person(
            name=newcomer.name,
            number=number,
            account=number.lower(),
            organization=newcomer.organization,
            is_member=newcomer.stage in Membership.PARTY,
            **newcomer.personal,
        )
        person.password = UNUSABLE
        person.prepare()
        people.append(person)
    Person.objects.bulk_create(people, batch_size=500)
    Member.objects.bulk_create(
        (Member(person=person, **newcomer.party) for person, newcomer in zip(people, newcomers, strict=True)),
        batch_size=500,
    )
    Membership.objects.bulk_create(
        (
            Membership(
                person=person,
                organization=newcomer.organization,
                stage=newcomer.stage,
                since=newcomer.since or newcomer.party.get("joined_on") or day,
            )
            for person, newcomer in zip(people, newcomers, strict=True)
        ),
        batch_size=500,
    )
    if people:
        events.record("members.admit", by=by, details={"people": [person.uid for person in people]})
    return people


# Django's mark of "no password", without the random tail that each person would need entropy for.
UNUSABLE = "!" + "0" * 40


def admit(newcomer: NewMember, *, by: Any, day: date | None = None) -> Person:
    """Enter one member."""
    return admit_all([newcomer], by=by, day=day)[0]


def reached(person: Person) -> dict[str, date]:
    """The day on which each stage that a person has stood in was reached. One query."""
    spells = Membership.objects.filter(person=person).order_by("since").values_list("stage", "since")
    days: dict[str, date] = {}
    for stage, since in spells:
        days.setdefault(stage, since)
    return days


@transaction.atomic
def trace(person: Person, days: Mapping[str, date], *, by: Any) -> None:
    """Bring a person's history in step with the days on which each stage was reached; `days` names at least one.

    What is learned late is entered where it belongs: branches, transfers and how the last spell ended stay as they are.
    Nobody goes down the ladder, so a stage dated before a lower one begins no earlier than itself. Where nothing differs,
    nothing is written.
    """
    member = Member.objects.select_for_update().get(person=person)
    spells = list(Membership.objects.select_for_update().filter(person=person).order_by("since"))
    if not spells or not days:
        raise ValidationError(_("%(name)s belongs to no branch on that day.") % {"name": person})
    before = person.is_member, spells[-1].stage
    wanted = _spells_of(spells, days)
    for spell in spells[len(wanted) :]:
        spell.delete()
    for number, values in enumerate(wanted):
        if number < len(spells):
            spell = spells[number]
            if changed := [name for name, value in values.items() if getattr(spell, name) != value]:
                for name in changed:
                    setattr(spell, name, values[name])
                spell.save(update_fields=changed)
        else:
            Membership(person=person, **values).save(force_insert=True)
    last = wanted[-1]
    member.joined_on = days.get(Membership.Stage.PROBATIONARY, member.joined_on if _is_party(days) else None)
    member.confirmed_on = days.get(Membership.Stage.FULL)
    member.full_clean()
    member.save(update_fields=["joined_on", "confirmed_on"])
    person.is_member = last["stage"] in Membership.PARTY and last["until"] is None
    if (person.is_member, last["stage"]) == before:
        return
    person.version += 1
    person.save(update_fields=["is_member", "version"])
    events.record(
        "members.trace",
        by=by,
        obj=person,
        at=person.organization,
        details={"to": last["stage"], "on": last["since"]},
    )
    if last["stage"] == Membership.Stage.FULL:
        day = last["since"]
        notify([person], notices.CONFIRMED, {"day": day}, link="/me/record/", key=f"members.confirm/{day}")


def _is_party(days: Mapping[str, date]) -> bool:
    return any(stage in days for stage in Membership.PARTY)


def _spells_of(spells: list[Membership], days: Mapping[str, date]) -> list[dict[str, Any]]:
    """The columns of a history: the branches of these spells, cut at the days on which a stage was reached."""
    rank = {stage: number for number, stage in enumerate(Membership.LADDER)}
    turns: list[tuple[date, str]] = []
    for day, stage in sorted((day, stage) for stage, day in days.items()):
        if turns and rank[Membership.Stage(stage)] <= rank[Membership.Stage(turns[-1][1])]:
            continue
        if turns and turns[-1][0] == day:
            turns.pop()
        turns.append((day, stage))
    wanted: list[dict[str, Any]] = []
    for spell in spells:
        since = turns[0][0] if spell is spells[0] else max(spell.since, turns[0][0])
        if spell.until is not None and spell.until <= since:
            continue
        cuts = [day for day, _stage in turns if since < day and (spell.until is None or day < spell.until)]
        for begin, end in zip([since, *cuts], [*cuts, spell.until], strict=True):
            stage = [stage for day, stage in turns if day <= begin][-1]
            last = wanted[-1] if wanted else None
            if (
                last
                and last["until"] == begin
                and (last["stage"], last["organization"]) == (stage, spell.organization)
            ):
                last["until"], last["ending"] = end, spell.ending
                continue
            wanted.append(
                {
                    "organization": spell.organization,
                    "stage": stage,
                    "since": begin,
                    "until": end,
                    "ending": spell.ending if end == spell.until else "",
                }
            )
    if not wanted:
        raise ValidationError(_("The day must lie before %(day)s.") % {"day": spells[-1].until})
    return wanted


@transaction.atomic
def confirm(person: Person, *, on: date, by: Any) -> None:
    """A probationary member becomes a full member on a day."""
    member = Member.objects.select_for_update().get(person=person)
    current = Membership.objects.on(on).filter(person=person).first()
    if current is None or current.stage != Membership.Stage.PROBATIONARY:
        raise ValidationError(_("%(name)s was not a probationary member on that day.") % {"name": person})
    _turn(current, on, stage=Membership.Stage.FULL)
    member.confirmed_on = on
    member.full_clean()
    member.save(update_fields=["confirmed_on"])
    events.record("members.confirm", by=by, obj=person, at=current.organization, details={"on": on})
    notify([person], notices.CONFIRMED, {"day": on}, link="/me/record/", key=f"members.confirm/{on}")


@transaction.atomic
def place(person: Person, organization: Organization, *, on: date, by: Any) -> None:
    """A member belongs to another branch from a day on. What happened stays where it happened."""
    current = Membership.objects.on(on).filter(person=person).first()
    if current is None:
        raise ValidationError(_("%(name)s belongs to no branch on that day.") % {"name": person})
    left = current.organization
    if left == organization:
        return
    if current.until is not None:
        raise ValidationError(
            _("Something else is on record for %(name)s after that day. Please choose a later one.")
            % {"name": person}
        )
    _turn(current, on, organization=organization)
    # Who is away stays away; from now on the new branch keeps in touch.
    Absence.objects.going_on().away().filter(person=person).update(organization=organization)
    person.organization = organization
    person.version += 1
    person.save(update_fields=["organization", "version"])
    events.record(
        "members.place", by=by, obj=person, at=organization, details={"from": left.number, "on": on}
    )
    notify(
        [person],
        notices.PLACED,
        {"branch": organization.short_name, "day": on},
        link="/me/record/",
        key=f"members.place/{organization.code}/{on}",
    )


def _turn(current: Membership, on: date, **changes: Any) -> None:
    """End a spell and begin the next; a spell of no days is changed in place."""
    if current.since == on:
        for name, value in changes.items():
            setattr(current, name, value)
        current.save(update_fields=[*changes])
        return
    following = Membership(
        person=current.person,
        organization=changes.get("organization", current.organization),
        stage=changes.get("stage", current.stage),
        since=on,
        until=current.until,
    )
    current.until = on
    current.save(update_fields=["until"])
    following.full_clean()
    following.save(force_insert=True)


@transaction.atomic
def leave(
    person: Person, *, on: date, by: Any, reason: str = "", ending: str = Membership.Ending.OTHER
) -> None:
    """A person leaves the roll, or gives up applying. The account closes the same day; the row stays."""
    for current in Membership.objects.filter(person=person, until=None):
        if current.since >= on:
            raise ValidationError(_("The day must lie after %(day)s.") % {"day": current.since})
        current.until, current.ending = on, ending
        current.save(update_fields=["until", "ending"])
    moved = ending == Membership.Ending.MOVED_OUT
    _end_absences(person, on, Absence.Ending.TRANSFERRED if moved else Absence.Ending.OTHER)
    for case in HardshipCase.objects.going_on().filter(person=person):
        case.until = max(on, case.since)
        case.save(update_fields=["until"])
    person.is_member = person.is_active = False
    person.version += 1
    person.save(update_fields=["is_member", "is_active", "version"])
    events.record(
        "members.leave",
        by=by,
        obj=person,
        at=person.organization,
        details={"on": on, "ending": ending, "reason": reason},
    )


def _end_absences(person: Person, on: date, ending: str) -> None:
    """Whoever leaves the roll is no longer away from it; whoever is taken up is no longer a guest."""
    for absence in Absence.objects.going_on().filter(person=person):
        absence.until, absence.ending = max(on, absence.since), ending
        absence.version += 1
        absence.save(update_fields=["until", "ending", "version"])


@transaction.atomic
def take_up(
    person: Person,
    organization: Organization,
    stage: str,
    *,
    on: date,
    by: Any,
    joined_on: date | None = None,
    confirmed_on: date | None = None,
) -> None:
    """Somebody who has a row but belongs nowhere becomes a member of a branch from a day on.

    One who was a member before keeps the number; others get the next of the branch. The account opens with a slip.
    Raises ValidationError where the person belongs somewhere on that day or after it.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    last = Membership.objects.filter(person=person).order_by("-since").first()
    if last is not None and (last.until is None or last.until > on):
        raise ValidationError(
            _("%(name)s belongs to %(branch)s on that day.") % {"name": person, "branch": last.organization}
        )
    member, _created = Member.objects.get_or_create(person=person)
    member.joined_on = joined_on or member.joined_on
    member.confirmed_on = confirmed_on or member.confirmed_on
    member.full_clean()
    member.save(update_fields=["joined_on", "confirmed_on"])
    Membership.objects.create(person=person, organization=organization, stage=stage, since=on)
    _end_absences(person, on, Absence.Ending.TRANSFERRED)
    if not person.number:
        person.number = Numbering().next(organization)
        person.account = person.number.lower()
    person.organization = organization
    person.is_member, person.is_active = stage in Membership.PARTY, True
    person.password = UNUSABLE
    person.version += 1
    person.save(
        update_fields=["number", "account", "organization", "is_member", "is_active", "password", "version"]
    )
    events.record("members.take_up", by=by, obj=person, at=organization, details={"on": on})


SEALED = ("id_number", "phone")


@transaction.atomic
def change(person: Person, *, by: Any, personal: dict[str, Any], party: dict[str, Any]) -> bool:
    """Correct what is on record about a member; says whether anything was different.

    `personal` are columns of Person, `party` of Member. The audit event names what changed; of ID number and phone it
    keeps neither the old nor the new value.
    """
    member, _created = Member.objects.select_for_update().get_or_create(person=person)
    changed: dict[str, Any] = {}
    for row, values in ((person, personal), (member, party)):
        names = [name for name, value in values.items() if getattr(row, name) != value]
        for name in names:
            changed[name] = None if name in SEALED else [getattr(row, name), values[name]]
            setattr(row, name, values[name])
        if names:
            row.full_clean(exclude=["password"] if row is person else None)
            row.save(update_fields=names)
    if changed:
        person.version += 1  # also for the party record: the form shows both
        person.save(update_fields=["version"])
        events.record("members.change", by=by, obj=person, at=person.organization, details=changed)
    return bool(changed)

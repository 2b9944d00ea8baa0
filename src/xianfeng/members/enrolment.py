"""From the rows of a roster to members: who is new, who changes, who stays as they are; and back again.

``plan`` compares with what is registered and writes nothing; ``take`` does it in one transaction with few statements;
``take_back`` undoes it, if nobody touched the people since. A person is recognised by the member number with the name, else by
the ID number, else by name and branch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.audit.models import Event
from xianfeng.core import cells, excel
from xianfeng.core.crypto import blind
from xianfeng.core.fields import mask
from xianfeng.core.findings import Fault, Note
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from . import permissions, roster_rows, vocabulary
from .actions import NewMember, admit_all, confirm, place
from .batches import Changed, Turn
from .journals import in_use, last_event, plain, restored
from .models import Absence, Member, Membership, Merge
from .roster_rows import MemberRow, Roster

ID_LABEL, PHONE_LABEL = "people.person.id_number", "people.person.phone"
PERSONAL = ("name", "sex", "ethnicity", "born_on", "education", "post")
PARTY = ("joined_on", "confirmed_on", "occupation")
SEALED = ("id_number", "phone")
ORDER = (*PERSONAL, *SEALED, "stage", *PARTY, "organization")  # in which changes are shown
AT_ONCE = 500
READ: dict[str, Callable[[str], str]] = {
    "name": roster_rows.read_name,
    "ethnicity": roster_rows.read_ethnicity,
    "education": roster_rows.read_education,
    "post": roster_rows.read_post,
}
Row = MemberRow[int]


@dataclass
class Change:
    """A registered person and what is told otherwise: new values by field. `row`: its number in the sheet, 0 without one."""

    row: int
    person: Person
    values: dict[str, Any]
    spell: Membership | None = None


@dataclass
class Plan:
    """What a roster would do."""

    new: list[Row] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    same: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def by_number(numbers: Iterable[str]) -> dict[str, Person]:
    """Registered people by member number, with what a roster is compared with. A number that was merged leads to who was kept."""
    people = Person.objects.select_related("member", "organization")
    found: dict[str, Person] = {}
    for some in _chunks(sorted(numbers)):
        found |= {str(person.number): person for person in people.filter(number__in=some)}
        merged = dict(Merge.objects.filter(gone__number__in=some).values_list("gone__number", "kept"))
        if merged:
            kept = people.in_bulk(set(merged.values()))
            found |= {number: kept[pk] for number, pk in merged.items()}
    return found


def plan(
    roster: Roster[int],
    *,
    by: Any = None,
    leave_out: Iterable[int] = (),
    numbered: Mapping[str, Person] | None = None,
) -> Plan:
    """Compare the good rows with what is registered; ``numbered`` are the people whom the roster was checked with.

    Adds faults for people who are registered where ``by`` has no say, or who have left. A handful of queries in all.
    """
    omitted = set(leave_out)
    rows: list[Row] = [row for row in roster.good if row.row not in omitted]
    index = {row.row: blind(ID_LABEL, row.id_number) for row in rows if row.id_number}
    found = registered(rows, index, numbered or {})
    spells = current_spells(person.pk for person in found.values())
    names = namesakes(rows, found)
    allowed = by.places(permissions.IMPORT) if by is not None else ("",)
    id_column = next((c for c in roster.profile.columns if c.field == "id_number"), roster.profile.columns[0])
    result = Plan()
    for row in rows:
        person = found.get(row.row)
        if person is None:
            result.new.append(row)
            if others := names.get(row.name):
                result.notes.append(namesake_note(row, others))
            continue
        message = elsewhere(person, allowed) or _no_member(person) or other_id(row, person, index)
        if message:
            result.faults.append(
                Fault(row.row, id_column.heading, "duplicate_person", "", message, id_column.index)
            )
            continue
        spell = spells.get(person.pk)
        if values := _differences(row, person, spell):
            result.changes.append(Change(row.row, person, values, spell))
        else:
            result.same.append(row)
    return result


def registered(
    rows: Sequence[Row], index: dict[int, str], numbered: Mapping[str, Person], *, members: bool = True
) -> dict[int, Person]:
    """The registered person of each row, by the row's number. `members`: whether the roster is one of members."""
    people = Person.objects.select_related("member", "organization")
    found = {row.row: numbered[row.number] for row in rows if row.known}
    by_index: dict[str, Person] = {}
    for some in _chunks(sorted({key for number, key in index.items() if number not in found})):
        by_index.update(
            (str(person.id_number_index), person) for person in people.filter(id_number_index__in=some)
        )
    for number, key in index.items():
        if key in by_index:
            found.setdefault(number, by_index[key])
    unnumbered = [row for row in rows if row.row not in found and not row.id_number]
    for some in _chunks(sorted({row.name for row in unnumbered})):
        named: dict[tuple[str, int | None], list[Person]] = defaultdict(list)
        for person in people.filter(name__in=some, is_member=members):
            named[person.name, person.organization_id].append(person)
        for row in unnumbered:
            if len(same := named.get((row.name, row.branch), [])) == 1:
                found.setdefault(row.row, same[0])
    return found


def other_id(row: Row, person: Person, index: Mapping[int, str]) -> str:
    """Says that number and name are those of a member, but the ID number is another; blank where all is well."""
    if row.row in index and person.id_number_index and person.id_number_index != index[row.row]:
        return _(
            "%(name)s (%(number)s) is registered with another ID number. Compare both with the ID card; the registered one is corrected on the member's page."
        ) % {"name": person.name, "number": person.number}
    return ""


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def current_spells(people: Iterable[int]) -> dict[int, Membership]:
    """The current membership of each person."""
    wanted = list(people)
    found: dict[int, Membership] = {}
    for start in range(0, len(wanted), AT_ONCE):
        current = Membership.objects.filter(person__in=wanted[start : start + AT_ONCE], until=None)
        found.update((spell.person_id, spell) for spell in current)
    return found


def namesakes(rows: Sequence[Row], found: dict[int, Person]) -> dict[str, list[str]]:
    """Member numbers of registered people who share a name with a new row, by name."""
    new = sorted({row.name for row in rows if row.row not in found})
    held: dict[str, list[str]] = defaultdict(list)
    for some in _chunks(new):
        named = Person.objects.filter(name__in=some, is_member=True).order_by("number")
        for name, number in named.values_list("name", "number"):
            held[name].append(str(number))
    return held


def namesake_note(row: Row, numbers: Sequence[str]) -> Note:
    """Says that somebody of the name is registered already."""
    text = _(
        "Someone of this name is already registered: %(numbers)s. This row will be entered as another person."
    )
    return Note(row.row, "", text % {"numbers": _(", ").join(numbers[:3])})


def elsewhere(person: Person, allowed: Sequence[str]) -> str:
    """Says that a registered person is none of the importer's; blank when they are."""
    at = person.organization
    if allowed != ("",) and not any(at is not None and (at.path or "").startswith(path) for path in allowed):
        return _("This person is registered with another party organization. Ask for a transfer instead.")
    return ""


def _no_member(person: Person) -> str:
    """Says that a registered person is no present member; blank when they are."""
    if not person.is_member or not hasattr(person, "member"):
        return _(
            "%(name)s (%(number)s) is registered but not as a present member. Restore the membership first."
        ) % {
            "name": person.name,
            "number": person.number or "—",
        }
    return ""


def personal_differences(row: Row, person: Person) -> dict[str, Any]:
    """New values of the person by field; what the roster leaves blank changes nothing."""
    told = {name: getattr(row, name) for name in PERSONAL}
    if told["sex"] == "0":
        del told["sex"]
    identified = bool(row.id_number and not person.id_number_index)
    if not identified:
        # What follows from a number that was known before was known before, too.
        told = {name: value for name, value in told.items() if name not in row.derived}
    values = {
        name: value
        for name, value in told.items()
        if value not in {"", None}
        and value not in {getattr(person, name), _as_read(name, getattr(person, name))}
    }
    if identified:
        values["id_number"] = row.id_number
    if (
        row.phone
        and blind(PHONE_LABEL, row.phone) != person.phone_index
        and row.phone != roster_rows.read_phone(cells.phones(person.phone.reveal()))
    ):
        values["phone"] = row.phone
    return values


def _differences(row: Row, person: Person, spell: Membership | None) -> dict[str, Any]:
    """New values of a member by field."""
    values = personal_differences(row, person)
    days = {
        name: (getattr(row, name), getattr(person.member, name)) for name in ("joined_on", "confirmed_on")
    }
    values |= {name: told for name, (told, known) in days.items() if told and told != known}
    if spell is not None and row.branch is not None and spell.organization_id != row.branch:
        values["organization"] = row.branch
    if spell is not None and spell.stage != row.stage and ("stage" not in row.derived or row.confirmed_on):
        values["stage"] = row.stage
    joined, confirmed = (values.get(name, known) for name, (_told, known) in days.items())
    if joined and confirmed and confirmed < joined:
        # Half of a correction cannot stand: the day that is not in the roster is left out.
        values.pop("joined_on", None)
        values.pop("confirmed_on", None)
    return values


def _as_read(name: str, value: Any) -> Any:
    """A registered text as a roster with exactly this text would be read: 汉 and 汉族 are one."""
    read = READ.get(name)
    return read(excel.safe_cell(value)) if read else value


# -- what would change, as a page shows it --


def shown(changes: Sequence[Change]) -> list[Changed]:
    """Each change with the values before and after. Two queries at most."""
    wanted = {change.values["organization"] for change in changes if "organization" in change.values}
    names = dict(Organization.objects.filter(pk__in=wanted).values_list("pk", "short_name")) if wanted else {}
    return [
        Changed(
            change.row,
            change.person.name,
            change.person.number or "",
            tuple(turn(change, name, names) for name in ORDER if name in change.values),
        )
        for change in changes
    ]


def turn(change: Change, name: str, branches: Mapping[int, str]) -> Turn:
    """One value of a change; `branches` are names of branches by id."""
    after = change.values[name]
    if name == "organization":
        at = change.person.organization
        return Turn(_("branch"), str(at or "—"), branches.get(after, "—"))
    model: Any = Membership if name == "stage" else Member if name in PARTY else Person
    row: Any = change.spell if name == "stage" else change.person.member if name in PARTY else change.person
    field = model._meta.get_field(name)
    before = getattr(row, name, None)
    if name in SEALED:
        return Turn(str(field.verbose_name), str(before) or "—", mask(after) or "—")
    words = {value: str(word) for value, word in field.flatchoices}
    return Turn(
        str(field.verbose_name), words.get(before, str(before or "—")), words.get(after, str(after or "—"))
    )


# -- take --


@transaction.atomic
def take(what: Plan, *, by: Any, day: date) -> dict[str, Any]:
    """Enter the new, change the changed. Returns the journal that ``take_back`` needs, for sealing."""
    wanted = {row.branch for row in what.new} | {
        change.values["organization"] for change in what.changes if "organization" in change.values
    }
    places = Organization.objects.in_bulk([pk for pk in wanted if pk is not None])
    people = admit_all([_newcomer(row, places) for row in what.new], by=by, day=day)
    changed = [_change(change, places, by, day) for change in what.changes]
    return {"added": [person.pk for person in people], "changed": changed, "event": last_event()}


def personal(row: Row) -> dict[str, Any]:
    """What a row tells about the person, for somebody who is entered."""
    told: dict[str, Any] = {name: getattr(row, name) for name in PERSONAL if name != "name"}
    return told | {"id_number": row.id_number, "phone": row.phone}


def _newcomer(row: Row, places: dict[int, Organization]) -> NewMember:
    party: dict[str, Any] = {"joined_on": row.joined_on, "confirmed_on": row.confirmed_on}
    if vocabulary.is_retired(row.post):
        party["occupation"] = Member.Occupation.RETIRED
    if row.branch is None:
        raise ValidationError(_("Row %(row)d: there is no branch.") % {"row": row.row})
    return NewMember(row.name, places[row.branch], row.stage, personal=personal(row), party=party)


def before(person: Person, names: Iterable[str]) -> dict[str, Any]:
    """What stands there before a change of these fields, for the journal; say `version` when it is done."""
    names = list(names)
    return {
        "person": person.pk,
        "personal": {name: plain(getattr(person, name)) for name in names if name in PERSONAL},
        "party": {name: plain(getattr(person.member, name)) for name in names if name in PARTY},
        "sealed": {name: plain(getattr(person, name)) for name in names if name in SEALED},
        "organization": person.organization_id,
        "spells": [
            {
                "pk": s.pk,
                "organization_id": s.organization_id,
                "stage": s.stage,
                "since": plain(s.since),
                "until": plain(s.until),
                "ending": s.ending,
            }
            for s in Membership.objects.filter(person=person).order_by("since")
        ],
        # Whoever is away keeps in touch with the branch they belong to: placing moves these, too.
        "absences": list(
            Absence.objects.going_on().away().filter(person=person).values_list("pk", "organization")
        )
        if "organization" in names
        else [],
    }


def change_personal(person: Person, values: Mapping[str, Any]) -> None:
    """Write what of the values is about the person."""
    own = {name: value for name, value in values.items() if name in PERSONAL or name in SEALED}
    for name, value in own.items():
        setattr(person, name, value)
    if own:
        person.version += 1
        person.save(update_fields=[*own, "version"])


def _change(change: Change, places: dict[int, Organization], by: Any, day: date) -> dict[str, Any]:
    """Change one person; returns what was there before."""
    person, values = change.person, change.values
    stood = before(person, values)
    change_personal(person, values)
    member = person.member
    party = {name: value for name, value in values.items() if name in PARTY}
    for name, value in party.items():
        setattr(member, name, value)
    if party:
        member.save(update_fields=list(party))
        if set(values) <= set(PARTY):
            person.version += 1
            person.save(update_fields=["version"])
    if "stage" in values:
        _change_stage(person, values["stage"], member.confirmed_on, by, day)
    if "organization" in values:
        place(person, places[values["organization"]], on=day, by=by)
    events.record(
        "members.correct", by=by, obj=person, at=person.organization, details={"fields": sorted(values)}
    )
    return stood | {"version": person.version}


def _change_stage(person: Person, stage: str, confirmed_on: date | None, by: Any, day: date) -> None:
    """Confirmed within the present spell: a new spell begins. Anything else corrects what had been entered wrongly."""
    spell = Membership.objects.get(person=person, until=None)
    confirmed = (
        stage == Membership.Stage.FULL and confirmed_on is not None and spell.since < confirmed_on <= day
    )
    if confirmed and confirmed_on is not None:
        confirm(person, on=confirmed_on, by=by)
    else:
        spell.stage = stage
        spell.save(update_fields=["stage"])


def touched(journal: dict[str, Any]) -> list[Person]:
    """People whom somebody has changed, appointed, moved or signed in as since the import; they forbid undoing it."""
    added, changed = list(journal["added"]), {one["person"]: one["version"] for one in journal["changed"]}
    kind = ContentType.objects.get_for_model(Person)
    later = Event.objects.filter(content_type=kind, seq__gt=journal["event"])
    found: dict[int, Person] = {}
    wanted = [*added, *changed]
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        handled = set(later.filter(object_id__in=some).values_list("object_id", flat=True))
        for person in Person.objects.filter(pk__in=some):
            if (
                person.pk in handled
                or person.version != changed.get(person.pk, 0)
                or (person.last_login and person.pk in added)
            ):
                found[person.pk] = person
    return sorted(found.values(), key=lambda person: (person.number or "", person.pk))


@transaction.atomic
def take_back(journal: dict[str, Any]) -> None:
    """Make everything as it was before. Raises ValidationError when somebody touched the people since."""
    if people := touched(journal):
        raise ValidationError(in_use([person.name for person in people]))
    added = list(journal["added"])
    try:
        with transaction.atomic():
            for start in range(0, len(added), AT_ONCE):
                some = added[start : start + AT_ONCE]
                Membership.objects.filter(person__in=some).delete()
                Member.objects.filter(person__in=some).delete()
                Person.objects.filter(pk__in=some).delete()
    except ProtectedError as error:
        names = sorted({str(getattr(row, "person", row)) for row in error.protected_objects})
        raise ValidationError(in_use(names)) from error
    for stood in journal["changed"]:
        _restore(stood)


def _restore(stood: dict[str, Any]) -> None:
    person = Person.objects.select_related("member").get(pk=stood["person"])
    for name, value in (stood["personal"] | stood["sealed"]).items():
        setattr(person, name, restored(Person._meta.get_field(name), value))
    person.organization_id = stood["organization"]
    person.version += 1
    person.save(update_fields=[*stood["personal"], *stood["sealed"], "organization", "version"])
    for name, value in stood["party"].items():
        setattr(person.member, name, restored(Member._meta.get_field(name), value))
    if stood["party"]:
        person.member.save(update_fields=list(stood["party"]))
    kept = [spell["pk"] for spell in stood["spells"]]
    Membership.objects.filter(person=person).exclude(pk__in=kept).delete()
    for spell in stood["spells"]:
        Membership.objects.filter(pk=spell["pk"]).update(
            **{name: value for name, value in spell.items() if name != "pk"}
        )
    for pk, organization in stood.get("absences", []):
        Absence.objects.filter(pk=pk).update(organization=organization)

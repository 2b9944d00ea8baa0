"""The first chapter: the bureau's organizations, its members, and who works for the party there."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from xianfeng.demo import world
from xianfeng.demo.world import PersonRow
from xianfeng.members import actions as members
from xianfeng.members.actions import NewMember, admit_all
from xianfeng.members.models import Member, Membership
from xianfeng.organizations.actions import change, found
from xianfeng.organizations.models import Organization
from xianfeng.people.actions import (
    CODE_ALPHABET,
    activate,
    appoint,
    found_root,
    issue_slips,
    make_administrator,
    make_setup_link,
    matching_code,
    setup_link,
)
from xianfeng.people.models import Person, Role

from . import leading, registers
from .agenda import moment
from .cast import SHOWN, Branch, Cast, SignIn, learn_all, may

FOUNDED = date(2011, 7, 1)


@transaction.atomic
def begin(today: date, start: date) -> Cast:
    """Everybody who belonged to the bureau on the first day of the story. Enter and appoint as on a new installation."""
    root, administrators = _set_up()
    places = {row.serial: _found(row, root) for row in world.BRANCHES}
    leading.reorganise(places, root)
    rows = list(world.people(today))
    there = [row for row in rows if row.joined_on < start and not registers.by_letter(row, today, start)]
    entered = admit_all([newcomer(row, places[_place_on(row, start)], start) for row in there], by=None)
    people = {(row.branch, row.place): person for row, person in zip(there, entered, strict=True)}
    branches = {
        row.serial: Branch(
            row,
            places[row.serial],
            secretary=people[row.serial, world.SECRETARY],
            clerk=people[row.serial, world.CLERK],
        )
        for row in world.BRANCHES
    }
    cast = Cast(today, root, branches, rows, people, {one.role: one.person for one in administrators})
    _appoint(cast, start)
    cast.sign_ins = [*_activate(cast), *administrators]
    learn_all(branches)
    return cast


def _found(row: world.BranchRow, root: Organization) -> Organization:
    name, short_name = leading.OLD_NAMES.get(row.serial, (row.name, row.short_name))
    return found(
        number=row.number, name=name, short_name=short_name, kind=row.kind, parent=root, unit=row.unit,
        unit_kind=row.unit_kind, founded_on=FOUNDED, office_phone=f"0633-62220{row.serial:02d}",
        document="莒交党发〔2011〕9号", by=None,
    )  # fmt: skip


def _place_on(row: PersonRow, day: date) -> int:
    """The serial of the branch somebody belonged to on a day."""
    return row.came[0] if row.came and row.came[1] > day else row.branch


def newcomer(row: PersonRow, organization: Organization, day: date) -> NewMember:
    """A person as the roster of a day would enter them."""
    full = row.confirmed_on is not None and row.confirmed_on < day
    return NewMember(
        name=row.name,
        organization=organization,
        stage=Membership.Stage.FULL if full else Membership.Stage.PROBATIONARY,
        personal=row.personal,
        party={
            "joined_on": row.joined_on,
            "confirmed_on": row.confirmed_on if full else None,
            "occupation": Member.Occupation.RETIRED if row.retired else Member.Occupation.SERVING,
            "exempt_since": max(row.joined_on, day - timedelta(days=400)) if row.exempt_reason else None,
            "exempt_reason": row.exempt_reason,
        },
        since=row.joined_on,
    )


def password() -> str:
    """A generated password of four groups of four characters: 72 bits."""
    return "-".join("".join(secrets.choice(CODE_ALPHABET) for _i in range(4)) for _group in range(4)).lower()


def _set_up() -> tuple[Organization, list[SignIn]]:
    """The organization at the top and the three administrators, made as on every new installation: by the set-up link."""
    number, name, short_name, unit, unit_kind, _term_ends_on = world.COMMITTEE
    link: Any = setup_link(make_setup_link())
    root = found_root(link, number=number, name=name)
    change(
        root, short_name=short_name, unit=unit, unit_kind=unit_kind, founded_on=FOUNDED, by=None
    )  # fmt: skip
    made = []
    for code, who, account in world.ADMINISTRATORS:
        chosen = password()
        role = Role.objects.get(code=code)
        made.append(
            SignIn(code, make_administrator(link, role, name=who, account=account, password=chosen), chosen)
        )
    return root, made


def _activate(cast: Cast) -> list[SignIn]:
    """Those a visitor may sign in as get a slip from the office, and set their password with it."""
    shown = cast.branch(SHOWN)
    member = next(
        person
        for (branch, place), person in cast.people.items()
        if branch == SHOWN and place > world.CLERK + 1
    )
    chosen = {
        "clerk": shown.clerk,
        "secretary": shown.secretary,
        "office": cast.office[0],
        "leader": cast.leaders[0],
        "member": member,
    }
    made = []
    for slip, role in zip(
        issue_slips(chosen.values(), by=may(cast.office[0], "people.activate", cast.root)),
        chosen,
        strict=True,
    ):
        code: Any = matching_code(slip.person, slip.code)
        word = password()
        made.append(SignIn(role, activate(code, word), word))
    return made


def _appoint(cast: Cast, start: date) -> None:
    """The security officer gives everybody else their role."""
    roles = {role.code: role for role in Role.objects.all()}
    officer = may(cast.administrators["security_admin"], "people.grant", cast.root)

    def give(person: Person, code: str, at: Organization) -> Person:
        appoint(person, roles[code], at, by=officer, since=start)
        return person

    for branch in cast.branches.values():
        give(branch.secretary, "secretary", branch.organization)
        give(branch.clerk, "clerk", branch.organization)
    cast.office = [give(cast.people[at], "office", cast.root) for at in world.OFFICE]
    cast.leaders = [give(cast.people[at], "leader", cast.root) for at in world.LEADERS]
    for at in world.INSPECTOR:
        give(cast.people[at], "inspector", cast.root)


def plan(cast: Cast, start: date) -> None:
    """Put down who will come, be confirmed, and move between branches."""
    for row in cast.rows:
        if row.joined_on >= start:
            cast.agenda.put(moment(row.joined_on, 15, 10), partial(_admit, cast, row))
        if row.confirmed_on and row.confirmed_on >= start:
            cast.agenda.put(moment(row.confirmed_on, 15, 20), partial(_confirm, cast, row))
        if row.came and row.came[1] > start:
            cast.agenda.put(moment(row.came[1], 15, 30), partial(_move, cast, row))


def _by(cast: Cast, branch: Branch) -> Person:
    return may(cast.office[0], "members.change", branch.organization)


def _admit(cast: Cast, row: PersonRow) -> None:
    branch = cast.branch(_place_on(row, row.joined_on))
    person = members.admit(newcomer(row, branch.organization, row.joined_on), by=_by(cast, branch))
    cast.people[row.branch, row.place] = person
    branch.learn()


def _confirm(cast: Cast, row: PersonRow) -> None:
    day: Any = row.confirmed_on
    branch = cast.branch(_place_on(row, day))
    members.confirm(cast.people[row.branch, row.place], on=day, by=_by(cast, branch))
    branch.learn()


def _move(cast: Cast, row: PersonRow) -> None:
    came: Any = row.came
    before, branch = cast.branch(came[0]), cast.branch(row.branch)
    registers.move_over(cast.people[row.branch, row.place], before, branch, came[1])
    before.learn()
    branch.learn()

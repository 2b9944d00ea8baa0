"""Who leads: terms of office with their committees, and what branches put on their homes.

Terms follow the ends of terms in `world`. One branch let its term run out, one has its election postponed, in one a member of
the committee was replaced; one branch was renamed and one merged when the county's offices were reorganised.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile

from xianfeng.core.periods import months_before
from xianfeng.demo import words, world
from xianfeng.leadership.actions import Elected, elect, fill, postpone, vacate
from xianfeng.leadership.models import Post, Term, years_later
from xianfeng.members.endings import merge
from xianfeng.organizations import home
from xianfeng.organizations.actions import found, rename
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

from .agenda import moment
from .cast import SHOWN, Branch, Cast, may
from .evidence import scene

Kind = Post.Kind
REORGANISED = date(2019, 3, 21)
DOCUMENT = "莒交党发〔{year}〕{number}号"
OLD_NAMES = {17: ("中共莒县交通运输局城市公共交通管理办公室党支部", "城市公共交通管理办公室党支部")}
MERGED = ("371122-JT-31", "中共莒县交通运输局招贤检查站党支部", "招贤检查站党支部", 22)
REPLACED = 13  # the branch with a by-election
OVERDUE, POSTPONED = 26, 19
YEARS, COMMITTEE_YEARS = 3, 5


def reorganise(places: dict[int, Organization], root: Organization) -> None:
    """What the history of some branches tells: a name they had, and a branch that was merged into another."""
    document = DOCUMENT.format(year=REORGANISED.year, number=7)
    for row in world.BRANCHES:
        if row.serial in OLD_NAMES:
            rename(
                places[row.serial], on=REORGANISED, document=document, name=row.name, short_name=row.short_name, by=None
            )  # fmt: skip
    number, name, short_name, serial = MERGED
    old = found(
        number=number, name=name, short_name=short_name, kind="branch", parent=root, unit="招贤检查站",
        unit_kind="institution", founded_on=date(2012, 5, 8), by=None,
    )  # fmt: skip
    merge(old, places[serial], on=REORGANISED, document=document, by=None)


def plan(cast: Cast, start: date) -> None:
    """The elections before the story begins are entered at once, the others on their days."""
    _elect_committee(cast, start)
    for branch in cast.branches.values():
        days = _elections(branch, cast.today)
        before = [day for day in days if day <= start]
        cast.agenda.put(moment(start, 10), partial(_elect, cast, branch, before[-1]))
        for day in days[len(before) :]:
            cast.agenda.put(moment(day, 16), partial(_elect, cast, branch, day))
    left = max(start + timedelta(days=10), cast.today - timedelta(days=210))
    cast.agenda.put(moment(left, 9), partial(_replace, cast, left))
    approved = cast.branch(POSTPONED).row.term_ends_on - timedelta(days=40)
    cast.agenda.put(moment(max(approved, start), 9, 30), partial(_postpone, cast, max(approved, start)))
    cast.agenda.put(moment(start, 10, 30), partial(_introduce, cast))
    cast.agenda.put(moment(max(start, cast.today - timedelta(days=6)), 11), partial(_announce, cast))


def _elections(branch: Branch, today: date) -> list[date]:
    """The days on which a branch elected, up to today. The end of a term in `world` is one of them, or still ahead."""
    day = years_later(branch.row.term_ends_on, -YEARS * 5)
    days = []
    while day < today and not (branch.serial in {OVERDUE, POSTPONED} and day >= branch.row.term_ends_on):
        days.append(day)
        day = years_later(day, YEARS)
    return days


def _committee(cast: Cast, branch: Branch, day: date) -> list[Elected]:
    """Who was elected: the secretary, and with seven full members a committee. Votes by chance."""
    there = [
        cast.people[row.branch, row.place]
        for row in cast.rows
        if row.branch == branch.serial
        and row.came is None
        and (row.branch, row.place) in cast.people
        and row.confirmed_on is not None
        and row.confirmed_on < day
        and (row.branch, row.place) not in world.LEADERS
    ]
    full = sum(row.branch == branch.serial for row in cast.rows)
    draw = branch.draw("elected", day.isoformat())
    voters = len(branch.roll(max(day, cast.rows[0].joined_on)).full) or full

    def votes() -> int:
        return max(voters * 3 // 4, voters - draw.randrange(4))

    kinds = [Kind.SECRETARY]
    if full >= 7:
        kinds += [Kind.ORGANIZATION, Kind.PUBLICITY]
    if full >= 12:
        kinds += [Kind.DISCIPLINE]
    if full >= 20:
        kinds.insert(1, Kind.DEPUTY)
    elected = [Elected(person, kind, votes()) for person, kind in zip(there, kinds, strict=False)]
    if full >= 7 and Kind.DISCIPLINE not in kinds:
        elected.append(Elected(elected[-1].person, Kind.DISCIPLINE, elected[-1].votes))
    return elected


def _elect(cast: Cast, branch: Branch, day: date) -> None:
    organization = branch.organization
    organization.refresh_from_db()
    by = may(cast.office[0], "leadership.record", organization)
    voters = len(branch.roll(day).full)
    present = (
        max(voters - branch.draw("present", day.isoformat()).randrange(3), voters * 4 // 5 + 1)
        if voters
        else None
    )
    elected = _committee(cast, branch, day)
    if present:
        elected = [Elected(e.person, e.kind, min(e.votes or 0, present)) for e in elected]
    number = (
        organization.terms.count() + (day.year - 2011) // YEARS if not organization.terms.exists() else None
    )
    last = organization.terms.order_by("-number").first()
    elect(
        organization, elected, number=number or (last.number + 1 if last else 1), began_on=day, years=YEARS,
        method=Term.Method.COMPETITIVE if len(elected) > 1 else Term.Method.EQUAL,
        due=voters or None, present=present, ballots=present, valid=present,
        document=DOCUMENT.format(year=day.year, number=10 + branch.serial), by=by,
    )  # fmt: skip


def _elect_committee(cast: Cast, start: date) -> None:
    """The committee of the bureau: a leader as its secretary, and the office and the inspector in it."""

    def record() -> None:
        people = cast.people
        elected = [
            Elected(people[1, 4], Kind.SECRETARY, 396),
            Elected(people[1, 2], Kind.DEPUTY, 398),
            Elected(people[3, 2], Kind.DISCIPLINE, 391),
            Elected(people[2, 2], Kind.ORGANIZATION, 388),
            Elected(people[2, 0], Kind.PUBLICITY, 372),
            Elected(people[6, 0], Kind.MEMBER, 365),
            Elected(people[9, 0], Kind.MEMBER, 369),
        ]
        root = cast.root
        root.refresh_from_db()
        elect(
            root, elected, number=5, began_on=years_later(world.COMMITTEE[5], -COMMITTEE_YEARS),
            years=COMMITTEE_YEARS, document="莒直工发〔2023〕18号", due=403, present=399, ballots=399, valid=398,
            by=may(cast.office[1], "leadership.record", root),
        )  # fmt: skip

    cast.agenda.put(moment(start, 9, 50), record)


def _replace(cast: Cast, day: date) -> None:
    """A member of the committee gives up the post because of a change of work; a fortnight later another is elected."""
    branch = cast.branch(REPLACED)
    by = may(cast.office[0], "leadership.record", branch.organization)
    post = Post.objects.on(day).get(term__organization=branch.organization, kind=Kind.PUBLICITY)
    document = DOCUMENT.format(year=day.year, number=46)
    vacate(post, on=day, ending=Post.Ending.RESIGNED, document=document, by=by)
    later = day + timedelta(days=14)
    held = set(post.term.posts.filter(until=None).values_list("person", flat=True)) | {post.person_id}
    cast.agenda.put(moment(later, 16, 30), partial(_fill, cast, branch, post.term, held, later))


def _fill(cast: Cast, branch: Branch, term: Term, held: set[int], day: date) -> None:
    roll = branch.roll(day)
    person: Person = next(p for pk, p in roll.people.items() if pk in roll.full and pk not in held)
    fill(
        term, person, Kind.PUBLICITY, since=day, votes=len(roll.full) - 1,
        document=DOCUMENT.format(year=day.year, number=47), by=may(cast.office[0], "leadership.record", branch.organization),
    )  # fmt: skip


def _postpone(cast: Cast, day: date) -> None:
    branch = cast.branch(POSTPONED)
    term = Term.objects.current().select_related("organization").get(organization=branch.organization)
    postpone(
        term, to=months_before(years_later(term.ends_on, 1), 6), on=day,
        document=DOCUMENT.format(year=day.year, number=61), by=may(cast.office[0], "leadership.record", branch.organization),
    )  # fmt: skip


def _introduce(cast: Cast) -> None:
    """Each branch writes a few sentences; some have honours to show."""
    for branch in cast.branches.values():
        by = may(branch.secretary, "organizations.keep_home", branch.organization)
        branch.organization.refresh_from_db()
        home.introduce(branch.organization, words.introduction(branch.row), by=by)
        for title, given_by, on in words.HONOURS.get(branch.serial, ()):
            file = None
            if branch.serial == SHOWN:
                file = SimpleUploadedFile("证书.png", scene(branch.serial), "image/png")
            home.honour(branch.organization, title=title, given_by=given_by, on=on, by=by, file=file)


def _announce(cast: Cast) -> None:
    for serial, (title, text, days) in words.ANNOUNCEMENTS:
        branch = cast.branch(serial)
        by = may(branch.clerk, "organizations.keep_home", branch.organization)
        home.announce(
            branch.organization, title=title, text=text, until=cast.today + timedelta(days=days), by=by
        )

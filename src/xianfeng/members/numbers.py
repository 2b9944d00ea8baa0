"""The roll in numbers, as of any day: strength, age, education, party age, and whose political birthday a month holds.

Who belonged where comes from the history of memberships; what is kept of a person only once (education, post) is as of now.
Counted are people, never cells of a file, so that a list and its sum cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.core.codes import EDUCATION

from .columns import age
from .models import Member, Membership, Memberships
from .models.membership import holds_on

Stage = Membership.Stage
AGES = (30, 35, 40, 45, 50, 55, 60)  # upper ends of the bands in which party statistics are kept
PARTY_AGES = (5, 10, 20, 30, 40, 50)
COLLEGE = ("10", "20", "30")  # GB/T 4658: postgraduates, bachelors, junior college
HAN = "01"


@dataclass(frozen=True, slots=True)
class Someone:
    """What is known of one person who is counted, in the order in which `everybody` reads it."""

    uid: str
    number: str
    name: str
    organization: int
    stage: str
    sex: str
    ethnicity: str
    education: str
    born_on: date | None
    joined_on: date | None
    confirmed_on: date | None
    occupation: str
    exempt_since: date | None
    exempt_until: date | None

    def exempt_on(self, day: date) -> bool:
        """As `Member.exempt_on`."""
        return holds_on(self.exempt_since, self.exempt_until, day)


def everybody(spells: Memberships, day: date) -> list[Someone]:
    """Those whose membership holds on a day, in number order. One query."""
    rows = (
        spells.on(day)
        .order_by("person__number")
        .values_list(
            "person__uid",
            "person__number",
            "person__name",
            "organization",
            "stage",
            "person__sex",
            "person__ethnicity",
            "person__education",
            "person__born_on",
            "person__member__joined_on",
            "person__member__confirmed_on",
            "person__member__occupation",
            "person__member__exempt_since",
            "person__member__exempt_until",
        )
    )
    return [Someone(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Strengths:
    """The figures of one branch, or of all: a line of the table that is sent upward."""

    people: Sequence[Someone]
    day: date

    def count(self, test: Callable[[Someone], bool]) -> int:
        return sum(map(test, self.people))

    @property
    def members(self) -> int:
        return self.count(is_member)

    def of_members(self, test: Callable[[Someone], bool]) -> int:
        return self.count(lambda one: is_member(one) and test(one))

    def aged(self, low: int, high: int | None) -> int:
        """Members of `low` up to `high` years (None: and older)."""

        def fits(one: Someone) -> bool:
            years = age(one.born_on, self.day)
            return years is not None and low <= years and (high is None or years <= high)

        return self.of_members(fits)


def is_member(one: Someone) -> bool:
    return one.stage in Membership.PARTY


@dataclass(frozen=True, slots=True)
class Figure:
    """One column of the table: what it is called and how it is counted."""

    key: str
    label: str | Promise
    count: Callable[[Strengths], int]
    phone: bool = False


def _stage(stage: str) -> Callable[[Strengths], int]:
    return lambda line: line.count(lambda one: one.stage == stage)


FIGURES: tuple[Figure, ...] = (
    Figure("members", gettext_lazy("Party members"), lambda line: line.members, phone=True),
    Figure("full", gettext_lazy("Full"), _stage(Stage.FULL)),
    Figure("probationary", gettext_lazy("On probation"), _stage(Stage.PROBATIONARY), phone=True),
    Figure("women", gettext_lazy("Women"), lambda line: line.of_members(lambda one: one.sex == "2")),
    Figure(
        "minority",
        gettext_lazy("Ethnic minorities"),
        lambda line: line.of_members(lambda one: one.ethnicity not in {"", HAN}),
    ),
    Figure("young", gettext_lazy("Up to 35"), lambda line: line.aged(0, 35)),
    Figure("old", gettext_lazy("61 and older"), lambda line: line.aged(61, None)),
    Figure(
        "college",
        gettext_lazy("College and above"),
        lambda line: line.of_members(lambda one: one.education in COLLEGE),
    ),
    Figure(
        "retired",
        gettext_lazy("Retired"),
        lambda line: line.of_members(lambda one: one.occupation == Member.Occupation.RETIRED),
    ),
    Figure(
        "exempt", gettext_lazy("Exempt"), lambda line: line.of_members(lambda one: one.exempt_on(line.day))
    ),
    Figure("candidates", gettext_lazy("Candidates"), _stage(Stage.CANDIDATE)),
    Figure("activists", gettext_lazy("Activists"), _stage(Stage.ACTIVIST)),
    Figure("applicants", gettext_lazy("Applicants"), _stage(Stage.APPLICANT)),
)


# -- structures: labels and how many members each has --

Structure = tuple[list[str], list[int]]


def ages(people: Iterable[Someone], day: date) -> Structure:
    """Members by age; the last band is of those whose birthday is not on record, where there are any."""
    return _banded([age(one.born_on, day) for one in people if is_member(one)], AGES, inclusive=True)


def party_ages(people: Iterable[Someone], day: date) -> Structure:
    """Full members by years in the party, which count from the day of full membership."""
    return _banded([age(one.confirmed_on, day) for one in people if one.stage == Stage.FULL], PARTY_AGES)


def educations(people: Iterable[Someone]) -> Structure:
    """Members by education, highest first; none is left out."""
    found = Counter(one.education for one in people if is_member(one))
    rest = found.total() - sum(found[code] for code in EDUCATION)
    labels, counts = [EDUCATION.word(code) for code in EDUCATION], [found[code] for code in EDUCATION]
    if rest:
        labels, counts = [*labels, _("not on record")], [*counts, rest]
    shown = [i for i, count in enumerate(counts) if count]
    return [labels[i] for i in shown], [counts[i] for i in shown]


def _banded(years: Iterable[int | None], ends: Sequence[int], *, inclusive: bool = False) -> Structure:
    """How many lie in each band. `inclusive`: a band reaches up to its end (31 to 35), else up to before it (5 to 9)."""
    shift = 0 if inclusive else 1
    counts, unknown = [0] * (len(ends) + 1), 0
    for value in years:
        if value is None:
            unknown += 1
        else:
            counts[sum(value > end - shift for end in ends)] += 1
    starts = [0, *(end + 1 - shift for end in ends)]
    labels = [
        _("up to %(end)s") % {"end": ends[0] - shift},
        *(f"{low}–{end - shift}" for low, end in zip(starts[1:], ends[1:], strict=False)),
        _("%(low)s and more") % {"low": starts[-1]},
    ]
    return ([*labels, _("not on record")], [*counts, unknown]) if unknown else (labels, counts)


# -- political birthdays --


@dataclass(frozen=True, slots=True)
class Birthday:
    """The day on which a member joined the party, come round again."""

    someone: Someone
    day: date
    years: int


def birthdays(people: Iterable[Someone], year: int, month: int) -> list[Birthday]:
    """Members who joined in this month of an earlier year, by day. Who joined on 29 February has the 28th."""
    found = []
    for one in people:
        joined = one.joined_on
        if joined is None or joined.month != month or joined.year >= year or not is_member(one):
            continue
        try:
            day = joined.replace(year=year)
        except ValueError:
            day = date(year, 2, 28)
        found.append(Birthday(one, day, year - joined.year))
    return sorted(found, key=lambda birthday: (birthday.day, birthday.someone.number))


def grouped(people: Iterable[Someone]) -> dict[int, list[Someone]]:
    """People by branch."""
    found: dict[int, list[Someone]] = {}
    for one in people:
        found.setdefault(one.organization, []).append(one)
    return found


def lines(people: Sequence[Someone], branches: Sequence[Any], day: date) -> list[tuple[Any, Strengths]]:
    """One line for each branch in the given order, and one for all of them together (None) at the end."""
    by_branch = grouped(people)
    return [
        *((branch, Strengths(by_branch.get(branch.pk, []), day)) for branch in branches),
        (None, Strengths(people, day)),
    ]

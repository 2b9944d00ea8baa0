"""Rounds: everybody's points of every period, kept in step with the ledger until a round is closed.

Who is scored in a period: the branches standing, and the members who belonged to a branch, on its last day (or today,
while it runs). One query sums the facts of the year; all rounds of a year share it. Rows are written only where a score
changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any, cast

import numpy as np
from django.db import transaction

from xianfeng.audit import events
from xianfeng.core import clock
from xianfeng.core.periods import Period, today
from xianfeng.core.uids import new_uid
from xianfeng.core.upsert import upsert
from xianfeng.ledger.facts import measure_ids
from xianfeng.ledger.models import Entry
from xianfeng.ledger.readings import Subject, monthly_sums
from xianfeng.members.models import Membership
from xianfeng.organizations.models import Organization

from . import scheme as documents
from .layout import Plan, plan
from .models import BranchScore, MemberScore, Round, Scheme, Score
from .models.rounds import as_of_in
from .packing import packed
from .results import Ints, Result
from .scoring import Readings, score

FIGURES = (
    "full", "before_bonus", "bonus", "total", "grade", "uncapped", "standing", "cells", "items", "categories", "digest",
)  # fmt: skip
SUBJECTS = ("organization", "person")
KEPT = ("scheme", "as_of", "entries", "roster", "facts_digest", "results_digest", "computed_at", "scored")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a recomputation did to one round."""

    round: Round
    added: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def wrote(self) -> bool:
        return bool(self.added or self.changed or self.removed)


# Which periods there are


def periods(parsed: documents.Scheme, day: date) -> list[Period]:
    """The months, quarters and the year of a scheme that have cells on a day, in order. Members have no months."""
    year = parsed.year
    months = 12 if parsed.subject == "organization" else 0
    candidates = [
        *(Period(year, "month", n) for n in range(1, months + 1)),
        *(Period(year, "quarter", n) for n in range(1, 5)),
        Period(year, "year"),
    ]
    return [period for period in candidates if _has_cells(parsed, period, day)]


def _has_cells(parsed: documents.Scheme, period: Period, day: date) -> bool:
    as_of = as_of_in(period, day)
    if as_of < period.start:
        return False
    cells = plan(parsed, as_of, _months(period)).ordinary
    return bool(cells.stop)


def _months(period: Period) -> tuple[int, int] | None:
    return None if period.kind == "year" else (period.first_month, period.last_month)


def latest(kind: str, day: date, subject: str = "organization") -> Round | None:
    """The last round of a kind (month, quarter, year) that has anything to show on a day."""
    rounds = Round.objects.filter(subject=subject, computed_at__isnull=False, as_of__lte=day)
    found = [round_ for round_ in rounds.select_related("scheme__organization") if round_.period.kind == kind]
    return max(found, key=lambda round_: round_.period, default=None)


# Keeping them in step


def recompute_current(day: date, *, by: Any = None) -> list[Outcome]:
    """Open the rounds that are due on a day and bring every open round of this year and last in step with the facts.

    Safe to run any number of times; where nothing changed nothing is written. Run nightly, and by the demo.
    """
    return [
        outcome
        for year in (day.year - 1, day.year)
        for subject in SUBJECTS
        for outcome in recompute_year(subject, year, day, by=by)
    ]


@transaction.atomic
def recompute_year(subject: str, year: int, day: date, *, by: Any = None) -> list[Outcome]:
    """The open rounds of one year, of branches or of members, as of `day`. Without a scheme in force: nothing."""
    in_force = Scheme.objects.select_related("organization").in_force(subject, year)
    if in_force is None:
        return []
    _open_rounds(in_force, day)
    rounds = Round.objects.open().filter(subject=subject, year=year).select_for_update()
    return _recompute(list(rounds), in_force, day, by)


@transaction.atomic
def recompute(round_: Round, *, day: date | None = None, by: Any = None) -> Outcome:
    """Bring one round in step with the facts as of `day` (default: today). A closed one is left as it is."""
    locked: Round = Round.objects.with_scheme().select_for_update(of=("self",)).get(pk=round_.pk)
    if not locked.is_open:
        return Outcome(locked)
    scheme = locked.scheme
    if scheme.status != Scheme.Status.IN_FORCE:
        schemes = Scheme.objects.select_related("organization")
        scheme = schemes.in_force(locked.subject, locked.year) or scheme
    return _recompute([locked], scheme, day or today(), by)[0]


def is_stale(round_: Round, day: date, entries: int) -> bool:
    """Whether facts came in, or a day passed that matters, since an open round was computed."""
    return round_.is_open and (round_.entries != entries or round_.as_of != as_of_in(round_.period, day))


def refresh(rounds: Iterable[Round], day: date) -> bool:
    """Recompute the years of those rounds that are stale; whether any was. One query when none is."""
    rounds = [round_ for round_ in rounds if round_.is_open]
    if not rounds:
        return False
    entries = Entry.objects.count()
    years = {(r.subject, r.year) for r in rounds if is_stale(r, day, entries)}
    for subject, year in sorted(years):
        recompute_year(subject, year, day)
    return bool(years)


def _open_rounds(scheme: Scheme, day: date) -> None:
    have = set(Round.objects.filter(subject=scheme.subject, year=scheme.year).values_list("code", flat=True))
    new = [
        Round(
            subject=scheme.subject,
            code=period.code,
            year=scheme.year,
            scheme=scheme,
            as_of=as_of_in(period, day),
        )
        for period in periods(scheme.parsed, day)
        if period.code not in have
    ]
    if new:
        Round.objects.bulk_create(new)


def _recompute(rounds: Sequence[Round], scheme: Scheme, day: date, by: Any) -> list[Outcome]:
    plans = {round_.pk: plan(scheme.parsed, as_of_in(round_.period, day), round_.months) for round_ in rounds}
    facts = Facts(scheme, day, list(plans.values()))
    return [_one(round_, plans[round_.pk], facts, by) for round_ in rounds]


def _one(round_: Round, layout: Plan, facts: Facts, by: Any) -> Outcome:
    scheme, entries = facts.scheme, facts.entries
    as_of = layout.as_of
    people = facts.roster.on(as_of)
    roster = _digest(people)
    known = (round_.entries, round_.as_of, round_.scheme_id, round_.roster)
    if round_.computed_at and known == (entries, as_of, scheme.pk, roster):
        return Outcome(round_)
    readings = facts.of(people, layout.reach)
    result = score(scheme.parsed, readings, as_of, round_.months)
    results_digest = result.digest()
    same = round_.results_digest == results_digest and round_.roster == roster
    round_.scheme, round_.as_of, round_.entries, round_.roster = scheme, as_of, entries, roster
    round_.facts_digest = facts.digest(people, layout.reach)
    round_.results_digest = results_digest
    outcome = Outcome(round_) if same else _write(round_, people, result)
    if not same:
        round_.computed_at = clock.now()
        round_.scored = int(result.scored.sum())
    round_.save(update_fields=KEPT)
    if outcome.wrote:
        counts = {"added": outcome.added, "changed": outcome.changed, "removed": outcome.removed}
        details = {"period": round_.code, "subject": round_.subject, **counts, "entries": entries}
        events.record("assessment.recompute", by=by, obj=round_, at=scheme.organization, details=details)
    return outcome


def _write(round_: Round, people: dict[int, int], result: Result) -> Outcome:
    model: type[Score] = BranchScore if round_.subject == "organization" else MemberScore
    whose = ["organization"] if model is BranchScore else ["person", "organization"]
    kept = {
        subject: (digest, place, uid)
        for subject, digest, place, uid in model.objects.filter(round=round_)
        .order_by()
        .values_list(f"{whose[0]}_id", "digest", "organization_id", "uid")
    }
    figures = attrgetter(*FIGURES)
    rows, added = [], 0
    for one in packed(result):
        subject: Any = one.subject
        place = people[subject]
        digest, before, uid = kept.pop(subject, ("", 0, ""))
        if (digest, before) == (one.digest, place):
            continue
        added += not uid
        # A row that is there keeps its public id. A branch is its own place.
        rows.append((uid or new_uid(), round_.pk, *(subject, place)[: len(whose)], *figures(one)))
    if kept:
        model.objects.filter(round=round_, **{f"{whose[0]}__in": list(kept)}).delete()
    names = ["uid", "round", *whose, *FIGURES]
    upsert(model, names, rows, unique=names[1:3], update=names[3:])
    return Outcome(round_, added, len(rows) - added, len(kept))


def _digest(people: dict[int, int]) -> str:
    return hashlib.sha256(repr(sorted(people.items())).encode()).hexdigest()


# What they are computed from


Wanted = tuple[tuple[int, ...], tuple[int, int]]
"""Who, and from which month to which."""


@dataclass
class Facts:
    """The facts that some plans of one scheme see, up to a day, read when they are first needed. One query for the sums.

    A round depends on the facts of its own months alone, whether it is computed by itself or with all others of its year.
    """

    scheme: Scheme
    day: date
    plans: Sequence[Plan]
    _readings: dict[Wanted, Readings] = field(default_factory=dict)
    _digests: dict[Wanted, str] = field(default_factory=dict)

    @cached_property
    def entries(self) -> int:
        """How many entries the ledger holds, read before the sums: one that comes in between makes a round stale."""
        return Entry.objects.count()

    @cached_property
    def roster(self) -> Roster:
        return Roster.read(self.scheme.subject)

    @cached_property
    def measures(self) -> dict[int, str]:
        """Codes of the measures the scheme names, by row id."""
        ids = measure_ids()
        return {ids[code]: code for code in self.scheme.parsed.measures if code in ids}

    @cached_property
    def sums(self) -> Ints:
        """Measure, subject, month, done and due, as (5, rows)."""
        reaches = [layout.reach for layout in self.plans]
        first, last = min(first for first, _ in reaches), max(last for _, last in reaches)
        if last < first:
            return np.zeros((5, 0), dtype=np.int64)
        rows = monthly_sums(
            cast(Subject, self.scheme.subject),
            since=Period(self.scheme.year, "month", first).start,
            until=min(self.day, Period(self.scheme.year, "month", last).end),
            measures=self.measures,
        )
        return np.array(rows, dtype=np.int64).reshape(-1, 5).T

    def of(self, people: Iterable[int], months: tuple[int, int]) -> Readings:
        """The readings of those to be scored, of these months."""
        everyone = tuple(people)
        key = (everyone, months)
        if key not in self._readings:
            self._readings[key] = Readings.of_columns(self.sums, self.measures, everyone, months)
        return self._readings[key]

    def digest(self, people: Iterable[int], months: tuple[int, int]) -> str:
        key = (tuple(people), months)
        if key not in self._digests:
            self._digests[key] = self.of(people, months).digest()
        return self._digests[key]


@dataclass(frozen=True)
class Roster:
    """Who is scored, and at which branch, on any day: (subject, branch, since, until) spells in number order."""

    spells: Sequence[tuple[int, int, date | None, date | None]]

    @classmethod
    def read(cls, subject: str) -> Roster:
        """One query."""
        if subject == "organization":
            branches = Organization.objects.branches().order_by("number")
            rows = branches.values_list("pk", "founded_on", "dissolved_on")
            return cls([(pk, pk, since, until) for pk, since, until in rows])
        spells = Membership.objects.members().order_by("person__number", "since")
        return cls(list(spells.values_list("person", "organization", "since", "until")))

    def on(self, day: date) -> dict[int, int]:
        """Branch id by subject id."""
        return {
            subject: place
            for subject, place, since, until in self.spells
            if (since is None or since <= day) and (until is None or until > day)
        }

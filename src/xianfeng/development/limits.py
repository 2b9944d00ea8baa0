"""What the rules say about one road: until when, not before when, and what is not as it should be.

Functions of plain values: the same road, day and workdays give the same sentences. Nothing here refuses anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xianfeng.core.display import day as spoken
from xianfeng.core.periods import months_after
from xianfeng.core.workdays import Workdays

from . import steps as at
from .rules import Parameter, rule
from .steps import BY_NUMBER, LAST


@dataclass(frozen=True, slots=True)
class Done:
    """What is known of a step that was done."""

    on: date
    notice_from: date | None = None
    notice_to: date | None = None
    days: Decimal | None = None
    hours: Decimal | None = None
    due: int | None = None
    present: int | None = None
    in_favour: int | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """One road as plain values. `contacts` and `introducers` are names, `not_full` those of them who are no full members."""

    done: Mapping[int, Done]
    born_on: date | None = None
    examined: Sequence[date] = ()
    extended_by: int = 0
    contacts: Sequence[str] = ()
    introducers: Sequence[str] = ()
    not_full: Sequence[str] = ()

    @property
    def highest(self) -> int:
        """The highest step that was done, 0 for none."""
        return max(self.done, default=0)

    @property
    def next_step(self) -> int | None:
        """The step that follows the highest one; None at the end of the road."""
        return self.highest + 1 if self.highest < LAST else None

    @property
    def missing(self) -> list[int]:
        """Steps below the highest of which nothing is known."""
        return [number for number in range(1, self.highest) if number not in self.done]


@dataclass(frozen=True, slots=True)
class Limit:
    """Between which days a step should be done, by which rule. At least one of the days is known."""

    step: int
    rule: Parameter
    earliest: date | None = None
    latest: date | None = None

    def __str__(self) -> str:
        day = spoken(self.latest or self.earliest)
        if self.latest:
            return _("by %(day)s") % {"day": day}
        return _("not before %(day)s") % {"day": day}


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a road has to keep next: a step, or with `examination` the next half-yearly one."""

    step: int
    day: date
    rule: Parameter
    examination: bool = field(default=False)


# Step → the step from which its time runs, and the code of the figure in months.
RUNS_FROM = {
    at.TALK: (at.APPLICATION, "talk"),
    at.ASSEMBLY: (at.PRE_REVIEW, "assembly"),
    at.APPROVAL: (at.ASSEMBLY, "approval"),
    at.OATH: (at.APPROVAL, "oath"),
    at.CONFIRMED: (at.CONFIRMATION, "confirmation"),
}


def probation_ends(past: Past) -> date | None:
    """The day on which probation is over: a year after the general meeting, and what it was extended by."""
    if at.ASSEMBLY not in past.done:
        return None
    begun = past.done[at.ASSEMBLY].on
    months = _months("probation", begun)
    return months_after(begun, months + past.extended_by)


def limit(step: int, past: Past, day: date) -> Limit | None:
    """The limit of a step by the rules of the day it was done, else of `day`; None where the rules set none."""
    done = past.done.get(step)
    when = done.on if done else day
    if step in RUNS_FROM:
        begins, code = RUNS_FROM[step]
        figure = rule(code, when)
        if figure and begins in past.done:
            return Limit(step, figure, latest=months_after(past.done[begins].on, figure.value))
    elif step == at.CANDIDATE and at.ACTIVIST in past.done:
        if figure := rule("education", when):
            return Limit(step, figure, earliest=months_after(past.done[at.ACTIVIST].on, figure.value))
    elif step in {at.REQUEST, at.CONFIRMATION}:
        figure, ends = rule("probation", when), probation_ends(past)
        if figure and ends:
            return (
                Limit(step, figure, latest=ends) if step == at.REQUEST else Limit(step, figure, earliest=ends)
            )
    elif step == at.EDUCATION and (following := next_examination(past, day)):
        return Limit(step, following.rule, latest=following.day)
    return None


def next_examination(past: Past, day: date) -> Deadline | None:
    """When an activist has to be examined next: half a year after the last time; None before step 3 and from step 7 on."""
    if at.ACTIVIST not in past.done or past.highest >= at.CANDIDATE:
        return None
    figure = rule("examination", day)
    if figure is None:
        return None
    last = max([past.done[at.ACTIVIST].on, *past.examined])
    return Deadline(at.EDUCATION, months_after(last, figure.value), figure, examination=True)


def deadline(past: Past, day: date) -> Deadline | None:
    """What a road has to keep next: the earliest limit among the steps still ahead, and the next examination."""
    ahead = [
        limit(number, past, day) for number in range(past.highest + 1, LAST + 1) if number != at.EDUCATION
    ]
    found = [Deadline(one.step, one.latest, one.rule) for one in ahead if one and one.latest]
    if examination := next_examination(past, day):
        found.append(examination)
    return min(found, key=lambda one: (one.day, one.step), default=None)


# --- sentences ---


def warnings(step: int, past: Past, day: date, workdays: Workdays) -> list[str]:
    """What is not as the rules want it at one step, a sentence each, with the rule and the day."""
    if step in past.done:
        return [*_order(step, past), *_time(step, past), *_content(step, past, workdays)]
    found = list(_overdue(step, past, day))
    if step < past.highest:
        found.append(_("Later steps are recorded, this one is not."))
    return found


def _order(step: int, past: Past) -> Iterator[str]:
    on = past.done[step].on
    late = [number for number in range(1, step) if number in past.done and past.done[number].on > on]
    if late:
        number = late[-1]
        yield _("Step %(step)s “%(name)s” is dated %(day)s, after this one. Please check the order.") % {
            "step": number,
            "name": BY_NUMBER[number].name,
            "day": spoken(past.done[number].on),
        }


def _time(step: int, past: Past) -> Iterator[str]:
    on = past.done[step].on
    found = limit(step, past, on)
    if step == at.EDUCATION or found is None:
        return
    if found.latest and on > found.latest and step != at.REQUEST:
        if step == at.APPROVAL and (special := rule("approval_special", on)):
            most = months_after(past.done[at.ASSEMBLY].on, special.value)
            if on <= most:
                yield _(
                    "Later than %(day)s. Up to %(most)s it is allowed in special cases only (%(rule)s)."
                ) % {
                    "day": spoken(found.latest),
                    "most": spoken(most),
                    "rule": special.source,
                }
                return
        yield _("Later than %(day)s (%(rule)s).") % {"day": spoken(found.latest), "rule": found.rule.source}
    if found.earliest and on < found.earliest:
        yield _("Earlier than %(day)s (%(rule)s).") % {
            "day": spoken(found.earliest),
            "rule": found.rule.source,
        }


def _overdue(step: int, past: Past, day: date) -> Iterator[str]:
    found = limit(step, past, day)
    if found and found.latest and day > found.latest and step > past.highest:
        yield _("Should have been done by %(day)s (%(rule)s).") % {
            "day": spoken(found.latest),
            "rule": found.rule.source,
        }


def _content(step: int, past: Past, workdays: Workdays) -> Iterator[str]:
    done = past.done[step]
    match step:
        case at.APPLICATION:
            yield from _age(past, done.on)
        case at.CONTACTS:
            yield from _helpers(past.contacts, past.not_full, done.on, "contacts_least", "contacts_most")
        case at.EDUCATION:
            yield from _examinations(past, done.on)
        case at.CANDIDATE:
            yield from _notice(done, workdays)
        case at.INTRODUCERS:
            yield from _helpers(past.introducers, past.not_full, done.on, "introducers", "introducers")
        case at.TRAINING:
            yield from _training(done)
        case at.ASSEMBLY | at.CONFIRMATION:
            yield from _votes(done)


def _age(past: Past, on: date) -> Iterator[str]:
    figure = rule("age", on)
    if figure and past.born_on and on < months_after(past.born_on, 12 * figure.value):
        yield _("Not yet %(years)s years old on that day (%(rule)s).") % {
            "years": figure.value,
            "rule": figure.source,
        }


def _helpers(names: Sequence[str], not_full: Sequence[str], on: date, least: str, most: str) -> Iterator[str]:
    low, high = rule(least, on), rule(most, on)
    if low and high and not low.value <= len(names) <= high.value:
        wanted = str(low.value) if low.value == high.value else f"{low.value}–{high.value}"
        yield _("%(number)s named, it should be %(wanted)s full members (%(rule)s).") % {
            "number": len(names),
            "wanted": wanted,
            "rule": low.source,
        }
    for name in names:
        if name in not_full:
            yield _("%(name)s was not a full member on that day.") % {"name": name}


def _examinations(past: Past, until: date) -> Iterator[str]:
    figure = rule("examination", until)
    if figure is None or at.ACTIVIST not in past.done:
        return
    last = past.done[at.ACTIVIST].on
    for on in sorted({*past.examined, until}):
        if on <= last:
            continue
        if on > until:
            break
        if on > months_after(last, figure.value):
            yield _("No examination between %(first)s and %(last)s, more than half a year (%(rule)s).") % {
                "first": spoken(last),
                "last": spoken(on),
                "rule": figure.source,
            }
        last = on


def _notice(done: Done, workdays: Workdays) -> Iterator[str]:
    figure = rule("notice", done.on)
    if figure is None:
        return
    if not (done.notice_from and done.notice_to):
        yield ngettext(
            "No public notice of at least %(days)s workday is on record (%(rule)s).",
            "No public notice of at least %(days)s workdays is on record (%(rule)s).",
            figure.value,
        ) % {"days": figure.value, "rule": figure.source}
        return
    held = workdays.between(done.notice_from, done.notice_to)
    if held < figure.value:
        yield _("The public notice lasted %(held)s workdays, at least %(days)s are asked for (%(rule)s).") % {
            "held": held,
            "days": figure.value,
            "rule": figure.source,
        }
    if done.on < done.notice_to:
        yield _("Listed before the public notice ended on %(day)s (%(rule)s).") % {
            "day": spoken(done.notice_to),
            "rule": figure.source,
        }


def _training(done: Done) -> Iterator[str]:
    days, hours = rule("training_days", done.on), rule("training_hours", done.on)
    if days and hours and (done.days or 0) < days.value and (done.hours or 0) < hours.value:
        yield _("At least %(days)s days or %(hours)s hours of training are asked for (%(rule)s).") % {
            "days": days.value,
            "hours": hours.value,
            "rule": days.source,
        }


def _votes(done: Done) -> Iterator[str]:
    """More than half of those due have to be present, and more than half of those due in favour."""
    if done.due is None or done.present is None or done.in_favour is None:
        yield _("The numbers of voters are not on record.")
        return
    if done.present * 2 <= done.due:
        yield _("%(present)s of %(due)s voters were present: more than half are needed.") % {
            "present": done.present,
            "due": done.due,
        }
    if done.in_favour * 2 <= done.due:
        yield _("%(votes)s of %(due)s voters were in favour: more than half of those due are needed.") % {
            "votes": done.in_favour,
            "due": done.due,
        }


def _months(code: str, day: date) -> int:
    figure = rule(code, day)
    return figure.value if figure else 0

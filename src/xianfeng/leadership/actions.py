"""Verbs about terms of office and posts.

`Organization.term_ends_on` follows the present term: every verb that changes it here writes it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core.display import long_day
from xianfeng.core.periods import today
from xianfeng.organizations.actions import change as change_organization
from xianfeng.organizations.models import Organization
from xianfeng.people.actions import relieve
from xianfeng.people.models import Appointment, Person

from .models import Post, Term, kinds_for, years_later

FIGURES = ("due", "present", "ballots", "valid")


@dataclass(frozen=True, slots=True)
class Elected:
    """One person elected to one post."""

    person: Person
    kind: str
    votes: int | None = None


@transaction.atomic
def elect(
    organization: Organization,
    elected: Iterable[Elected],
    *,
    number: int,
    began_on: date,
    by: Any,
    years: int = 3,
    method: str = Term.Method.COMPETITIVE,
    document: str = "",
    due: int | None = None,
    present: int | None = None,
    ballots: int | None = None,
    valid: int | None = None,
) -> Term:
    """Record an election; the term before ends with it. Earlier terms may be entered later, each before those that are there.

    Raises ValidationError for a day ahead or taken, figures that cannot be, posts that do not exist there, or no head.
    """
    elected = list(elected)
    if organization.dissolved_on:
        raise ValidationError(_("%(name)s has been dissolved.") % {"name": organization})
    _check_day("began_on", began_on)
    others = list(Term.objects.select_for_update().filter(organization=organization).order_by("began_on"))
    if any(term.began_on == began_on for term in others):
        raise ValidationError({"began_on": _("A term that began on this day is on record already.")})
    following = next((term for term in others if term.began_on > began_on), None)
    before = next((term for term in reversed(others) if term.began_on < began_on), None)
    term = Term(
        organization=organization,
        number=number,
        began_on=began_on,
        years=years,
        ends_on=years_later(began_on, years),
        method=method,
        document=document,
        due=due,
        present=present,
        ballots=ballots,
        valid=valid,
        closed_on=following.began_on if following else None,
    )
    check_figures({name: getattr(term, name) for name in FIGURES})
    _check_posts(organization, elected, valid)
    if before:
        _end(before, began_on, Post.Ending.TERM)
    term.full_clean()
    term.save(force_insert=True)
    how = Post.How.APPOINTED if method == Term.Method.APPOINTED else Post.How.ELECTED
    Post.objects.bulk_create(
        Post(
            term=term,
            person=one.person,
            kind=one.kind,
            how=how,
            votes=one.votes,
            since=began_on,
            until=term.closed_on,
            ending=Post.Ending.TERM if term.closed_on else "",
        )
        for one in elected
    )
    if following is None:
        _carry(term, by)
    events.record(
        "leadership.elect",
        by=by,
        obj=term,
        at=organization,
        details={
            "number": number,
            "began_on": began_on,
            "ends_on": term.ends_on,
            "document": document,
            "posts": [f"{one.kind} {one.person.number or one.person.pk}" for one in elected],
        },
    )
    return term


@transaction.atomic
def change(term: Term, *, by: Any, **values: Any) -> None:
    """Correct what is on record about an election: number, day, length, method, figures, document.

    Posts that began with the term follow its day. Raises ValidationError where the days of terms would cross.
    """
    changed = {
        name: [getattr(term, name), value] for name, value in values.items() if getattr(term, name) != value
    }
    if not changed:
        return
    began = term.began_on
    for name, value in values.items():
        setattr(term, name, value)
    check_figures({name: getattr(term, name) for name in FIGURES})
    if "began_on" in changed:
        _move_beginning(term, began)
    term.ends_on = years_later(term.began_on, term.years)
    if term.postponed_to and not term.ends_on < term.postponed_to <= term.latest_postponement:
        raise ValidationError(_("The postponement to %(day)s does not fit any more. Please postpone anew first.") % {"day": long_day(term.postponed_to)})  # fmt: skip
    term.version += 1
    term.full_clean()
    term.save()
    if term.closed_on is None:
        _carry(term, by)
    events.record("leadership.change", by=by, obj=term, at=term.organization, details=changed)


def _move_beginning(term: Term, began: date) -> None:
    """The election was on another day: the term before ends then, and posts that began with the election begin then."""
    _check_day("began_on", term.began_on)
    before = Term.objects.filter(organization=term.organization, closed_on=began).exclude(pk=term.pk).first()
    if before and before.began_on >= term.began_on:
        raise ValidationError({"began_on": _("The term before began on %(day)s.") % {"day": long_day(before.began_on)}})  # fmt: skip
    if term.closed_on and term.closed_on <= term.began_on:
        raise ValidationError({"began_on": _("The next term began on %(day)s.") % {"day": long_day(term.closed_on)}})  # fmt: skip
    if term.posts.exclude(until=None).filter(until__lt=term.began_on).exists():
        raise ValidationError({"began_on": _("Somebody gave up a post of this term before that day.")})
    if before:
        before.posts.filter(until=began, ending=Post.Ending.TERM).update(until=term.began_on)
        before.closed_on = term.began_on
        before.save(update_fields=["closed_on"])
    term.posts.filter(since=began).update(since=term.began_on)


@transaction.atomic
def postpone(term: Term, *, to: date, on: date, document: str, by: Any) -> None:
    """The superior allows the next election to be held later, at most a year. A second approval replaces the first.

    Raises ValidationError for more than a year, a day that is no postponement, or a term that is over.
    """
    if term.closed_on:
        raise ValidationError(_("This term has been followed by another."))
    _check_day("on", on)
    if not document.strip():
        raise ValidationError({"document": _("Please give the number of the superior's document.")})
    if to <= term.ends_on:
        raise ValidationError({"to": _("The term runs until %(day)s anyway. Please enter a later day.") % {"day": long_day(term.ends_on)}})  # fmt: skip
    if to > term.latest_postponement:
        raise ValidationError({"to": _("A term may be postponed by a year at most, to %(day)s.") % {"day": long_day(term.latest_postponement)}})  # fmt: skip
    term.postponed_to, term.postponed_on, term.postponed_document = to, on, document.strip()
    term.version += 1
    term.full_clean()
    term.save(update_fields=["postponed_to", "postponed_on", "postponed_document", "version"])
    _carry(term, by)
    events.record(
        "leadership.postpone",
        by=by,
        obj=term,
        at=term.organization,
        details={"to": to, "on": on, "document": document},
    )


@transaction.atomic
def fill(
    term: Term,
    person: Person,
    kind: str,
    *,
    since: date,
    by: Any,
    how: str = Post.How.BY_ELECTION,
    votes: int | None = None,
    document: str = "",
) -> Post:
    """Somebody comes into a post during a term: by-election, or appointed by the superior.

    Raises ValidationError when the post has its one holder, or the day lies outside the term.
    """
    if term.closed_on:
        raise ValidationError(_("This term has been followed by another."))
    _check_day("since", since)
    if since < term.began_on:
        raise ValidationError({"since": _("The term began on %(day)s.") % {"day": long_day(term.began_on)}})
    if kind not in kinds_for(term.organization):
        raise ValidationError({"kind": _("There is no such post in this organization.")})
    held = term.posts.filter(kind=kind, until=None)
    if kind in Post.HEADS and held.exists():
        raise ValidationError({"kind": _("%(post)s holds this post. Please enter first when it ended.") % {"post": held.get().person}})  # fmt: skip
    if held.filter(person=person).exists():
        raise ValidationError({"person": _("%(name)s holds this post already.") % {"name": person}})
    post = Post(term=term, person=person, kind=kind, how=how, votes=votes, since=since, document=document)
    post.full_clean()
    post.save(force_insert=True)
    events.record(
        "leadership.fill",
        by=by,
        obj=post,
        at=term.organization,
        details={"person": person.number, "kind": kind, "since": since, "document": document},
    )
    return post


@transaction.atomic
def vacate(post: Post, *, on: date, ending: str, by: Any, document: str = "") -> None:
    """Somebody leaves a post during the term. `on` is the first day on which it is no longer held."""
    if post.until:
        raise ValidationError(_("This post has ended on %(day)s.") % {"day": long_day(post.until)})
    _check_day("on", on)
    if on < post.since:
        raise ValidationError({"on": _("The post is held since %(day)s.") % {"day": long_day(post.since)}})
    post.until, post.ending, post.ending_document = on, ending, document
    post.full_clean()
    post.save(update_fields=["until", "ending", "ending_document"])
    events.record(
        "leadership.vacate",
        by=by,
        obj=post,
        at=post.term.organization,
        details={"person": post.person.number, "kind": post.kind, "on": on, "ending": ending},
    )


@transaction.atomic
def close(organization: Organization, *, on: date, by: Any) -> None:
    """An organization ends: so do its term, the posts in it, and the roles held there."""
    for term in Term.objects.select_for_update().filter(organization=organization).current():
        if term.began_on > on:
            raise ValidationError({"on": _("The committee was elected on %(day)s; the end lies after it.") % {"day": long_day(term.began_on)}})  # fmt: skip
        _end(term, on, Post.Ending.CLOSED)
    held = Appointment.objects.filter(organization=organization).filter(until=None)
    for appointment in held.select_related("person", "role", "organization"):
        relieve(appointment, by=by, until=on)
    change_organization(organization, by=by, term_ends_on=None)


def _end(term: Term, on: date, ending: Post.Ending) -> None:
    # Also those that ended with the term when it was thought to end later: an election in between was entered afterwards.
    held = term.posts.filter(Q(until=None) | Q(until=term.closed_on, ending=Post.Ending.TERM))
    late = held.filter(since__gt=on).select_related("person").first()
    if late:
        raise ValidationError(_("%(post)s is held since %(day)s, after that day.") % {"post": late, "day": long_day(late.since)})  # fmt: skip
    held.update(until=on, ending=ending)
    term.closed_on = on
    term.version += 1
    term.save(update_fields=["closed_on", "version"])


def _carry(term: Term, by: Any) -> None:
    """The register says when the present term ends."""
    change_organization(term.organization, by=by, term_ends_on=term.last_day)


def _check_day(field: str, day: date) -> None:
    if day > today():
        raise ValidationError({field: _("That day lies ahead. Please enter it when it has come.")})


def check_figures(figures: dict[str, int | None]) -> None:
    """That no more came than are entitled, and so on. Raises ValidationError at the figure that is too large."""
    words = {
        "present": _("No more can be present than are entitled to vote."),
        "ballots": _("No more ballots can come back than people were present."),
        "valid": _("No more ballots can be valid than came back."),
    }
    faults = {}
    for larger, smaller in pairwise(FIGURES):
        most, count = figures[larger], figures[smaller]
        if most is not None and count is not None and count > most:
            faults[smaller] = words[smaller]
    if faults:
        raise ValidationError(faults)


def _check_posts(organization: Organization, elected: list[Elected], valid: int | None) -> None:
    allowed = kinds_for(organization)
    if any(one.kind not in allowed for one in elected):
        raise ValidationError(_("There is no such post in this organization."))
    if len({(one.person.pk, one.kind) for one in elected}) < len(elected):
        raise ValidationError(_("The same person stands twice in the same post."))
    heads = [one for one in elected if one.kind in Post.HEADS]
    if len(heads) > 1:
        raise ValidationError(_("Only one person can head an organization."))
    if not heads:
        raise ValidationError(_("Please enter who was elected to head it."))
    if valid is not None and any(one.votes is not None and one.votes > valid for one in elected):
        raise ValidationError(_("Nobody can have more votes than there are valid ballots."))

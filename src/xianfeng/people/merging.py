"""Two rows that are one human: everything that points to the one is made to point to the other.

Apps say in their `merging.py` what becomes of each of their links to a person, and of each link to any row (generic keys):

    moves("activities.Activity.led_by")                       # the row points to the kept person from now on
    stays("audit.Event.actor", _("The log is never changed."))
    @by_hand("activities.Attendance.person")                  # where a plain change would break a rule
    def _attendances(kept, gone): ...

    @obstacle
    def _two_at_once(kept, gone): ...                         # sentences that say what must be mended first

A test fails on a link that nobody declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import second_factor, sessions
from .models import Appointment, Person

Hand = Callable[[Person, Person], None]
Obstacle = Callable[[Person, Person], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Link:
    """What becomes of one link: `hand` does it; None where it is left alone, for the reason in `why`.

    hidden: that there is such a row is told to nobody who merges.
    """

    label: str
    hand: Hand | None
    why: str | Promise = ""
    hidden: bool = False


_links: dict[str, Link] = {}
_obstacles: list[Obstacle] = []


def moves(*labels: str, hidden: bool = False) -> None:
    """These links are pointed to the kept person."""
    for label in labels:
        _links[label] = Link(label, _mover(label), hidden=hidden)


def _mover(label: str) -> Hand:
    def move(kept: Person, gone: Person) -> None:
        rows_of(label, gone).update(**{label.rpartition(".")[2]: kept})

    return move


def rows_of(label: str, person: Person) -> models.QuerySet[Any]:
    """The rows that point to a person by a link."""
    model, _dot, name = label.rpartition(".")
    rows: models.QuerySet[Any] = apps.get_model(model)._base_manager.filter(**{name: person})
    return rows


def stays(label: str, why: str | Promise) -> None:
    """This link is left as it is."""
    _links[label] = Link(label, None, why)


def by_hand(*labels: str, hidden: bool = False) -> Callable[[Hand], Hand]:
    """Declare the decorated function as what becomes of these links; it is called once."""

    def wrap(hand: Hand) -> Hand:
        for label in labels:
            _links[label] = Link(label, hand, hidden=hidden)
        return hand

    return wrap


def obstacle(found: Obstacle) -> Obstacle:
    """Declare the decorated function as one that says what forbids to merge two people, and how it is mended."""
    _obstacles.append(found)
    return found


def declared() -> dict[str, Link]:
    """All declared links by label."""
    return dict(sorted(_links.items()))


def obstacles(kept: Person, gone: Person) -> list[str]:
    """What must be mended before two people are merged."""
    return [str(sentence) for found in _obstacles for sentence in found(kept, gone)]


def follow(kept: Person, gone: Person) -> None:
    """Let everything that points to `gone` point to `kept`, as declared. Call it inside a transaction."""
    done: list[Hand] = []
    for link in _links.values():
        if link.hand is not None and link.hand not in done:
            link.hand(kept, gone)
            done.append(link.hand)


def links_to_people() -> list[str]:
    """Every link to a person that there is in the database, and every generic one of ours."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.remote_field is not None and field.remote_field.model is Person:
                found.append(f"{model._meta.label}.{field.name}")
        if model.__module__.startswith("xianfeng."):
            found += [
                f"{model._meta.label}.{field.name}"
                for field in model._meta.private_fields
                if isinstance(field, GenericForeignKey)
            ]
    return sorted(found)


def move_generic(label: str, kept: Person, gone: Person) -> None:
    """Point rows that hang on one person by a generic key to the other."""
    model_label, _dot, name = label.rpartition(".")
    model = apps.get_model(model_label)
    key: Any = next(field for field in model._meta.private_fields if field.name == name)
    model._base_manager.filter(
        **{key.ct_field: ContentType.objects.get_for_model(Person), key.fk_field: gone.pk}
    ).update(**{key.fk_field: kept.pk})


# -- the links of this app, of what stands below, and of signing in --


@by_hand("people.Appointment.person")
def _appointments(kept: Person, gone: Person) -> None:
    """Roles that both hold at a place are held once."""
    held = set(Appointment.objects.filter(person=kept, until=None).values_list("role", "organization"))
    for appointment in Appointment.objects.filter(person=gone):
        if appointment.until is None and (appointment.role_id, appointment.organization_id) in held:
            appointment.until = appointment.since
        appointment.person = kept
        appointment.save(update_fields=["person", "until"])


@by_hand("people.SignIn.person")
def _sign_ins(kept: Person, gone: Person) -> None:
    """Nobody stays signed in as somebody who is another."""
    sessions.revoke_all(kept)
    sessions.revoke_all(gone)


@by_hand("people.ActivationCode.person", "mfa.Authenticator.user")
def _account(kept: Person, gone: Person) -> None:
    """The account of the kept row stays. The other one ends with its slips and devices: a secret opens for its owner alone."""
    gone.codes.all().delete()
    second_factor.drop(gone)


moves("people.ActivationCode.issued_by")
stays("account.EmailAddress.user", _("Nobody signs in by e-mail."))
stays(
    "audit.Event.actor", _("The log is never changed: what was done stays with the number it was done under.")
)
stays("audit.Event.obj", _("The log is never changed: what was done stays with the number it was done to."))
stays("ledger.Entry.person", _("The ledger is never changed: records state their facts anew."))
stays("ledger.Entry.posted_by", _("The ledger is never changed."))
stays("ledger.Entry.source", _("No person is the source of a fact."))
moves("files.Attachment.uploaded_by", "files.Attachment.removed_by")


@by_hand("files.Attachment.target")
def _files(kept: Person, gone: Person) -> None:
    move_generic("files.Attachment.target", kept, gone)

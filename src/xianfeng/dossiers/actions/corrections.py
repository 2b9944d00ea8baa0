"""A member asks to have the own file corrected; the branch accepts, which writes the field, or refuses with a reason."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.audit.moves import Refused, move
from xianfeng.core import clock
from xianfeng.core.periods import today
from xianfeng.members import permissions as members
from xianfeng.members.actions import change as change_member
from xianfeng.messaging.actions import dealt_with, notify
from xianfeng.people.holders import holders
from xianfeng.people.models import Person

from .. import notices, permissions
from ..fields import CORRECTABLE
from ..models import Correction
from .particulars import change

Status = Correction.Status


@transaction.atomic
def ask(person: Person, field: str, value: Any, *, reason: str) -> Correction:
    """Ask to have one of the named fields of the own file corrected. `value` is a cleaned one; whoever decides is told."""
    if field not in CORRECTABLE:
        raise ValidationError(_("This is not corrected on request."))
    kind = CORRECTABLE[field]
    if kind.as_text(value) == _text(kind.now(person)):
        raise ValidationError({"value": _("That is what the file says already.")})
    asked = Correction(person=person, field=field, value=kind.as_text(value), reason=reason.strip())
    asked.full_clean(exclude=["decided_by"])
    asked.save(force_insert=True)
    events.record("dossiers.ask", by=person, obj=asked, at=person.organization, details={"field": kind.label})
    if person.organization is not None:
        needed = permissions.SENSITIVE if kind.is_sensitive else permissions.DECIDE
        found = holders(needed, at=person.organization, on=today(), nearest=True)
        notify(
            [one for one in found if one.pk != person.pk],
            notices.ASKED,
            {"name": person.name, "field": kind.label},
            link=asked.get_absolute_url(),
            key=f"{notices.ASKED}/{asked.uid}",
        )
    return asked


def _text(value: Any) -> str:
    if hasattr(value, "reveal"):
        return str(value.reveal())
    return "" if value is None else str(value)


def _somebody_else(correction: Correction, by: Any) -> str | None:
    if correction.person_id == by.pk:
        return _("One's own request is decided by somebody else.")
    kind = CORRECTABLE.get(correction.field)
    if kind and kind.is_sensitive and not by.can(permissions.SENSITIVE, at=correction.person.organization):
        return _("Only who may read the sensitive part of files decides this.")
    return None


def _own(correction: Correction, by: Any) -> str | None:
    return None if correction.person_id == by.pk else _("Only who asked can withdraw it.")


@move(
    Correction,
    sources={Status.ASKED},
    target=Status.ACCEPTED,
    permission=permissions.DECIDE,
    label=gettext_lazy("Correct the file"),
    condition=_somebody_else,
)
def accept(correction: Correction, *, by: Any) -> None:
    """The field says from now on what the member asked for. Raises Refused where it cannot."""
    kind, person = CORRECTABLE[correction.field], correction.person
    values = {kind.name: kind.from_text(correction.value.reveal())}
    try:
        if kind.table == "particulars":
            change(person, values, by=by)
        else:
            locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
            personal, party = (values, {}) if kind.table == "person" else ({}, values)
            change_member(locked, by=by, personal=personal, party=party)
    except ValidationError as fault:
        raise Refused(" ".join(fault.messages), code="refused") from fault
    _decided(correction, by)
    _tell(correction, notices.ACCEPTED, {})


@move(
    Correction,
    sources={Status.ASKED},
    target=Status.REFUSED,
    permission=permissions.DECIDE,
    label=gettext_lazy("Do not change it"),
    takes=("reason",),
    condition=_somebody_else,
)
def refuse(correction: Correction, *, by: Any, reason: str) -> None:
    """The file stays as it is; the member reads why."""
    correction.answer = reason.strip()[:200]
    _decided(correction, by)
    _tell(correction, notices.REFUSED, {"reason": correction.answer})


@move(
    Correction,
    sources={Status.ASKED},
    target=Status.WITHDRAWN,
    permission=members.VIEW,
    label=gettext_lazy("Withdraw"),
    condition=_own,
)
def withdraw(correction: Correction, *, by: Any) -> None:
    """The member takes the request back."""
    dealt_with(correction.get_absolute_url())


def _decided(correction: Correction, by: Any) -> None:
    correction.decided_by, correction.decided_at = by, clock.now()
    correction.save(update_fields=["decided_by", "decided_at", "answer"])
    dealt_with(correction.get_absolute_url())


def _tell(correction: Correction, kind: str, more: dict[str, Any]) -> None:
    notify(
        [correction.person],
        kind,
        {"field": CORRECTABLE[correction.field].label, **more},
        link="/me/file/",
        key=f"{kind}/{correction.uid}",
    )

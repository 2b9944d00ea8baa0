"""Restricting and erasing what is kept about a person who is off the roll (个人信息保护法 art. 47).

A party organization has to keep the records of its members, so neither is possible while somebody is on a roll or holds a
role. What others wrote in running text (minutes, sentences of a report) is not searched.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.audit.models import Event
from xianfeng.audit.moves import Refused
from xianfeng.core import clock
from xianfeng.core.inventory import Kept, known
from xianfeng.core.periods import today
from xianfeng.core.uids import new_uid
from xianfeng.files.models import Attachment
from xianfeng.files.storing import remove
from xianfeng.members.models import Membership
from xianfeng.people.models import Appointment, Person
from xianfeng.people.sessions import revoke_all

NOBODY = "（已删除）"  # stands in lists of the past where a name stood


def obstacle(person: Person) -> str | None:
    """Why this person's data cannot be restricted or erased now."""
    if Membership.objects.filter(person=person, until=None).exists():
        return _("%(name)s is on the roll. The records of members have to be kept.") % {"name": person.name}
    if Appointment.objects.in_force(today()).filter(person=person).exists():
        return _("%(name)s holds a role. Please end the appointment first.") % {"name": person.name}
    return None


@transaction.atomic
def restrict(person: Person, *, reason: str, by: Any) -> None:
    """Only keep, and do nothing else: the person is found and shown nowhere, and cannot sign in. Raises Refused."""
    locked = _lock(person, reason)
    locked.restricted_on = clock.today()
    locked.is_active = False
    locked.version += 1
    locked.save(update_fields=["restricted_on", "is_active", "version"])
    revoke_all(locked)
    events.record("privacy.restrict", by=by, obj=locked, at=locked.organization, details={"reason": reason})


@transaction.atomic
def lift(person: Person, *, reason: str, by: Any) -> None:
    """Let a restriction end. The account stays closed. Raises Refused."""
    locked = _lock(person, reason)
    locked.restricted_on = None
    locked.version += 1
    locked.save(update_fields=["restricted_on", "version"])
    events.record("privacy.lift", by=by, obj=locked, at=locked.organization, details={"reason": reason})


@transaction.atomic
def erase(person: Person, *, reason: str, by: Any) -> None:
    """Forget who somebody was. Facts stay as those of a number; the audit chain still verifies. Raises Refused.

    What the declarations say goes: fields are blanked, rows deleted, files removed, details of audit events forgotten.
    """
    locked = _lock(person, reason)
    revoke_all(locked)
    for kept in known().values():
        rows = [] if kept.acted else list(kept.rows(locked))
        _forget_traces(rows, by)
        if kept.erasing == "delete":
            kept.rows(locked).delete()
        elif kept.erasing == "blank":
            for row in rows:
                blank(row, kept)
    Person.objects.filter(pk=locked.pk).update(
        name=NOBODY, search_text="", account=new_uid(), password=make_password(None), is_active=False
    )
    # Rows that turned out to be the same person tell a name, too.
    Person.objects.filter(merged_into__kept=locked).update(name=NOBODY, search_text="")
    events.record("privacy.erase", by=by, obj=locked, at=locked.organization, details={"reason": reason})


def _lock(person: Person, reason: str) -> Person:
    locked: Person = Person.objects.select_for_update().get(pk=person.pk)
    if why := obstacle(locked):
        raise Refused(why, code="refused")
    if not reason.strip():
        raise Refused(_("Please state the reason."), code="reason")
    return locked


def _forget_traces(rows: list[Any], by: Any) -> None:
    """Files attached to these rows, and the details of what was done to them."""
    if not rows:
        return
    kind = ContentType.objects.get_for_model(rows[0])
    pks = [row.pk for row in rows]
    for attachment in Attachment.objects.filter(target_type=kind, target_id__in=pks):
        remove(attachment, by)
        Attachment.objects.filter(pk=attachment.pk).update(name=NOBODY)
    for event in Event.objects.filter(content_type=kind, object_id__in=pks, details__isnull=False):
        events.erase(event)


def blank(row: models.Model, kept: Kept) -> None:
    """Empty every declared field that can be empty."""
    emptied = []
    for field in apps.get_model(kept.model)._meta.concrete_fields:
        if field.name not in kept.fields - kept.stays or field.many_to_one or not field.editable:
            continue
        if field.null:
            setattr(row, field.attname, None)
        elif field.has_default():
            setattr(row, field.attname, field.get_default())
        elif field.empty_strings_allowed:
            setattr(row, field.attname, "")
        else:
            continue
        emptied.append(field.name)
    row.save(update_fields=emptied)

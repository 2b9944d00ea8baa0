"""Taking back what a batch did to rows of the registers: a journal of what was added, and of what stood there before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from xianfeng.audit.models import Event

READING = frozenset({"members.hardship_read"})
"""Events that tell of a row that was looked at, not worked with."""


@dataclass
class Rows:
    """What was done to versioned rows, in the order in which it was done."""

    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)

    def entered(self, row: Any) -> None:
        """A row was added."""
        self.added.append({"model": row._meta.label, "pk": row.pk, "version": getattr(row, "version", None)})

    def before(self, row: Any, names: Iterable[str]) -> dict[str, Any]:
        """A row is about to change in these columns; say `after` when it has."""
        kept = {
            "model": row._meta.label,
            "pk": row.pk,
            "values": {name: plain(getattr(row, name)) for name in names},
        }
        self.changed.append(kept)
        return kept

    def as_json(self) -> dict[str, Any]:
        """For the journal of the batch. `event`: the last that was done when the batch was through."""
        return {"added": self.added, "changed": self.changed, "event": last_event()}


def last_event() -> int:
    """The number of the latest event."""
    return Event.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def plain(value: Any) -> Any:
    """A value as JSON holds it; sealed ones in clear, for the journal is sealed itself."""
    if hasattr(value, "reveal"):
        return value.reveal()
    return value.isoformat() if isinstance(value, date) else value


def restored(field: Any, value: Any) -> Any:
    """A value of a journal as its column holds it."""
    return date.fromisoformat(value) if isinstance(field, models.DateField) and value else value


def in_use(names: Sequence[str]) -> str:
    """The sentence that forbids undoing."""
    return _("The import cannot be undone: %(count)d people have been worked with since (%(names)s).") % {
        "count": len(names),
        "names": _(", ").join(names[:5]),
    }


def _name(row: Any) -> str:
    return str(getattr(row, "person", row))


@transaction.atomic
def take_back(journal: dict[str, Any]) -> None:
    """Make the rows as they were. Raises ValidationError when somebody worked with one of them since."""
    noted = [*journal["added"], *journal["changed"]]
    found = {(one["model"], one["pk"]): _row(one) for one in noted}
    touched = sorted(
        {
            _name(row)
            for one in noted
            if (row := found[one["model"], one["pk"]]) and _touched(row, one, journal)
        }
    )
    if touched or None in found.values():
        raise ValidationError(in_use(touched or ["—"]))
    for one in reversed(journal["changed"]):
        row = found[one["model"], one["pk"]]
        for name, value in one["values"].items():
            setattr(row, name, restored(row._meta.get_field(name), value))
        row.version += 1
        row.save(update_fields=[*one["values"], "version"])
    try:
        with transaction.atomic():
            for one in reversed(journal["added"]):
                found[one["model"], one["pk"]].delete()
    except ProtectedError as error:
        raise ValidationError(in_use(sorted({_name(row) for row in error.protected_objects}))) from error


def _row(noted: dict[str, Any]) -> Any:
    return apps.get_model(noted["model"])._default_manager.filter(pk=noted["pk"]).first()


def _touched(row: Any, noted: dict[str, Any], journal: dict[str, Any]) -> bool:
    if row.version != noted["version"] or getattr(row, "last_login", None):
        return True
    kind = ContentType.objects.get_for_model(row)
    later = Event.objects.filter(content_type=kind, object_id=row.pk, seq__gt=journal["event"])
    return later.exclude(action__in=READING).exists()

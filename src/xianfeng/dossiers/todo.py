"""What waits in a branch because members asked for it, as a task for the home page."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xianfeng.core.components import Task

from .models import Correction


def waiting(organization: Any, person: Any) -> Any:
    """How many requests a branch has to decide on that are not this person's own, as a subquery of one number or none."""
    rows = Correction.objects.open().filter(person__organization=organization).exclude(person=person)
    return rows.order_by().values("status").annotate(number=Count("pk")).values_list("number", flat=True)


def tasks(number: int) -> list[Task]:
    """The task of deciding on so many requests."""
    if not number:
        return []
    return [
        Task(
            _("Members ask for corrections in their files"),
            f"{reverse('dossiers:correction_list')}?status=asked",
            "todo",
            ngettext("%(number)s request", "%(number)s requests", number) % {"number": number},
            _("Decide"),
            _("Compare with the papers; correct the file, or say why not."),
        )
    ]

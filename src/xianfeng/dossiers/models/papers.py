"""Papers of a file that the development of the person does not keep."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..papers import KINDS
from .registers import Entered, EnteredRows


class Paper(Entered):
    """A paper that lies in the file, scanned (its attachments) or not."""

    code = models.CharField(_("paper"), max_length=30)
    on = models.DateField(_("dated"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=100, blank=True)

    objects = EnteredRows.as_manager()

    class Meta:
        ordering = ["person", "pk"]
        verbose_name = _("archived paper")
        verbose_name_plural = _("archived papers")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "code"], condition=Q(taken_back_at=None), name="dossiers_paper_once"
            )
        ]

    def __str__(self) -> str:
        return str(KINDS[self.code].label) if self.code in KINDS else self.code

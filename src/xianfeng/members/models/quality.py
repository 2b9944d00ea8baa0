"""How complete the registers of a branch were in a month."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xianfeng.core.uids import UidField
from xianfeng.ledger.facts import Fact, Source
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped

from .. import measures


class Completeness(Placed, Source):
    """The required fields of a branch's registers, as last counted in a month (必填率). It is counted each evening until the month ends."""

    uid = UidField()
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="completeness", verbose_name=_("branch")
    )
    month = models.DateField(_("month"))  # its first day
    counted_on = models.DateField(_("counted on"))
    filled = models.PositiveIntegerField(_("filled"))
    required = models.PositiveIntegerField(_("required"))

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["-month", "organization"]
        verbose_name = _("completeness of the registers")
        verbose_name_plural = _("completeness of the registers")
        constraints = [
            models.UniqueConstraint(fields=["organization", "month"], name="completeness_one_a_month"),
            models.CheckConstraint(
                condition=Q(filled__lte=F("required")), name="completeness_filled_of_required"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.filled}/{self.required}"

    def facts(self) -> Iterator[Fact]:
        """What was filled of what is required; a branch without anybody owes nothing."""
        if self.required:
            yield Fact(
                measures.COMPLETENESS, self.organization_id, None, self.month, self.filled, self.required
            )

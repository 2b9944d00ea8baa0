"""Two rows that were one human, and two that are not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xianfeng.core import clock
from xianfeng.core.uids import UidField
from xianfeng.organizations.scope import Placed, Scoped
from xianfeng.people.models import Person


class Merge(Placed):
    """One row was found to be the same human as another. The row stays under its number and leads to the one kept."""

    place = "kept__organization"

    uid = UidField()
    kept = models.ForeignKey(Person, models.PROTECT, related_name="merges", verbose_name=_("person kept"))
    gone = models.OneToOneField(
        Person, models.PROTECT, related_name="merged_into", verbose_name=_("entered twice as")
    )
    document = models.CharField(_("document number"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("merge of two rows")
        verbose_name_plural = _("merges")
        constraints = [models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_of_two")]

    def __str__(self) -> str:
        return f"{self.gone.number} → {self.kept.number}"


class Apart(models.Model):
    """Somebody looked, and these two are different people. `first` has the smaller id."""

    first = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("one person"))
    second = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("another person"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("two different people")
        verbose_name_plural = _("different people")
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="apart_in_order"),
            models.UniqueConstraint(fields=["first", "second"], name="apart_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"

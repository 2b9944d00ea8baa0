from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from xianfeng.core.numbers import from_units
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped

from .measures import MeasureDeclaration, declaration


class Measure(models.Model):
    """What is counted. Declared ones take their words from code; an office may add its own reported ones."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    own_label = models.CharField(_("name of the measure"), max_length=60, blank=True)
    own_unit = models.CharField(_("unit of measurement"), max_length=20, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("measure")
        verbose_name_plural = _("measures")

    def __str__(self) -> str:
        return self.own_label or str(self.declaration.label if self.declaration else self.code)

    @property
    def declaration(self) -> MeasureDeclaration | None:
        return declaration(self.code)

    @property
    def unit(self) -> str:
        return self.own_unit or str(self.declaration.unit if self.declaration else "")


class Entries(Scoped):
    """Questions about facts."""

    def of(self, source: models.Model) -> Self:
        """What a record states, corrections included."""
        return self.filter(
            content_type=ContentType.objects.get_for_model(source, for_concrete_model=True),
            object_id=source.pk,
        )

    def update(self, **_values: object) -> int:
        raise TypeError("entries are append-only")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("entries are append-only")


class Entry(Placed):
    """One line of the ledger: done and due are integers of ten-thousandths of the measure's unit."""

    owner = "person"
    owner_may = frozenset({"ledger.view"})

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="entries", verbose_name=_("measure"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="entries", verbose_name=_("person")
    )
    day = models.DateField(_("day"))
    month = models.PositiveIntegerField(
        editable=False
    )  # yyyymm of the day, so that sums need no date arithmetic
    done = models.BigIntegerField(_("done"))
    due = models.BigIntegerField(_("due"))
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    source = GenericForeignKey("content_type", "object_id")
    posted_at = models.DateTimeField(_("recorded at"))
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = Entries.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="entry_source"),
            models.Index(
                fields=["measure", "month", "organization", "day", "done", "due"], name="entry_sums"
            ),
            models.Index(
                fields=["person", "month", "measure", "day", "done", "due"], name="entry_person_sums"
            ),
            models.Index(fields=["organization", "month", "measure"], name="entry_place"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.day} {from_units(self.done)}/{from_units(self.due)}"

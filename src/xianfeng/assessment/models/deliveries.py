from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xianfeng.core.numbers import from_units
from xianfeng.ledger.facts import Fact, Source
from xianfeng.ledger.models import Measure
from xianfeng.organizations.models import Organization

from .schemes import Scheme


class Delivery(Source):
    """The facts of one year that another installation delivered. A later delivery states all of them anew; the ledger gets the
    difference. The same file twice states the same, so nothing is added."""

    facts_need: ClassVar = ("lines__measure",)

    issuer = models.CharField(_("delivered by"), max_length=40)
    subject = models.CharField(_("assesses"), max_length=12, choices=Scheme.Subject.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    digest = models.CharField(_("digest"), max_length=64)
    received_at = models.DateTimeField(_("received on"))

    class Meta:
        ordering = ["year", "issuer", "subject"]
        verbose_name = _("delivery of facts")
        verbose_name_plural = _("deliveries of facts")
        constraints = [models.UniqueConstraint(fields=["issuer", "subject", "year"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.issuer} {self.year}"

    def facts(self) -> Iterable[Fact]:
        for line in self.lines.all():
            yield Fact(
                line.measure.code,
                line.organization_id,
                line.person_id,
                line.day,
                from_units(line.done),
                from_units(line.due),
            )


class DeliveredFact(models.Model):
    """One line of a delivery: done and due are ten-thousandths."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="lines")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+", verbose_name=_("measure"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    day = models.DateField(_("day"))
    done = models.BigIntegerField(_("done"))
    due = models.BigIntegerField(_("due"))

    class Meta:
        ordering = ["delivery", "pk"]
        verbose_name = _("delivered fact")
        verbose_name_plural = _("delivered facts")

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.measure_id} {self.day}"

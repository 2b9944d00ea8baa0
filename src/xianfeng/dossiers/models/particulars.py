"""Further personal and party data of one person (党员基本信息采集表)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianfeng.core.codes import DEGREES, EMPLOYMENT, HEALTH, MARITAL, POLITICAL, CodeField
from xianfeng.core.fields import SealedModel, SealedText
from xianfeng.core.regions import region
from xianfeng.members import permissions as members
from xianfeng.organizations.scope import Placed, Scoped
from xianfeng.people.models import Person


class Particulars(SealedModel, Placed):
    """What lists, letters and imports do not need; those columns are `Person`'s and `Member`'s.

    Codes are those of the national lists (`core.codes`, `core.regions`). `SENSITIVE` columns are sealed and shown to
    nobody without a permission of their own and a reason. The photo is the attachment of this row.
    """

    class Schooling(models.TextChoices):
        FULL_TIME = "full_time", _("full-time")
        IN_SERVICE = "in_service", _("beside work")

    SENSITIVE: ClassVar = ("health", "marital", "family")
    PLACES: ClassVar = ("native_place", "birthplace")
    place = "person__organization"
    owner = "person"
    owner_may = frozenset({members.VIEW})

    person = models.OneToOneField(
        Person, models.PROTECT, related_name="particulars", verbose_name=_("person")
    )
    native_place = models.CharField(_("native place"), max_length=40, blank=True)
    birthplace = models.CharField(_("birthplace"), max_length=40, blank=True)
    degree = CodeField(_("academic degree"), max_length=30, choices=DEGREES.choices, blank=True)
    schooling = models.CharField(_("studied"), max_length=10, choices=Schooling.choices, blank=True)
    school = models.CharField(_("school and subject"), max_length=80, blank=True)
    began_work_on = models.DateField(_("began to work on"), null=True, blank=True)
    employment = CodeField(_("employment"), max_length=30, choices=EMPLOYMENT.choices, blank=True)
    employer = models.CharField(_("place of work"), max_length=80, blank=True)
    rank = models.CharField(_("rank"), max_length=40, blank=True)
    qualification = models.CharField(_("professional qualification"), max_length=40, blank=True)
    landline = SealedText(_("landline"), max_length=20, blank=True)
    address = SealedText(_("home address"), max_length=120, blank=True)
    political = CodeField(
        _("political status before joining"), max_length=30, choices=POLITICAL.choices, blank=True
    )
    joined_at = models.CharField(_("branch at joining"), max_length=80, blank=True)
    introducers = models.CharField(_("introducers"), max_length=60, blank=True)
    party_group = models.CharField(_("party group"), max_length=40, blank=True)
    party_worker = models.BooleanField(_("does party work"), default=False)
    health = SealedText(_("health"), max_length=30, blank=True)
    marital = SealedText(_("marital state"), max_length=30, blank=True)
    family = SealedText(_("family"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["person"]
        verbose_name = _("particulars")
        verbose_name_plural = _("particulars of members")

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("dossiers:file", args=[self.person.uid])

    def get_native_place_display(self) -> str:
        """The place in words."""
        return region(self.native_place)

    def get_birthplace_display(self) -> str:
        """The place in words."""
        return region(self.birthplace)


CODES = {"health": HEALTH, "marital": MARITAL}
"""The lists behind sealed columns, which keep the code."""

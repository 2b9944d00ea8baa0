from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xianfeng.assessment import scheme as documents
from xianfeng.core.uids import UidField
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped

_read: dict[str, documents.Scheme] = {}


class Schemes(Scoped):
    """Questions about schemes."""

    def issued(self) -> Self:
        """Those that are or were in force: what everybody may read."""
        return self.exclude(status=Scheme.Status.DRAFT)

    def in_force(self, subject: str, year: int) -> Scheme | None:
        """The scheme by which a year's branches (`organization`) or members (`person`) are scored."""
        found: Scheme | None = self.filter(subject=subject, year=year, status=Scheme.Status.IN_FORCE).first()
        return found


class Scheme(Placed):
    """One version of a scheme (考核细则). The document is what was written; a scheme once in force is never edited.

    The issuing organization decides who may make the next version; everybody may read what was in force.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_FORCE = "in_force", _("in force now")
        RETIRED = "retired", _("no longer in force")

    class Subject(models.TextChoices):
        ORGANIZATION = "organization", _("branches")
        PERSON = "person", _("party members")

    FINAL = (Status.RETIRED,)

    uid = UidField()
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("issuing organization")
    )
    code = models.SlugField(_("code"), max_length=40)
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    subject = models.CharField(_("assesses"), max_length=12, choices=Subject.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=120)
    document = models.TextField(_("document"))
    digest = models.CharField(_("digest"), max_length=64)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    since = models.DateTimeField(_("in force since"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects: Any = Schemes.as_manager()

    class Meta:
        ordering = ["-year", "subject", "-number"]
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="scheme_version_once"),
            models.UniqueConstraint(
                fields=["subject", "year"],
                condition=Q(status="in_force"),
                name="scheme_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.year}.{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("assessment:scheme_version", args=[self.code, self.number])

    @property
    def parsed(self) -> documents.Scheme:
        """The document as values; read once per process, so that rows may leave it out."""
        if self.digest not in _read:
            _read[self.digest] = documents.load(self.document)
        return _read[self.digest]

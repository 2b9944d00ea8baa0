"""Batches: sheets that are brought in or people chosen from a list; and what the columns of sheets meant the last time."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xianfeng.core.fields import SealedModel, SealedText
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped


class Import(SealedModel, Placed):
    """One sheet brought in: read, mended, taken as a whole, and taken back within a day unless touched.

    What holds ID numbers is sealed: the file as sent (`source`), what was mended (`edits`), what was there before (`journal`).
    All three are emptied when they can no longer be needed.
    """

    class Kind(models.TextChoices):
        MEMBERS = "members", _("roster of members")
        ACTIVISTS = "activists", _("register of activists")
        MOBILE = "mobile", _("register of mobile members")
        HARDSHIP = "hardship", _("register of members in hardship")
        BRANCHES = "branches", _("register of organizations")
        EDIT = "edit", _("change of many members")

    class Status(models.TextChoices):
        CHECKING = "checking", _("being checked")
        TAKEN = "taken", _("imported")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("given up")

    UNDO_FOR: ClassVar = timedelta(hours=24)

    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name=_("organization")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.CHECKING)
    filename = models.CharField(_("file"), max_length=200, blank=True)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    branch = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("branch of all rows"),
    )
    mapping = models.JSONField(default=dict)  # column index → field, where corrected by hand
    left_out = models.JSONField(default=list)  # numbers of rows answered to be somebody else's
    source = SealedText(blank=True)
    edits = SealedText(blank=True)
    journal = SealedText(blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    added = models.PositiveIntegerField(_("added"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    begun_at = models.DateTimeField(_("begun"), auto_now_add=True)
    taken_at = models.DateTimeField(_("imported at"), null=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.filename or str(_("pasted list"))

    def get_absolute_url(self) -> str:
        return reverse(
            "imports:check" if self.status == self.Status.CHECKING else "imports:result", args=[self.uid]
        )

    @property
    def can_be_undone(self) -> bool:
        """Whether the day for undoing has not passed; whether somebody touched the rows shows when it is tried."""
        return (
            self.status == self.Status.TAKEN
            and self.taken_at is not None
            and timezone.now() < self.taken_at + self.UNDO_FOR
        )


class RememberedMapping(models.Model):
    """What the columns of sheets with the same headings mean, as corrected by hand the last time."""

    kind = models.CharField(max_length=10, choices=Import.Kind.choices)
    signature = models.CharField(max_length=32)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["kind", "signature"]
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        constraints = [
            models.UniqueConstraint(fields=["kind", "signature"], name="remembered_mapping_once_per_headings")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.signature}"

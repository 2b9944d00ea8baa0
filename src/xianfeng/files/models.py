"""What was attached to what. The content itself lies in the store, under its hash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xianfeng.core import clock
from xianfeng.core.uids import UidField


class Attachments(models.QuerySet["Attachment"]):
    """Attachments, removed ones included unless said otherwise."""

    def live(self) -> Attachments:
        """Those that have not been removed."""
        return self.filter(removed_at=None)

    def of(self, target: models.Model) -> Attachments:
        """The live attachments of a row, oldest first."""
        kind = ContentType.objects.get_for_model(target, for_concrete_model=True)
        return self.live().filter(target_type=kind, target_id=target.pk)

    def of_all(self, targets: Sequence[models.Model]) -> Attachments:
        """The live attachments of several rows of one model."""
        if not targets:
            return self.none()
        kind = ContentType.objects.get_for_model(targets[0], for_concrete_model=True)
        return self.live().filter(target_type=kind, target_id__in=[target.pk for target in targets])


class Attachment(models.Model):
    """A file that someone attached to a row of any app.

    Never changed after it was stored: a better photo is a new attachment. Who may read it is asked anew each time,
    of the row it belongs to (`access.access_file`).
    """

    class Kind(models.TextChoices):
        IMAGE = "image", _("picture")
        PDF = "pdf", _("PDF document")
        WORD = "word", _("Word document")
        EXCEL = "excel", _("Excel workbook")

    uid = UidField()
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64, db_index=True, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    name = models.CharField(_("file name"), max_length=120)
    media_type = models.CharField(max_length=100, editable=False)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, editable=False)
    target_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    permission = models.CharField(max_length=60)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=clock.now, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    objects: Any = Attachments.as_manager()

    class Meta:
        verbose_name = _("attachment")
        ordering = ["pk"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="files_attachment_target")]
        constraints = [
            models.CheckConstraint(
                name="files_attachment_removal",
                condition=Q(removed_at=None, removed_by=None) | ~Q(removed_at=None) & ~Q(removed_by=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:download", args=[self.uid])

    @property
    def is_picture(self) -> bool:
        return self.kind == self.Kind.IMAGE

    @property
    def thumb_url(self) -> str:
        """A small picture for lists; "" for what is not a picture."""
        return reverse("files:thumb", args=[self.uid]) if self.is_picture else ""

    @property
    def preview_url(self) -> str:
        """A picture of screen size; "" for what is not a picture."""
        return reverse("files:preview", args=[self.uid]) if self.is_picture else ""

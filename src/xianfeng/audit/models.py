from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One act. Written in the same transaction as its effect, linked to the one before by `mac`.

    The chain covers a salted digest of `details`, so that personal details can be erased and the chain still holds.
    """

    seq = models.BigIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    action = models.CharField(_("act"), max_length=60)
    content_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    object_id = models.BigIntegerField(null=True)
    obj = GenericForeignKey("content_type", "object_id")
    # No foreign key: audit stands below organizations and must outlive them.
    organization_id = models.BigIntegerField(null=True)
    network = models.CharField(max_length=60, blank=True)
    details = models.JSONField(null=True)
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="event_object"),
            models.Index(fields=["actor", "-at"], name="event_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class ChainHead(models.Model):
    """The one row that orders events: number and mac of the last. Locked while an event is appended."""

    seq = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="chain_has_one_head")]

    def __str__(self) -> str:
        return f"{self.seq}"


class Once(models.Model):
    """A form that took effect: the same key gives the stored answer instead of a second effect."""

    person = models.BigIntegerField(default=0)  # 0: not signed in
    key = models.CharField(max_length=40)
    route = models.CharField(max_length=200)
    body = models.CharField(max_length=64)
    location = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "route", "person"], name="once_per_key")]

    def __str__(self) -> str:
        return self.key

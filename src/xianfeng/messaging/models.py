from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xianfeng.core.addresses import address
from xianfeng.core.uids import UidField
from xianfeng.organizations.scope import Placed, Scoped

from .kinds import known, worded

# Held by no role: a notice is seen by the one it is for, and by nobody else.
OWN = "messaging.own"


class Notices(Scoped):
    """Questions about notices."""

    def unread(self) -> Self:
        """Those not read yet."""
        return self.filter(read_at=None)


class Notice(Placed):
    """One thing told to one person. The key makes it the same notice when it is sent again."""

    place = "person__organization"
    owner = "person"
    owner_may = frozenset({OWN})

    uid = UidField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=60)
    params = models.JSONField(_("values"), default=dict)
    link = models.CharField(_("link"), max_length=300, blank=True)
    key = models.CharField(max_length=150)
    at = models.DateTimeField(_("time"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = Notices.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_told_once")]
        indexes = [
            models.Index(fields=["person"], condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return worded(self.kind, self.params)

    def get_absolute_url(self) -> str:
        return address("messaging:notice_open", self.uid)

    @property
    def urgent(self) -> bool:
        """Whether something waits for the reader."""
        kind = known().get(self.kind)
        return bool(kind and kind.urgent)

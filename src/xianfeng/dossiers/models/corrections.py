"""What a member asks to have corrected in the own file, and what became of it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xianfeng.core import clock
from xianfeng.core.fields import SealedModel, SealedText
from xianfeng.members import permissions as members
from xianfeng.organizations.scope import Placed, Scoped


class Corrections(Scoped):
    """Questions about corrections."""

    def open(self) -> Self:
        """Those that wait for the branch."""
        return self.filter(status=Correction.Status.ASKED)


class Correction(SealedModel, Placed):
    """One field that a member says is wrong, and what it should say. The value is sealed: it may be a number or an address."""

    class Status(models.TextChoices):
        ASKED = "asked", _("asked for")
        ACCEPTED = "accepted", _("corrected")
        REFUSED = "refused", _("not accepted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    FINAL: ClassVar = (Status.ACCEPTED, Status.REFUSED, Status.WITHDRAWN)
    TONES: ClassVar[dict[str, str]] = {
        "asked": "todo",
        "accepted": "ok",
        "refused": "back",
        "withdrawn": "closed",
    }
    place = "person__organization"
    owner = "person"
    owner_may = frozenset({members.VIEW})

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="corrections", verbose_name=_("person")
    )
    field = models.CharField(_("what"), max_length=30)
    value = SealedText(_("should say"), max_length=200, blank=True)
    reason = models.CharField(_("why"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ASKED)
    asked_at = models.DateTimeField(_("asked at"), default=clock.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("handled by")
    )
    decided_at = models.DateTimeField(_("handled at"), null=True, editable=False)
    answer = models.CharField(_("reply"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Corrections.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "field"],
                condition=Q(status="asked"),
                name="correction_one_at_a_time",
                violation_error_message=_("You have asked for this already; the branch has still to decide."),
            )
        ]
        indexes = [models.Index(fields=["status", "-asked_at"], name="correction_open")]

    def __str__(self) -> str:
        return self.uid

    def get_absolute_url(self) -> str:
        return reverse("dossiers:correction", args=[self.uid])

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return self.TONES[self.status]

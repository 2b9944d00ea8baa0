"""Members in hardship: the most restricted register (困难党员).

Who reads it: the secretary of the branch, office staff appointed for it by name, and the leaders named in the case.
A case calls itself by a number, never by the person: whatever prints it into a log or a list says nothing.
"""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xianfeng.core.fields import SealedModel, SealedText
from xianfeng.organizations.scope import Placed, Scoped

from .. import permissions


class Cases(Scoped):
    """Questions about cases."""

    def visible_to(self, actor: Any, permission: str) -> Self:
        """Cases in scope; for reading (`members.hardship_named`) also those in which a leader is named.

        Reading is asked with the second permission: it includes whoever keeps the register.
        """
        if permission != permissions.HARDSHIP_NAMED:
            return super().visible_to(actor, permission)
        kept = super().visible_to(actor, permissions.HARDSHIP)
        if not actor.can(permissions.HARDSHIP_NAMED):
            return kept
        named = self.model.leaders.through.objects.filter(person=actor.pk)
        return self.filter(Q(pk__in=kept.values("pk")) | Q(pk__in=named.values("hardshipcase")))

    def going_on(self) -> Self:
        """Those that have not ended."""
        return self.filter(until=None)


class HardshipCase(SealedModel, Placed):
    """Somebody is in hardship since a day. It goes with the person from branch to branch."""

    class Kind(models.TextChoices):
        ILLNESS = "1", _("serious illness")
        UNFIT = "2", _("unable to work")
        EVENT = "3", _("sudden misfortune")
        INCOME = "4", _("on subsistence allowance or low income")
        AGE = "5", _("member from before 1949, or of great age")
        OTHER = "9", _("other")

    class Degree(models.TextChoices):
        SEVERE = "1", _("severe")
        HARD = "2", _("hard")
        SLIGHT = "3", _("slight")

    place = "person__organization"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="hardship_cases", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=1, choices=Kind.choices)
    degree = models.CharField(_("degree"), max_length=1, choices=Degree.choices)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True, editable=False)
    situation = SealedText(_("situation"), max_length=2000)
    measures = SealedText(_("what is done"), max_length=2000, blank=True)
    leaders: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("leaders of the case")
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Cases.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("case of hardship")
        verbose_name_plural = _("cases of hardship")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="hardship_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until=None),
                name="hardship_one_at_a_time",
                violation_error_message=_("There is a case for this person already."),
            ),
        ]

    def __str__(self) -> str:
        return self.uid

    def get_absolute_url(self) -> str:
        return reverse("members:hardship_detail", args=[self.uid])

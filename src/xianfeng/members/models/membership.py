"""Who is a member, and who belonged where: the party record and the one history."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped
from xianfeng.people.models import Person


def holds_on(since: date | None, until: date | None, day: date) -> bool:
    """Whether a spell holds on a day; without a beginning there is none, `until` is the first day after it."""
    return since is not None and since <= day and (until is None or day < until)


class Member(Placed):
    """The party record of one person: dates, and exemption from hard requirements (教育管理条例 art. 23)."""

    class Occupation(models.TextChoices):
        SERVING = "serving", _("serving")
        RETIRED = "retired", _("retired")

    place = "person__organization"
    owner = "person"
    owner_may = frozenset({"members.view"})

    person = models.OneToOneField(Person, models.PROTECT, related_name="member", verbose_name=_("person"))
    joined_on = models.DateField(_("joined the party on"), null=True, blank=True)
    confirmed_on = models.DateField(_("full member since"), null=True, blank=True)
    occupation = models.CharField(
        _("occupation"), max_length=10, choices=Occupation.choices, default=Occupation.SERVING
    )
    exempt_since = models.DateField(_("exempt since"), null=True, blank=True)
    exempt_until = models.DateField(_("exempt until"), null=True, blank=True)
    exempt_reason = models.CharField(_("reason of exemption"), max_length=100, blank=True)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["person"]
        verbose_name = _("member")
        verbose_name_plural = _("party members")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_on=None) | Q(joined_on=None) | Q(confirmed_on__gte=F("joined_on")),
                name="member_confirmed_after_joining",
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    def exempt_on(self, day: date) -> bool:
        """Whether hard requirements do not apply to this member on a day."""
        return holds_on(self.exempt_since, self.exempt_until, day)


class Memberships(Scoped):
    """Questions about who belonged where."""

    def on(self, day: date) -> Self:
        """Memberships that hold on a day."""
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gt=day))

    def members(self) -> Self:
        """Of party members; who applies or is being prepared stands in the same history but is not one yet."""
        return self.filter(stage__in=Membership.PARTY)

    def developing(self) -> Self:
        """Of applicants, activists and candidates."""
        return self.exclude(stage__in=Membership.PARTY)

    def full(self) -> Self:
        """Of full members."""
        return self.filter(stage=Membership.Stage.FULL)


class Membership(Placed):
    """A spell at one branch in one stage. `until` is the first day on which it no longer holds.

    From the application to full membership a person is one row with one history (发展党员工作细则).
    """

    class Stage(models.TextChoices):
        FULL = "full", _("full member")
        PROBATIONARY = "probationary", _("probationary member")
        CANDIDATE = "candidate", _("candidate for development")
        ACTIVIST = "activist", _("activist")
        APPLICANT = "applicant", _("applicant")

    class Ending(models.TextChoices):
        MOVED_OUT = "moved_out", _("transferred to another organization")
        DIED = "died", _("died")
        SUSPENDED = "suspended", _("membership suspended")
        LEFT = "left", _("left the party")
        STRUCK_OFF = "struck_off", _("struck off the roll")
        EXPELLED = "expelled", _("expelled")
        WITHDRAWN = "withdrawn", _("application withdrawn")
        OTHER = "other", _("another reason")

    PARTY: ClassVar = (Stage.FULL, Stage.PROBATIONARY)
    LADDER: ClassVar = (Stage.APPLICANT, Stage.ACTIVIST, Stage.CANDIDATE, Stage.PROBATIONARY, Stage.FULL)

    owner = "person"
    owner_may = frozenset({"members.view"})

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name=_("branch")
    )
    stage = models.CharField(_("stage"), max_length=15, choices=Stage.choices)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    ending = models.CharField(_("how it ended"), max_length=12, choices=Ending.choices, blank=True)

    objects = Memberships.as_manager()

    class Meta:
        ordering = ["person", "since"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="membership_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(until=None), name="membership_one_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["organization", "since", "until"], name="membership_spell")]

    def __str__(self) -> str:
        return f"{self.person} {self.get_stage_display()}"

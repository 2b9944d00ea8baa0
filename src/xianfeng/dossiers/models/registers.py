"""The registers of a file: posts at work, awards, sanctions, training. What was entered wrongly is taken back, never deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from xianfeng.core import clock
from xianfeng.core.fields import SealedModel, SealedText
from xianfeng.core.uids import UidField
from xianfeng.ledger.facts import Fact, Source
from xianfeng.members import permissions as members
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped

from .. import measures, permissions


class EnteredRows(Scoped):
    """Questions about entries of a register."""

    def live(self) -> Self:
        """Those that were not taken back."""
        return self.filter(taken_back_at=None)


class Entered(Placed):
    """Base of what is entered about a person. It goes with the person from branch to branch."""

    place = "person__organization"
    owner = "person"
    owner_may = frozenset({members.VIEW})

    uid = UidField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse("dossiers:entry_edit", args=[self._meta.model_name, self.uid])


class WorkPost(Entered):
    """A post at work. Posts in the party are those of `leadership`."""

    unit = models.CharField(_("unit"), max_length=80)
    title = models.CharField(_("post"), max_length=60)
    rank = models.CharField(_("rank"), max_length=40, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    document = models.CharField(_("document number"), max_length=60, blank=True)

    objects = EnteredRows.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("post at work")
        verbose_name_plural = _("posts at work")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="work_post_ends_after_it_begins",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]
        indexes = [models.Index(fields=["person", "-since"], name="work_post_of_person")]

    def __str__(self) -> str:
        return f"{self.unit} {self.title}"


class Award(Entered, Source):
    """An award of one person. It counts once the office has confirmed it, at the branch the person belonged to."""

    class Kind(models.TextChoices):
        MEMBER = "member", _("outstanding party member")
        WORKER = "worker", _("outstanding party worker")
        MERIT = "merit", _("merit or commendation")
        TITLE = "title", _("honorary title")
        OTHER = "other", _("another award")

    class Level(models.TextChoices):
        NATION = "nation", _("national")
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        COUNTY = "county", _("county")
        BUREAU = "bureau", _("bureau")
        BRANCH = "branch", _("branch or unit")

    class Status(models.TextChoices):
        ENTERED = "entered", _("to be confirmed")
        CONFIRMED = "confirmed", _("confirmed")

    FINAL: ClassVar = (Status.CONFIRMED,)

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("branch"), editable=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("award"), max_length=120)
    level = models.CharField(_("level of the award"), max_length=10, choices=Level.choices)
    given_by = models.CharField(_("given by"), max_length=80)
    on = models.DateField(_("given on"))
    document = models.CharField(_("document number"), max_length=60, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.ENTERED, editable=False
    )

    objects = EnteredRows.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("award")
        verbose_name_plural = _("awards of members")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "title", "on"],
                condition=Q(taken_back_at=None),
                name="award_once",
                violation_error_message=_("This award is in the file already."),
            )
        ]
        indexes = [models.Index(fields=["person", "-on"], name="award_of_person")]

    def __str__(self) -> str:
        return self.title

    def facts(self) -> Iterator[Fact]:
        """One commendation of its level. What is not confirmed, was taken back, or came from the branch itself states nothing."""
        measure = measures.AWARDS.get(self.level)
        if measure and self.status == self.Status.CONFIRMED and self.taken_back_at is None:
            yield Fact(measure, self.organization_id, self.person_id, self.on, done=1)


class Sanction(SealedModel, Entered):
    """A sanction and its period of effect (影响期). Restricted: read with a permission of its own and a reason.

    It calls itself by a number, never by the person or the matter: whatever prints it into a log or a list says nothing.
    It states no facts: what is in the ledger is read by more people than may read this.
    """

    class Penalty(models.TextChoices):
        # 党纪处分 (中国共产党纪律处分条例), 政务处分 (公职人员政务处分法), 组织处理 (教育管理条例 art. 28-31)
        WARNING = "p1", _("party discipline: warning")
        SERIOUS_WARNING = "p2", _("party discipline: serious warning")
        REMOVAL = "p3", _("party discipline: removal from party posts")
        PROBATION = "p4", _("party discipline: probation within the party")
        EXPULSION = "p5", _("party discipline: expulsion")
        ADMONITION = "a1", _("administrative sanction: warning")
        DEMERIT = "a2", _("administrative sanction: demerit")
        MAJOR_DEMERIT = "a3", _("administrative sanction: major demerit")
        DEMOTION = "a4", _("administrative sanction: demotion")
        DISMISSAL_FROM_POST = "a5", _("administrative sanction: removal from post")
        DISMISSAL = "a6", _("administrative sanction: dismissal")
        REMINDER = "o1", _("organizational measure: reminder talk")
        CRITICISM = "o2", _("organizational measure: criticism and education")
        INSTRUCTION = "o3", _("organizational measure: admonishing talk")
        CIRCULAR = "o4", _("organizational measure: criticism in a circular")
        AMENDS = "o5", _("organizational measure: amends within a time limit")

    MONTHS: ClassVar[dict[str, int]] = {
        Penalty.WARNING: 12, Penalty.SERIOUS_WARNING: 18, Penalty.REMOVAL: 24, Penalty.PROBATION: 24,
        Penalty.ADMONITION: 6, Penalty.DEMERIT: 12, Penalty.MAJOR_DEMERIT: 18, Penalty.DEMOTION: 24,
        Penalty.DISMISSAL_FROM_POST: 24,
    }  # fmt: skip
    """How long a sanction has effect by the rules, where nothing else was decided."""
    owner_may = frozenset({permissions.SANCTIONS})

    penalty = models.CharField(_("sanction"), max_length=2, choices=Penalty.choices)
    on = models.DateField(_("decided on"))
    decided_by = models.CharField(_("imposed by"), max_length=80)
    document = models.CharField(_("document number"), max_length=60, blank=True)
    effect_until = models.DateField(_("in effect until"), null=True, blank=True)
    reason = SealedText(_("facts of the matter"), max_length=2000, blank=True)

    objects = EnteredRows.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        constraints = [
            models.CheckConstraint(
                condition=Q(effect_until=None) | Q(effect_until__gte=F("on")),
                name="sanction_ends_after_it_begins",
                violation_error_message=_("The end of the effect lies before the decision."),
            )
        ]

    def __str__(self) -> str:
        return self.uid

    def in_effect_on(self, day: date) -> bool:
        """Whether its period of effect covers a day."""
        return self.on <= day and self.effect_until is not None and day <= self.effect_until


class Training(Entered):
    """Training that somebody attended. Credits for it are another matter: this is the register."""

    class Kind(models.TextChoices):
        CLASS = "class", _("concentrated class")
        PARTY_SCHOOL = "party_school", _("party school")
        LECTURE = "lecture", _("lecture or seminar")
        ONLINE = "online", _("online course")
        OTHER = "other", _("another kind")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("training"), max_length=120)
    held_by = models.CharField(_("held by"), max_length=80, blank=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    hours = models.DecimalField(
        _("class hours"), max_digits=5, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(1000))],
    )  # fmt: skip
    certificate = models.CharField(_("certificate number"), max_length=60, blank=True)

    objects = EnteredRows.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("training")
        verbose_name_plural = _("training of members")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="training_ends_after_it_begins",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]
        indexes = [models.Index(fields=["person", "-since"], name="training_of_person")]

    def __str__(self) -> str:
        return self.title

    @property
    def amount(self) -> str:
        """How long it was."""
        return _now("%(hours)s hours") % {"hours": f"{self.hours.normalize():f}"} if self.hours else ""

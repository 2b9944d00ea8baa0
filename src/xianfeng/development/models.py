from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xianfeng.core import clock
from xianfeng.core.uids import UidField
from xianfeng.organizations.scope import Placed, Scoped
from xianfeng.people.models import Person

from . import permissions
from .steps import BY_NUMBER, CONTACTS, INTRODUCERS, LAST, PAPERS, Step


class Road(Placed):
    """One person's way to full membership. Where it stands is kept here, so that the register can be asked for it.

    `next_step`, `due_step`, `due_on` and `gaps` follow from the records and are written with them (`actions.settle`).
    """

    place = "person__organization"
    owner = "person"
    owner_may = frozenset({permissions.VIEW})

    uid = UidField()
    person = models.OneToOneField(Person, models.PROTECT, related_name="road", verbose_name=_("person"))
    next_step = models.PositiveSmallIntegerField(_("next step"), null=True, default=1, editable=False)
    due_step = models.PositiveSmallIntegerField(null=True, editable=False)
    due_on = models.DateField(_("by"), null=True, editable=False)
    gaps = models.PositiveSmallIntegerField(_("steps left out"), default=0, editable=False)
    added_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["person"]
        verbose_name = _("road to membership")
        verbose_name_plural = _("roads to membership")
        indexes = [models.Index(fields=["due_on"], name="road_due")]

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        return reverse("development:road", args=[self.person.uid])

    @property
    def following(self) -> Step | None:
        """The step that comes next; None at the end."""
        return BY_NUMBER.get(self.next_step or 0)


class Records(Scoped):
    """Questions about recorded steps."""

    def live(self) -> Self:
        """Those that were not taken back."""
        return self.filter(taken_back_at=None)


class StepRecord(Placed):
    """A step as it was done. A row of step 23 with `extends_by` (months) is the one extension of the probation."""

    place = "road__person__organization"

    uid = UidField()
    road = models.ForeignKey(
        Road, models.PROTECT, related_name="records", verbose_name=_("road to membership")
    )
    step = models.PositiveSmallIntegerField(_("step"))
    done_on = models.DateField(_("done on"))
    reference = models.CharField(_("document number"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    notice_from = models.DateField(_("public notice from"), null=True, blank=True)
    notice_to = models.DateField(_("public notice to"), null=True, blank=True)
    days = models.DecimalField(
        _("days of training"), max_digits=4, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(365))],
    )  # fmt: skip
    hours = models.DecimalField(
        _("hours of training"), max_digits=5, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(1000))],
    )  # fmt: skip
    due = models.PositiveSmallIntegerField(_("voters due"), null=True, blank=True)
    present = models.PositiveSmallIntegerField(_("voters present"), null=True, blank=True)
    in_favour = models.PositiveSmallIntegerField(_("votes in favour"), null=True, blank=True)
    effective_on = models.DateField(_("full member from"), null=True, blank=True)
    extends_by = models.PositiveSmallIntegerField(_("extended by months"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, editable=False)

    objects = Records.as_manager()

    class Meta:
        ordering = ["road", "step", "pk"]
        verbose_name = _("step of development")
        verbose_name_plural = _("steps of development")
        constraints = [
            models.UniqueConstraint(
                fields=["road", "step"],
                condition=Q(taken_back_at=None, extends_by=None),
                name="development_step_once",
            ),
            models.UniqueConstraint(
                fields=["road"],
                condition=Q(taken_back_at=None, extends_by__isnull=False),
                name="development_extended_once",
            ),
            models.CheckConstraint(condition=Q(step__gte=1, step__lte=LAST), name="development_step_exists"),
            models.CheckConstraint(
                condition=Q(extends_by=None) | Q(step=23, extends_by__gte=6, extends_by__lte=12),
                name="development_extension_half_a_year_to_one",
            ),
            models.CheckConstraint(
                condition=Q(notice_from=None) | Q(notice_to=None) | Q(notice_to__gte=F("notice_from")),
                name="development_notice_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=(Q(present=None) | Q(due=None) | Q(present__lte=F("due")))
                & (Q(in_favour=None) | Q(present=None) | Q(in_favour__lte=F("present"))),
                name="development_votes_of_those_present",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.kind}"

    @property
    def kind(self) -> Step:
        """The step that was done."""
        return BY_NUMBER[self.step]


class Helper(Placed):
    """A full member who accompanies an activist (培养联系人) or introduces a candidate (入党介绍人)."""

    class Kind(models.TextChoices):
        CONTACT = "contact", _("contact person")
        INTRODUCER = "introducer", _("introducer")

    STEPS: ClassVar[dict[str, int]] = {Kind.CONTACT: CONTACTS, Kind.INTRODUCER: INTRODUCERS}
    place = "road__person__organization"

    road = models.ForeignKey(
        Road, models.CASCADE, related_name="helpers", verbose_name=_("road to membership")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["road", "kind", "pk"]
        verbose_name = _("contact person or introducer")
        verbose_name_plural = _("contact persons and introducers")
        constraints = [
            models.UniqueConstraint(fields=["road", "kind", "person"], name="development_helper_once")
        ]

    def __str__(self) -> str:
        return str(self.person)


class Examination(Placed):
    """The half-yearly examination of an activist by the branch."""

    class Result(models.TextChoices):
        GOOD = "good", _("good, to be educated further")
        MATURE = "mature", _("basically meets the requirements")
        WEAK = "weak", _("to be educated more closely")
        UNFIT = "unfit", _("no longer an activist")

    place = "road__person__organization"

    uid = UidField()
    road = models.ForeignKey(
        Road, models.PROTECT, related_name="examinations", verbose_name=_("road to membership")
    )
    held_on = models.DateField(_("examined on"))
    result = models.CharField(_("result"), max_length=10, choices=Result.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, editable=False)

    objects = Records.as_manager()

    class Meta:
        ordering = ["road", "held_on"]
        verbose_name = _("examination")
        verbose_name_plural = _("examinations")
        constraints = [
            models.UniqueConstraint(
                fields=["road", "held_on"],
                condition=Q(taken_back_at=None),
                name="development_examined_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.get_result_display()}"


class Paper(Placed):
    """A paper that lies in the file, scanned (its attachments) or not. It stays when the step it belongs to is taken back."""

    place = "road__person__organization"

    uid = UidField()
    road = models.ForeignKey(
        Road, models.CASCADE, related_name="papers", verbose_name=_("road to membership")
    )
    code = models.CharField(_("paper"), max_length=30)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["road", "pk"]
        verbose_name = _("paper of development")
        verbose_name_plural = _("papers of development")
        constraints = [models.UniqueConstraint(fields=["road", "code"], name="development_paper_once")]

    def __str__(self) -> str:
        return str(PAPERS[self.code][1].label) if self.code in PAPERS else self.code

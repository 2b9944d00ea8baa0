from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xianfeng.assessment.addresses import branch_why, of_period
from xianfeng.assessment.permissions import MEMBER_SCORES
from xianfeng.assessment.results import SubjectScore
from xianfeng.core.numbers import from_units
from xianfeng.core.periods import Period
from xianfeng.core.uids import UidField
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped

from .schemes import Scheme


class Rounds(Scoped):
    """Questions about rounds."""

    def open(self) -> Self:
        """Those still recomputed when facts change."""
        return self.filter(status=Round.Status.OPEN)

    def with_scheme(self) -> Self:
        """Adds scheme and issuer, without the document, which a process reads once."""
        return self.select_related("scheme__organization").defer("scheme__document")

    def of(self, subject: str, period: Period) -> Round | None:
        """The round of branches (`organization`) or members (`person`) for a period."""
        found: Round | None = self.filter(subject=subject, code=period.code).with_scheme().first()
        return found

    def of_year(self, subject: str, year: int) -> Self:
        """The rounds of a year that have been computed."""
        return self.filter(subject=subject, year=year, computed_at__isnull=False).with_scheme()


class Round(Placed):
    """One calculation of everybody's points: of a month, a quarter or the year, up to `as_of`.

    While open it follows the facts; closed, it stays as it is. `entries` is how many entries the ledger held when it
    was computed: the ledger only grows, so the same number means that no fact has changed since.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    FINAL: ClassVar = (Status.CLOSED,)
    place = "scheme__organization"

    uid = UidField()
    subject = models.CharField(_("assesses"), max_length=12, choices=Scheme.Subject.choices)
    code = models.CharField(_("period"), max_length=10)
    year = models.PositiveSmallIntegerField(_("year"))
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="rounds", verbose_name=_("scheme"))
    as_of = models.DateField(_("as of"))
    computed_at = models.DateTimeField(_("computed"), null=True, editable=False)
    entries = models.PositiveBigIntegerField(default=0, editable=False)
    roster = models.CharField(max_length=64, blank=True, editable=False)
    facts_digest = models.CharField(max_length=64, blank=True, editable=False)
    results_digest = models.CharField(max_length=64, blank=True, editable=False)
    scored = models.PositiveIntegerField(_("scored"), default=0, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    objects: Any = Rounds.as_manager()

    class Meta:
        ordering = ["-year", "subject", "code"]
        verbose_name = _("round of scoring")
        verbose_name_plural = _("rounds of scoring")
        constraints = [
            models.UniqueConstraint(fields=["subject", "code"], name="round_once"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None) | Q(status="closed", closed_at__isnull=False),
                name="round_closed_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.period}"

    def get_absolute_url(self) -> str:
        name = "branch_sheet" if self.subject == Scheme.Subject.ORGANIZATION else "member_sheet"
        return of_period(name, self.code)

    @property
    def period(self) -> Period:
        return Period.parse(self.code)

    @property
    def months(self) -> tuple[int, int] | None:
        """The months whose cells count; None for the year, in which bonus and vetoes count too."""
        period = self.period
        return None if period.kind == "year" else (period.first_month, period.last_month)

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def has_ended(self) -> bool:
        """Whether every month of the period is in it."""
        return self.as_of >= self.period.end


class Score(Placed):
    """What one subject got in one round. Figures are ten-thousandths of a point.

    `cells` holds [code, period, done, due, points, full] each, `items` and `categories` [code, points, full]; points
    None: left out. With the scheme's version, which never changes, a score explains itself without the ledger.
    """

    uid = UidField()
    round = models.ForeignKey(Round, models.CASCADE, related_name="+", verbose_name=_("round"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("branch"))
    full = models.BigIntegerField(_("full marks so far"))
    before_bonus = models.BigIntegerField(_("points before bonus"), null=True)
    bonus = models.BigIntegerField(_("bonus"), default=0)
    total = models.BigIntegerField(_("total"), null=True)
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    uncapped = models.CharField(_("grade before vetoes"), max_length=20, blank=True)
    standing = models.PositiveIntegerField(_("place"), null=True)
    cells = models.JSONField(default=list)
    items = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    digest = models.CharField(max_length=64)

    objects: Any = Scoped.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.subject_name} {self.round.period}"

    @property
    def subject_name(self) -> str:
        return str(self.organization)

    @property
    def is_scored(self) -> bool:
        """Whether anything that counts was due; a wholly exempt member has no total."""
        return self.total is not None

    @property
    def points(self) -> Decimal | None:
        """The total, bonus included."""
        return None if self.total is None else from_units(self.total)

    @property
    def earned(self) -> Decimal | None:
        """Points before bonus."""
        return None if self.before_bonus is None else from_units(self.before_bonus)

    @property
    def full_marks(self) -> Decimal:
        return from_units(self.full)

    @property
    def rate(self) -> Decimal | None:
        """Points before bonus in per cent of full marks so far; not rounded."""
        return rate(self.before_bonus, self.full)

    def explained(self) -> SubjectScore:
        """The score with every cell, item and category, as scoring gave it."""
        from xianfeng.assessment.packing import unpacked

        return unpacked(self)


def rate(points: int | None, full: int) -> Decimal | None:
    """Points in per cent of full marks; None where there are none."""
    return None if points is None or not full else Decimal(points) * 100 / full


class BranchScore(Score):
    """What one branch got. Its members, and whoever oversees it, see it."""

    class Meta:
        ordering = ["round", "organization__number"]
        verbose_name = _("score of a branch")
        verbose_name_plural = _("scores of branches")
        constraints = [
            models.UniqueConstraint(fields=["round", "organization"], name="branch_score_once"),
        ]

    def get_absolute_url(self) -> str:
        return branch_why(self.round.code, self.organization.code)


class MemberScore(Score):
    """What one member got. Seen by the member, and where members' scores may be seen; never ranked on a page."""

    owner = "person"
    owner_may = frozenset({MEMBER_SCORES})

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("member")
    )

    class Meta:
        ordering = ["round", "person__number"]
        verbose_name = _("score of a member")
        verbose_name_plural = _("scores of members")
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="member_score_once"),
        ]
        indexes = [models.Index(fields=["round", "organization"], name="member_score_place")]

    @property
    def subject_name(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        return reverse("scores:member_why", args=[self.round.code, self.uid])


def as_of_in(period: Period, day: date) -> date:
    """The day up to which a period is scored on `day`: a month or quarter to the end of its last ended month, the year
    to the day itself, since a bonus counts from its own day."""
    if period.kind == "year":
        return min(day, period.end)
    month = Period.of(day)
    ended = month if day == month.end else month.shifted(-1)
    return min(ended.end, period.end)

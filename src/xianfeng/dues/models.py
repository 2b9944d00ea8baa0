from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xianfeng.core.clock import now
from xianfeng.core.fields import SealedModel, SealedText
from xianfeng.core.periods import Period
from xianfeng.core.uids import UidField
from xianfeng.ledger.facts import Fact, Source
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped
from xianfeng.people.models import Person

from . import measures, rules
from .rules import Group

OWNER_MAY = frozenset({"dues.view"})  # members see their own dues


class Base(SealedModel, Placed):
    """What a member's dues are reckoned by, from a month on until the next one. The amount is sealed: it is pay.

    `amount`: yuan as text ("5001.00"); for farmers the amount agreed on each month; empty where the amount is fixed.
    """

    place = "person__organization"
    owner = "person"
    owner_may = OWNER_MAY

    person = models.ForeignKey(Person, models.PROTECT, related_name="dues_bases", verbose_name=_("person"))
    since = models.DateField(_("from month"))
    group = models.CharField(_("reckoned as"), max_length=10, choices=Group.choices)
    amount = SealedText(_("monthly base"), max_length=12, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=now, editable=False)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["person", "-since"]
        verbose_name = _("base of dues")
        verbose_name_plural = _("bases of dues")
        constraints = [models.UniqueConstraint(fields=["person", "since"], name="base_one_a_month")]

    def __str__(self) -> str:
        return f"{self.person} {self.since}"

    @property
    def fen(self) -> int:
        """The base in fen, opened."""
        clear = self.amount.reveal()
        return rules.fen(Decimal(clear)) if clear else 0

    def due(self, month: date) -> int:
        """Fen owed for a month by its first day."""
        return rules.due(self.group, self.fen, month)


class Reduction(Placed):
    """A decision of the branch committee that a member pays less, or nothing, from a month to a month."""

    class Status(models.TextChoices):
        IN_FORCE = "in_force", pgettext_lazy("a decision", "in force")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Reason(models.TextChoices):
        ILLNESS = "illness", _("serious illness")
        INCOME = "income", _("low income")
        EVENT = "event", _("sudden misfortune")
        OTHER = "other", _("other reason")

    FINAL = frozenset({"withdrawn"})
    owner = "person"
    owner_may = OWNER_MAY

    uid = UidField()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("branch"))
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="dues_reductions", verbose_name=_("member")
    )
    first = models.DateField(_("from month"))
    last = models.DateField(_("to month"))
    amount = models.PositiveIntegerField(_("to be paid each month"))  # fen; 0: nothing
    reason = models.CharField(_("kind of reason"), max_length=10, choices=Reason.choices)
    decided_on = models.DateField(_("decided on"))
    document = models.CharField(_("decision"), max_length=80)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.IN_FORCE)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=now, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["-first", "-pk"]
        verbose_name = _("reduction of dues")
        verbose_name_plural = _("reductions of dues")
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="reduction_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return str(_("waived") if self.amount == 0 else _("reduced"))

    def get_absolute_url(self) -> str:
        return reverse("dues:reduction_detail", args=[self.uid])

    @property
    def first_month(self) -> Period:
        return Period.of(self.first)

    @property
    def last_month(self) -> Period:
        return Period.of(self.last)

    @property
    def yuan(self) -> Decimal | None:
        return rules.yuan(self.amount)


class Collection(Placed, Source):
    """The dues of one branch for one month: one line for each member who owes.

    Until the month is over only what is settled is stated as a fact: nobody is behind before its last day has passed.
    """

    facts_need = ("lines",)

    uid = UidField()
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="dues_collections", verbose_name=_("branch")
    )
    month = models.DateField(_("month"))
    closed_on = models.DateField(null=True, editable=False)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["-month", "organization"]
        verbose_name = _("dues of a month")
        verbose_name_plural = _("dues by month")
        constraints = [
            models.UniqueConstraint(fields=["organization", "month"], name="collection_one_a_month")
        ]

    def __str__(self) -> str:
        return gettext("party dues of %(month)s") % {"month": self.period}

    def get_absolute_url(self) -> str:
        return reverse("dues:collection_record", args=[self.uid])

    @property
    def period(self) -> Period:
        return Period.of(self.month)

    def facts(self) -> Iterator[Fact]:
        """Each member's month, and the branch's: complete when nobody who owes is without payment or good reason."""
        owing = [line for line in self.lines.all() if line.status != Due.Status.EXEMPT]
        stated = owing if self.closed_on else [line for line in owing if line.is_settled]
        for line in stated:
            yield Fact(measures.PAID, self.organization_id, line.person_id, self.month, int(line.on_time), 1)
        if owing and len(stated) == len(owing):
            complete = all(line.on_time for line in owing)
            yield Fact(measures.COLLECTED, self.organization_id, None, self.month, int(complete), 1)


class Dues(Scoped):
    """Questions about what is owed."""

    def open(self) -> Self:
        """Not paid, without an approved reason."""
        return self.filter(status=Due.Status.OWED)

    def of(self, period: Period) -> Self:
        """For the months of a period."""
        return self.filter(month__range=(period.start, period.end))


class Due(Placed):
    """What one member owes for one month, and what became of it. Amounts are fen.

    A payment within the month is `paid`, a later one `made up`. `deferred_until` stays after a deferred month was paid:
    paid by then, it counts as on time.
    """

    class Status(models.TextChoices):
        OWED = "owed", _("not paid yet")
        PAID = "paid", _("paid")
        MADE_UP = "made_up", _("made up later")
        DEFERRED = "deferred", _("payment deferred")
        EXEMPT = "exempt", _("waived")

    FINAL = frozenset({"exempt"})  # ends with the decision behind it, not by a move of its own
    SETTLED: ClassVar = (Status.PAID, Status.MADE_UP)
    OPEN: ClassVar = (Status.OWED, Status.DEFERRED)
    place = "collection__organization"
    owner = "person"
    owner_may = OWNER_MAY

    uid = UidField()
    collection = models.ForeignKey(Collection, models.PROTECT, related_name="lines")
    person = models.ForeignKey(Person, models.PROTECT, related_name="dues", verbose_name=_("member"))
    month = models.DateField(_("month"))
    owed = models.PositiveIntegerField(_("owed"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OWED)
    paid = models.PositiveIntegerField(_("paid"), default=0)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    deferred_until = models.DateField(_("deferred until"), null=True, blank=True)
    approval = models.CharField(_("approved by"), max_length=80, blank=True)
    reduction = models.ForeignKey(Reduction, models.PROTECT, null=True, blank=True, related_name="lines")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Dues.as_manager()

    class Meta:
        ordering = ["-month", "person"]
        verbose_name = _("party dues")
        verbose_name_plural = _("party dues")
        constraints = [
            models.UniqueConstraint(fields=["person", "month"], name="due_once_a_month"),
            models.CheckConstraint(
                condition=Q(status__in=["paid", "made_up"], paid__gte=F("owed"), paid_on__isnull=False)
                | Q(status__in=["owed", "deferred", "exempt"]),
                name="due_paid_in_full",
            ),
        ]
        indexes = [models.Index(fields=["status", "month"], name="due_open")]

    def __str__(self) -> str:
        return gettext("party dues of %(month)s") % {"month": self.period}

    def get_absolute_url(self) -> str:
        return reverse("dues:due_detail", args=[self.uid])

    @property
    def period(self) -> Period:
        return Period.of(self.month)

    @property
    def is_settled(self) -> bool:
        """Whether it was paid, or may be paid later."""
        return self.status in {*self.SETTLED, self.Status.DEFERRED}

    @property
    def on_time(self) -> bool:
        """Whether the month counts as paid: in full and within it, or by the end of an approved deferral."""
        match self.status:
            case self.Status.PAID | self.Status.DEFERRED:
                return True
            case self.Status.MADE_UP:
                return bool(self.deferred_until and self.paid_on and self.paid_on <= self.deferred_until)
            case _:
                return False

    @property
    def missing(self) -> int:
        """Fen still to be paid."""
        return max(self.owed - self.paid, 0) if self.status in self.OPEN else 0

    @property
    def owed_yuan(self) -> Decimal | None:
        return rules.yuan(self.owed)

    @property
    def paid_yuan(self) -> Decimal | None:
        return rules.yuan(self.paid)


class Settlement(Placed, Source):
    """What a branch has to pass on to its superior for one quarter. It is settled by one remittance or by three monthly ones."""

    facts_need = ("lines",)

    uid = UidField()
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="dues_settlements", verbose_name=_("branch")
    )
    quarter = models.CharField(_("quarter"), max_length=7)
    day = models.DateField(_("day"))  # the first day of its last month: from then on it is due

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["-quarter", "organization"]
        verbose_name = _("remittance of a quarter")
        verbose_name_plural = _("remittances by quarter")
        constraints = [
            models.UniqueConstraint(fields=["organization", "quarter"], name="settlement_one_a_quarter")
        ]

    def __str__(self) -> str:
        return gettext("party dues of %(month)s passed on") % {"month": self.period}

    def get_absolute_url(self) -> str:
        return reverse("dues:settlement_record", args=[self.uid])

    @property
    def period(self) -> Period:
        return Period.parse(self.quarter)

    @property
    def entered(self) -> list[Remittance]:
        """Remittances that stand."""
        return [line for line in self.lines.all() if line.status == Remittance.Status.ENTERED]

    @property
    def settled_on(self) -> date | None:
        """The day on which the whole quarter had been passed on."""
        lines = self.entered
        whole = [line.on for line in lines if line.covers == self.quarter]
        if whole:
            return max(whole)
        months = {line.covers: line.on for line in lines}
        return max(months.values()) if all(month.code in months for month in self.period.months) else None

    @property
    def remit_by(self) -> date:
        return rules.remit_by(self.period)

    def facts(self) -> Iterator[Fact]:
        settled = self.settled_on
        done = int(settled is not None and settled <= self.remit_by)
        yield Fact(measures.REMITTED, self.organization_id, None, self.day, done, 1)


class Remittance(Placed):
    """Dues passed on to the superior: for a month or a whole quarter, on a day, against a receipt."""

    class Status(models.TextChoices):
        ENTERED = "entered", _("entered")
        CANCELLED = "cancelled", _("cancelled")

    FINAL = frozenset({"cancelled"})
    place = "settlement__organization"

    uid = UidField()
    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="lines")
    covers = models.CharField(_("for"), max_length=7)
    amount = models.PositiveIntegerField(_("amount"))
    on = models.DateField(_("passed on"))
    receipt_number = models.CharField(_("receipt number"), max_length=40)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ENTERED)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=now, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        verbose_name = _("remittance")
        verbose_name_plural = _("remittances")
        constraints = [
            models.UniqueConstraint(
                fields=["settlement", "covers"],
                condition=Q(status="entered"),
                name="remittance_once_a_period",
            )
        ]

    def __str__(self) -> str:
        return gettext("party dues of %(month)s passed on") % {"month": self.period}

    def get_absolute_url(self) -> str:
        return self.settlement.get_absolute_url()

    @property
    def period(self) -> Period:
        return Period.parse(self.covers)

    @property
    def yuan(self) -> Decimal | None:
        return rules.yuan(self.amount)


class Publication(Placed, Source):
    """A branch's accounts of a year as they were published: totals, no names. `due` until they are."""

    class Status(models.TextChoices):
        DUE = "due", _("to be published")
        PUBLISHED = "published", _("published")

    uid = UidField()
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="dues_publications", verbose_name=_("branch")
    )
    year = models.PositiveIntegerField(_("year"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DUE)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    payers = models.PositiveIntegerField(_("members who owed"), default=0)
    owed = models.PositiveBigIntegerField(_("owed"), default=0)
    received = models.PositiveBigIntegerField(_("received"), default=0)
    remitted = models.PositiveBigIntegerField(_("passed on"), default=0)
    note = models.CharField(_("remark"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["-year", "organization"]
        verbose_name = _("accounts of a year")
        verbose_name_plural = _("accounts by year")
        constraints = [
            models.UniqueConstraint(fields=["organization", "year"], name="publication_one_a_year")
        ]

    def __str__(self) -> str:
        return gettext("party dues of %(year)s published") % {"year": self.year}

    def get_absolute_url(self) -> str:
        return f"{reverse('dues:published')}?year={self.year}"

    @property
    def shows_sums(self) -> bool:
        """Whether the sums tell nobody's pay."""
        return self.payers >= rules.FEW

    def facts(self) -> Iterator[Fact]:
        day = date(self.year, rules.PUBLISH_FROM_MONTH, 1)
        in_time = self.published_on is not None and self.published_on <= rules.publish_by(self.year)
        done = int(self.status == self.Status.PUBLISHED and in_time)
        yield Fact(measures.PUBLISHED, self.organization_id, None, day, done, 1)

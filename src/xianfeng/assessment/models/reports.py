from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from xianfeng.assessment import addresses
from xianfeng.assessment.measures import ON_TIME, Choice, choices
from xianfeng.core.numbers import from_units
from xianfeng.core.periods import Period
from xianfeng.core.uids import UidField
from xianfeng.ledger.facts import Fact, Source
from xianfeng.ledger.measures import MeasureDeclaration, declaration
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped

from .schemes import Scheme

LATE = Decimal("0.5")  # Late work is a fact with done 0.5 (scoring.md §3).


class Reports(Scoped):
    """Questions about reports."""

    def of_month(self, month: Period) -> Self:
        return self.filter(year=month.year, month=month.number)

    def with_progress(self) -> Self:
        """Adds `lines_total` and `lines_ready`."""
        return self.annotate(
            lines_total=Count("lines"),
            lines_ready=Count("lines", filter=Q(lines__state=ReportLine.State.READY)),
        )

    def with_receipt(self) -> Self:
        """Adds `came`, and `late`: whether the first receipt came after the deadline. For many rows: the database
        compares moments quicker than they are read."""
        return self.annotate(
            came=Q(received_at__isnull=False), late=Coalesce(Q(received_at__gt=F("due_at")), Value(False))
        )

    def waiting(self) -> Self:
        """Handed in and not decided."""
        return self.filter(status__in=(Report.Status.SUBMITTED, Report.Status.REVIEW))

    def missing(self) -> Self:
        """Not handed in yet, or sent back and not handed in again."""
        return self.filter(status__in=Report.OPEN)


class Report(Placed, Source):
    """The work of one branch in one month, as it reports it. Opened on the 1st, due early the next month.

    States whether it came in time from the first receipt that stands; what the branch reported counts once accepted.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("to be filled in")
        SUBMITTED = "submitted", _("submitted")
        REVIEW = "review", _("under review")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("accepted")

    OPEN = (Status.DRAFT, Status.RETURNED)
    facts_need = ("lines",)

    uid = UidField()
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="reports", verbose_name=_("branch")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(_("month"))
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+", verbose_name=_("scheme"))
    number = models.CharField(_("number"), max_length=40, unique=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    due_at = models.DateTimeField(_("due"))
    received_at = models.DateTimeField(_("first received"), null=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("submitted by")
    )
    deferred_at = models.DateTimeField(_("deferred"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    returns = models.PositiveSmallIntegerField(_("times returned"), default=0)
    coordination = models.TextField(_("matters for the party office"), max_length=1000, blank=True)
    oddities = models.JSONField(default=list, editable=False)
    rev = models.PositiveIntegerField(default=0, editable=False)
    saved_at = models.DateTimeField(_("saved"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects: Any = Reports.as_manager()

    class Meta:
        ordering = ["-year", "-month", "organization__number"]
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "month"], name="report_one_a_month"),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="report_month_of_the_year"),
        ]
        indexes = [models.Index(fields=["year", "month", "status"], name="report_month_status")]

    def __str__(self) -> str:
        return f"{self.organization} {self.period}"

    def get_absolute_url(self) -> str:
        return addresses.report(self.organization.code, self.period.code)

    @property
    def period(self) -> Period:
        return Period(self.year, "month", self.month)

    @property
    def is_open(self) -> bool:
        """Whether the branch may still change it."""
        return self.status in self.OPEN

    @property
    def is_decided(self) -> bool:
        return self.status == self.Status.ACCEPTED

    @property
    def was_late(self) -> bool:
        """Whether the first receipt that stands came after the deadline."""
        return self.received_at is not None and self.received_at > self.due_at

    def facts(self) -> Iterable[Fact]:
        """One report was due; done says whether it came, and in time. What it reports counts once accepted."""
        day = self.period.end
        timely = Decimal(0) if self.received_at is None else LATE if self.was_late else Decimal(1)
        yield Fact(ON_TIME, self.organization_id, None, day, done=timely, due=1)
        if self.status == self.Status.ACCEPTED:
            for line in self.lines.all():
                if line.kind == ReportLine.Kind.REPORTED and not line.not_applicable:
                    yield Fact(
                        line.measure,
                        self.organization_id,
                        None,
                        day,
                        done=from_units(line.done or 0),
                        due=from_units(line.due or 0),
                    )


class ReportLine(Placed):
    """One line of the scheme in one report. Amounts are ten-thousandths of the measure's unit.

    A counted line repeats what the ledger says: `done` and `due` of the month, `period_done` and `period_due` of the
    line's own period up to the end of the month, `sources` the records behind it. A reported line holds what the branch
    answered: a number, one of the given answers, or a sentence; or that it does not concern this month, and why.
    """

    class Kind(models.TextChoices):
        COUNTED = "counted", _("counted")
        REPORTED = "reported", _("reported")

    class State(models.TextChoices):
        READY = "ready", _("ready")
        OPEN = "open", _("to be filled in")
        CHECK = "check", _("to be checked")

    place = "report__organization"

    uid = UidField()
    report = models.ForeignKey(Report, models.CASCADE, related_name="lines")
    code = models.CharField(_("line"), max_length=20)
    category = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    measure = models.CharField(_("measure"), max_length=60)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    done = models.BigIntegerField(_("done"), null=True)
    due = models.BigIntegerField(_("due"), null=True)
    period_done = models.BigIntegerField(default=0)
    period_due = models.BigIntegerField(default=0)
    sources = models.JSONField(default=list)
    answer = models.CharField(_("answer"), max_length=20, blank=True)
    sentence = models.CharField(_("sentence"), max_length=500, blank=True)
    not_applicable = models.BooleanField(_("does not concern this month"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    confirmed = models.BooleanField(_("checked and correct"), default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    returned = models.BooleanField(_("sent back"), default=False)
    review_note = models.CharField(_("note of the reviewer"), max_length=300, blank=True)

    objects: Any = Scoped.as_manager()

    class Meta:
        ordering = ["report", "position"]
        verbose_name = _("line of a report")
        verbose_name_plural = _("lines of reports")
        constraints = [
            models.UniqueConstraint(fields=["report", "code"], name="report_line_once"),
            models.CheckConstraint(
                condition=Q(not_applicable=False) | Q(kind="reported"),
                name="report_line_counted_always_concerns",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def declaration(self) -> MeasureDeclaration:
        found = declaration(self.measure)
        if found is None:
            raise LookupError(self.measure)
        return found

    @property
    def name(self) -> str:
        return str(self.declaration.label)

    @property
    def asks(self) -> str:
        """What a reported line asks for: number, yes or text; nothing for a counted one."""
        return self.declaration.asks if self.kind == self.Kind.REPORTED else ""

    @property
    def question(self) -> str:
        return str(self.declaration.question)

    @property
    def unit(self) -> str:
        return str(self.declaration.unit)

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records that did something this month; `sources` holds the duties of the quarter besides."""
        return [source for source in self.sources if source["done"]]

    @property
    def choices(self) -> tuple[Choice, ...]:
        return choices(self.measure)

    @property
    def chosen(self) -> Choice | None:
        return next((c for c in self.choices if c.value == self.answer), None)

    @property
    def is_answered(self) -> bool:
        """Whether nothing more is to be filled in."""
        if self.kind == self.Kind.COUNTED:
            return True
        if self.not_applicable:
            return bool(self.reason.strip())
        match self.asks:
            case "number":
                return self.done is not None
            case "yes":
                chosen = self.chosen
                return chosen is not None and (not chosen.explain or bool(self.sentence.strip()))
            case _:
                return bool(self.sentence.strip())


class DraftRevision(models.Model):
    """One save: `state` is what the report said afterwards, `view` what the writer's page showed, which lacks what a
    second editor saved meanwhile. By these two editors are told apart. The last twenty are kept."""

    KEPT = 20

    report = models.ForeignKey(Report, models.CASCADE, related_name="revisions")
    rev = models.PositiveIntegerField()
    state = models.JSONField(default=dict)
    view = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["report", "-rev"]
        constraints = [models.UniqueConstraint(fields=["report", "rev"], name="draft_revision_once")]

    def __str__(self) -> str:
        return f"{self.report_id}.{self.rev}"

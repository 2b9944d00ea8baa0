"""Transfers of the relation: between our branches, and in and out of the bureau by letter (组织关系转接)."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xianfeng.core.periods import months_before
from xianfeng.core.uids import UidField
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped

from ..parameters import RECEIPT, parameter
from .membership import Membership


class Transfers(Scoped):
    """Questions about transfers."""

    def visible_to(self, actor: Any, permission: str) -> Self:
        """Transfers with a side in scope, and one's own where that suffices."""
        condition = Q(pk__in=())
        if roots := actor.places(permission):
            under = Organization.objects.under(roots)
            condition = Q(sender__in=under) | Q(receiver__in=under)
        if actor.pk and permission in Transfer.owner_may:
            condition |= Q(person=actor.pk)
        return self.filter(condition)

    def open(self) -> Self:
        """Those that are neither done nor given up."""
        return self.filter(status__in=Transfer.OPEN)

    def overdue(self, on: date) -> Self:
        """Letters that ran out, and receipts that did not come back, or were not sent, within the month of the rule."""
        limit = months_before(on, parameter(RECEIPT, on))
        out = Q(kind=Transfer.Kind.OUT, status=Transfer.Status.ISSUED)
        owed = Q(kind=Transfer.Kind.IN, status__in=(Transfer.Status.WAITING, Transfer.Status.TAKEN))
        return self.filter(
            (out & (Q(valid_until__lt=on) | Q(issued_on__lt=limit)))
            | (owed & (Q(on__lt=limit) | Q(status=Transfer.Status.WAITING, valid_until__lt=on)))
        )


class Transfer(Placed):
    """A member's relation goes over to another organization.

    INSIDE: both branches confirm, then the member stands in the other one from `on` on. OUT: the office issues a letter;
    until the receipt is back we stay responsible, and the membership goes on. IN: a letter came from elsewhere; the
    branch takes the person in, and we send the receipt. `sender` or `receiver` is empty where that side is not ours;
    `elsewhere` names it then.
    """

    class Kind(models.TextChoices):
        INSIDE = "inside", _("between our branches")
        OUT = "out", _("out of the bureau")
        IN = "in", _("into the bureau")

    class Status(models.TextChoices):
        WAITING = "waiting", _("to be confirmed")
        ISSUED = "issued", _("letter issued")
        TAKEN = "taken", _("receipt to be sent")
        DONE = "done", _("carried out")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("called off")
        LAPSED = "lapsed", _("letter lapsed")

    OPEN: ClassVar = (Status.WAITING, Status.ISSUED, Status.TAKEN)
    FINAL: ClassVar = (Status.DONE, Status.REFUSED, Status.CANCELLED, Status.LAPSED)

    owner = "person"
    owner_may = frozenset({"members.view"})

    uid = UidField()
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.WAITING)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="transfers", verbose_name=_("person")
    )
    sender = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from branch")
    )
    receiver = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to branch")
    )
    elsewhere = models.CharField(_("organization elsewhere"), max_length=120, blank=True)
    addressee = models.CharField(_("letter addressed to"), max_length=120, blank=True)
    stage = models.CharField(_("stage"), max_length=15, choices=Membership.Stage.choices)
    joined_on = models.DateField(_("joined the party on"), null=True, blank=True)
    confirmed_on = models.DateField(_("full member since"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=100, blank=True)
    on = models.DateField(_("takes effect on"))
    letter_number = models.CharField(_("letter no."), max_length=40, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    valid_days = models.PositiveSmallIntegerField(_("days of validity"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    dues_paid_until = models.DateField(_("dues paid until"), null=True, blank=True)  # the first of the month
    receipt_on = models.DateField(_("receipt on"), null=True, blank=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    begun_at = models.DateTimeField(_("begun"))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(_("taken in"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Transfers.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status__in=("waiting", "issued")),
                name="transfer_one_at_a_time",
                violation_error_message=_("A transfer of this person is already under way."),
            ),
            models.UniqueConstraint(
                fields=["letter_number"],
                condition=Q(kind="out") & ~Q(letter_number=""),
                name="transfer_letter_number_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="inside", sender__isnull=False, receiver__isnull=False)
                | Q(kind="out", sender__isnull=False, receiver=None)
                | Q(kind="in", sender=None, receiver__isnull=False),
                name="transfer_sides_fit_kind",
            ),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="transfer_to_another_branch"),
        ]
        indexes = [
            models.Index(fields=["status", "valid_until"], name="transfer_open"),
        ]

    def __str__(self) -> str:
        # Nothing of other rows: lists of events ask each of many.
        return f"{self.get_kind_display()} {self.letter_number or self.on}"

    def get_absolute_url(self) -> str:
        return reverse("members:transfer_detail", args=[self.uid])

    def stands_at(self) -> Organization:
        """The side of ours the audit log files it under: the one that gives, else the one that receives."""
        side = self.sender or self.receiver
        assert side is not None  # the constraint says so
        return side

    @property
    def origin(self) -> str:
        """Where the relation comes from."""
        return str(self.sender or self.elsewhere)

    @property
    def destination(self) -> str:
        """Where it goes."""
        return str(self.receiver or self.elsewhere)

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def overdue_on(self, day: date) -> bool:
        """Whether it is on the overdue list of a day: the same question as `Transfers.overdue`, of one row."""
        limit = months_before(day, parameter(RECEIPT, day))
        ran_out = self.valid_until is not None and self.valid_until < day
        match self.kind, self.status:
            case self.Kind.OUT, self.Status.ISSUED:
                return ran_out or (self.issued_on is not None and self.issued_on < limit)
            case self.Kind.IN, self.Status.WAITING:
                return ran_out or self.on < limit
            case self.Kind.IN, self.Status.TAKEN:
                return self.on < limit
        return False

"""Members away from home, and other organizations' members who live with us (流动党员)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xianfeng.core.fields import SealedModel, SealedText
from xianfeng.core.periods import months_before
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped

from ..parameters import AWAY, CONTACT, CONTACT_ABROAD, parameter


class Absences(Scoped):
    """Questions about who is away, or living here."""

    def going_on(self) -> Self:
        """Those that have not ended."""
        return self.filter(until=None)

    def away(self) -> Self:
        """Our members who are elsewhere."""
        return self.filter(direction=Absence.Direction.OUT)

    def with_last_contact(self) -> Self:
        """Each with `last_contact`: the day somebody spoke with the member last, or when the spell began."""
        return self.annotate(
            contacted_on=Max("contacts__day"),
            last_contact=Greatest(Coalesce(Max("contacts__day"), F("since")), F("since")),
        )

    def long_silent(self, on: date) -> Self:
        """Going on, and nobody spoke with the member for longer than the rule allows. After `with_last_contact`."""
        here = on - timedelta(days=parameter(CONTACT, on))
        abroad = on - timedelta(days=parameter(CONTACT_ABROAD, on))
        return self.going_on().filter(
            Q(abroad=False, last_contact__lt=here) | Q(abroad=True, last_contact__lt=abroad)
        )

    def should_transfer(self, on: date) -> Self:
        """Our members away for so long that the relation should be transferred (应转尽转). Not asked of those abroad."""
        return self.going_on().away().filter(abroad=False, since__lte=months_before(on, parameter(AWAY, on)))

    def expected_back(self, on: date) -> Self:
        """Going on after the day on which the end was expected."""
        return self.going_on().filter(expected_until__lt=on)

    def registered_once(self) -> Self:
        """Going on, and known to one side only."""
        return self.going_on().filter(Q(registered_on=None) | Q(registered_there_on=None))

    def warned(self, on: date) -> Self:
        """With at least one warning. After `with_last_contact`."""
        return self.filter(
            Q(pk__in=self.long_silent(on).values("pk"))
            | Q(pk__in=self.should_transfer(on).values("pk"))
            | Q(pk__in=self.expected_back(on).values("pk"))
            | Q(pk__in=self.registered_once().values("pk"))
        )


class Absence(SealedModel, Placed):
    """A spell in which a member lives away from the branch that holds the relation.

    OUT: our member is elsewhere and stays a member of `organization` in every respect. IN: a member of another
    organization lives here and takes part in the life of `organization`, without vote and outside its strength; that
    person has no membership with us. `until` is the first day on which it no longer holds.
    """

    class Direction(models.TextChoices):
        OUT = "out", _("our member elsewhere")
        IN = "in", _("from elsewhere, with us")

    class Reason(models.TextChoices):
        WORK = "work", _("work")
        STUDY = "study", _("study")
        RESIDENCE = "residence", _("residence")
        CARE = "care", _("living with relatives")
        OTHER = "other", _("other")

    class Ending(models.TextChoices):
        RETURNED = "returned", _("returned home")
        TRANSFERRED = "transferred", _("relation transferred")
        MOVED_ON = "moved_on", _("moved on to another place")
        OTHER = "other", _("another reason")

    owner = "person"
    owner_may = frozenset({"members.view"})

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences", verbose_name=_("person")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="absences", verbose_name=_("our branch")
    )
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    place_name = models.CharField(
        _("place"),
        max_length=80,
        help_text=_("Province, city and county; of those who came: where they come from."),
    )
    abroad = models.BooleanField(_("outside mainland China"), default=False)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    since = models.DateField(_("since"))
    expected_until = models.DateField(_("expected until"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True, editable=False)
    ending = models.CharField(
        _("how it ended"), max_length=12, choices=Ending.choices, blank=True, editable=False
    )
    phone = SealedText(_("phone while away"), max_length=20, blank=True)
    other_organization = models.CharField(
        _("other organization"),
        max_length=120,
        blank=True,
        help_text=_(
            "The party organization that receives the member, or the home organization of those who came."
        ),
    )
    other_contact = models.CharField(_("contact person there"), max_length=60, blank=True)
    other_phone = SealedText(_("phone there"), max_length=20, blank=True)
    certificate = models.CharField(_("certificate of mobile members, no."), max_length=40, blank=True)
    registered_on = models.DateField(_("registered by us on"), null=True, blank=True)
    registered_there_on = models.DateField(_("registered by the other side on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Absences.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("spell of a mobile member")
        verbose_name_plural = _("mobile members")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(expected_until=None) | Q(expected_until__gte=F("since")),
                name="absence_expected_to_end_after_it_begins",
                violation_error_message=_("The expected end lies before the beginning."),
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until=None),
                name="absence_one_at_a_time",
                violation_error_message=_("This person is on the register of mobile members already."),
            ),
        ]
        indexes = [models.Index(fields=["organization", "until"], name="absence_place")]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.place_name}"

    def get_absolute_url(self) -> str:
        return reverse("members:mobile_detail", args=[self.uid])

    @property
    def is_out(self) -> bool:
        """Whether it is our member who is elsewhere."""
        return self.direction == self.Direction.OUT

    @property
    def going_on(self) -> bool:
        return self.until is None

    @property
    def registered_both(self) -> bool:
        """Whether both organizations have the member on their register (双向登记)."""
        return self.registered_on is not None and self.registered_there_on is not None


class Contact(models.Model):
    """One conversation with a mobile member: when, by whom, how, and a word about it."""

    class Way(models.TextChoices):
        PHONE = "phone", _("by telephone")
        MESSAGE = "message", _("message or video call")
        VISIT = "visit", _("visit")
        MEETING = "meeting", _("at a meeting of the branch")
        LETTER = "letter", _("letter or materials")

    absence = models.ForeignKey(Absence, models.CASCADE, related_name="contacts", verbose_name=_("spell"))
    day = models.DateField(_("day"))
    way = models.CharField(_("how"), max_length=10, choices=Way.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    note = models.CharField(_("a word about it"), max_length=200, blank=True)

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")

    def __str__(self) -> str:
        return f"{self.day} {self.get_way_display()}"

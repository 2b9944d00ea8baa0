from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xianfeng.core.uids import UidField
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped


def years_later(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class Terms(Scoped):
    """Questions about terms of office."""

    def current(self) -> Self:
        """The last one of each organization, also when its time is over: whoever was elected stays until the next."""
        return self.filter(closed_on=None)


class Term(Placed):
    """A term of office of one organization, from its election to the next.

    `ends_on` is its last day by rule, `closed_on` the first day of the next term (None: it is the present one).
    """

    class Method(models.TextChoices):
        COMPETITIVE = "competitive", _("election with more candidates than seats")
        EQUAL = "equal", _("election with as many candidates as seats")
        APPOINTED = "appointed", _("appointed by the superior")

    YEARS: ClassVar = ((3, _("3 years")), (5, _("5 years")))

    uid = UidField()
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="terms", verbose_name=_("organization")
    )
    number = models.PositiveSmallIntegerField(
        _("term number"), validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    began_on = models.DateField(_("elected on"))
    years = models.PositiveSmallIntegerField(_("length"), choices=YEARS, default=3)
    ends_on = models.DateField(_("ends on"), editable=False)
    method = models.CharField(_("method"), max_length=12, choices=Method.choices, default=Method.COMPETITIVE)
    due = models.PositiveSmallIntegerField(_("entitled to vote"), null=True, blank=True)
    present = models.PositiveSmallIntegerField(_("present at the election"), null=True, blank=True)
    ballots = models.PositiveSmallIntegerField(_("ballots returned"), null=True, blank=True)
    valid = models.PositiveSmallIntegerField(_("valid ballots"), null=True, blank=True)
    document = models.CharField(_("number of the superior's approval"), max_length=60, blank=True)
    postponed_to = models.DateField(_("postponed to"), null=True, blank=True)
    postponed_on = models.DateField(_("postponement approved on"), null=True, blank=True)
    postponed_document = models.CharField(_("document of the postponement"), max_length=60, blank=True)
    closed_on = models.DateField(_("followed on"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Terms.as_manager()

    class Meta:
        ordering = ["organization", "-began_on"]
        verbose_name = _("term of office")
        verbose_name_plural = _("terms of office")
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="term_number_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(closed_on=None), name="term_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("began_on")),
                name="term_closed_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(postponed_to=None) | Q(postponed_to__gt=F("ends_on")),
                name="term_postponed_to_later",
            ),
            models.CheckConstraint(
                condition=Q(present=None) | Q(due=None) | Q(present__lte=F("due")), name="term_present_of_due"
            ),
            models.CheckConstraint(
                condition=Q(ballots=None) | Q(present=None) | Q(ballots__lte=F("present")),
                name="term_ballots_of_present",
            ),
            models.CheckConstraint(
                condition=Q(valid=None) | Q(ballots=None) | Q(valid__lte=F("ballots")),
                name="term_valid_of_ballots",
            ),
        ]

    def __str__(self) -> str:
        return str(_("term %(number)s of %(name)s")) % {"number": self.number, "name": self.organization}

    def get_absolute_url(self) -> str:
        return reverse("leadership:term_list_of", args=[self.organization.code])

    @property
    def last_day(self) -> date:
        """The day by which the next election must be held."""
        return self.postponed_to or self.ends_on

    @property
    def latest_postponement(self) -> date:
        """How far it may be postponed: a year (支部工作条例)."""
        return years_later(self.ends_on, 1)


class Posts(Scoped):
    """Questions about posts."""

    def on(self, day: date) -> Self:
        """Those held on a day."""
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gt=day))


class Post(Placed):
    """One person in one post, from a day on. `until` is the first day on which it is no longer held."""

    class Kind(models.TextChoices):
        SECRETARY = "secretary", pgettext_lazy("post", "secretary")
        DEPUTY = "deputy", _("deputy secretary")
        ORGANIZATION = "organization", _("member for organization")
        PUBLICITY = "publicity", _("member for publicity")
        DISCIPLINE = "discipline", _("member for discipline")
        YOUTH = "youth", _("member for youth")
        WOMEN = "women", _("member for women")
        UNITED_FRONT = "united_front", _("member for united front work")
        MEMBER = "member", _("committee member")
        LEADER = "leader", _("leader of the party group")
        DEPUTY_LEADER = "deputy_leader", _("deputy leader of the party group")

    class How(models.TextChoices):
        ELECTED = "elected", _("elected")
        BY_ELECTION = "by_election", _("by-election")
        APPOINTED = "appointed", _("appointed by the superior")

    class Ending(models.TextChoices):
        TERM = "term", _("end of the term")
        RESIGNED = "resigned", _("resigned")
        RELIEVED = "relieved", _("relieved by the superior")
        TRANSFERRED = "transferred", _("left the organization")
        DIED = "died", _("died")
        CLOSED = "closed", _("the organization ended")

    OF_GROUPS: ClassVar = (Kind.LEADER, Kind.DEPUTY_LEADER)
    # Whether somebody leads, and who must be there in a committee (支部工作条例 ch. 6).
    HEADS: ClassVar = (Kind.SECRETARY, Kind.LEADER)
    EXPECTED: ClassVar = (Kind.ORGANIZATION, Kind.PUBLICITY, Kind.DISCIPLINE)
    place = "term__organization"

    uid = UidField()
    term = models.ForeignKey(Term, models.PROTECT, related_name="posts", verbose_name=_("term of office"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name=_("person")
    )
    kind = models.CharField(_("post"), max_length=14, choices=Kind.choices)
    how = models.CharField(_("came by"), max_length=12, choices=How.choices, default=How.ELECTED)
    votes = models.PositiveSmallIntegerField(_("votes"), null=True, blank=True)
    since = models.DateField(_("in the post since"))
    document = models.CharField(_("document number"), max_length=60, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    ending = models.CharField(_("ended by"), max_length=12, choices=Ending.choices, blank=True)
    ending_document = models.CharField(_("document of the end"), max_length=60, blank=True)

    objects = Posts.as_manager()

    class Meta:
        ordering = ["term", "pk"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="post_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["term", "person", "kind"], condition=Q(until=None), name="post_held_once"
            ),
            models.UniqueConstraint(
                fields=["term", "kind"],
                condition=Q(until=None, kind__in=["secretary", "leader"]),
                name="post_one_head",
            ),
            models.CheckConstraint(
                condition=Q(until=None, ending="") | Q(until__isnull=False) & ~Q(ending=""),
                name="post_ends_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["person", "since"], name="post_of_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return self.term.get_absolute_url()


def kinds_for(organization: Organization) -> list[Post.Kind]:
    """The posts there are in an organization, in order of precedence."""
    of_group = organization.kind == Organization.Kind.GROUP
    return [kind for kind in Post.Kind if (kind in Post.OF_GROUPS) is of_group]

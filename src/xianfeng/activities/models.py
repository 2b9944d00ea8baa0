from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xianfeng.core import clock
from xianfeng.core.addresses import address
from xianfeng.core.periods import Period
from xianfeng.core.uids import UidField
from xianfeng.ledger.facts import Fact, Source
from xianfeng.ledger.measures import declared
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped

from . import measures, permissions

if TYPE_CHECKING:
    from xianfeng.core.actor import Actor
    from xianfeng.ledger.measures import MeasureDeclaration


class Kind(models.TextChoices):
    """What may be held. The order is that of the regulations and of the page."""

    ASSEMBLY = "assembly", _("general meeting")
    COMMITTEE = "committee", _("committee meeting")
    GROUP = "group", _("group meeting")
    LECTURE = "lecture", _("party lecture")
    PARTY_DAY = "party_day", _("themed party day")
    LIFE_MEETING = "life_meeting", _("organizational life meeting")
    APPRAISAL = "appraisal", _("democratic appraisal")
    TALK = "talk", _("heart-to-heart talk")
    VOLUNTEERING = "volunteering", _("volunteering")
    INTEGRITY = "integrity_education", _("integrity education")
    WARNING = "warning_education", _("warning education")

    @classmethod
    def whole_branch(cls) -> frozenset[Kind]:
        """Kinds at which every member is due."""
        return frozenset(cls) - cls.chosen() - cls.taken_part()

    @classmethod
    def chosen(cls) -> frozenset[Kind]:
        """Kinds at which a part of the branch is due."""
        return frozenset({cls.COMMITTEE, cls.GROUP})

    @classmethod
    def taken_part(cls) -> frozenset[Kind]:
        """Kinds at which nobody is due; only who took part is kept."""
        return frozenset({cls.TALK, cls.VOLUNTEERING})

    @classmethod
    def several_a_day(cls) -> frozenset[Kind]:
        """Kinds of which a branch may well have several on one day."""
        return frozenset({cls.TALK, cls.VOLUNTEERING, cls.GROUP})

    @classmethod
    def organizational_life(cls) -> frozenset[Kind]:
        """Kinds whose attendance counts for each member."""
        return frozenset(
            {
                cls.ASSEMBLY,
                cls.COMMITTEE,
                cls.GROUP,
                cls.LECTURE,
                cls.PARTY_DAY,
                cls.LIFE_MEETING,
                cls.APPRAISAL,
            }
        )


# What holding one activity of a kind counts for. Talks count by whom they reach, volunteering by hours.
HELD: dict[str, MeasureDeclaration] = {
    Kind.ASSEMBLY: measures.ASSEMBLY,
    Kind.COMMITTEE: measures.COMMITTEE,
    Kind.GROUP: measures.GROUP,
    Kind.LECTURE: measures.LECTURE,
    Kind.PARTY_DAY: measures.PARTY_DAY,
    Kind.LIFE_MEETING: measures.LIFE_MEETING,
    Kind.APPRAISAL: measures.APPRAISAL,
    Kind.INTEGRITY: measures.INTEGRITY,
    Kind.WARNING: measures.WARNING,
}
# The other way round: what to hold when a measure is owed.
KIND_OF: dict[str, str] = {
    **{measure.code: kind for kind, measure in HELD.items()},
    measures.SECRETARY_LECTURE.code: Kind.LECTURE,
    measures.TALK_COVERAGE.code: Kind.TALK,
    measures.VOLUNTEER_HOURS.code: Kind.VOLUNTEERING,
}


class Activities(Scoped):
    """Questions about activities."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """As everywhere; drafts are seen only by those who record, and of talks members see only their own."""
        rows = super().visible_to(actor, permission)
        if permission != permissions.VIEW:
            return rows
        recording = Organization.objects.under(actor.places(permissions.CHANGE))
        trusted = Organization.objects.under(actor.places(permissions.TALKS))
        own = Attendance.objects.filter(person=actor.pk).values("activity")
        return rows.filter(
            ~Q(status=Activity.Status.DRAFT) | Q(organization__in=recording),
            ~Q(kind=Kind.TALK) | Q(organization__in=trusted) | Q(pk__in=own),
        )

    def recorded(self) -> Self:
        """Those that took place and count."""
        return self.filter(status=Activity.Status.RECORDED)

    def with_counts(self) -> Self:
        """`due_count` (without exempt members) and `present_count` (made up included), read for the shown rows only."""
        lines = Attendance.objects.filter(activity=OuterRef("pk")).order_by().values("activity")

        def counted(which: Q) -> Coalesce:
            return Coalesce(Subquery(lines.filter(which).annotate(number=Count("pk")).values("number")), 0)

        return self.annotate(
            due_count=counted(~Q(state=Attendance.State.EXEMPT)),
            present_count=counted(Q(state__in=Attendance.ATTENDED)),
        )


class Activity(Placed, Source):
    """Something held on a day at a branch. Of a talk only who and when can be stored, never its content."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        RECORDED = "recorded", _("recorded")
        CANCELLED = "cancelled", _("cancelled")

    FINAL: ClassVar = (Status.CANCELLED,)
    facts_need = ("attendances",)

    uid = UidField()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("branch"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    held_on = models.DateField(_("date"))
    starts_at = models.TimeField(_("begins at"), null=True, blank=True)
    venue = models.CharField(_("place"), max_length=80, blank=True)
    topic = models.CharField(_("topic"), max_length=200, blank=True)
    minutes = models.TextField(_("minutes"), blank=True, max_length=20_000)
    hours = models.DecimalField(
        _("hours each"), max_digits=4, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(24))],
    )  # fmt: skip
    led_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("led by"),
    )
    led_by_other = models.CharField(_("led by somebody else"), max_length=40, blank=True)
    by_secretary = models.BooleanField(default=False, editable=False)
    observers = models.PositiveSmallIntegerField(_("number of observers"), default=0)
    observers_note = models.CharField(_("who observed"), max_length=100, blank=True)
    group_name = models.CharField(_("party group"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    added_at = models.DateTimeField(_("entered at"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Activities.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=Kind.TALK)
                | Q(topic="", minutes="", venue="", observers_note="", group_name="", observers=0),
                name="activity_talk_has_no_content",
            ),
            models.CheckConstraint(
                condition=Q(hours=None) | Q(kind=Kind.VOLUNTEERING, hours__gt=0),
                name="activity_hours_of_volunteering",
            ),
            models.CheckConstraint(condition=Q(led_by=None) | Q(led_by_other=""), name="activity_led_by_one"),
        ]
        indexes = [models.Index(fields=["organization", "held_on", "kind"], name="activity_place")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on}"

    def get_absolute_url(self) -> str:
        return address("activities:activity_detail", self.uid)

    @property
    def leader(self) -> str:
        """Who gave the lecture or began the talk."""
        return str(self.led_by) if self.led_by else self.led_by_other

    @property
    def title(self) -> str:
        """What a list calls it: the topic, or the kind where there is none."""
        return self.topic or self.get_kind_display()

    def facts(self) -> Iterator[Fact]:
        """That it was held, and what follows for each member. Drafts and cancelled ones state nothing."""
        if self.status != self.Status.RECORDED:
            return
        if held := HELD.get(self.kind):
            yield self._fact(held, done=1)
        if self.kind == Kind.LECTURE and self.by_secretary:
            yield self._fact(measures.SECRETARY_LECTURE, done=1)
        for line in self.attendances.all():
            yield from self._facts_about(line)

    def _facts_about(self, line: Attendance) -> Iterator[Fact]:
        came = line.state in Attendance.ATTENDED
        if self.kind == Kind.TALK:
            if line.counts_for is not None:
                # About the branch, not the person: who talked with whom is nobody else's business.
                yield self._fact(measures.TALK_COVERAGE, done=1)
        elif self.kind == Kind.VOLUNTEERING:
            if came and self.hours:
                yield self._fact(measures.VOLUNTEER_HOURS, line.person_id, done=self.hours)
        elif self.kind in Kind.organizational_life():
            if came:
                yield self._fact(measures.ATTENDANCE, line.person_id, done=1, due=1)
            elif line.state == Attendance.State.ABSENT:
                yield self._fact(measures.ATTENDANCE, line.person_id, due=1)
            if self.kind == Kind.APPRAISAL and line.state != Attendance.State.EXEMPT:
                yield self._fact(measures.APPRAISAL_TURNOUT, done=int(came), due=1)

    def _fact(
        self, measure: MeasureDeclaration, person: int | None = None, *, done: Decimal | int = 0, due: int = 0
    ) -> Fact:
        return Fact(measure, self.organization_id, person, self.held_on, done=done, due=due)


class Attendance(Placed):
    """One member at one activity."""

    class State(models.TextChoices):
        PRESENT = "present", _("present")
        LEAVE = "leave", _("on leave")
        ABSENT = "absent", _("absent")
        MADE_UP = "made_up", _("made up")
        EXEMPT = "exempt", _("exempt")

    ATTENDED: ClassVar = (State.PRESENT, State.MADE_UP)
    MISSED: ClassVar = (State.LEAVE, State.ABSENT)
    place = "activity__organization"
    owner = "person"
    owner_may = frozenset({permissions.VIEW})

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="attendances", verbose_name=_("activity")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="attendances", verbose_name=_("person")
    )
    state = models.CharField(_("attendance"), max_length=10, choices=State.choices)
    made_up_on = models.DateField(_("made up on"), null=True, blank=True)
    # The year for which this talk is the one that counts for the person; None for every other line.
    counts_for = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["activity", "person"]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(fields=["activity", "person"], name="attendance_once"),
            models.UniqueConstraint(fields=["person", "counts_for"], name="attendance_one_talk_a_year"),
            models.CheckConstraint(
                condition=Q(state="made_up", made_up_on__isnull=False)
                | ~Q(state="made_up") & Q(made_up_on=None),
                name="attendance_made_up_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_state_display()}"


class Requirement(Placed, Source):
    """What a branch owes of one measure in one period. `day` is the first day of the month in which it was asked for.

    The count is stored: a branch that grows to seven members in May owed no committee meeting in April.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("branch"))
    measure = models.CharField(_("measure"), max_length=60)
    period = models.CharField(_("period"), max_length=7)
    day = models.DateField(_("day"))
    due = models.DecimalField(_("due"), max_digits=10, decimal_places=1)
    source = models.CharField(_("rule"), max_length=200)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["period", "organization", "measure"]
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.UniqueConstraint(fields=["organization", "measure", "period"], name="requirement_once"),
            models.CheckConstraint(condition=Q(due__gt=0), name="requirement_asks_for_something"),
        ]

    def __str__(self) -> str:
        declaration = declared().get(self.measure)
        return gettext("%(what)s, %(when)s: %(due)s due") % {
            "what": declaration.label if declaration else self.measure,
            "when": self.when,
            "due": f"{self.due.normalize():f}",
        }

    def get_absolute_url(self) -> str:
        """Where one sees what was held against it."""
        kind = KIND_OF.get(self.measure, "")
        return f"{reverse('activities:activity_list')}?branch={self.organization.code}&kind={kind}&period={self.period}"

    @property
    def when(self) -> Period:
        return Period.parse(self.period)

    def facts(self) -> Iterator[Fact]:
        yield Fact(self.measure, self.organization_id, None, self.day, due=self.due)

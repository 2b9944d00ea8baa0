from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from xianfeng.core.actor import Actor
from xianfeng.core.addresses import address
from xianfeng.core.uids import UidField

from .codes import check_credit_code, check_office_phone
from .permissions import HOME, VIEW
from .scope import Placed, Scoped, beneath


class Organizations(Scoped):
    """Questions about the tree."""

    def under(self, paths: Iterable[str]) -> Self:
        """The organizations with these paths and everything below them."""
        return self.filter(beneath(paths))

    def known_to(self, actor: Actor) -> Self:
        """Those whose page somebody may open: every home inside, and what is looked after without being a member."""
        return self.visible_to(actor, HOME) | self.visible_to(actor, VIEW)

    def branches(self) -> Self:
        """What reports and is scored: branches and joint branches."""
        return self.filter(kind__in=Organization.BRANCH_KINDS)

    def standing(self, on: date) -> Self:
        """Those that exist on a day."""
        return self.filter(Q(founded_on=None) | Q(founded_on__lte=on)).filter(
            Q(dissolved_on=None) | Q(dissolved_on__gt=on)
        )


class Organization(Placed):
    """A party organization. Its number never changes; its path encodes the ids from the root down to itself."""

    class Kind(models.TextChoices):
        COMMITTEE = "committee", _("party committee")
        GENERAL_BRANCH = "general_branch", _("general branch")
        BRANCH = "branch", _("party branch")
        JOINT_BRANCH = "joint_branch", _("joint branch")
        GROUP = "group", _("party group")

    class UnitKind(models.TextChoices):
        OFFICE = "office", _("government office")
        INSTITUTION = "institution", _("public institution")
        ENTERPRISE = "enterprise", _("enterprise")
        OTHER = "other", _("other")

    BRANCH_KINDS: ClassVar = (Kind.BRANCH, Kind.JOINT_BRANCH)
    place = "pk"

    uid = UidField()
    number = models.CharField(_("number"), max_length=40, unique=True)
    code = models.SlugField(_("short number"), max_length=30, unique=True)
    name = models.CharField(_("full name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("superior")
    )
    path = models.CharField(max_length=120, unique=True, null=True, editable=False)
    unit = models.CharField(_("unit"), max_length=80, blank=True)
    unit_kind = models.CharField(_("kind of unit"), max_length=20, choices=UnitKind.choices, blank=True)
    unit_code = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, validators=[check_credit_code]
    )
    seal_name = models.CharField(_("name on the seal"), max_length=120, blank=True)
    contact = models.CharField(_("contact"), max_length=60, blank=True)
    office_phone = models.CharField(
        _("office phone"), max_length=30, blank=True, validators=[check_office_phone]
    )
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)
    term_ends_on = models.DateField(_("term of office ends on"), null=True, blank=True)
    introduction = models.TextField(_("introduction"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Organizations.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(founded_on=None) | Q(dissolved_on__gte=F("founded_on")),
                name="organization_dissolved_after_founded",
            ),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="organization_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return address("organizations:organization_detail", self.code)

    @property
    def is_branch(self) -> bool:
        """Whether it holds meetings, reports each month and is scored."""
        return self.kind in self.BRANCH_KINDS

    @property
    def short_number(self) -> str:
        """As people say it: JT-12."""
        return self.code.upper()

    @property
    def seal(self) -> str:
        """What its seal says: the full name, unless the seal is worded differently."""
        return self.seal_name or self.name


class Chapters(Scoped):
    """Questions about what organizations were."""

    def on(self, day: date) -> Self:
        """What each organization was on a day; those that did not exist then are absent."""
        begun = self.filter(Q(since=None) | Q(since__lte=day))
        return begun.filter(Q(until=None) | Q(until__gt=day)).exclude(act__in=Chapter.ENDS)


class Chapter(Placed):
    """What an organization was called and where it stood, from an act on until the next one.

    `since` None: from a day that is not on record. Of two acts on one day the first holds on no day, and is kept.
    """

    class Act(models.TextChoices):
        FOUNDED = "founded", _("founded")
        RENAMED = "renamed", _("renamed")
        MOVED = "moved", _("given another superior")
        MERGED = "merged", _("merged into another")
        DISSOLVED = "dissolved", _("dissolved")

    ENDS: ClassVar = (Act.MERGED, Act.DISSOLVED)

    uid = UidField()
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="chapters", verbose_name=_("organization")
    )
    act = models.CharField(_("kind of change"), max_length=10, choices=Act.choices)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    document = models.CharField(_("document number"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    name = models.CharField(_("full name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60)
    seal_name = models.CharField(_("name on the seal"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Organization.Kind.choices)
    parent = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("superior")
    )
    into = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
    )

    objects = Chapters.as_manager()

    class Meta:
        ordering = ["organization", "pk"]
        verbose_name = _("chapter of an organization")
        verbose_name_plural = _("chapters of organizations")
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                name="chapter_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(until=None), name="chapter_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(act="merged") | Q(into=None), name="chapter_merged_into_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.short_name} {self.get_act_display()}"


class Shown(Scoped):
    """Questions about what branches put on their homes."""

    def shown(self) -> Self:
        """What has not been taken down."""
        return self.filter(taken_down_on=None)


class Honour(Placed):
    """Something a branch or one of its collectives was awarded: what, by whom, on which day."""

    uid = UidField()
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="honours", verbose_name=_("branch")
    )
    title = models.CharField(_("honour"), max_length=120)
    given_by = models.CharField(_("given by"), max_length=80)
    on = models.DateField(_("given on"))
    taken_down_on = models.DateField(_("taken down on"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Shown.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("honour")
        verbose_name_plural = _("honours")
        indexes = [models.Index(fields=["organization", "-on"], name="honour_of_branch")]

    def __str__(self) -> str:
        return self.title


class Announcements(Shown):
    """Questions about announcements."""

    def current(self, day: date) -> Self:
        """Those that hang on a day."""
        return self.shown().filter(since__lte=day, until__gte=day)


class Announcement(Placed):
    """What a branch tells all members on its home, up to and including a last day."""

    uid = UidField()
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="announcements", verbose_name=_("branch")
    )
    title = models.CharField(_("heading"), max_length=80)
    text = models.TextField(_("text"), max_length=2000)
    since = models.DateField(_("since"), editable=False)
    until = models.DateField(_("shown until"))
    taken_down_on = models.DateField(_("taken down on"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = Announcements.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="announcement_ends_after_it_begins"
            )
        ]
        indexes = [models.Index(fields=["organization", "-until"], name="announcement_of_branch")]

    def __str__(self) -> str:
        return self.title


def check_tree() -> list[str]:
    """Faults of the tree: a path that is not its parent's plus its own id. Empty when all is well."""
    wrong = Organization.objects.annotate(depth=Length("path")).select_related("parent")
    faults = []
    for organization in wrong:
        above = organization.parent.path if organization.parent else ""
        expected = f"{above}{organization.pk:06d}/"
        if organization.path != expected:
            faults.append(f"{organization.number}: path is {organization.path}, should be {expected}")
    return faults


def check_chapters() -> list[str]:
    """Faults of the history: a present chapter that says something else than the organization. Empty when all is well."""
    present = {chapter.organization_id: chapter for chapter in Chapter.objects.filter(until=None)}
    faults = []
    for organization in Organization.objects.all():
        chapter = present.get(organization.pk)
        told = (chapter.name, chapter.short_name, chapter.kind, chapter.parent_id) if chapter else None
        if told != (organization.name, organization.short_name, organization.kind, organization.parent_id):
            faults.append(f"{organization.number}: its history ends with {told}")
    return faults

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from xianfeng.core.addresses import address
from xianfeng.core.uids import UidField

from .scope import Placed, Scoped


class Organizations(Scoped):
    """Questions about the tree."""

    def under(self, paths: Iterable[str]) -> Self:
        """The organizations with these paths and everything below them."""
        condition = Q(pk__in=())
        for path in paths:
            condition |= Q(path__startswith=path)
        return self.filter(condition)

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

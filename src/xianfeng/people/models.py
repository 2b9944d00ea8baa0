from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from xianfeng.core import clock
from xianfeng.core.actor import Actor
from xianfeng.core.codes import EDUCATION, ETHNIC, CodeField
from xianfeng.core.fields import BlindIndex, SealedModel, SealedText
from xianfeng.core.periods import today
from xianfeng.core.permissions import held_by_members, held_inside
from xianfeng.core.prepared import Prepared
from xianfeng.core.uids import UidField, new_uid
from xianfeng.organizations.models import Organization
from xianfeng.organizations.scope import Placed, Scoped

from .names import search_text
from .permissions import PRIVACY


class People(Scoped):
    """Questions about people."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """As everywhere; people whose data is only kept (个人信息保护法 art. 47) are seen by its guardian alone."""
        found = super().visible_to(actor, permission)
        return found if permission == PRIVACY else found.filter(restricted_on=None)

    def named(self, words: str) -> Self:
        """Those whose name, pinyin, initials or number contains the words."""
        found = self
        for word in words.lower().split():
            found = found.filter(search_text__contains=word)
        return found

    def enabled(self) -> Self:
        """Those who may sign in."""
        return self.filter(is_active=True)

    def without_account(self) -> Self:
        """Those who may sign in but have set no password yet."""
        return self.enabled().filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def without_office(self, on: date) -> Self:
        """Those who hold no role on a day."""
        return self.exclude(Exists(Appointment.objects.in_force(on).filter(person=OuterRef("pk"))))


PersonManager = BaseUserManager.from_queryset(People)


class Person(AbstractBaseUser, SealedModel, Placed):
    """One human. Signing in is optional: without an account the password is unusable.

    The number is that of the branch of first registration plus a serial; it is permanent and never used again.
    """

    class Sex(models.TextChoices):
        # GB/T 2261.1-2003
        UNKNOWN = "0", _("unknown")
        MALE = "1", _("male")
        FEMALE = "2", _("female")
        UNSTATED = "9", _("not stated")

    place = "organization"
    owner = "pk"
    owner_may = frozenset({"members.view"})

    number = models.CharField(_("number"), max_length=30, unique=True, null=True, blank=True)
    # Numbers of rows that turned out to be this person, each between two blanks, so that they still lead here.
    former_numbers = models.CharField(_("former numbers"), max_length=200, blank=True, editable=False)
    account = models.CharField(_("account name"), max_length=40, unique=True, default=new_uid)
    name = models.CharField(_("name"), max_length=60)
    search_text = models.CharField(max_length=300, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("branch")
    )
    is_member = models.BooleanField(_("party member"), default=False)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    ethnicity = CodeField(_("ethnic group"), max_length=20, choices=ETHNIC.choices, blank=True)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    education = CodeField(_("education"), max_length=30, choices=EDUCATION.choices, blank=True)
    post = models.CharField(_("post"), max_length=60, blank=True)
    id_number = SealedText(_("ID number"), max_length=18, blank=True)
    id_number_index = BlindIndex(of="id_number", unique=True)
    phone = SealedText(_("phone"), max_length=20, blank=True)
    phone_index = BlindIndex(of="phone")
    is_active = models.BooleanField(_("may sign in"), default=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    big_text = models.BooleanField(_("large text"), default=False)
    added_at = models.DateTimeField(auto_now_add=True)
    restricted_on = models.DateField(_("processing restricted since"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "account"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        indexes = [models.Index(fields=["organization", "is_member"], name="person_place")]

    def __str__(self) -> str:
        return self.name

    def prepare(self) -> None:
        """Fill what is derived from name and number; bulk writers call it themselves."""
        self.search_text = search_text(self.name, self.number or "", *self.former_numbers.split())

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is None or {"name", "number"} & set(fields):
            self.prepare()
            if fields is not None:
                kwargs["update_fields"] = [*fields, "search_text"]
        super().save(*args, **kwargs)

    # -- who may do what where --

    @cached_property
    def held(self) -> list[tuple[Role, str]]:
        """Roles in force today, each with the path it is held at. One query, once per request."""
        if not self.is_active:
            return []
        held = HELD(person=self.pk, day=today())
        return [(appointment.role, appointment.organization.path or "") for appointment in held]

    @cached_property
    def grants(self) -> dict[str, tuple[str, ...]]:
        """Permission → paths, from the roles held today."""
        grants: dict[str, tuple[str, ...]] = {}
        for role, path in self.held:
            for permission in role.permissions:
                grants[permission] = (*grants.get(permission, ()), path)
        return grants

    def places(self, permission: str) -> tuple[str, ...]:
        """Paths under which the permission is held today."""
        paths = self.grants.get(permission, ())
        if self.is_member and self.is_active and self.organization_id and held_by_members(permission):
            own = self.organization.path  # type: ignore[union-attr]  # organization_id was just checked
            if own and held_inside(permission):
                own = own.partition("/")[0] + "/"
            if own and own not in paths:
                paths = (*paths, own)
        return paths

    def can(self, permission: str, obj: Any = None, *, at: Organization | None = None) -> bool:
        """Whether the permission is held for a row, at an organization, or anywhere.

        For a row it is defined through the query that makes lists, so that list and detail cannot disagree.
        """
        if obj is not None:
            return bool(type(obj)._default_manager.visible_to(self, permission).filter(pk=obj.pk).exists())
        paths = self.places(permission)
        if at is not None:
            return any((at.path or "").startswith(path) for path in paths)
        return bool(paths)

    @property
    def needs_second_factor(self) -> bool:
        """Whether a role held today asks for a second factor."""
        return any(role.second_factor for role, _path in self.held)

    @property
    def role_names(self) -> list[str]:
        """Names of the roles held today, for the head of the page."""
        return list(dict.fromkeys(str(role) for role, _path in self.held))


class Role(models.Model):
    """A named set of permissions. The built-in ones are declared in `config.roles` and kept in step with it."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    permissions = models.JSONField(_("permissions"), default=list)
    exclusive = models.BooleanField(_("excludes every other role"), default=False)
    second_factor = models.BooleanField(_("needs a second factor"), default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class Appointments(Scoped):
    """Questions about appointments."""

    def in_force(self, on: date) -> Self:
        """Those that hold on a day."""
        return self.filter(since__lte=on).filter(Q(until=None) | Q(until__gt=on))

    def meeting(self, since: date, until: date | None) -> Self:
        """Those that hold on some day of a span; `until` is its first day no more."""
        begun = self if until is None else self.filter(since__lt=until)
        return begun.filter(Q(until=None) | Q(until__gt=since))


class Appointment(Placed):
    """A person holds a role at a place from a day on; `until` is the first day on which it no longer holds."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments", verbose_name=_("person"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="appointments", verbose_name=_("role"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    uid = UidField()

    objects = Appointments.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="appointment_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["person", "role", "organization"],
                condition=Q(until=None),
                name="appointment_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role}"


HELD: Prepared[Appointment] = Prepared(
    lambda person, day: (
        Appointment.objects.in_force(day).filter(person=person).select_related("role", "organization")
    )
)


class Codes(models.QuerySet["ActivationCode"]):
    """Questions about activation codes."""

    def open(self) -> Self:
        """Those that can still be used."""
        return self.filter(used_at=None, expires_at__gt=clock.now())


class ActivationCode(models.Model):
    """The one-time code of a printed slip with which a person sets the first password. Kept as a keyed hash only."""

    LIFETIME = timedelta(days=14)

    person = models.ForeignKey(Person, models.PROTECT, related_name="codes", verbose_name=_("person"))
    code_hash = models.CharField(max_length=64)
    issued_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    issued_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    objects = Codes.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("activation code")
        verbose_name_plural = _("activation codes")

    def __str__(self) -> str:
        return str(self.person)


class SetupLink(models.Model):
    """The one link, printed on the console, under which the three administrators are made. Kept as a hash only."""

    LIFETIME = timedelta(minutes=30)

    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.expires_at:%Y-%m-%d %H:%M}"


class SignIn(models.Model):
    """A session and what its owner recognises it by: when it began, from which network, with which browser."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="sign_ins", verbose_name=_("person"))
    uid = UidField()
    session_key = models.CharField(max_length=40, unique=True)
    network = models.CharField(_("network"), max_length=60, blank=True)
    browser = models.CharField(_("browser"), max_length=60, blank=True)
    at = models.DateTimeField(_("signed in at"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")

    def __str__(self) -> str:
        return f"{self.browser} {self.network}"

"""Forms of signing in, accounts and roles. Wrong secrets are counted in the form, so that no view can forget it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from django import forms
from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xianfeng.audit import events
from xianfeng.core.periods import today
from xianfeng.organizations.models import Organization

from . import actions, network, second_factor, sessions
from .backends import find
from .models import ActivationCode, Appointment, Person, Role
from .permissions import ACCOUNTS, GRANT

LONGEST = 512  # characters of a password; Argon2 takes any, a megabyte would only be an attack


def password_field(label: Any, autocomplete: str, **more: Any) -> forms.CharField:
    """A password: kept exactly as typed, with spaces and all."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=LONGEST, widget=widget, **more)


def code_field(label: Any, **more: Any) -> forms.CharField:
    """A code that is typed from a device or from paper."""
    widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=40, widget=widget, **more)


class SignInForm(forms.Form):
    """Number, phone or account, and password. One answer for an unknown name and for a wrong password."""

    login = forms.CharField(
        label=_("Member number, phone or account"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = password_field(_("Password"), "current-password")
    refused = _("Number or password is not right. Please check both; after five tries signing in pauses.")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.person: Any = None

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "login" in data and "password" in data:
            self.person = authenticate(self.request, username=data["login"], password=data["password"])
            if self.person is None:
                events.record("people.sign_in_failed", by=None, obj=find(data["login"]))
                raise ValidationError(self.refused, code="refused")
        return data


class SignInAgainForm(SignInForm):
    """As on the sign-in page, for a page whose session ended: password and code of the device at once."""

    code = code_field(_("Code of your device"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.person and second_factor.is_set_up(self.person):
            check_code(self.request, self.person, data.get("code", ""))
            sessions.note_second_factor(self.request, self.person)
        return data


def check_code(request: HttpRequest, person: Person, code: str) -> None:
    """Accept a code of the second factor. Raises ValidationError; wrong ones count towards the lock-out."""
    if not code:
        raise ValidationError({"code": gettext("Please enter the code that your device shows.")})
    if not network.may_try(request, person.account) or not second_factor.accept(person, code):
        network.failed(request, person.account)
        events.record("people.second_factor_failed", by=None, obj=person)
        raise ValidationError({"code": gettext("This code is not right, or was used already.")})


class SecondStepForm(forms.Form):
    """The second step of signing in: a code of the device, or a recovery code."""

    code = code_field(_("Code of your device, or a recovery code"))

    def __init__(self, *args: Any, user: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        if "code" in self.cleaned_data:
            check_code(context.request, self.user, self.cleaned_data["code"])
        return self.cleaned_data

    def save(self) -> None:
        """Note that the factor was given; allauth then completes the sign-in."""
        record_authentication(context.request, self.user, "mfa")
        sessions.note_second_factor(context.request, self.user)


class NewPassword(forms.Form):
    """Twice the new password. `about` is whom it is for."""

    password1 = password_field(
        _("New password"),
        "new-password",
        help_text=_(
            "At least 12 characters. A sentence of several words is easy to remember and hard to guess."
        ),
    )
    password2 = password_field(_("New password again"), "new-password")

    def about(self) -> Person:
        """The person the password must not be built on."""
        return Person()

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "password1" in data and "password2" in data:
            if data["password1"] != data["password2"]:
                self.add_error("password2", gettext("The two passwords differ."))
            else:
                try:
                    password_validation.validate_password(data["password1"], self.about())
                except ValidationError as weak:
                    self.add_error("password1", weak)
        return data


class ActivationForm(NewPassword):
    """Number and code of the slip, and the password to set. One answer for everything wrong with a slip."""

    number = forms.CharField(
        label=_("Member number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    code = code_field(
        _("Code on the slip"), help_text=_("Eight characters; capitals and hyphens do not matter.")
    )
    refused = _(
        "Number and code do not fit together, or the code has expired. Please ask your branch for a new slip."
    )
    field_order = ("number", "code", "password1", "password2")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.match: ActivationCode | None = None

    def about(self) -> Person:
        return self.match.person if self.match else Person()

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "number" in data and "code" in data:
            allowed = network.may_try(self.request, data["number"])
            self.match = actions.matching_code(find(data["number"]), data["code"]) if allowed else None
            if self.match is None:
                network.failed(self.request, data["number"])
                events.record("people.activate_failed", by=None, obj=find(data["number"]))
                raise ValidationError(self.refused, code="refused")
        return super().clean()


class OwnPassword(forms.Form):
    """Asks for the password again before something that matters. Wrong ones count towards the lock-out."""

    password = password_field(_("Present password"), "current-password")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        person: Any = self.request.user
        password: str = self.cleaned_data["password"]
        if authenticate(self.request, username=person.account, password=password) is None:
            raise ValidationError(gettext("This is not your present password."))
        return password


class ChangePasswordForm(OwnPassword, NewPassword):
    """The present password and the new one."""

    field_order = ("password", "password1", "password2")

    def about(self) -> Person:
        person: Person = self.request.user  # type: ignore[assignment]  # these pages are for people who signed in
        return person


class EnrolForm(OwnPassword):
    """The code that a new device shows; the password too where a device is replaced."""

    code = code_field(_("Code that the device shows now"))

    def __init__(self, *args: Any, secret: str, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret = secret
        if first:
            del self.fields["password"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if second_factor.step_of(self.secret, code) is None:
            raise ValidationError(
                gettext(
                    "This code does not fit. Please wait for the next one, and check the clock of the device."
                )
            )
        return code


class RootForm(forms.Form):
    """The organization at the top of a new installation."""

    number = forms.CharField(
        label=_("Number of the organization"), max_length=40, help_text=_("For example 371122-JT.")
    )
    name = forms.CharField(label=_("Full name of the organization"), max_length=120)


class AdministratorForm(NewPassword):
    """One of the three administrators of a new installation."""

    name = forms.CharField(label=_("Your name"), max_length=60)
    account = forms.SlugField(
        label=_("Name of the account"),
        max_length=40,
        help_text=_("Letters, digits, hyphen; you sign in with it."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    field_order = ("name", "account", "password1", "password2")

    def about(self) -> Person:
        return Person(name=self.cleaned_data.get("name", ""), account=self.cleaned_data.get("account", ""))

    def clean_account(self) -> str:
        account: str = self.cleaned_data["account"].lower()
        if find(account):
            raise ValidationError(gettext("This name of an account is taken."))
        return account


class NewAccountForm(forms.Form):
    """Someone who signs in without being on the roll of members."""

    name = forms.CharField(label=_("Name"), max_length=60)
    account = forms.SlugField(label=_("Name of the account"), max_length=40)
    organization = forms.ModelChoiceField(Organization.objects.none(), label=_("Organization"))

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organization"]
        field.queryset = Organization.objects.visible_to(by, ACCOUNTS).standing(today())

    clean_account = AdministratorForm.clean_account


class ReasonForm(forms.Form):
    """Why something is done; the audit log keeps it."""

    reason = forms.CharField(label=_("Reason"), max_length=200, min_length=4)


class AppointForm(forms.Form):
    """Who gets which role where, and until when."""

    who = forms.CharField(
        label=_("Person appointed"),
        max_length=60,
        help_text=_("Member number, account, or the name if only one has it."),
    )
    role = forms.ModelChoiceField(Role.objects.all(), label=_("Role"))
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Organization"), help_text=_("The role holds here and below.")
    )
    since = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until (first day on which it no longer holds)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        field: Any = self.fields["organization"]
        field.queryset = Organization.objects.visible_to(by, GRANT).standing(today())
        self.fields["since"].initial = today()

    def clean_who(self) -> Person:
        typed = self.cleaned_data["who"].strip()
        people = Person.objects.visible_to(self.by, GRANT).enabled()
        known = find(typed)
        if known and people.filter(pk=known.pk).exists():
            return known
        named = list(people.filter(name=typed)[:6])
        if len(named) == 1:
            person: Person = named[0]
            return person
        if named:
            numbers = ", ".join(
                f"{person.number or person.account} ({person.organization})" for person in named
            )
            raise ValidationError(
                gettext("Several people have this name. Please enter a number: %(numbers)s.")
                % {"numbers": numbers}
            )
        raise ValidationError(gettext("Nobody here has this number or name."))

    def save(self) -> Appointment:
        """Appoint. Raises ValidationError where the separation of duties forbids it."""
        data = self.cleaned_data
        return actions.appoint(
            data["who"],
            data["role"],
            data["organization"],
            by=self.by,
            since=data["since"],
            until=data["until"],
        )


class RelieveForm(forms.Form):
    """From which day a role no longer holds; empty: at once."""

    until = forms.DateField(
        label=_("First day on which it no longer holds"),
        required=False,
        help_text=_("Leave empty to end it at once."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

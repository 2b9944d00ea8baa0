"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import HALF_YEAR, SECURITY, keep, nobody

keep(
    "people.Person",
    whose="pk",
    purpose=_("Register of members: who somebody is, and signing in"),
    ordinary={
        "number", "former_numbers", "account", "name", "search_text", "organization", "is_member", "sex", "ethnicity", "born_on",
        "education", "post", "is_active", "language", "big_text", "added_at", "last_login", "restricted_on",
    },
    sensitive={"id_number", "id_number_index", "phone", "phone_index", "password"},
    erasing="blank",
    stays={"number", "former_numbers", "account", "name", "restricted_on"},
)  # fmt: skip
keep(
    "people.Appointment",
    whose="person",
    purpose=_("Who may do what, and where"),
    ordinary={"role", "organization", "since", "until"},
)
keep(
    "people.ActivationCode",
    whose="person",
    purpose=_("Opening an account with a printed slip"),
    basis=SECURITY,
    retention=HALF_YEAR,
    ordinary={"code_hash", "issued_at", "expires_at", "used_at"},
    erasing="delete",
)
keep(
    "people.SignIn",
    whose="person",
    purpose=_("Places where somebody is signed in, for themselves to see and to end"),
    basis=SECURITY,
    retention=_("until signed out"),
    ordinary={"session_key", "network", "browser", "at"},
    erasing="delete",
)
keep(
    "mfa.Authenticator",
    whose="user",
    purpose=_("The second factor"),
    basis=SECURITY,
    retention=_("until removed"),
    ordinary={"type", "created_at", "last_used_at"},
    sensitive={"data"},
    erasing="delete",
)
nobody("people.Role", "people.SetupLink")

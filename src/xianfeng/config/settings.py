"""All settings, in one file: from the environment, or from `settings.env` in the data folder. State lies under XIANFENG_HOME."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from xianfeng.core import keys

PACKAGE = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """A setting from XIANFENG_<name>, from the file that XIANFENG_<name>_FILE names, or from the data folder's own."""
    if path := os.environ.get(f"XIANFENG_{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(f"XIANFENG_{name}", KEPT.get(f"XIANFENG_{name}", default))


def kept(home: Path) -> dict[str, str]:
    """What a data folder says of itself: lines NAME=value in its `settings.env`. The environment goes before it."""
    path = home / "settings.env"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.partition("=") for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _sign, value in pairs}


def flag(name: str, *, default: bool = False) -> bool:
    """Whether a setting is switched on: 1, true, yes or on."""
    return env(name, "1" if default else "").lower() in {"1", "true", "yes", "on"}


XIANFENG_HOME = Path(os.environ.get("XIANFENG_HOME", "xianfeng-data")).resolve()
KEPT = kept(XIANFENG_HOME)
XIANFENG_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
CRYPTO_SUITE = env("CRYPTO_SUITE", "intl")
SECRET_KEY = keys.load(XIANFENG_HOME).django
DEBUG = flag("DEBUG")
ALLOWED_HOSTS = env("HOSTS", "127.0.0.1 localhost [::1]").split()
CSRF_TRUSTED_ORIGINS = env("ORIGINS").split()
BEHIND_TLS = flag("BEHIND_TLS")
ADMIN_NETWORKS = env("ADMIN_NETWORKS").split()

INSTALLED_APPS = [
    "xianfeng.demo",
    "xianfeng.config",
    "xianfeng.assessment",
    "xianfeng.dues",
    "xianfeng.dossiers",
    "xianfeng.activities",
    "xianfeng.development",
    "xianfeng.members",
    "xianfeng.leadership",
    "xianfeng.messaging",
    "xianfeng.ledger",
    "xianfeng.people",
    "xianfeng.organizations",
    "xianfeng.audit",
    "xianfeng.files",
    "xianfeng.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
# An app is listed as soon as its folder holds an apps.py, so that the list above can name the whole plan.
INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS
    if not app.startswith("xianfeng.") or (PACKAGE / app.split(".")[1] / "apps.py").exists()
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "xianfeng.config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "xianfeng.config.middleware.PersonMiddleware",
    "xianfeng.config.middleware.DoorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "xianfeng.config.middleware.PrivatePagesMiddleware",
]

ROOT_URLCONF = "xianfeng.config.urls"
WSGI_APPLICATION = "xianfeng.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xianfeng.config.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "xianfeng.core.templatetags.fixed",
                "xianfeng.core.templatetags.xianfeng",
                "xianfeng.audit.templatetags.moves",
            ],
        },
    }
]


def database(url: str) -> dict[str, object]:
    """One embedded file by default; PostgreSQL where DATABASE_URL says so."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": XIANFENG_HOME / "xianfeng.db",
            # Opening the file and setting it up again for every request costs as much as a query.
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                "PRAGMA foreign_keys=ON;PRAGMA secure_delete=ON;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- who signs in, and how ---
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "xianfeng.people.backends.PersonBackend"]
PASSWORD_HASHERS = ["xianfeng.people.hashers.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "xianfeng.people.passwords.OwnWordsValidator"},
]
# Off only for a demonstration on one machine: pages say so, and other networks are refused.
SECOND_FACTOR = env("SECOND_FACTOR", "on").lower() != "off"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "xianfeng.people.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = 30 * 60
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

ACCOUNT_USER_MODEL_USERNAME_FIELD = "account"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "xianfeng.people.adapters.AccountAdapter"
MFA_ADAPTER = "xianfeng.people.adapters.MfaAdapter"
ACCOUNT_RATE_LIMITS = False  # axes counts, in the database: across restarts and processes
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # clocks of phones and servers may differ by half a minute
MFA_TOTP_ISSUER = "先锋"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_USERNAME_FORM_FIELD = "username"
AXES_HANDLER = "xianfeng.people.network.Handler"
AXES_USERNAME_CALLABLE = "xianfeng.people.network.throttled_as"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "number", "code", "password1", "password2"]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying on must not keep the rightful owner out
AXES_VERBOSE = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "xianfeng.people.network.prefix"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "xianfeng.people.network.locked_out"

# --- what a page may load: our own files and nothing else ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# --- language, time, files ---
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = XIANFENG_HOME / "static"
STATICFILES_DIRS = [PACKAGE / "static"] if (PACKAGE / "static").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
MAX_ATTACHMENT_BYTES = 10_000_000
FORM_RENDERER = "xianfeng.core.renderer.Renderer"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
}

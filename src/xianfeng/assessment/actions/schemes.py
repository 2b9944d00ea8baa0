"""Verbs on schemes: take in, copy, put in force, retire."""

from __future__ import annotations

from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xianfeng.assessment import scheme as documents
from xianfeng.assessment.models import Scheme
from xianfeng.assessment.permissions import SCHEMES
from xianfeng.audit import events
from xianfeng.audit.moves import move
from xianfeng.core import clock
from xianfeng.ledger.models import Measure
from xianfeng.organizations.models import Organization

KINDS: dict[Literal["branch", "member"], str] = {"branch": "organization", "member": "person"}


def faults_of(text: str) -> tuple[documents.Scheme | None, list[documents.Fault]]:
    """A document as values, and what is wrong with it against the measures that exist here."""
    return documents.check(text, set(Measure.objects.values_list("code", flat=True)))


def worded(fault: documents.Fault) -> str:
    """A fault with its path and its cure, in the reader's language."""
    language: documents.Language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    return f"{fault.path}: {fault.message(language)}" if fault.path else fault.message(language)


def _readable(text: str) -> documents.Scheme:
    parsed, faults = faults_of(text)
    if parsed is None:
        raise ValidationError([worded(fault) for fault in faults if not fault.is_warning])
    return parsed


@transaction.atomic
def import_scheme(text: str, *, organization: Organization, by: Any) -> Scheme:
    """Take in a document as a draft: the next version of its code.

    Raises ValidationError with every fault, each with its path and its cure.
    """
    parsed = _readable(text)
    last = Scheme.objects.filter(code=parsed.code).aggregate(Max("number"))["number__max"] or 0
    scheme = Scheme(organization=organization, number=last + 1, **_columns(parsed, text))
    scheme.full_clean()
    scheme.save(force_insert=True)
    events.record(
        "assessment.import_scheme", by=by, obj=scheme, at=organization, details={"digest": scheme.digest}
    )
    return scheme


@transaction.atomic
def rewrite(scheme: Scheme, text: str, *, by: Any) -> Scheme:
    """Put another document into a draft. A scheme that is or was in force is never edited."""
    locked: Scheme = Scheme.objects.select_for_update().get(pk=scheme.pk)
    if locked.status != Scheme.Status.DRAFT:
        raise ValidationError(_("A scheme in force is not edited. Make a new version of it."))
    parsed = _readable(text)
    if parsed.code != locked.code:
        raise ValidationError(
            _("This is %(other)s, not a version of %(code)s.") % {"other": parsed.code, "code": locked.code}
        )
    columns = _columns(parsed, text)
    for name, value in columns.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*columns, "version"])
    events.record(
        "assessment.rewrite", by=by, obj=locked, at=locked.organization, details={"digest": locked.digest}
    )
    return locked


@transaction.atomic
def new_version(scheme: Scheme, *, by: Any) -> Scheme:
    """A draft with the same document, to be changed."""
    return import_scheme(scheme.document, organization=scheme.organization, by=by)


def _columns(parsed: documents.Scheme, text: str) -> dict[str, Any]:
    return {
        "code": parsed.code,
        "subject": parsed.subject,
        "year": parsed.year,
        "title": parsed.title,
        "document": text,
        "digest": documents.digest(parsed),
    }


@move(
    Scheme,
    sources={Scheme.Status.DRAFT},
    target=None,
    permission=SCHEMES,
    label=gettext_lazy("Put in force"),
    formal=True,
)
def put_in_force(scheme: Scheme, *, by: Any) -> None:
    """Score by this version from now on. The one in force until now is retired."""
    # The old one goes first: a constraint allows one in force per subject and year.
    Scheme.objects.filter(subject=scheme.subject, year=scheme.year, status=Scheme.Status.IN_FORCE).update(
        status=Scheme.Status.RETIRED
    )
    scheme.status = Scheme.Status.IN_FORCE
    scheme.since = clock.now()
    scheme.save(update_fields=["status", "since"])


@move(
    Scheme,
    sources={Scheme.Status.DRAFT, Scheme.Status.IN_FORCE},
    target=Scheme.Status.RETIRED,
    permission=SCHEMES,
    label=gettext_lazy("Retire"),
)
def retire(scheme: Scheme, *, by: Any) -> None:
    """Use this version no more. What was scored by it keeps it."""


@transaction.atomic
def ensure_default_schemes(year: int, *, by: Any = None) -> list[Scheme]:
    """Put the product's schemes in force for a year where there is none yet; returns those made.

    Needs the root of the organizations. Called by the demo, by the office's button and by `open_reports`.
    """
    root = Organization.objects.filter(parent=None).order_by("pk").first()
    if root is None:
        raise ValidationError(_("Enter the party committee first; it issues the assessment rules."))
    made = []
    for kind, subject in KINDS.items():
        if Scheme.objects.filter(subject=subject, year=year).exists():
            continue
        scheme = import_scheme(documents.default_text(kind, year), organization=root, by=by)
        scheme.status, scheme.since = Scheme.Status.IN_FORCE, clock.now()
        scheme.save(update_fields=["status", "since"])
        events.record("assessment.put_in_force", by=by, obj=scheme, at=root, details={"to": scheme.status})
        made.append(scheme)
    return made

"""Evidence of a report: attached by the branch to a line, or sent from a phone to the report as a whole.

The phone's pass is a signed word for one report and one person. It opens nothing but the upload, for thirty minutes,
and only as long as that person may fill in that report and it is still with the branch.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.files import storing
from xianfeng.files.models import Attachment
from xianfeng.people.models import Person

from .models import Report, ReportLine
from .permissions import REPORT, VIEW

PASS_SECONDS = 30 * 60
MAX_FILES = 200  # per report
_signer = signing.TimestampSigner(sep=".", salt="assessment.photo-pass", algorithm="sha256")


def photo_pass(report: Report, person: Person) -> str:
    """A word for the address behind the QR code; the signature has 256 bits."""
    return _signer.sign(f"{report.uid}-{person.pk:x}")


def admitted(word: str) -> tuple[Report, Person] | None:
    """Whom and what a pass is for; None when it is forged, older than thirty minutes or no longer good."""
    try:
        uid, _dash, pk = _signer.unsign(word, max_age=PASS_SECONDS).partition("-")
    except signing.BadSignature:
        return None
    person = Person.objects.enabled().filter(pk=int(pk, 16)).first()
    report = Report.objects.filter(uid=uid).select_related("organization").first()
    if person is None or report is None or not report.is_open or not person.can(REPORT, report):
        return None
    return report, person


@transaction.atomic
def attach(uploads: Iterable[Any], *, target: Report | ReportLine, by: Person) -> list[Attachment]:
    """Check and keep files at a line or at the report. Raises ValidationError and keeps nothing when one is refused."""
    report = target if isinstance(target, Report) else target.report
    if not report.is_open:
        raise ValidationError(
            _("This report is %(status)s and cannot be changed.") % {"status": report.get_status_display()}
        )
    uploads = list(uploads)
    if len(uploads) + Attachment.objects.of(target).count() > MAX_FILES:
        raise ValidationError(_("That is more evidence than a report can hold."))
    kept = [storing.store(upload, target=target, permission=VIEW, by=by) for upload in uploads]
    events.record(
        "assessment.attach",
        by=by,
        obj=report,
        at=report.organization,
        details={"files": [attachment.sha256 for attachment in kept]},
    )
    return kept


@transaction.atomic
def detach(attachment: Attachment, *, report: Report, by: Person) -> None:
    """Take a piece of evidence away while the report is with the branch."""
    if not report.is_open:
        raise ValidationError(
            _("This report is %(status)s and cannot be changed.") % {"status": report.get_status_display()}
        )
    storing.remove(attachment, by)
    events.record(
        "assessment.detach",
        by=by,
        obj=report,
        at=report.organization,
        details={"file": attachment.sha256},
    )

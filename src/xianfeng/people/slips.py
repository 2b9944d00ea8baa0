"""Slips on paper: eight to a sheet of A4, to be cut apart; and their way from issue to printer.

The codes exist in clear only on paper. Between the form that issues them and the page that prints them they lie
sealed in the session of whoever issued them, for half an hour.
"""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xianfeng.core import crypto
from xianfeng.core.word import blank, content

from .actions import Slip
from .models import ActivationCode, Person

PER_SHEET = 8
KEY = "slips"
PRINTABLE_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on one slip."""

    branch: str
    name: str
    number: str
    code: str
    address: str

    @property
    def picture(self) -> str:
        """The address of the activation page as a QR code; the secret is not in it."""
        return str(segno.make(self.address, error="m").svg_data_uri(scale=3, border=1))


def stash(request: HttpRequest, slips: Sequence[Slip]) -> str:
    """Keep slips that were just issued for printing; returns the key of the batch."""
    person: Any = request.user
    rows = [(slip.person.pk, slip.code) for slip in slips]
    batch = secrets.token_urlsafe(9)
    request.session[KEY] = {
        "batch": batch,
        "at": timezone.now().isoformat(),
        "sealed": crypto.seal(json.dumps(rows), "people.slips", person.uid),
    }
    return batch


def stashed(request: HttpRequest, batch: str) -> tuple[list[Printed], date] | None:
    """The slips of a batch and their last day, while they can be printed; None afterwards."""
    person: Any = request.user
    kept = request.session.get(KEY)
    if not kept or kept["batch"] != batch:
        return None
    at = datetime.fromisoformat(kept["at"])
    if timezone.now() - at > PRINTABLE_FOR:
        del request.session[KEY]
        return None
    rows = json.loads(crypto.open_sealed(kept["sealed"], "people.slips", person.uid))
    people = Person.objects.select_related("organization").in_bulk([pk for pk, _code in rows])
    base = request.build_absolute_uri(reverse("activate"))
    shown = [_printed(people[pk], code, base) for pk, code in rows]
    return shown, timezone.localdate(at + ActivationCode.LIFETIME)


def _printed(person: Person, code: str, base: str) -> Printed:
    number = person.number or person.account
    half = len(code) // 2
    return Printed(
        branch=str(person.organization or ""),
        name=person.name,
        number=number,
        code=f"{code[:half]}-{code[half:]}",
        address=f"{base}?number={number}",
    )


def sheets(slips: Sequence[Printed]) -> list[list[Printed]]:
    """The slips by sheet."""
    return [list(slips[at : at + PER_SHEET]) for at in range(0, len(slips), PER_SHEET)]


def word(slips: Sequence[Printed], until: date) -> bytes:
    """The slips as a Word document: two columns, four rows, dashed lines to cut along."""
    from docx.enum.table import WD_ROW_HEIGHT_RULE
    from docx.shared import Cm, Pt

    document, _normal = blank(edge=1.2, side=1.2, size=11)
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for at in range(0, len(slips), 2):
        row = table.add_row()
        row.height_rule, row.height = WD_ROW_HEIGHT_RULE.EXACTLY, Cm(6.6)
        for cell, slip in zip(row.cells, slips[at : at + 2], strict=False):
            _fill(cell, slip, until, Pt, Cm)
    return content(document)


def _fill(cell: Any, slip: Printed, until: date, pt: Any, cm: Any) -> None:
    head = cell.paragraphs[0]
    head.add_run(f"{slip.branch}  {slip.name}").bold = True
    cell.add_paragraph(_("Member number: %(number)s") % {"number": slip.number})
    line = cell.add_paragraph(_("Code:") + " ")
    code = line.add_run(slip.code)
    code.bold, code.font.size, code.font.name = True, pt(18), "Consolas"
    picture = io.BytesIO()
    segno.make(slip.address, error="m").save(picture, kind="png", scale=6, border=1)
    picture.seek(0)
    cell.add_paragraph().add_run().add_picture(picture, width=cm(2.2))
    foot = cell.add_paragraph().add_run(
        _("Open %(address)s, enter number and code and set a password. Valid until %(day)s, once.")
        % {"address": slip.address.partition("?")[0], "day": until.isoformat()}
    )
    foot.font.size = pt(8.5)
    for paragraph in cell.paragraphs:
        paragraph.paragraph_format.space_after = pt(2)

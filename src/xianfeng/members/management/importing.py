"""What the two import commands share: read a file, say what was found, take it, write the rest beside it."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from xianfeng.core import sheetworker
from xianfeng.core.sheets import UnreadableSheet
from xianfeng.members import import_books, imports
from xianfeng.members.batches import Look
from xianfeng.organizations.models import Organization

FAULTS = 2
"""Exit code when a row, or the whole file, has a fault."""


class ImportCommand(BaseCommand):
    """Import a file. Good rows go in, the others are written to a workbook beside the input; exit code 2 if any fault."""

    kind = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="xlsx, xls or csv")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="say it as JSON")
        parser.add_argument("--sheet", default="", help="name of the worksheet, if not the one found")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            found, batch = self.run(path, options)
        except UnreadableSheet as refusal:
            if options["json"]:
                self.stdout.write(
                    json.dumps(
                        {"error": {"code": refusal.code, "message": refusal.message}}, ensure_ascii=False
                    )
                )
            raise self.refused(refusal.message) from None
        except ValidationError as error:
            raise self.refused(" ".join(error.messages)) from None
        beside = None
        if found.faults and not options["dry_run"]:
            beside = path.with_name(f"{path.stem}-{_('rows to mend')}.xlsx")
            write_private(beside, import_books.faulty_rows(found))
        if options["json"]:
            report = (
                found.as_json()
                | ({"import": batch.uid} if batch else {})
                | ({"faulty_rows": str(beside)} if beside else {})
            )
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
        else:
            self.tell(found, beside, dry=options["dry_run"])
        if found.faults:
            raise SystemExit(FAULTS)

    def run(self, path: Path, options: dict[str, Any]) -> tuple[Look, Any]:
        """Look at the file, and unless it is a dry run take it. Nothing stays behind of a dry run."""
        try:
            if path.stat().st_size > sheetworker.MAX_FILE:
                raise UnreadableSheet("file_too_big")
            content = path.read_bytes()
        except OSError as error:
            raise self.refused(f"{path}: {error.strerror}") from None
        with transaction.atomic():
            batch, found = imports.begin_and_look(self.kind, by=None, filename=path.name, content=content)
            if options["sheet"]:
                imports.choose_sheet(batch, options["sheet"])
            if branch := options.get("branch"):
                organization = Organization.objects.branches().filter(number=branch).first()
                if organization is None:
                    raise self.refused(
                        _("There is no branch with the number %(number)s.") % {"number": branch}
                    )
                batch.branch = organization
                batch.save(update_fields=["branch"])
            if options["sheet"] or branch:
                found = imports.look_at_sheet(batch)
            if options["dry_run"]:
                transaction.set_rollback(True)
                return found, None
            imports.take(batch, by=None, found=found)
        return found, batch

    def refused(self, sentence: str) -> SystemExit:
        """One sentence for the person at the terminal, and the exit code that goes with it."""
        self.stderr.write(sentence)
        return SystemExit(FAULTS)

    def tell(self, found: Look, beside: Path | None, *, dry: bool) -> None:
        """The same in sentences."""
        for fault in found.faults:
            place = _("Row %(row)d, %(column)s") % {"row": fault.row, "column": fault.column or "—"}
            self.stdout.write(f"{place}: {fault.message}")
        for question in found.checked.questions:
            self.stdout.write(question.message)
        counts = {
            "rows": len(found.checked.rows),
            "new": found.new,
            "changed": found.changing,
            "same": found.same,
            "refused": found.refused,
        }
        if dry:
            self.stdout.write(
                _(
                    "%(rows)d rows: %(new)d to add, %(changed)d to change, %(same)d unchanged, %(refused)d to mend."
                )
                % counts
            )
        else:
            self.stdout.write(
                _(
                    "%(rows)d rows: %(new)d added, %(changed)d changed, %(same)d unchanged, %(refused)d refused."
                )
                % counts
            )
        if beside:
            self.stdout.write(_("The rows to mend are in %(path)s.") % {"path": beside})


def write_private(path: Path, content: bytes) -> None:
    """A file that only its owner can read: it holds ID numbers."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from xianfeng.assessment.deliveries import COLUMNS, Taken, take


class Command(BaseCommand):
    """`xianfeng facts import`."""

    help = "Take facts that another installation exported, with their manifest. The same file twice adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", type=Path, nargs="+", help=".csv or .parquet, each with its manifest beside it"
        )
        parser.add_argument(
            "--strict", action="store_true", help="take nothing of a file in which any row is at fault"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        failed = False
        for path in options["files"]:
            try:
                taken = take(path, strict=options["strict"])
            except ValidationError as error:
                self.stderr.write("\n".join(error.messages))
                failed = True
                continue
            self.tell(path, taken)
            failed = failed or bool(taken.refused)
        if failed:
            raise SystemExit(2)

    def tell(self, path: Path, taken: Taken) -> None:
        """What was taken; rows at fault are listed beside the file."""
        if taken.known:
            self.stdout.write(_("%(file)s had been taken before; nothing was added.") % {"file": path})
            return
        told = {"file": path, "issuer": taken.issuer, "rows": taken.rows, "entries": taken.entries}
        self.stdout.write(
            _("%(file)s: %(rows)s rows of %(issuer)s, %(entries)s entries added to the ledger.") % told
        )
        if taken.other_scheme:
            self.stdout.write(_("They count by another scheme: %(scheme)s.") % {"scheme": taken.other_scheme})
        if not taken.refused:
            return
        beside = path.with_name(f"{path.name}.refused.csv")
        with beside.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["line", *COLUMNS[:5], "reason"])
            writer.writerows([row.line, *row.fields, row.reason] for row in taken.refused)
        self.stderr.write(_("%(count)s rows could not be taken; they are listed in %(file)s:") % {"count": len(taken.refused), "file": beside})  # fmt: skip
        for reason, count in taken.reasons.most_common():
            self.stderr.write(f"  {count}: {reason}")

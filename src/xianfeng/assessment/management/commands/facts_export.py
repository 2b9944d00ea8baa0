from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from xianfeng.assessment.batch.words import InputError
from xianfeng.assessment.deliveries import export
from xianfeng.organizations.models import Organization


class Command(BaseCommand):
    """`xianfeng facts export`."""

    help = "Write the facts of a year, for scoring elsewhere. People travel as numbers, never by name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument(
            "--subject", choices=("organization", "person"), required=True, help="whose facts"
        )
        parser.add_argument("--under", default="", help="number of an organization; without it, the topmost")
        parser.add_argument("--out", type=Path, required=True, help=".csv or .parquet")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["under"]:
            under = Organization.objects.filter(number=options["under"]).first()
        else:
            under = Organization.objects.filter(parent=None).order_by("pk").first()
        if under is None:
            self.stderr.write(_("There is no organization with this number."))
            raise SystemExit(2)
        try:
            found = export(options["out"], year=options["year"], subject=options["subject"], under=under)
        except ValidationError as error:
            self.stderr.write(" ".join(error.messages))
            raise SystemExit(2) from None
        except InputError as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from None
        self.stdout.write(
            _("%(rows)s rows of facts: %(files)s")
            % {"rows": found.rows, "files": ", ".join(map(str, found.files))}
        )

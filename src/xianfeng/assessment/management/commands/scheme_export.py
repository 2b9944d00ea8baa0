from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from xianfeng.assessment.batch.words import InputError
from xianfeng.assessment.deliveries import export_scheme
from xianfeng.assessment.models import Scheme


class Command(BaseCommand):
    """`xianfeng scheme export`."""

    help = "Write a scheme as YAML: the version in force, or the one named (branch-2026.2)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="code of the scheme, or code.version")
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        code, _dot, version = options["code"].partition(".")
        found = Scheme.objects.issued().filter(code=code)
        found = found.filter(number=version) if version.isdigit() else found.order_by("-number")
        in_force = found.filter(status=Scheme.Status.IN_FORCE).first()
        scheme = in_force or found.first()
        if scheme is None or (version and not version.isdigit()):
            self.stderr.write(
                _("There is no scheme “%(code)s” that is or was in force.") % {"code": options["code"]}
            )
            raise SystemExit(2)
        try:
            export_scheme(scheme, options["out"])
        except InputError as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from None
        self.stdout.write(f"{scheme}: {options['out']}  {scheme.digest}")

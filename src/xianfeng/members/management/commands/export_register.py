from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from xianfeng.members.exports import REGISTERS, export
from xianfeng.members.management.importing import FAULTS, write_private
from xianfeng.people.models import Person


class Command(BaseCommand):
    """`xianfeng export REGISTER FILE`."""

    help = "Export a register in the headings that the import reads. Numbers of people are masked without --clear."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("register", choices=sorted(REGISTERS), help="which register")
        parser.add_argument("file", type=Path, help="xlsx to write")
        parser.add_argument("--clear", action="store_true", help="numbers of people in full")
        parser.add_argument("--reason", default="", help="for what work; goes into the audit log")
        parser.add_argument("--as", dest="account", default="", help="account of the person who exports")

    def handle(self, *args: Any, **options: Any) -> None:
        register, path = REGISTERS[options["register"]], options["file"]
        by = None
        if options["account"]:
            by = Person.objects.enabled().filter(account=options["account"].lower()).first()
            if by is None:
                raise self.refused(_("There is no account “%(account)s”.") % {"account": options["account"]})
        elif options["clear"] or register.guarded:
            raise self.refused(_("Say who exports it with --as ACCOUNT, and for what work with --reason."))
        try:
            content = export(register, by=by, clear=options["clear"], reason=options["reason"])
            write_private(path, content)
        except ValidationError as error:
            raise self.refused(" ".join(error.messages)) from None
        except PermissionDenied:
            raise self.refused(_("This account may not export that.")) from None
        except OSError as error:
            raise self.refused(f"{path}: {error.strerror}") from None
        self.stdout.write(str(path))

    def refused(self, sentence: str) -> SystemExit:
        """One sentence for the person at the terminal, and the exit code that goes with it."""
        self.stderr.write(sentence)
        return SystemExit(FAULTS)

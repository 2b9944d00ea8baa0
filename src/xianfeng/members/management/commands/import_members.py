from __future__ import annotations

from argparse import ArgumentParser

from xianfeng.members.management.importing import ImportCommand


class Command(ImportCommand):
    """`xianfeng import members FILE`."""

    help = "Import a roster of members from xlsx, xls or csv. Exit code 2 if any row has a fault."
    kind = "members"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--branch", default="", help="number of the branch of all rows, when the sheet names none"
        )

from __future__ import annotations

from xianfeng.members.management.importing import ImportCommand


class Command(ImportCommand):
    """`xianfeng import activists FILE`."""

    help = "Import the register of activists from xlsx, xls or csv. Exit code 2 if any row has a fault."
    kind = "activists"

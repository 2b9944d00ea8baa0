from __future__ import annotations

from xianfeng.members.management.importing import ImportCommand


class Command(ImportCommand):
    """`xianfeng import mobile FILE`."""

    help = "Import the register of mobile members from xlsx, xls or csv. Exit code 2 if any row has a fault."
    kind = "mobile"

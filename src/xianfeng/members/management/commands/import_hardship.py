from __future__ import annotations

from xianfeng.members.management.importing import ImportCommand


class Command(ImportCommand):
    """`xianfeng import hardship FILE`."""

    help = "Import the register of members in hardship from xlsx, xls or csv. Exit code 2 if any row has a fault."
    kind = "hardship"

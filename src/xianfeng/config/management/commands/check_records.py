from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from xianfeng.config.checks import findings


class Command(BaseCommand):
    help = "Check the tree, the ledger, the files and the audit chain. Exit code 1 if anything is found."

    def handle(self, **_options: Any) -> None:
        """Print every finding on a line of its own."""
        found = findings()
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} findings", returncode=1)
        self.stdout.write(self.style.SUCCESS("No findings."))

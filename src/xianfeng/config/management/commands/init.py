from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils.translation import gettext as _

from xianfeng.core import keys
from xianfeng.organizations.actions import found
from xianfeng.organizations.models import Organization
from xianfeng.people.actions import make_setup_link, missing_administrators
from xianfeng.people.models import SetupLink


class Command(BaseCommand):
    help = "Set up an empty installation: database, keys, and one link under which the three administrators are made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--organization", nargs=2, metavar=("NUMBER", "NAME"), help="the organization at the top"
        )
        parser.add_argument(
            "--port", type=int, default=8000, help="the port that will be served, for the link"
        )

    def handle(self, *, organization: list[str] | None, port: int, **_options: Any) -> None:
        """May be run again at any time: nothing that exists is changed, and a new link takes the old one's place."""
        call_command("migrate", verbosity=0, interactive=False)
        self._print_fingerprints()
        root = Organization.objects.filter(parent=None).order_by("pk").first()
        if organization and root is None:
            number, name = organization
            root = found(number=number, name=name, kind=Organization.Kind.COMMITTEE, parent=None, by=None)
        elif organization and root and root.number != organization[0]:
            raise CommandError(
                _("The organization at the top is %(number)s already.") % {"number": root.number}
            )
        missing = missing_administrators()
        if not missing:
            self.stdout.write(_("All three administrators exist; nothing to set up."))
            return
        origin = next(iter(settings.CSRF_TRUSTED_ORIGINS), f"http://127.0.0.1:{port}")
        address = origin.rstrip("/") + reverse("setup", args=[make_setup_link()])
        self.stdout.write(
            _("Still to be made: %(roles)s. Each must be another person.")
            % {"roles": ", ".join(map(str, missing))}
        )
        minutes = int(SetupLink.LIFETIME.total_seconds() // 60)
        self.stdout.write(
            _(
                "Start `xianfeng serve`, then open this link within %(minutes)s minutes. It is shown only here:"
            )
            % {"minutes": minutes}
        )
        self.stdout.write(f"\n  {address}\n")

    def _print_fingerprints(self) -> None:
        home = settings.XIANFENG_HOME
        self.stdout.write(
            _("Keys in %(folder)s; print them, keep them apart from the data. Fingerprints:")
            % {"folder": keys.folder(home)}
        )
        for name, short in keys.fingerprints(keys.load(home)).items():
            self.stdout.write(f"  {name:10} {short}")

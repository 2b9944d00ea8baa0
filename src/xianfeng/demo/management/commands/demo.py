from __future__ import annotations

import gc
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from xianfeng.config.checks import findings
from xianfeng.core import clock
from xianfeng.demo.story import tell
from xianfeng.demo.story.cast import SignIn
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person, Role

# A folder with invented people says itself that nobody there needs a second device.
SETTINGS = """\
# Made by `xianfeng demo`: invented people only, served on this machine only.
XIANFENG_SECOND_FACTOR=off
"""
SELDOM = 50_000
"""After so many new objects one looks for rubbish: the story makes millions, nearly all of which go by themselves."""


class Command(BaseCommand):
    help = "Fill an empty installation with two invented years of one bureau, and print the sign-ins it made, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is data already")
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            help="the day on which it begins (default: 1 January of last year)",
        )
        parser.add_argument(
            "--today", type=date.fromisoformat, help="the day on which the story ends (YYYY-MM-DD)"
        )

    def handle(self, *, if_empty: bool, since: date | None, today: date | None, **_options: Any) -> None:
        """Refuses to touch a folder that holds anything. Ends with the checks of `xianfeng check`."""
        if has_data():
            if if_empty:
                return
            raise CommandError(_("There is data here already; the demonstration needs an empty data folder."))
        if today and today > clock.today():
            raise CommandError(_("The story cannot end on a day that is still to come."))
        self.stdout.write(_("Making a demonstration with invented people; this takes up to a minute."))
        self.stdout.flush()
        call_command("migrate", verbosity=0, interactive=False)
        gc.freeze()
        gc.set_threshold(SELDOM)
        cast = tell(today or clock.today(), since)
        (settings.XIANFENG_HOME / "settings.env").write_text(SETTINGS, encoding="utf-8")
        if found := findings():
            raise CommandError("\n".join(found))
        self._print_sign_ins(cast.sign_ins)

    def _print_sign_ins(self, sign_ins: list[SignIn]) -> None:
        self.stdout.write(
            "\n"
            + _("Sign-ins of this demonstration. They are shown only now; please write them down.")
            + "\n\n"
        )
        names = {role.code: str(role) for role in Role.objects.all()} | {"member": _("party member")}
        for one in sign_ins:
            account, where = one.person.number or one.person.account, one.person.organization or ""
            self.stdout.write(
                f"  {account:<10} {one.password}   {names[one.role]}　{one.person.name}　{where}"
            )
        self.stdout.write("")


def has_data() -> bool:
    """Whether anybody or anything has been entered here; an installation without tables is empty."""
    if Person._meta.db_table not in connection.introspection.table_names():
        return False
    return bool(Person.objects.exists() or Organization.objects.exists())

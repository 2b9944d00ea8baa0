"""The `xianfeng` command: the product's own verbs by name, Django's behind `xianfeng django …`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

HELP = """xianfeng: 党员电子考核管理系统

  xianfeng init                     set up an empty installation and print the set-up link
  xianfeng demo [--if-empty]        fill an empty installation with two invented years
  xianfeng serve [--port N]         web pages, task worker and scheduler in one
  xianfeng worker                   task worker and scheduler alone
  xianfeng import branches FILE     the register of organizations, from Excel or CSV
  xianfeng import members FILE      the roster of members (--dry-run, --json)
  xianfeng import activists FILE    the register of activists; `mobile`: of mobile members; `hardship`: in hardship
  xianfeng export REGISTER FILE     members, activists, mobile or hardship, to Excel (--clear, --reason, --as)
  xianfeng score --scheme … --facts … --out …   score CSV or Parquet files, without any database
  xianfeng facts export …           the facts of a year to a file, with scheme and manifest, for a superior
  xianfeng facts import FILE …      take such files; the same one twice adds nothing
  xianfeng scheme export CODE …     a scheme as YAML
  xianfeng check                    tree, ledger, files and audit chain: prints findings, exit 1 if any
  xianfeng django …                 Django's own commands

State lies under XIANFENG_HOME (default ./xianfeng-data). `xianfeng COMMAND --help` says more.
"""

OWN = {"init": "init", "demo": "demo", "serve": "serve", "worker": "worker", "check": "check_records"}
IMPORTS = {what: f"import_{what}" for what in ("branches", "members", "activists", "mobile", "hardship")}


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command; unknown words are answered with the list above and exit code 2."""
    words = list(sys.argv[1:] if argv is None else argv)
    match words:
        case [] | ["-h" | "--help" | "help"]:
            print(HELP)
        case ["--version"]:
            from xianfeng import __version__

            print(__version__)
        case ["score", *rest]:
            from xianfeng.assessment import batch  # no Django: starts at once

            raise SystemExit(batch.main(rest))
        case ["import", what, *rest] if what in IMPORTS:
            _django([IMPORTS[what], *rest], up_to_date=True)
        case ["facts", "export" | "import" as what, *rest]:
            _django([f"facts_{what}", *rest], up_to_date=True)
        case ["scheme", "export", *rest]:
            _django(["scheme_export", *rest], up_to_date=True)
        case ["export", *rest]:
            _django(["export_register", *rest], up_to_date=True)
        case [command, *rest] if command in OWN:
            _django([OWN[command], *rest], up_to_date=True)
        case ["django", *rest]:
            _django(rest)
        case _:
            print(f"xianfeng: unknown command: {' '.join(words)}\n\n{HELP}", file=sys.stderr)
            raise SystemExit(2)


def _django(words: list[str], *, up_to_date: bool = False) -> None:
    """Run a command of Django's kind; our own verbs find a database that is there and up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianfeng.config.settings")
    from xianfeng.core.refusals import Refusal

    try:
        from django.core.management import call_command, execute_from_command_line

        if up_to_date and not {"-h", "--help"} & set(words):
            import django

            django.setup()
            call_command("migrate", verbosity=0, interactive=False)
        execute_from_command_line(["xianfeng", *words])
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        raise SystemExit(1) from refusal


if __name__ == "__main__":
    main()

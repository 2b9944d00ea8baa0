"""The `xianfeng` command."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run Django's command of that name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianfeng.config.settings")
    from django.core.management import execute_from_command_line

    arguments = sys.argv[1:]
    if arguments[:1] == ["django"]:
        arguments = arguments[1:]
    execute_from_command_line(["xianfeng", *arguments])


if __name__ == "__main__":
    main()

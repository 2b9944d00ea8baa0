from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser

from xianfeng.config.hardening import check_settings
from xianfeng.core.fields import check_sealed


class Command(BaseCommand):
    help = "Serve the pages, with task worker and scheduler beside them: all an office needs on one machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--workers", type=int, default=2, help="processes that answer requests")
        parser.add_argument(
            "--no-worker", action="store_true", help="web pages alone; run `xianfeng worker` elsewhere"
        )

    def handle(self, *, port: int, host: str, workers: int, no_worker: bool, **_options: Any) -> None:
        """Refuse weak settings, bring database and static files up to date, then run until stopped.

        When one part ends, the others are ended too, so that a supervisor sees it and starts all afresh.
        """
        if weak := check_settings(settings, host=host):
            raise CommandError("\n".join(map(str, weak)))
        call_command("migrate", verbosity=0, interactive=False)
        if strange := check_sealed():
            raise CommandError(f"these keys do not open {', '.join(strange)}: put the right keys folder back")
        call_command("collectstatic", verbosity=0, interactive=False)
        python = [sys.executable, "-m"]
        web = [
            *python, "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
            "--blocking-threads", "1", "--backlog", "256", "--no-ws", "--log-level", "warning",
            "xianfeng.config.wsgi:application",
        ]  # fmt: skip
        parts = [subprocess.Popen(web)]  # noqa: S603 - our own interpreter and arguments
        if not no_worker:
            parts.append(subprocess.Popen([*python, "xianfeng", "worker"]))  # noqa: S603 - as above
        self.stdout.write(f"先锋: http://{host}:{port}/  ({Path(settings.XIANFENG_HOME)})")
        self.stdout.flush()

        def stop(*_signal: Any) -> None:
            for part in parts:
                part.terminate()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        while all(part.poll() is None for part in parts):
            time.sleep(0.3)
        stop()
        codes = [part.wait(timeout=20) for part in parts]
        if any(code not in {0, -signal.SIGTERM, -signal.SIGINT} for code in codes):
            raise CommandError(f"a part of the service ended: {codes}")

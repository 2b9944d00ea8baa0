from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Worker

from xianfeng.config import schedule

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run background tasks and what is scheduled, until stopped."

    def handle(self, **_options: Any) -> None:
        """Tasks run here one after another; a thread beside them signs, reaps and looks at the schedule."""
        name = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
        stop = threading.Event()
        beside = threading.Thread(target=self.watch, args=(name, stop), daemon=True)
        beside.start()
        worker = Worker(
            queue_names=["*"],
            interval=2,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
            excluded_queue_names=[],
        )
        worker.configure_signals()
        try:
            worker.run()
        finally:
            stop.set()

    def watch(self, name: str, stop: threading.Event) -> None:
        """Twice a minute: a sign of life, tasks of silent workers, and the schedule."""
        while True:
            try:
                schedule.sign(name)
                schedule.reap()
                schedule.tick()
            except Exception:  # the next round may fare better; the log says what happened
                logger.exception("the scheduler stumbled")
            finally:
                close_old_connections()
            if stop.wait(30):
                connection.close()
                return

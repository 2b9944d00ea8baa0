"""A real site for browser tests: an own data folder, `xianfeng serve` as users start it, and sessions for its people.

The test process never opens the site's database; what has to happen in it happens in a process of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=zh-CN",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}


@dataclass
class Site:
    """A running site. `people` are accounts by the name of their role."""

    home: Path
    url: str
    environment: dict[str, str]
    people: dict[str, str] = field(default_factory=dict)

    def run(self, code: str, *arguments: str) -> str:
        """Run Python in the site's installation, with Django set up; returns what it prints last."""
        script = f"import django; django.setup()\n{code}"
        command = [sys.executable, "-c", script, *arguments]
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip().rsplit("\n", 1)[-1]

    def session(self, account: str) -> dict[str, Any]:
        """A cookie with which the browser is signed in as the person of that account."""
        key = self.run(
            "import sys\n"
            "from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY\n"
            "from django.contrib.sessions.backends.db import SessionStore\n"
            "from xianfeng.people.models import Person\n"
            "person = Person.objects.get(account=sys.argv[1])\n"
            "session = SessionStore()\n"
            "session[SESSION_KEY] = str(person.pk)\n"
            "session[BACKEND_SESSION_KEY] = 'xianfeng.people.backends.PersonBackend'\n"
            "session[HASH_SESSION_KEY] = person.get_session_auth_hash()\n"
            "session['second_factor'] = person.pk\n"
            "session.save()\n"
            "print(session.session_key)",
            account,
        )
        return {"name": "sessionid", "value": key, "url": self.url}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_of(home: Path, **settings: str) -> dict[str, str]:
    """What a process needs to work in a data folder. `settings` are further environment variables."""
    return {
        **{k: v for k, v in os.environ.items() if k != "DATABASE_URL"},
        "XIANFENG_HOME": str(home),
        "XIANFENG_SECOND_FACTOR": "off",
        "DJANGO_SETTINGS_MODULE": "xianfeng.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        **settings,
    }


@contextmanager
def running(
    home: Path, *, people: dict[str, str] | None = None, worker: bool = False, **settings: str
) -> Iterator[Site]:
    """Serve the data folder on a free port until the block ends. `settings` are environment variables."""
    port = free_port()
    environment = environment_of(home, **settings)
    site = Site(home, f"http://127.0.0.1:{port}", environment, people or {})
    command = [sys.executable, "-m", "xianfeng", "serve", "--port", str(port), "--workers", "1"]
    log = (home / "serve.log").open("wb")
    server = subprocess.Popen(
        command + ([] if worker else ["--no-worker"]), env=environment, cwd=ROOT, stdout=log, stderr=log
    )
    try:
        wait_for(site, server)
        yield site
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
        log.close()


def wait_for(site: Site, server: subprocess.Popen[bytes]) -> None:
    """Until the sign-in page answers; the server's log goes into the error when it never does."""
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{site.url}/login/", timeout=5)
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.25)
        else:
            return
    raise RuntimeError((site.home / "serve.log").read_text(errors="replace"))


def world_home() -> tuple[Path, dict[str, str]]:
    """A new data folder with the tests' world in it; returns it and the accounts by role."""
    home = Path(tempfile.mkdtemp(prefix="xianfeng-site-"))
    environment = environment_of(home)
    code = (
        "import json, django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)\n"
        "from tests.conftest import build_world\n"
        "world = build_world()\n"
        "print(json.dumps({role: person.account for role, person in world.people.items()}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return home, json.loads(done.stdout.strip().rsplit("\n", 1)[-1])


@contextmanager
def serving_world() -> Iterator[Site]:
    """The tests' world in a folder of its own, served as users serve it until the block ends."""
    home, people = world_home()
    try:
        with running(home, people=people) as site:
            yield site
    finally:
        shutil.rmtree(home, ignore_errors=True)

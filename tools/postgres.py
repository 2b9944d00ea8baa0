"""Run a command with DATABASE_URL naming a throw-away PostgreSQL: `python -m tools.postgres COMMAND…`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path:
    """Where initdb lies. Exits with a sentence when PostgreSQL is missing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    if path := shutil.which("initdb"):
        return Path(path).resolve().parent
    raise SystemExit("PostgreSQL is missing: make test installs it")


@contextmanager
def cluster() -> Iterator[str]:
    """A cluster of its own on a free port, without fsync; yields its address and is gone afterwards."""
    where, folder = binaries(), Path(tempfile.mkdtemp(prefix="xianfeng-pg-"))
    root = os.geteuid() == 0  # initdb refuses to run as root
    if root:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        prefix = ["runuser", "-u", "postgres", "--"] if root else []
        command = [*prefix, str(where / program), *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)

    data = str(folder / "data")
    quick = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    run(
        "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    run(
        "pg_ctl", "-w", "-D", data, "-l", str(folder / "log"),
        "-o", f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {quick}", "start",
    )  # fmt: skip
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-m", "immediate", "-D", data, "stop")
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Start, run, stop; the exit code is the command's."""
    with cluster() as address:
        return subprocess.run(
            sys.argv[1:], env={**os.environ, "DATABASE_URL": address}, check=False
        ).returncode


if __name__ == "__main__":
    raise SystemExit(main())

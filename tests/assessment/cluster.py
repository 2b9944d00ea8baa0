"""A Spark cluster of this machine: one master and two workers, each a process of its own."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java that starts soon rather than runs fast."""


CALM = """\
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
"""
"""Settings of a driver that has little to do: nothing is compiled for a thousand rows."""


def free_port():
    with socket.socket() as found:
        found.bind((HOST, 0))
        return found.getsockname()[1]


@contextmanager
def cluster(folder, workers=2, patience=180):
    """The address of its master; the processes end with the block."""
    import pyspark

    (folder / "conf").mkdir()
    (folder / "conf" / "spark-defaults.conf").write_text(CALM)
    launch = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
    environment = {
        **os.environ, "SPARK_LOCAL_IP": HOST, "SPARK_DAEMON_MEMORY": "256m", "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_WORKER_DIR": str(folder / "work"), "JAVA_TOOL_OPTIONS": QUICK,
    }  # fmt: skip
    environment.pop("SPARK_HOME", None)
    port, page = free_port(), free_port()
    address = f"spark://{HOST}:{port}"
    place = "org.apache.spark.deploy"
    commands = [
        [f"{place}.master.Master", "--host", HOST, "--port", str(port), "--webui-port", str(page)],
        *([f"{place}.worker.Worker", "--host", HOST, "--webui-port", "0", "--cores", "1", "--memory", "700m", address] for _ in range(workers)),
    ]  # fmt: skip
    processes = []
    try:
        for number, command in enumerate(commands):
            log = (folder / f"{number}.log").open("wb")
            processes.append(
                subprocess.Popen(
                    [launch, *command],
                    env=environment,
                    stdout=log,
                    stderr=log,
                    preexec_fn=_end_with_us,  # noqa: PLW1509 - no threads here
                )
            )
        end = time.monotonic() + patience
        while _alive(page) < workers:
            if time.monotonic() > end or any(process.poll() is not None for process in processes):
                raise RuntimeError(
                    "".join((folder / f"{n}.log").read_text()[-1000:] for n in range(len(processes)))
                )
            time.sleep(0.2)
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_us():
    """Whoever is killed while the cluster runs takes it along (Linux: PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _alive(page):
    """How many workers the master knows of."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{page}/json/", timeout=5) as answer:
            return json.load(answer)["aliveworkers"]
    except OSError:
        return 0

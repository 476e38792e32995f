"""One Prefect server for the whole run, started as a reader starts it, and the results of its flows."""

import atexit
import contextlib
import importlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from tests.support.home import HOME, OWNER, READERS_TERMINAL, ROOT, SERVER, SERVER_LOG


def free_port() -> str:
    """Find a port of four digits, as those have that people see: tables of a transcript keep their width."""
    for port in random.SystemRandom().sample(range(5001, 8000), 100):
        with contextlib.suppress(OSError), socket.socket() as free:
            free.bind(("127.0.0.1", port))
            return str(port)
    raise RuntimeError("no free port from 5001 to 7999")


def launch_prefect_server() -> dict:
    """Run `prefect server start`, as its transcript does, or find the server that this run has; return where it is."""
    with FileLock(HOME / "server.lock"):
        if not SERVER.exists():
            port = free_port()
            url = f"http://127.0.0.1:{port}/api"
            env = {
                **os.environ,
                "PREFECT_SERVER_API_PORT": port,
                "PREFECT_UI_API_URL": url,
                **READERS_TERMINAL,
            }
            # Else it writes the states of tasks one by one: a flow of two hundred is recorded five seconds late.
            recorder = "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER"
            env |= {f"{recorder}_READ_BATCH_SIZE": "50", f"{recorder}_BATCH_SIZE": "50"}
            env |= {
                f"{recorder}_FLUSH_INTERVAL": "1"
            }  # whole seconds: a part of one is none, and it would never rest
            command = [f"{sys.prefix}/bin/prefect", "server", "start"]
            with SERVER_LOG.open("w") as log:
                process = subprocess.Popen(command, stdout=log, stderr=log, env=env)
            SERVER.write_text(json.dumps({"url": url, "pid": process.pid}))
        return json.loads(SERVER.read_text())


def start_prefect_server() -> str:
    """Return the address of this run's Prefect server, once it answers."""
    server = launch_prefect_server()
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and psutil.pid_exists(server["pid"]):
        try:
            urllib.request.urlopen(f"{server['url']}/health", timeout=1)
            return server["url"]
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the Prefect server did not start:\n{SERVER_LOG.read_text()}")


def alone(snippet: Path) -> FileLock:
    """Return what a test holds while it runs a snippet: its deployments have names, and another test may run it too."""
    return FileLock(HOME / f"{snippet.stem}.lock")


@pytest.fixture(scope="session")
def prefect_server():
    """The address of a real Prefect server, which this process's flows use too."""
    from prefect.logging.handlers import APILogWorker
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    importlib.import_module(
        "prefect.main"
    )  # its log writes to what is standard error now: no test's, soon closed
    url = start_prefect_server()
    # A heartbeat keeps each flow waiting for a second at its end; a snippet does not live long enough to need one.
    with temporary_settings({PREFECT_API_URL: url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield url
        # Else its last lines come when the server has gone. In a thread of its own: Playwright's loop runs in this one.
        drain = threading.Thread(target=APILogWorker.drain_all, kwargs={"timeout": 10})
        drain.start()
        drain.join()


@pytest.fixture
def results(prefect_server, tmp_path_factory):
    """A result storage of its own for a flow: else one snippet may be given what another has cached.

    It comes after the server, for settings are restored in the order in which they were made.
    """
    from prefect.settings import PREFECT_LOCAL_STORAGE_PATH, temporary_settings

    with temporary_settings({PREFECT_LOCAL_STORAGE_PATH: tmp_path_factory.mktemp("results")}):
        yield


@pytest.fixture(scope="session")
def history(prefect_server):
    """The fortnight of runs that module 6 asks about, on the server, written there as a reader writes it."""
    with FileLock(HOME / "history.lock"):
        if not (HOME / "history").exists():
            subprocess.run(
                [sys.executable, ROOT / "snippets/patterns/fortnight.py"],
                check=True,
                capture_output=True,
            )
            (HOME / "history").touch()


def pytest_unconfigure(config):
    """End the Prefect server and remove its home, once no process of this run needs it any more."""
    if not OWNER:
        return
    if SERVER.exists() and psutil.pid_exists(
        pid := json.loads(SERVER.read_text())["pid"]
    ):  # Ctrl+C may have ended it
        with_children = psutil.Process(pid)
        family = [with_children, *with_children.children(recursive=True)]
        with_children.terminate()
        for process in psutil.wait_procs(family, timeout=20)[1]:
            process.kill()
    # An interrupted test may not have ended what it had started: all that knows this home, but for our children.
    children = {process.pid for process in psutil.Process().children(recursive=True)}
    for process in psutil.process_iter(["environ"]):
        if process.pid not in children and (process.info["environ"] or {}).get(
            "COURSE_TEST_HOME"
        ) == str(HOME):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    atexit.register(
        shutil.rmtree, HOME, ignore_errors=True
    )  # after xdist's workers, which still write there

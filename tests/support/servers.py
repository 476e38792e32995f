"""One Prefect server for the whole run, started as a reader starts it, and results of its flows."""

import atexit
import contextlib
import importlib
import json
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import FileLock

from course.paths import SNIPPETS
from course.services import prefect_server as prefect
from tests.support.home import HOME, OWNER, READERS_TERMINAL, SERVER, SERVER_LOG

#: By default states of tasks are written one by one: two hundred of them come five seconds late.
#: The interval is in seconds; a fraction would become 0 and never rest.
_RECORDER = {"READ_BATCH_SIZE": "50", "BATCH_SIZE": "50", "FLUSH_INTERVAL": "1"}
QUICK_RECORDER = {f"PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_{k}": v for k, v in _RECORDER.items()}


def free_port() -> str:
    """Return a free port of four digits that this run has given to no other test."""
    (HOME / "ports").mkdir(exist_ok=True)
    while True:
        port = str(prefect.free_port())
        with contextlib.suppress(FileExistsError):
            (HOME / "ports" / port).touch(exist_ok=False)
            return port


def launch_prefect_server() -> dict:
    """Start the server of this run, or find it; return its ``url`` and ``pid``."""
    with FileLock(HOME / "server.lock"):
        if not SERVER.exists():
            port, env = int(free_port()), {**READERS_TERMINAL, **QUICK_RECORDER}
            process = prefect.start(port, env=env, log=SERVER_LOG)
            SERVER.write_text(json.dumps({"url": prefect.api_url(port), "pid": process.pid}))
        return json.loads(SERVER.read_text())


def alone(snippet: Path) -> FileLock:
    """Return a lock for runs of a snippet, since its deployments have names on the one server."""
    return FileLock(HOME / f"{snippet.stem}.lock")


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[str]:
    """The address of a real Prefect server, which this process's flows use too."""
    from prefect import settings
    from prefect.logging.handlers import APILogWorker

    # Its log goes to what is standard error now: it must not be a test's, which is closed soon.
    importlib.import_module("prefect.main")
    url = launch_prefect_server()["url"]
    prefect.wait_until_ready(url)
    own: dict[Any, str | None] = {settings.PREFECT_API_URL: url}
    # A heartbeat lets each flow wait for a second at its end; no snippet lives long enough for one.
    own[settings.PREFECT_FLOWS_HEARTBEAT_FREQUENCY] = None
    with settings.temporary_settings(own):
        yield url
        # The last lines of the log must come before the server ends. They are awaited in a thread
        # because Playwright's loop runs in this one.
        drain = threading.Thread(target=APILogWorker.drain_all, kwargs={"timeout": 10})
        drain.start()
        drain.join()


@pytest.fixture
def own_home(prefect_server: str, tmp_path: Path) -> Path:
    """A ``PREFECT_HOME`` with a copy of the run's database: to make one is half of a start."""
    with (
        contextlib.closing(sqlite3.connect(HOME / "prefect.db")) as of_this_run,
        contextlib.closing(sqlite3.connect(tmp_path / "prefect.db")) as own,
    ):
        of_this_run.backup(own)
    return tmp_path


@pytest.fixture
def results(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A result storage for one test, lest a snippet is given what another has cached.

    It comes after the server, since settings are restored in the order in which they were made.
    """
    from prefect.settings import PREFECT_LOCAL_STORAGE_PATH, temporary_settings

    with temporary_settings({PREFECT_LOCAL_STORAGE_PATH: tmp_path_factory.mktemp("results")}):
        yield


@pytest.fixture(scope="session")
def history(prefect_server: str) -> None:
    """Write the fortnight of runs that module 6 asks about, as a reader does."""
    with FileLock(HOME / "history.lock"):
        if not (HOME / "history").exists():
            command = [sys.executable, SNIPPETS / "patterns/fortnight.py"]
            subprocess.run(command, check=True, capture_output=True)
            (HOME / "history").touch()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server and all that this run has started; remove its folder."""
    if not OWNER:
        return
    if SERVER.exists():
        prefect.stop(json.loads(SERVER.read_text())["pid"])
    # An interrupted test may not have ended what it had started: whatever inherited this run's
    # folder, except for this process's own children.
    children = {process.pid for process in psutil.Process().children(recursive=True)}
    for process in psutil.process_iter(["environ"]):
        home = (process.info["environ"] or {}).get("COURSE_TEST_HOME")
        if process.pid not in children and home == str(HOME):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    atexit.register(shutil.rmtree, HOME, ignore_errors=True)  # after xdist's workers have ended

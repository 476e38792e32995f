"""Start, find and stop Prefect's server; no other module does.

Input: the environment of this process. Output: the address of an API that answers.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from course.errors import CourseError
from course.paths import program
from course.services import processes
from course.setup import ports, prefect_home, shell

START_TIMEOUT_S, STOP_TIMEOUT_S = 180, 20
SEE_WHY = f"to see why, run: {shell.in_venv('prefect')} server start"


class PrefectServerError(CourseError):
    """There is no Prefect server to use; the message says what fixes it."""


def api_url(port: int) -> str:
    """Return the address of the API of a server on this machine."""
    return f"http://127.0.0.1:{port}/api"


def answers(api_url: str, timeout_s: float = 5) -> bool:
    """Return whether a server answers at an address, be it to refuse this caller."""
    # A company's proxy cannot reach this machine, but may be the only way to any other.
    opener = ports.OPENER if ports.is_local(api_url) else urllib.request.build_opener()
    try:
        opener.open(f"{api_url}/health", timeout=timeout_s).close()
    except urllib.error.HTTPError as error:
        return error.code in (401, 403)  # any other web server answers 404
    except (OSError, ValueError):
        return False
    return True


def named() -> str | None:
    """Return ``PREFECT_API_URL``, if it is set; raise an error if nothing answers there."""
    url = os.environ.get("PREFECT_API_URL")
    if url and not answers(url):
        unset, number = shell.unset("PREFECT_API_URL"), urlsplit(url).port
        if not ports.is_local(url):
            raise PrefectServerError(
                f"no Prefect server answers at {url}; to use one on this machine, run: {unset}"
            )
        port = f" --port {number}" if number and number != ports.prefect_port() else ""
        start = f"{shell.in_venv('prefect')} server start{port}"
        raise PrefectServerError(
            f"no Prefect server answers at {url}; start one with: {start}; "
            f"or remove the address with: {unset}"
        )
    return url


def find() -> str | None:
    """Return the API of a server that already runs; ``None`` if the port is free to start one.

    Raises:
        PrefectServerError: If nothing answers at ``PREFECT_API_URL``, or another program has the
            port.
        SetupError: If Prefect's home will not do.
    """
    port = ports.prefect_port()
    if (url := named()) or not ports.is_taken(port):
        prefect_home.require(database_too=not url)
        return url or None
    if not (found := ports.prefect()).ok:
        raise PrefectServerError(f"{found.subject}: {found.advice}")
    return api_url(port)


def free_port() -> int:
    """Return a free port of four digits, as tables in transcripts have room for.

    Below 7001 lie ports that Chromium refuses to open, such as 6000, and some that macOS uses.
    """
    for port in random.SystemRandom().sample(range(7001, 8000), 200):
        with suppress(OSError), socket.socket() as candidate:
            candidate.bind(("127.0.0.1", port))
            return port
    raise PrefectServerError("no port from 7001 to 7999 is free")


def start(
    port: int, *, env: Mapping[str, str] | None = None, log: Path | None = None
) -> subprocess.Popen:
    """Start a server on a port; it may not answer yet, and Ctrl+C in this terminal does not end it.

    Its settings are those of this process and ``env``; what it prints goes to ``log``, if given.
    """
    with (log or Path(os.devnull)).open("w") as output:
        return subprocess.Popen(
            [program("prefect"), "server", "start"],
            env=_environment(port, **env or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **processes.NEW_GROUP,
        )


def _environment(port: int, **env: str) -> dict[str, str]:
    settings = {
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_UI_API_URL": api_url(port),
    }
    return {**os.environ, **settings, **env}


def wait_until_ready(api_url: str, process: subprocess.Popen | None = None) -> None:
    """Wait until a server answers.

    Raises:
        PrefectServerError: If its process has ended, or nothing answers in time.
    """
    deadline = time.monotonic() + START_TIMEOUT_S
    while not answers(api_url):
        if process and process.poll() is not None:
            raise PrefectServerError(f"Prefect's server stopped; {SEE_WHY}")
        if time.monotonic() > deadline:
            silent = f"Prefect's server did not answer within {START_TIMEOUT_S} s"
            raise PrefectServerError(f"{silent}; {SEE_WHY}")
        time.sleep(0.2)


def stop(pid: int) -> None:
    """End a server that `start` has started, and its children; wait until all have ended."""
    with suppress(psutil.NoSuchProcess):
        server = psutil.Process(pid)
        family = [server, *server.children(recursive=True)]
        server.terminate()
        for process in psutil.wait_procs(family, timeout=STOP_TIMEOUT_S)[1]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=STOP_TIMEOUT_S)


@contextmanager
def _running(port: int, **env: str) -> Generator[str]:
    """Run a server on a port until the block ends; yield the address of its API."""
    with start(port, env=env) as process:
        try:
            wait_until_ready(api_url(port), process)
            yield api_url(port)
        finally:
            stop(process.pid)


def temporary(home: Path) -> AbstractContextManager[str]:
    """Run a server with a ``PREFECT_HOME`` of its own on a free port; yield its API's address."""
    return _running(free_port(), PREFECT_HOME=str(home))


@contextmanager
def found_or_started(mark: str) -> Generator[str]:
    """Yield the API of a server: one that is found stays, one that is started ends with the block.

    What the started one leaves behind is found by the mark, as `processes.kill_tree` does.
    """
    if url := find():
        yield url
        return
    print("Starting Prefect's server ...", flush=True)
    try:
        with _running(ports.prefect_port(), **{processes.MARK_VARIABLE: mark}) as url:
            yield url
    finally:
        processes.kill_tree(mark)


def found_or_in_background() -> str:
    """Return the API of a server that is found, or started to go on when this process ends.

    Raises:
        PrefectServerError: If it does not start; the message has Prefect's reason.
    """
    if url := find():
        return url
    end, port = f"{shell.in_venv('prefect')} server stop", ports.prefect_port()
    if leftover := prefect_home.stale_pid_file():  # Prefect would not start beside it
        leftover.unlink(missing_ok=True)
    print(f"Starting Prefect's server in the background; stop it with: {end}", flush=True)
    done = subprocess.run(
        [program("prefect"), "server", "start", "--background"],
        env=_environment(port, COLUMNS="200"),  # its reason stays in one line
        capture_output=True,
        text=True,
    )
    if done.returncode:
        why = (done.stdout + done.stderr).strip().splitlines() or ["no reason given"]
        raise PrefectServerError(f"Prefect's server did not start: {why[-1]}")
    wait_until_ready(api_url(port))
    return api_url(port)

"""Start, find and stop Prefect's server; no other module does.

Comes in: the environment of this process. Goes out: the address of an API that answers.
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
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from course.errors import CourseError
from course.paths import program
from course.services import processes
from course.setup import ports

SERVER_START_TIMEOUT_S = 180
STOP_TIMEOUT_S = 20
SEE_WHY = "see why: .venv/bin/prefect server start"


class PrefectServerError(CourseError):
    """There is no Prefect server to use; the message says what mends it."""


def api_url(port: int) -> str:
    """Return the address of the API of a server on this machine."""
    return f"http://127.0.0.1:{port}/api"


def answers(api_url: str, timeout_s: float = 5) -> bool:
    """Return whether a server answers at an address, be it to refuse this caller."""
    on_this_machine = urlsplit(api_url).hostname in ("127.0.0.1", "localhost", "::1")
    # A company's proxy cannot reach this machine, but may be the only way to any other.
    no_proxy = [urllib.request.ProxyHandler({})] if on_this_machine else []
    try:
        urllib.request.build_opener(*no_proxy).open(f"{api_url}/health", timeout=timeout_s).close()
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, ValueError):
        return False
    return True


def find() -> str | None:
    """Return the API of a server that already runs; ``None`` if the port is free to start one.

    Raises:
        PrefectServerError: If ``PREFECT_API_URL`` is set and nothing answers there, or if another
            program has the port.
    """
    if url := os.environ.get("PREFECT_API_URL"):
        if not answers(url):
            raise PrefectServerError(
                f"no Prefect server answers at {url}; start it, or: unset PREFECT_API_URL"
            )
        return url
    if not ports.is_taken(ports.prefect_port()):
        return None
    found = ports.prefect()
    if not found.ok:
        raise PrefectServerError(f"{found.subject}: {found.advice}")
    return api_url(ports.prefect_port())


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
    """Start a server as ``prefect server start`` does; it may not answer yet.

    Args:
        port: Where it listens, on this machine only.
        env: Settings besides those of this process.
        log: The file that holds what it prints; without one, that is thrown away.

    Returns:
        The process, which Ctrl+C in this terminal does not reach: `stop` ends it.
    """
    with (log or Path(os.devnull)).open("w") as output:
        return subprocess.Popen(
            [program("prefect"), "server", "start"],
            env=_environment(port, env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **processes.NEW_GROUP,
        )


def _environment(port: int, env: Mapping[str, str] | None = None) -> dict[str, str]:
    settings = {
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_UI_API_URL": api_url(port),
    }
    return {**os.environ, **settings, **(env or {})}


def wait_until_ready(
    api_url: str,
    process: subprocess.Popen | None = None,
    timeout_s: float = SERVER_START_TIMEOUT_S,
) -> None:
    """Wait until a server answers.

    Args:
        api_url: The address of its API.
        process: The process that has to come up there, if it is known.
        timeout_s: How long a start may take, in seconds.

    Raises:
        PrefectServerError: If the process has ended, or nothing answers in time.
    """
    deadline = time.monotonic() + timeout_s
    while not answers(api_url):
        if process and process.poll() is not None:
            raise PrefectServerError(f"Prefect's server has ended; {SEE_WHY}")
        if time.monotonic() > deadline:
            raise PrefectServerError(f"Prefect's server is silent after {timeout_s:g} s; {SEE_WHY}")
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


@contextmanager
def found_or_started(mark: str) -> Generator[str]:
    """Yield the API of a server: one that is found stays, one that is started ends with the block.

    Args:
        mark: What `processes.kill_tree` finds the started server by.

    Raises:
        PrefectServerError: As `find` and `wait_until_ready` do.
    """
    if url := find():
        yield url
        return
    print("Prefect's server starts ...", flush=True)
    try:
        with _running(ports.prefect_port(), **{processes.MARK_VARIABLE: mark}) as url:
            yield url
    finally:
        processes.kill_tree(mark)


@contextmanager
def temporary(home: Path, **env: str) -> Generator[str]:
    """Run a server of its own on a free port; yield the address of its API.

    Args:
        home: Its ``PREFECT_HOME``, which holds its database.
        env: Settings besides those of this process.

    Raises:
        PrefectServerError: As `wait_until_ready` does.
    """
    with _running(free_port(), PREFECT_HOME=str(home), **env) as url:
        yield url


def start_in_background() -> str:
    """Start a server that goes on when this process ends; return the address of its API.

    Raises:
        PrefectServerError: If it does not start; the message has Prefect's reason.
    """
    done = subprocess.run(
        [program("prefect"), "server", "start", "--background"],
        env=_environment(ports.prefect_port(), {"COLUMNS": "200"}),  # its reason stays in one line
        capture_output=True,
        text=True,
    )
    if done.returncode:
        why = (done.stdout + done.stderr).strip().splitlines() or ["it gives no reason"]
        raise PrefectServerError(f"Prefect's server did not start: {why[-1]}")
    wait_until_ready(api_url(ports.prefect_port()))
    return api_url(ports.prefect_port())

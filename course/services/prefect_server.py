"""Prefect's server, found or started: `make pipeline` and `make live` need one before a flow runs."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from course.exercises.command import answers
from course.services import processes
from course.setup import ports

PORT = int(
    os.environ.get("PREFECT_SERVER_API_PORT", 4200)
)  # Prefect's own: where its server starts
HERE, PATIENCE = f"http://127.0.0.1:{PORT}/api", 120
START = [Path(sys.executable).with_name("prefect"), "server", "start"]


def find(command: str) -> str:
    """Return the address of the server that is set, or of the one here; nothing if there is none yet.

    A server that is set and silent, and a port that another program has, end the command with one line.
    """
    if url := os.environ.get("PREFECT_API_URL"):
        if not answers(url):
            sys.exit(
                f"{command}: no Prefect server answers at {url}; start it, or: unset PREFECT_API_URL"
            )
        return url
    found = ports.prefect()
    if found[0] == "✕":
        sys.exit(f"{command}: {found[2:]}")
    return "" if found.endswith("free") else HERE


def settings() -> dict[str, str]:
    """Return the environment in which the course starts a server."""
    return {**os.environ, "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}


def wait(command: str, lives: Callable[[], bool] = lambda: True) -> None:
    """Return once the server answers; end the command with one line if it does not, or has ended."""
    deadline = time.monotonic() + PATIENCE
    while not ports.prefect().endswith("answers"):
        if not lives():
            sys.exit(
                f"{command}: Prefect's server has ended; see why: .venv/bin/prefect server start"
            )
        if time.monotonic() > deadline:
            sys.exit(
                f"{command}: Prefect's server is silent after {PATIENCE} s; see: .venv/bin/prefect server start"
            )
        time.sleep(0.5)


@contextmanager
def beside(command: str, mark: str) -> Iterator[str]:
    """Yield the address of a server: one that is found stays, one that is started ends with the block."""
    if url := find(command):
        yield url
        return
    print("Prefect's server starts ...", flush=True)
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    process = subprocess.Popen(
        START, env={**settings(), processes.MARK: mark}, **quiet, **processes.APART
    )
    try:
        wait(command, lambda: process.poll() is None)
        yield HERE
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(processes.PATIENCE)
        processes.end(mark)

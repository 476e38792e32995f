"""Serve the built site, and run its blocks on this machine: ``make live``.

A Prefect server is found or started. Ctrl+C ends all that was started.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from course.errors import UsageError
from course.paths import CACHE, ROOT
from course.run.machine import LiveError
from course.services import prefect_server, processes
from course.setup import ports

SITE = CACHE / "live"
RUN_TIMEOUT_S = 900
DASK = "http://127.0.0.1:8787"  #: Dask's dashboard, while a cluster runs


class Parser(argparse.ArgumentParser):
    """Raise what is wrong with the arguments, instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        """Raise it with what lists the right arguments."""
        raise UsageError(f"{message}; list the options with: python -m course live --help")


def main(arguments: list[str]) -> int:
    """Serve on the port that is given, or on 8000, until Ctrl+C."""
    parser = Parser("live", description=__doc__.splitlines()[0])
    parser.add_argument("port", nargs="?", default="8000")
    parser.add_argument("--site", type=Path, help="a site that is already built")
    parser.add_argument(
        "--limit", type=float, default=RUN_TIMEOUT_S, help="the seconds that a Run may take"
    )
    options = parser.parse_args(arguments)
    port = ports.checked("live", options.port)
    for name in ("SIGTERM", "SIGHUP"):  # a plain kill, or the end of the terminal
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))
    with suppress(KeyboardInterrupt):
        serve(port, options.site, options.limit)
    return 0


def serve(port: int, site: Path | None, timeout_s: float) -> None:
    """Serve a site, which is built unless it is given, until Ctrl+C; then end all that was started.

    A run may take ``timeout_s`` seconds.
    """
    import uvicorn

    from course.run.machine.server import HOSTS, Live, application

    mark, token = f"{secrets.token_hex(8)}.", secrets.token_urlsafe(32)
    # Listens from here on: who calls while the site is built waits for it.
    with socket.create_server(("127.0.0.1", port)) as listener:
        try:
            with prefect_server.found_or_started(f"{mark}prefect.") as api:
                os.environ["PREFECT_API_URL"] = api  # of runs, and of notebooks in the build
                links = {"prefect": api.removesuffix("/api"), "dask": DASK}
                origins = {f"http://{host}:{port}" for host in HOSTS}
                live = Live(token, origins, links, timeout_s, mark)
                config = uvicorn.Config(
                    application(site or build(port), live),
                    log_level="warning",
                    access_log=False,
                    ws="websockets-sansio",
                    ws_max_size=2_000_000,
                    timeout_graceful_shutdown=processes.KILL_TIMEOUT_S,
                )
                address = f"http://127.0.0.1:{port}/#live={token}"
                print("Open the course, with Run buttons that use this machine: ", end="")
                print(address, flush=True)
                print(f"Prefect's UI: {links['prefect']} · ", end="")
                print(f"Dask's dashboard, while a cluster runs: {DASK}")
                print("Press Ctrl+C to stop the course and everything it started.", flush=True)
                uvicorn.Server(config).run(sockets=[listener])
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # an impatient second Ctrl+C
            processes.kill_tree(mark)


def build(port: int) -> Path:
    """Build the site for a port; if that fails, print why, and raise a `LiveError`."""
    print("Building the site ...", flush=True)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(SITE)]
    env = {**os.environ, "SITE_URL": f"http://127.0.0.1:{port}/"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True)
    if done.returncode:
        sys.stdout.buffer.write(done.stdout + done.stderr)
        raise LiveError("the site was not built; see the lines above")
    return SITE

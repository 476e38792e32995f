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

from course.paths import CACHE, ROOT
from course.run.machine import LiveError
from course.services import prefect_server, processes
from course.setup import ports

SITE = CACHE / "live"
RUN_TIMEOUT_S = 900
DASK = "http://127.0.0.1:8787"  #: Dask's dashboard, while a cluster runs


def main(arguments: list[str]) -> int:
    """Serve on the port that is given, or on 8000, until Ctrl+C."""
    parser = argparse.ArgumentParser("live", description=__doc__.splitlines()[0])
    parser.add_argument("port", nargs="?", default="8000")
    parser.add_argument("--site", type=Path, help="a site that is already built")
    parser.add_argument(
        "--limit", type=float, default=RUN_TIMEOUT_S, help="the seconds that a Run may take"
    )
    options = parser.parse_args(arguments)
    port = ports.checked("live", options.port)
    treat_as_ctrl_c("SIGTERM", "SIGHUP")
    with suppress(KeyboardInterrupt):
        serve(port, options.site, options.limit)
    return 0


def treat_as_ctrl_c(*names: str) -> None:
    """Have the end of the terminal, or a plain kill, do what Ctrl+C does."""
    for name in names:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))


def serve(port: int, site: Path | None, timeout_s: float) -> None:
    """Serve until Ctrl+C; then end every process that was started.

    Args:
        port: Where to listen, on this machine only.
        site: A built site; without it, the site is built.
        timeout_s: The seconds that a run may take.
    """
    import uvicorn

    from course.run.machine.runs import Runs
    from course.run.machine.server import application

    mark, token = f"{secrets.token_hex(8)}.", secrets.token_urlsafe(32)
    # Listens from here on: who calls while the site is built waits for it.
    with socket.create_server(("127.0.0.1", port)) as listener:
        try:
            with prefect_server.found_or_started(f"{mark}prefect.") as api:
                site = site or build(port, api)
                links = {"prefect": api.removesuffix("/api"), "dask": DASK}
                config = uvicorn.Config(
                    application(site, port, token, links, Runs(api, timeout_s, mark)),
                    log_level="warning",
                    access_log=False,
                    ws="websockets-sansio",
                    ws_max_size=2_000_000,
                    timeout_graceful_shutdown=processes.KILL_TIMEOUT_S,
                )
                address = f"http://127.0.0.1:{port}/#live={token}"
                print(f"The course, whose blocks run here: {address}", flush=True)
                print(f"Prefect's UI: {links['prefect']} · ", end="")
                print(f"Dask's dashboard, while a cluster runs: {DASK}")
                print("Ctrl+C ends it, and all that it has started.", flush=True)
                uvicorn.Server(config).run(sockets=[listener])
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # an impatient second Ctrl+C
            processes.kill_tree(mark)


def build(port: int, prefect_api: str) -> Path:
    """Build the site for a port; flows of notebooks use the Prefect server that already runs.

    Raises:
        LiveError: If the build fails; MkDocs has printed why.
    """
    print("Building the site ...", flush=True)
    env = {
        **os.environ,
        "SITE_URL": f"http://127.0.0.1:{port}/",
        "NO_MKDOCS_2_WARNING": "1",
        "PREFECT_API_URL": prefect_api,
    }
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(SITE)]
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        sys.stdout.buffer.write(done.stdout)
        raise LiveError("the site was not built; see the lines above")
    return SITE

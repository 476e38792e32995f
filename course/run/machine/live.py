"""Serve the built site with Run buttons that use this machine: python course/live.py PORT

One line says where. A Prefect server runs beside it: one that is found stays, one that is started ends with it. The
same command does without make, and with any Python that the course can be installed with: it installs the course then.
"""

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from course.paths import ROOT
from course.setup import ports

SITE = ROOT / ".cache/live"
LONGEST = 900  #: seconds that a Run may take
DASK = "http://127.0.0.1:8787"  # where Dask's dashboard is, as long as a cluster runs


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        "live", description="Serve the built site, and run its blocks on this machine."
    )
    parser.add_argument("port", nargs="?", default="8000")
    parser.add_argument("--site", type=Path, help="a site that is built already")
    parser.add_argument(
        "--limit", type=float, default=LONGEST, help="the seconds that a Run may take"
    )
    options = parser.parse_args(arguments)
    port = ports.checked("live", options.port)
    interruptible()
    with suppress(KeyboardInterrupt):  # that is how it ends
        serve(port, options.site, options.limit)
    return 0


def interruptible() -> None:
    """Have a closed terminal, and a plain kill, end all that Ctrl+C ends."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has one of them
        if number and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))


def serve(port: int, site: Path | None, limit: float) -> None:
    """Serve until Ctrl+C; then leave nothing that was started."""
    import uvicorn

    from course.run.machine.runs import Runs
    from course.run.machine.server import application
    from course.services import prefect_server, processes

    mark, token = f"{secrets.token_hex(8)}.", secrets.token_urlsafe(32)
    # Taken from here on; who calls before the site is built waits for it.
    with socket.create_server(("127.0.0.1", port)) as listener:
        try:
            with prefect_server.found_or_started(f"{mark}prefect.") as api:
                site = site or build(port, api)
                links = {"prefect": api.removesuffix("/api"), "dask": DASK}
                app = application(site, port, token, links, Runs(api, limit, mark))
                settings = uvicorn.Config(
                    app, log_level="warning", access_log=False, ws="websockets-sansio"
                )
                settings.ws_max_size, settings.timeout_graceful_shutdown = (
                    2_000_000,
                    processes.KILL_TIMEOUT_S,
                )
                print(
                    f"The course, whose blocks run here: http://127.0.0.1:{port}/#live={token}",
                    flush=True,
                )
                print(
                    f"Prefect's UI: {links['prefect']} · Dask's dashboard, while a cluster runs: {DASK}"
                )
                print("Ctrl+C ends it, and all that it has started.", flush=True)
                uvicorn.Server(settings).run(sockets=[listener])
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # an impatient second one
            processes.kill_tree(mark)


def build(port: int, api: str) -> Path:
    """Build the site; where notebooks have to be run for it, their flows meet the server that runs beside it."""
    print("Building the site ...", flush=True)
    env = {
        **os.environ,
        "SITE_URL": f"http://127.0.0.1:{port}/",
        "NO_MKDOCS_2_WARNING": "1",
        "PREFECT_API_URL": api,
    }
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(SITE)]
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        sys.stdout.buffer.write(done.stdout)
        sys.exit("live: the site was not built; see the lines above")
    return SITE

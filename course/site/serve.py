"""Serve the course: its pages, rebuilt after each edit, and Run on every block.

The pages come at once, from the last build or as soon as they are built. Beside them a Prefect
server is found or started. Ctrl+C ends all that was started.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from contextlib import ExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

from course.errors import CourseError, UsageError
from course.paths import ROOT
from course.services import prefect_server, processes
from course.setup import ports, shell

RUN_TIMEOUT_S = 900
DASK = f"{ports.LOOPBACK_URL}:{ports.DASK.port}"  #: Dask's dashboard, while a cluster runs


class Parser(argparse.ArgumentParser):
    """Raise what is wrong with the arguments, instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        """Raise it with what lists the right arguments."""
        python = shell.posix_or_windows("python3", "python")
        raise UsageError(f"{message}; list the options with: {python} -m course serve --help")


def main(arguments: list[str]) -> int:
    """Serve on the port that is given, or on 8000, until Ctrl+C."""
    parser = Parser("serve", description=__doc__.splitlines()[0])
    parser.add_argument("port", nargs="?", default=str(ports.SITE.port))
    parser.add_argument("--site", type=Path, help="a site that is already built")
    parser.add_argument(
        "--limit", type=float, default=RUN_TIMEOUT_S, help="the seconds that a Run may take"
    )
    options = parser.parse_args(arguments)
    port = ports.checked("serve", options.port)
    for name in ("SIGTERM", "SIGHUP"):  # a plain kill, or the end of the terminal
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))
    with suppress(KeyboardInterrupt):
        serve(port, options.site, options.limit)
    return 0


def serve(port: int, folder: Path | None, timeout_s: float) -> None:
    """Serve the course until Ctrl+C, then end all that was started.

    A folder holds a site that is not built here. A run may take ``timeout_s`` seconds.

    Raises:
        PrefectServerError: If something is in the way of Prefect's server.
    """
    import uvicorn

    from course.run.machine.server import HOSTS, Live, Site, application

    found = prefect_server.find()
    mark, token = f"{secrets.token_hex(8)}.", secrets.token_urlsafe(32)
    api = found or prefect_server.api_url(ports.prefect_port())
    links = {"prefect": api.removesuffix("/api"), "dask": DASK}
    origins = {f"http://{host}:{port}" for host in HOSTS}
    site = Site(origins)

    def show(news: dict) -> None:
        is_first = not site.pages
        site.show(**news)
        if is_first and site.pages:
            print(f"Open the course: http://127.0.0.1:{port}/#live={token}", flush=True)
            print(f"Prefect's UI: {links['prefect']} · ", end="")
            print(f"Dask's dashboard, while a cluster runs: {DASK}")
            print("Press Ctrl+C to stop the course and everything it started.", flush=True)

    @asynccontextmanager
    async def built(_: object) -> AsyncGenerator[None]:
        if folder:
            show({"folder": folder})
            yield
            return
        loop = asyncio.get_running_loop()
        tell = partial(loop.call_soon_threadsafe, show)
        threading.Thread(target=build, args=(port, f"{mark}builder.", tell), daemon=True).start()
        yield

    # Listens from here on: a browser that comes now is answered once the server runs.
    with socket.create_server(("127.0.0.1", port)) as listener, ExitStack() as started:
        prefect = in_background(
            lambda: (
                found or started.enter_context(prefect_server.found_or_started(f"{mark}prefect."))
            )
        )
        live = Live(token, origins, links, prefect, timeout_s, mark)
        config = uvicorn.Config(
            application(site, live, built),
            log_level="warning",
            access_log=False,
            ws="websockets-sansio",
            ws_max_size=2_000_000,
            timeout_graceful_shutdown=processes.KILL_TIMEOUT_S,
        )
        try:
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # an impatient second Ctrl+C
            started.close()  # Prefect's server ends by itself if it has started
            processes.kill_tree(mark)


def in_background(start: Callable[[], str]) -> Future[str]:
    """Start a Prefect server in a thread that this process does not wait for; runs use it then."""
    api: Future[str] = Future()

    def work() -> None:
        try:
            os.environ["PREFECT_API_URL"] = url = start()
            api.set_result(url)
        except CourseError as error:
            print(f"serve: {error}", file=sys.stderr, flush=True)
            api.set_exception(error)

    threading.Thread(target=work, daemon=True).start()
    return api


def build(port: int, mark: str, tell: Callable[[dict], object]) -> None:
    """Build the site in a process of its own; tell of each build, and of the end of that process.

    `tell` raises a `RuntimeError` once the server has ended.
    """
    builder = subprocess.Popen(
        [sys.executable, "-m", "course.site.builder", str(port)],
        cwd=ROOT,
        env={**os.environ, processes.MARK_VARIABLE: mark},
        stdin=subprocess.PIPE,  # open as long as this process lives
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        **processes.NEW_GROUP,
    )
    assert builder.stdout
    with suppress(RuntimeError):
        for line in builder.stdout:
            tell(json.loads(line))
        why = f"the pages are no longer rebuilt; press Ctrl+C, then: {shell.course('serve')}"
        tell({"folder": "", "failed": [why]})
        print(f"serve: {why}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

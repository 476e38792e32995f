"""`make serve` as it runs for a reader, and the page's side of the connection."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.support.servers import free_port

COMMAND = [sys.executable, "-m", "course", "serve"]
NAIVE = "negative-engineering/naive.py"
READY = re.compile(r"(http://127\.0\.0\.1:(\d+))/#live=([\w-]{40,})")


class Loopback:
    """A running server: its process, its address, its token, and where it keeps what it runs."""

    def __init__(self, process: subprocess.Popen, folder: Path) -> None:
        assert process.stdout
        self.process, self.folder, printed = process, folder, ""
        while not (ready := READY.search(printed)):
            line = process.stdout.readline()
            assert line, f"make serve has ended; see its errors above\n{printed}"
            printed += line
        self.address, self.port, self.token = ready.groups()

    def connect(self, **options: Any) -> ClientConnection:
        """Open the socket as a page of this server does, but for the options that are given."""
        options = {"origin": self.address, "proxy": None, **options}
        return connect(f"ws://127.0.0.1:{self.port}/run/live", **options)

    @contextlib.contextmanager
    def job(
        self, code: str, file: str | None = NAIVE, **others: object
    ) -> Generator[ClientConnection]:
        """Send a job, and yield the socket on which its messages come."""
        job = {"type": "run", "file": file, "code": code, "token": self.token, **others}
        socket = self.connect()
        with socket:
            socket.send(json.dumps(job))
            yield socket

    def run(
        self, code: str, file: str | None = NAIVE, **others: object
    ) -> tuple[dict[str, Any], str, str]:
        """Send a job; return its last message, its output, and its errors with our notices."""
        with self.job(code, file, **others) as socket:
            *messages, end = (json.loads(message) for message in socket)
        return end, text(messages, "stdout"), text(messages, "stderr", "notice")

    def folders(self) -> list[Path]:
        """Return the folders of runs that are still there."""
        return list(self.folder.glob("course-run-*"))


def text(messages: list[dict[str, Any]], *types: str) -> str:
    """Return what a run has printed on its streams, and our notices, each as a line."""
    ends = {"notice": "\n"}
    shown = (message for message in messages if message["type"] in types)
    return "".join(message["text"] + ends.get(message["type"], "") for message in shown)


def until(socket: ClientConnection, wanted: str) -> str:
    """Read messages until a run has printed a text; return all that it has printed."""
    printed = ""
    while wanted not in printed:
        message = json.loads(socket.recv(timeout=200))
        assert message["type"] != "end", printed
        printed += text([message], "stdout")
    return printed


@contextlib.contextmanager
def serving(
    folder: Path, *arguments: str, site: Path | None = None, **env: str
) -> Generator[Loopback]:
    """Serve a site that is built, or a small one, with `make serve`, until Ctrl+C at the end.

    Runs have their files in the folder.
    """
    for page in () if site else ("", "slides/deck"):
        (folder / "site" / page).mkdir(parents=True)
        (folder / "site" / page / "index.html").write_text("<h1>Prefect & Dask, live</h1>")
    command = [*COMMAND, free_port(), "--site", str(site or folder / "site"), *arguments]
    env = {**os.environ, "TMPDIR": str(folder), **env}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    try:
        yield Loopback(process, folder)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=200)

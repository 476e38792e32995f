"""`make live` as it runs for a reader, and a page's side of the talk with it."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
from websockets.sync.client import ClientConnection, connect

from tests.support.servers import free_port

COMMAND = [sys.executable, "-m", "course", "live"]
NAIVE = "negative-engineering/naive.py"


class Loopback:
    """A running server: its process, its address, its token, and where it keeps what it runs."""

    def __init__(self, process: subprocess.Popen, folder: Path):
        self.process, self.folder, self.said = process, folder, []
        while not self.said or "#live=" not in self.said[-1]:
            line = process.stdout.readline()
            assert line, self.said
            self.said.append(line)
        self.address, self.port, self.token = re.search(
            r"(http://127\.0\.0\.1:(\d+))/#live=([\w-]{40,})$", line
        ).groups()

    def connect(self, **headers) -> ClientConnection:
        """Open the socket as a page of this server does, but for what is said otherwise."""
        return connect(
            f"ws://127.0.0.1:{self.port}/run/live",
            **{"origin": self.address, "proxy": None, **headers},
        )

    @contextlib.contextmanager
    def job(self, code: str, file: str = NAIVE, **others) -> Iterator[ClientConnection]:
        """Send a job, and yield the socket on which its messages come."""
        with self.connect() as socket:
            job = {"type": "run", "file": file, "code": code, "token": self.token}
            socket.send(json.dumps({**job, **others}))
            yield socket

    def run(self, code: str, file: str = NAIVE, **others) -> tuple[dict, str, str]:
        """Send a job and wait for its end; return that, and what came on standard output and on standard error."""
        with self.job(code, file, **others) as socket:
            messages = [json.loads(message) for message in socket]
        out, err = (
            "".join(m["text"] for m in messages if m["type"] == name)
            for name in ("stdout", "stderr")
        )
        return messages[-1], out, err

    def left(self) -> list[Path]:
        """Name the folders of runs that are still there."""
        return list(self.folder.glob("course-run-*"))


def until(socket: ClientConnection, text: str) -> str:
    """Read messages until a run has printed a text; return all that it has printed."""
    printed = ""
    while text not in printed:
        message = json.loads(socket.recv(timeout=200))
        assert message["type"] != "end", printed
        printed += message["text"] if message["type"] == "stdout" else ""
    return printed


def alive(pids: list[int]) -> list[int]:
    """Return the processes that have not ended; one that nobody has asked for its exit code has."""
    found = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                found.append(pid)
    return found


@contextlib.contextmanager
def serving(folder: Path, *arguments: str, **env: str) -> Iterator[Loopback]:
    """Serve a small site that lies ready in a folder, as `make live` would serve the course; Ctrl+C ends it."""
    for page in ("", "slides/deck"):
        (folder / "site" / page).mkdir(parents=True)
        (folder / "site" / page / "index.html").write_text("<h1>Prefect & Dask, live</h1>")
    command = [*COMMAND, free_port(), "--site", folder / "site", *arguments]
    env = {**os.environ, "TMPDIR": str(folder), **env}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    try:
        yield Loopback(process, folder)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)

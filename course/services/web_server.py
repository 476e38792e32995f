"""Serve a folder, such as a built site, on loopback: as ``python -m http.server``, but quietly."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


class QuietHandler(SimpleHTTPRequestHandler):
    """Serve files and print nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Drop a line of the log."""

    def handle(self) -> None:
        """Answer a reader, who may leave the page before the answer has come."""
        with suppress(ConnectionError):
            super().handle()


@contextmanager
def serving(folder: str | Path) -> Generator[str]:
    """Yield the address of a folder, on a free port and without a slash at its end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=folder)) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()  # waits until it no longer serves

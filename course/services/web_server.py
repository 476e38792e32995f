"""Serve a built site on loopback while a block lasts, as `python -m http.server` would, but quietly."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def copyfile(self, *files: object) -> None:
        with suppress(ConnectionError):  # a reader who has left the page wants no more of it
            super().copyfile(*files)


@contextmanager
def serving(folder: str | Path) -> Iterator[str]:
    """Yield the address of a folder, on a free port and without a slash at its end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=folder)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()

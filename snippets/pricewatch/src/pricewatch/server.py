"""The shop on a port of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from pricewatch.shop import Shop


class ThreadingServer(ThreadingMixIn, WSGIServer):
    """A web server with a thread a request, so that a slow page holds up nobody else."""

    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    """A handler that does not write a line for each request among those of the reader's own commands."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def make_shop_server(shop: Shop, port: int) -> WSGIServer:
    """Return a server of the shop that listens on 127.0.0.1; port 0 picks a free one.

    Raises:
        OSError: If the port cannot be had.
    """
    return make_server("127.0.0.1", port, shop, ThreadingServer, QuietHandler)


@contextmanager
def serving(shop: Shop) -> Iterator[str]:
    """Serve the shop in a thread on a free port, and yield its address."""
    with make_shop_server(shop, 0) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()

"""A web server that opens the shop on a port of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from pricewatch.shop import Shop


class ThreadingServer(ThreadingMixIn, WSGIServer):
    """A web server with one thread per request, so that a slow page does not block others."""

    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    """A request handler without an access log, which would mix with the reader's own output."""

    def log_message(self, *_: object) -> None:
        """Write nothing."""


def make_shop_server(shop: Shop, port: int) -> WSGIServer:
    """Return a server for the shop that listens on 127.0.0.1; port 0 picks a free port.

    Raises:
        OSError: If the port is taken or not allowed.
    """
    return make_server("127.0.0.1", port, shop, ThreadingServer, QuietHandler)


@contextmanager
def serving(shop: Shop) -> Iterator[str]:
    """Serve the shop in a thread on a free port, and yield its URL."""
    with make_shop_server(shop, 0) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()

"""Airbyte's platform as far as the pipeline knows it: the two endpoints that start a sync and tell how it goes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

JOB = {"jobId": 42, "jobType": "sync", "rowsSynced": 148}


@contextmanager
def airbyte(*says: str | int) -> Iterator[tuple[str, list]]:
    """Answer with these in turn, the last one for ever; yield the address and, as they come, the requests.

    A word is the status of the job, a number an HTTP status without one.
    """
    left, asked = list(says), []

    class Platform(BaseHTTPRequestHandler):
        def do_POST(self):
            self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def do_GET(self):
            self.answer(None)

        def answer(self, body):
            asked.append((self.command, self.path, body, self.headers["Authorization"]))
            says = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(says if isinstance(says, int) else 200)
            self.end_headers()
            self.wfile.write(json.dumps({**JOB, "status": says}).encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Platform) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1", asked
        finally:
            server.shutdown()
            thread.join()

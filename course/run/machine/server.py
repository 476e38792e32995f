"""Serve the built site and the one WebSocket by which its blocks run.

Any page that is open in a browser can call 127.0.0.1, so running something takes more than that:
the Host must be this machine (a name that somebody else points here is refused), the Origin must be
this very server, and the token must be the one that the terminal shows. A page takes the token from
the fragment of its address, which no request contains, and keeps it in its tab. A cookie would be
sent to all ports of this machine.
"""

from __future__ import annotations

import asyncio
import hmac
import mimetypes
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from course.run.machine import runs

HOSTS = ["127.0.0.1", "localhost"]  #: an editor forwards a port as the second
JOB_TIMEOUT_S = 10  #: within which a page has to send its job
WRONG_TOKEN = (
    "This tab's address is out of date: open the address that make live printed in the terminal."
)
#: Raised by a message that is not what it should be, and when the page is closed.
BAD_MESSAGE = (ValueError, KeyError, TypeError, AttributeError)
CLOSED = (WebSocketDisconnect, RuntimeError)
#: Windows may know these by other types, and browsers would refuse to load them.
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}


@dataclass
class Live:
    """Answers a page that wants to run a block."""

    token: str  #: what the page has to know
    origins: set[str]  #: what the page may be served from
    links: dict[str, str]  #: the addresses of Prefect's UI and of Dask's dashboard
    timeout_s: float  #: the seconds that a run may take
    mark: str  #: the beginning of the marks of all runs, by which they end with the server

    async def answer(self, socket: WebSocket) -> None:
        """Run the job of a page that may send one; close the socket of any other page."""
        if socket.headers.get("origin") not in self.origins:
            await socket.close()  # before it is accepted: refused with HTTP 403
            return
        await socket.accept()
        with suppress(*CLOSED):
            job = {}  # of a page that sends something else, or nothing
            with suppress(TimeoutError, *BAD_MESSAGE):
                job = dict(await asyncio.wait_for(socket.receive_json(), JOB_TIMEOUT_S))
            token = str(job.get("token")).encode(errors="replace")
            if not hmac.compare_digest(token, self.token.encode()):
                await socket.close(4401, WRONG_TOKEN)
                return
            await self.run(job, socket)
            await socket.close()

    async def run(self, job: dict, socket: WebSocket) -> None:
        """Run one job; stop it if the page asks for that, or is closed."""
        stop = asyncio.Event()

        async def send(message: dict) -> None:
            try:
                await socket.send_json(message)
            except CLOSED:
                stop.set()

        listener = asyncio.create_task(wait_for_stop(socket, stop))
        try:
            await send({"type": "links", **self.links})
            mark = f"{self.mark}{secrets.token_hex(8)}."
            await send(await runs.run(job, mark, self.timeout_s, send, stop))
        finally:
            listener.cancel()


async def wait_for_stop(socket: WebSocket, stop: asyncio.Event) -> None:
    """Set the event once a page asks to stop, sends what nobody understands, or is closed."""
    with suppress(*CLOSED, *BAD_MESSAGE):
        while (await socket.receive_json())["type"] != "stop":
            pass
    stop.set()


class Pages(StaticFiles):
    """The site, whose pages no browser keeps beyond a build, and no other site frames."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a page with the headers for that."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        # The speaker's view of a deck shows the deck in frames.
        is_deck = scope["path"].startswith("/slides/")
        response.headers["X-Frame-Options"] = "SAMEORIGIN" if is_deck else "DENY"
        return response


def application(site: Path, live: Live) -> Starlette:
    """Return the application that serves a built site and runs its blocks."""
    for suffix, content_type in TYPES.items():
        mimetypes.add_type(content_type, suffix)
    trusted = Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False)
    routes = [
        WebSocketRoute("/run/live", live.answer),
        Mount("/", Pages(directory=site, html=True)),
    ]
    return Starlette(routes=routes, middleware=[trusted])

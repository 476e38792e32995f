"""The web server of `make live`: the built site, and the one WebSocket by which its blocks are run.

Any page that is open in a browser can call 127.0.0.1; to run something takes more than that. The Host must be this
machine (a name that others have led here is refused), the Origin this very server, and the token the one that the
terminal shows. A page has it from the address's fragment, which is part of no request, and keeps it in its tab. A
cookie would go to all ports of this machine.
"""

import asyncio
import hmac
import mimetypes
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from course.run.machine.runs import Runs

HOSTS = ["127.0.0.1", "localhost"]  # the second is what an editor forwards a port as
PATIENCE = 10  #: seconds within which a page has to say what it wants
WRONG_TOKEN = (
    4401,
    "This tab has an old address: open the one that make live shows in the terminal.",
)
BAD_JOB = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
)  #: what is raised by a message that is not as it should be
LEFT = WebSocketDisconnect, RuntimeError  #: what is raised when there is nobody any more


@dataclass
class Live:
    """What answers a page that wants to run a block."""

    token: str
    origins: set[str]
    links: dict[str, str]
    runs: Runs

    async def answer(self, socket: WebSocket) -> None:
        if socket.headers.get("origin") not in self.origins:
            await socket.close()  # not yet accepted, it is refused with HTTP 403
            return
        await socket.accept()
        with suppress(*LEFT):
            job = await first(socket)
            if not hmac.compare_digest(
                str(job.get("token")).encode(errors="replace"), self.token.encode()
            ):
                await socket.close(*WRONG_TOKEN)
                return
            await self.run(job, socket)
            await socket.close()

    async def run(self, job: dict, socket: WebSocket) -> None:
        """Run one job; stop it if the page says so, or is left."""
        stop = asyncio.Event()

        async def say(message: dict) -> None:
            try:
                await socket.send_json(message)
            except LEFT:
                stop.set()

        ears = asyncio.create_task(listen(socket, stop))
        try:
            await say({"type": "links", **self.links})
            await say(await self.runs.run(job, say, stop))
        finally:
            ears.cancel()


async def first(socket: WebSocket) -> dict:
    """Return what a page says first; nothing if that is no job."""
    with suppress(TimeoutError, *BAD_JOB):
        job = await asyncio.wait_for(socket.receive_json(), PATIENCE)
        return job if isinstance(job, dict) else {}
    return {}


async def listen(socket: WebSocket, stop: asyncio.Event) -> None:
    """Wait until a page says stop, or says nothing that is understood, or is left."""
    with suppress(*LEFT, *BAD_JOB):
        while (await socket.receive_json())["type"] != "stop":
            pass
    stop.set()


class Headers:
    """Keep browsers from old pages after a new build, and other sites from putting a page into theirs."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Cache-Control"] = "no-cache"
                # The speaker's view of a deck shows the deck in frames of its own.
                headers["X-Frame-Options"] = (
                    "SAMEORIGIN" if scope["path"].startswith("/slides/") else "DENY"
                )
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def application(site: Path, port: int, token: str, links: dict[str, str], runs: Runs) -> Starlette:
    """Return what serves a built site on a port, and runs its blocks."""
    for kind, ending in (
        ("text/javascript", ".js"),
        ("text/javascript", ".mjs"),
        ("application/wasm", ".wasm"),
    ):
        mimetypes.add_type(
            kind, ending
        )  # Windows may call them otherwise, and browsers refuse to load them then
    live = Live(token, {f"http://{host}:{port}" for host in HOSTS}, links, runs)
    door = Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False)
    routes = [
        WebSocketRoute("/run/live", live.answer),
        Mount("/", StaticFiles(directory=site, html=True)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Headers), door])

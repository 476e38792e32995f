"""Serve the site, the WebSocket through which blocks run, and the one that tells pages the news.

Any page that is open in a browser can call 127.0.0.1, so running something takes more than that:
the Host must be this machine (a name that somebody else points here is refused), the Origin must be
this very server, and the token must be the one that the terminal shows. A page takes the token from
the fragment of its address, which no request contains, keeps it in its tab, and gives it to other
tabs of this origin that ask. A cookie would be sent to all ports of this machine.
"""

from __future__ import annotations

import asyncio
import hmac
import mimetypes
import secrets
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from course.run.machine import runs
from course.services import prefect_server
from course.setup import shell

HOSTS = ["127.0.0.1", "localhost"]  #: an editor forwards a port as the second
JOB_TIMEOUT_S = 10  #: within which a page has to send its job
WRONG_TOKEN = (
    "This tab's address is out of date: open the address that make serve printed in the terminal."
)
#: Raised by a message that is not what it should be, and when the page is closed.
BAD_MESSAGE = (ValueError, KeyError, TypeError, AttributeError)
CLOSED = (WebSocketDisconnect, RuntimeError)
#: Windows may know these by other types, and browsers would refuse to load them.
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}
#: What is served until there is a site.
WAIT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Prefect & Dask, live</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<body style="font: 1.2rem system-ui; margin: 15vh auto; max-width: 30rem; padding: 1rem">
<p role="status">{}</p>"""
BUILDING = "The course is being built. This page shows it as soon as it is ready."


@dataclass
class Live:
    """Answers a page that wants to run a block."""

    token: str  #: what the page has to know
    origins: set[str]  #: what the page may be served from
    links: dict[str, str]  #: the addresses of Prefect's UI and of Dask's dashboard
    prefect: Future[str]  #: is done once Prefect's server answers
    timeout_s: float  #: the seconds that a run may take
    mark: str  #: the beginning of the marks of all runs, by which they end with the server

    async def answer(self, socket: WebSocket) -> None:
        """Run the job of a page that may send one; close the socket of any other page."""
        if not await accepted(socket, self.origins):
            return
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
            if not self.prefect.done():
                await send({"type": "status", "text": "waiting for Prefect's server to start"})
            while not (self.prefect.done() or stop.is_set()):
                await asyncio.sleep(0.1)
            if self.prefect.done() and (why := await asyncio.to_thread(self.no_prefect)):
                await send({"type": "notice", "text": why})
            mark = f"{self.mark}{secrets.token_hex(8)}."
            await send(await runs.run(job, mark, self.timeout_s, send, stop))
        finally:
            listener.cancel()

    def no_prefect(self) -> str:
        """Return why no Prefect server answers, and what to do; empty if one does."""
        if error := self.prefect.exception():
            return str(error)
        if prefect_server.answers(self.prefect.result()):
            return ""
        again = f"press Ctrl+C in the terminal, then run: {shell.course('serve')}"
        return f"Prefect's server has stopped, so flows cannot run; {again}"


async def wait_for_stop(socket: WebSocket, stop: asyncio.Event) -> None:
    """Set the event once a page asks to stop, sends what nobody understands, or is closed."""
    with suppress(*CLOSED, *BAD_MESSAGE):
        while (await socket.receive_json())["type"] != "stop":
            pass
    stop.set()


async def accepted(socket: WebSocket, origins: set[str]) -> bool:
    """Accept the socket of a page from one of these origins; refuse any other."""
    if is_own := socket.headers.get("origin") in origins:
        await socket.accept()
    else:
        await socket.close()  # before it is accepted: refused with HTTP 403
    return is_own


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


class Site:
    """The site as it was last built; pages hear of the next build."""

    def __init__(self, origins: set[str]) -> None:
        self.origins = origins
        self.pages: Pages | None = None
        self.news: dict = {}
        self._is_new = asyncio.Event()  # set once there is newer news

    def show(self, folder: str | Path, **news: object) -> None:
        """Serve the site in a folder, if one is named, and tell pages the news."""
        if folder:
            self.pages = Pages(directory=folder, html=True)
        self.news = news
        self._is_new.set()
        self._is_new = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with a page; until there is one, ask the browser to try again."""
        failed = "<br>".join(map(escape, self.news.get("failed", [])))
        text = WAIT.replace(
            "{}", f"The course could not be built:<br>{failed}" if failed else BUILDING
        )
        wait = HTMLResponse(text, 503, {"Refresh": "1", "Cache-Control": "no-store"})
        await (self.pages or wait)(scope, receive, send)

    async def answer(self, socket: WebSocket) -> None:
        """Tell a page the news until it is closed."""
        if await accepted(socket, self.origins):
            teller = asyncio.create_task(self._tell(socket))
            with suppress(*CLOSED):
                await socket.receive_text()  # a page sends nothing: it is closed
            teller.cancel()

    async def _tell(self, socket: WebSocket) -> None:
        with suppress(*CLOSED):
            while True:
                is_new = self._is_new
                await socket.send_json(self.news)
                await is_new.wait()


def application(site: Site, live: Live, lifespan: Lifespan | None = None) -> Starlette:
    """Return the application that serves a site and runs its blocks."""
    for suffix, content_type in TYPES.items():
        mimetypes.add_type(content_type, suffix)
    trusted = Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False)
    routes = [
        WebSocketRoute("/run/live", live.answer),
        WebSocketRoute("/run/news", site.answer),
        Mount("/", site),
    ]
    return Starlette(routes=routes, middleware=[trusted], lifespan=lifespan)

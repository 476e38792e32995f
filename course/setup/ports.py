"""Check a port: reject a port that is invalid or in use, and name the program that uses it.

Runs on the machine's own Python with the standard library only.
"""

from __future__ import annotations

import base64
import os
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from typing import NamedTuple
from urllib.parse import urlsplit

from course.errors import UsageError
from course.findings import Finding, Level
from course.paths import REQUIREMENTS
from course.setup import SetupError, shell
from course.setup.environment import THIS_MACHINE
from course.setup.holders import NOT_TO_BE_ENDED, holder

LOOPBACK, LOOPBACK_URL, TIMEOUT_S = "127.0.0.1", "http://127.0.0.1", 10
#: Asks this machine, which a company's proxy cannot reach.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Use(NamedTuple):
    """What the course uses a port for, and the variable that moves it, if there is one."""

    name: str
    default: int
    setting: str = ""
    path: str = "/"  #: what a web server that belongs there is asked; empty for other servers
    sign: str = ""  #: what stands in its answer, or in the first bytes of another server
    moved: str = ""  #: what people have to do when they have moved it

    @property
    def port(self) -> int:
        """The port that counts: the default, unless the variable is a number."""
        value = os.environ.get(self.setting, "")
        return int(value) if value.isdecimal() else self.default

    def move(self) -> str:
        """Return the command that moves it to a free port; empty if nothing moves it."""
        if self.setting == "PORT":
            return shell.course("serve", another(self.port))
        return shell.export(**{self.setting: another(self.port)}) if self.setting else ""


PREFECT = Use("a Prefect server", 4200, "PREFECT_SERVER_API_PORT")
DASK = Use("a Dask dashboard", 8787, "DASK_DASHBOARD_PORT", "/json/counts.json", '"workers"')
SITE = Use("the site of this course", 8000, "PORT", "/", "Prefect & Dask, live")
REGISTRY = Use(
    "a registry",
    5000,
    "REGISTRY_PORT",
    "/v2/",
    "Docker-Distribution-Api-Version",
    "; on another port, type its number instead of 5000 in module 5's commands",
)
INDEX = Use("a package index", 8080, "", "/", "pypiserver")
SCHEDULER = Use("a Dask scheduler", 8786, "", "", "pickle-protocol")
BY_DEFAULT = {use.default: use for use in (PREFECT, DASK, SITE, REGISTRY, INDEX, SCHEDULER)}


class Answer(NamedTuple):
    """What a web server answers."""

    status: int
    headers: str
    body: str


def checked(command: str, port: str) -> int:
    """Return the port that a command was given, once it is known to be a free one.

    Raises:
        UsageError: If it is not a port number.
        SetupError: If it is taken, or this user may not open it.
    """
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise UsageError(f"{port!r} is not a port; try: {shell.course(command, 8000)}")
    if is_taken(int(port)):
        free = another(int(port))
        raise SetupError(f"port {port} is taken; try: {shell.course(command, free)}")
    if isinstance(bind_error(int(port)), PermissionError):
        why = "below 1024 needs root" if int(port) < 1024 else "is reserved by the system"
        raise SetupError(
            f"your user may not open port {port}, which {why}; try: {shell.course(command, 8000)}"
        )
    return int(port)


def another(port: int) -> int:
    """Return the next port that nobody has."""
    following = (1024 + (port - 1023 + more) % 64512 for more in range(64512))
    return next(other for other in following if bind_error(other) is None)


def prefect_port() -> int:
    """Return the port of Prefect's server: 4200, or the one that Prefect's own setting names."""
    return PREFECT.port


def prefect() -> Finding:
    """Look at the port of Prefect's server; a server of the locked version may be there."""
    port = prefect_port()
    if not is_taken(port):
        return Finding(Level.OK, f"Port {port}", "free")
    health = ask(f"{LOOPBACK_URL}:{port}/api/health")
    if not health or health.body != "true":
        return in_the_way(port, f"not {PREFECT.name}", PREFECT)
    version = ask(f"{LOOPBACK_URL}:{port}/api/admin/version")
    if version and version.status in (401, 403):
        text = f"{PREFECT.name} answers, but asks for a password; the course can use another port"
        return Finding(Level.PROBLEM, f"Port {port}", text, PREFECT.move())
    found = version.body.strip('"') if version else "of an unknown version"
    locked = re.search(r"^prefect==(\S+)", REQUIREMENTS.read_text("utf-8"), re.M)
    if locked and found != locked[1]:
        return in_the_way(port, f"{PREFECT.name} {found}, not {locked[1]}", PREFECT)
    return Finding(Level.OK, f"Port {port}", f"a Prefect server {found} answers")


def used(use: Use, level: Level = Level.PROBLEM) -> Finding:
    """Look at a port that the course uses, where what belongs there may answer already."""
    if not is_taken(use.port):
        return Finding(Level.OK, f"Port {use.port}", "free")
    if use.sign in (web_answer(use) if use.path else first_words(use.port)):
        return Finding(Level.OK, f"Port {use.port}", f"{use.name} answers")
    # Dask's variable moves the dashboard of `make class-up`, not those of module 4's clusters.
    return in_the_way(use.port, f"not {use.name}", None if use is DASK else use, level)


def all_ports() -> Iterator[Finding]:
    """Look at the ports of Prefect and Dask, and name the others that are in use by others."""
    looks = [prefect, partial(used, DASK)]
    looks += [partial(used, use, Level.WARNING) for use in (SITE, REGISTRY, INDEX, SCHEDULER)]
    with ThreadPoolExecutor() as pool:  # a program that holds several may be slow to answer
        for number, found in enumerate(pool.map(lambda look: look(), looks)):
            if number < 2 or not found.ok:
                yield found


def in_the_way(
    port: int, why: str, use: Use | None = None, level: Level = Level.PROBLEM
) -> Finding:
    """Name the program that has a port, why it is in the way, and the command that fixes it.

    The command ends the program, or moves the course to another port if the system would start the
    program again, or the class can do without the port.
    """
    move, moved = (use.move(), use.moved) if use else ("", "")
    if found := holder(port):
        pid, name = found
        program = re.sub(r"( \(\w+\))?(\.exe)?$", "", name.lower())  # Code Helper (Plugin)
        if stays := NOT_TO_BE_ENDED.get(program):
            who, fix = stays.format(name=name, why=why, port=port), move
        else:
            who, fix = f"{name} (pid {pid}), {why}", move or shell.end(pid)
            if move and level is Level.PROBLEM:
                who, fix = f"{who} (or use another port: {move})", shell.end(pid)
    else:
        find = {
            "Linux": f"sudo ss -ltnp sport = :{port}",
            "Windows": f"Get-NetTCPConnection -LocalPort {port}",
        }.get(shell.SYSTEM, f"sudo lsof -nP -iTCP:{port} -sTCP:LISTEN")
        who, fix = f"an unknown program, {why} (find it with: {find})", move
    return Finding(level, f"Port {port}", f"in use by {who}{moved}", fix)


def is_local(url: str) -> bool:
    """Return whether an address is of this machine."""
    return urlsplit(url).hostname in THIS_MACHINE.split(",")


def is_taken(port: int) -> bool:
    """Return whether a program answers on a port, or holds it without answering."""
    with socket.socket() as client:
        client.settimeout(TIMEOUT_S)
        # Asked first: macOS lets two programs bind a port if one of them binds all addresses.
        if client.connect_ex((LOOPBACK, port)) == 0:
            return True
    return not isinstance(bind_error(port), (type(None), PermissionError))


def bind_error(port: int) -> OSError | None:
    """Return why a port cannot be opened: it is taken, or the system keeps it from this user."""
    with socket.socket() as server:
        if os.name != "nt":  # where it would let two programs bind the port
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((LOOPBACK, port))
        except OSError as error:
            return error
    return None


def ask(url: str) -> Answer | None:
    """Return what a web server on this machine answers, be it an error; None without an answer.

    A Prefect server is sent the password of Prefect's own setting, as Prefect does.
    """
    request = urllib.request.Request(url)
    if "/api/" in url and (password := os.environ.get("PREFECT_API_AUTH_STRING")):
        encoded = base64.b64encode(password.encode()).decode()
        request.add_header("Authorization", f"Basic {encoded}")
    with suppress(OSError, ValueError, HTTPException):
        try:
            answer = OPENER.open(request, timeout=TIMEOUT_S)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            body = answer.read(65536).decode("utf-8", "replace").strip()
            return Answer(answer.status or 0, str(answer.headers), body)
    return None


def web_answer(use: Use) -> str:
    """Return headers and body of what a web server answers; empty without an answer."""
    answer = ask(f"{LOOPBACK_URL}:{use.port}{use.path}")
    return answer.headers + answer.body if answer else ""


def first_words(port: int) -> str:
    """Return what a server sends before it is asked; empty if it waits to be asked."""
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1) as client:
        return client.recv(4096).decode("ascii", "replace")
    return ""

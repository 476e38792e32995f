"""Look at a port that the course uses: is it free, does the expected service answer, or who has it?

Runs on the machine's own Python with the standard library only; psutil is used where it is there.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from course.errors import UsageError
from course.findings import Finding, Level
from course.paths import REQUIREMENTS
from course.setup import SetupError

LOOPBACK, TIMEOUT_S = "127.0.0.1", 10
PROC = Path("/proc")  #: Linux's table of processes, and of sockets in its ``net``
LISTEN = "0A"  #: the state of a socket that listens, in Linux's table


class PortError(SetupError):
    """Another program has the port that a command needs."""


class Process(NamedTuple):
    """The program that listens on a port."""

    pid: int
    name: str


def checked(command: str, port: str) -> int:
    """Return the port that a command was given, once it is known to be a free one.

    Raises:
        UsageError: If it is not a port number.
        PortError: If it is taken.
    """
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise UsageError(f"{port!r} is not a port; try: make {command} PORT=8000")
    if is_taken(int(port)):
        other = int(port) % 65535 + 1
        raise PortError(f"port {port} is taken; try: make {command} PORT={other}")
    return int(port)


def prefect_port() -> int:
    """Return the port of Prefect's server: 4200, or the one that Prefect's own setting names."""
    return _from_environment("PREFECT_SERVER_API_PORT", 4200)


def _from_environment(variable: str, default: int) -> int:
    """Return the port that a variable names; the default if its value is not a number."""
    value = os.environ.get(variable, "")
    return int(value) if value.isdecimal() else default


def prefect() -> Finding:
    """Look at the port of Prefect's server; a server of the locked version may be there."""
    port = prefect_port()
    if not is_taken(port):
        return Finding(Level.OK, f"Port {port}", "free")
    if get(port, "/api/health") != "true":
        return in_the_way(port, "not a Prefect server")
    found = get(port, "/api/admin/version").strip('"')
    locked = re.search(r"^prefect==(\S+)", REQUIREMENTS.read_text("utf-8"), re.M)
    if locked and found != locked[1]:
        return in_the_way(port, f"a Prefect server {found}, not {locked[1]}")
    return Finding(Level.OK, f"Port {port}", f"a Prefect server {found} answers")


def dask(port: int | None = None) -> Finding:
    """Look at the port of Dask's dashboard; a dashboard may be there.

    Args:
        port: The port; without it 8787, or what the class's compose.yaml reads from
            ``DASK_DASHBOARD_PORT``.
    """
    port = port or _from_environment("DASK_DASHBOARD_PORT", 8787)
    if not is_taken(port):
        return Finding(Level.OK, f"Port {port}", "free")
    if get(port, "/health") == "ok" and "workers" in get(port, "/json/counts.json"):
        return Finding(Level.OK, f"Port {port}", "a Dask dashboard answers")
    return in_the_way(port, "not a Dask dashboard")


def in_the_way(port: int, what: str) -> Finding:
    """Name the program that has a port and the command that ends it.

    Args:
        port: The port.
        what: Why that program does not belong there: ``not a Dask dashboard``.
    """
    if found := holder(port):
        end = f"taskkill /F /PID {found.pid}" if os.name == "nt" else f"kill {found.pid}"
        text = f"taken by {found.name} (pid {found.pid}), {what}"
        return Finding(Level.PROBLEM, f"Port {port}", text, end)
    find = f"ss -ltnp sport = :{port}" if PROC.exists() else f"lsof -nP -iTCP:{port} -sTCP:LISTEN"
    text = f"taken by a program that you may not see, {what}; find it with: sudo {find}"
    return Finding(Level.PROBLEM, f"Port {port}", text)


def is_taken(port: int) -> bool:
    """Return whether a program answers on a port, or holds it without answering."""
    with socket.socket() as client, socket.socket() as server:
        client.settimeout(TIMEOUT_S)
        # Asked first: macOS lets two programs bind a port if one of them binds all addresses.
        if client.connect_ex((LOOPBACK, port)) == 0:
            return True
        if os.name != "nt":  # where it would let two programs bind the port
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def get(port: int, path: str) -> str:
    """Return what a web server on a port answers; empty unless it answers with status 200."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.read(4096).decode("utf-8", "replace").strip() if answer.status == 200 else ""
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()


def holder(port: int) -> Process | None:
    """Return the program that listens on a port, if this user may see it."""
    try:
        import psutil
    except ImportError:
        return holder_by_proc(port) if PROC.exists() else holder_by_lsof(port)
    for process in psutil.process_iter():  # not psutil.net_connections: macOS keeps that for root
        with suppress(psutil.Error):
            for connection in process.net_connections("tcp"):
                if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                    return Process(process.pid, process.name())
    return None


def holder_by_proc(port: int) -> Process | None:
    """Find the program in Linux's tables, without psutil."""
    tables = [path.read_text() for path in PROC.glob("net/tcp*")]
    rows = [row.split() for table in tables for row in table.splitlines()]
    listening = {
        f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port:04X}") and row[3] == LISTEN
    }
    for process in PROC.glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is another user's
            if any(os.readlink(handle) in listening for handle in (process / "fd").iterdir()):
                return Process(int(process.name), (process / "comm").read_text().strip())
    return None


def holder_by_lsof(port: int) -> Process | None:
    """Find the program with lsof, which each macOS has, without psutil."""
    command = ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
    with suppress(OSError):
        output = subprocess.run(command, capture_output=True, text=True).stdout
        if found := re.search(r"^p(?P<pid>\d+)\nc(?P<name>.+)$", output, re.M):
            return Process(int(found["pid"]), found["name"])
    return None

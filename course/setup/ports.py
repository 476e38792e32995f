"""Check a port: reject a port that is invalid or in use, and name the program that uses it.

Runs on the machine's own Python with the standard library only, and asks the Python of `.venv` who
has a port.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.request
from contextlib import suppress
from http.client import HTTPException

from course.errors import UsageError
from course.findings import Finding, Level
from course.paths import REQUIREMENTS, ROOT, python_of
from course.setup import SetupError

LOOPBACK, TIMEOUT_S = "127.0.0.1", 10
#: Asks this machine, which a company's proxy cannot reach.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
#: Prints the holder of a port in a Python that has psutil.
PRINT_HOLDER = "import psutil; from course.setup.ports import holder; print(*holder({}) or ())"


def checked(command: str, port: str) -> int:
    """Return the port that a command was given, once it is known to be a free one.

    Raises:
        UsageError: If it is not a port number.
        SetupError: If it is taken.
    """
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise UsageError(f"{port!r} is not a port; try: make {command} PORT=8000")
    if is_taken(int(port)):
        other = int(port) % 65535 + 1
        raise SetupError(f"port {port} is taken; try: make {command} PORT={other}")
    return int(port)


def from_environment(variable: str, default: int) -> int:
    """Return the port that a variable names; the default if its value is not a number."""
    value = os.environ.get(variable, "")
    return int(value) if value.isdecimal() else default


def prefect_port() -> int:
    """Return the port of Prefect's server: 4200, or the one that Prefect's own setting names."""
    return from_environment("PREFECT_SERVER_API_PORT", 4200)


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
        return in_the_way(port, f"Prefect server {found}, not {locked[1]}")
    return Finding(Level.OK, f"Port {port}", f"a Prefect server {found} answers")


def dask() -> Finding:
    """Look at the port of Dask's dashboard, which the class's compose.yaml reads, too."""
    port = from_environment("DASK_DASHBOARD_PORT", 8787)
    if not is_taken(port):
        return Finding(Level.OK, f"Port {port}", "free")
    if get(port, "/health") == "ok" and "workers" in get(port, "/json/counts.json"):
        return Finding(Level.OK, f"Port {port}", "a Dask dashboard answers")
    return in_the_way(port, "not a Dask dashboard")


def in_the_way(port: int, why: str) -> Finding:
    """Name the program that has a port, why it is in the way, and the command that ends it."""
    if found := holder(port):
        pid, name = found
        end = f"taskkill /F /PID {pid}" if os.name == "nt" else f"kill {pid}"
        return Finding(Level.PROBLEM, f"Port {port}", f"in use by {name} (pid {pid}), {why}", end)
    find = f"lsof -nP -iTCP:{port} -sTCP:LISTEN"
    if sys.platform == "linux":
        find = f"ss -ltnp sport = :{port}"
    text = f"in use by an unknown program, {why}; find it with: sudo {find}"
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
    url = f"http://{LOOPBACK}:{port}{path}"
    with suppress(OSError, HTTPException), OPENER.open(url, timeout=TIMEOUT_S) as answer:
        return answer.read(4096).decode("utf-8", "replace").strip()
    return ""


def holder(port: int) -> tuple[int, str] | None:
    """Return the id and name of the program that listens on a port, if this user may see it."""
    try:
        import psutil
    except ImportError:  # on the machine's own Python: ask that of .venv, if it is there
        with suppress(OSError):
            command = [str(python_of()), "-c", PRINT_HOLDER.format(port)]
            asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            if found := re.match(r"(\d+) (.+)", asked.stdout):
                return int(found[1]), found[2]
        return None
    for process in psutil.process_iter():  # not psutil.net_connections: macOS keeps that for root
        with suppress(psutil.Error):
            for connection in process.net_connections("tcp"):
                if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                    return process.pid, process.name()
    return None

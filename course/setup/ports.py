"""Look at the ports that the course uses: free, taken by what belongs there, or by another program, and by which."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from course.paths import REQUIREMENTS

LOCK = REQUIREMENTS
HERE, PATIENCE = "127.0.0.1", 10
KERNEL, LISTENS = (
    Path("/proc/net"),
    "0A",
)  #: Linux's tables of sockets, and their word for one that listens


def refusal(command: str, port: str) -> int:
    """Say in one line why a command cannot have a port; return its exit code: 2 for what is none, 1 if it is taken."""
    if not (port.isdecimal() and 0 < int(port) < 65536):
        print(f"{command}: {port!r} is not a port; try: make {command} PORT=8000", file=sys.stderr)
        return 2
    if taken(int(port)):
        other = int(port) % 65535 + 1
        print(f"{command}: port {port} is taken; try: make {command} PORT={other}", file=sys.stderr)
        return 1
    return 0


def prefect() -> str:
    """Look at the port of Prefect's server, which may be taken by the very one that the course is about."""
    setting = os.environ.get(
        "PREFECT_SERVER_API_PORT", ""
    )  # Prefect's own: where its server starts
    port = int(setting) if setting.isdecimal() else 4200
    wanted = re.search(r"^prefect==(\S+)", LOCK.read_text("utf-8"), re.M)[1]
    if not taken(port):
        return f"✓ Port {port}: free"
    if get(port, "/api/health") != "true":
        return in_the_way(port, "not a Prefect server")
    found = get(port, "/api/admin/version").strip('"')
    if found != wanted:
        return in_the_way(port, f"a Prefect server {found}, not {wanted}")
    return f"✓ Port {port}: a Prefect server {found} answers"


def dask(port: int = int(os.environ.get("DASK_DASHBOARD_PORT", 8787))) -> str:
    """Look at the port of Dask's dashboard, which may be taken by one."""
    if not taken(port):
        return f"✓ Port {port}: free"
    if get(port, "/health") == "ok" and "workers" in get(port, "/json/counts.json"):
        return f"✓ Port {port}: a Dask dashboard answers"
    return in_the_way(port, "not a Dask dashboard")


def in_the_way(port: int, what: str) -> str:
    """Say who has a port and how to end it; or how to find that out, for a program of somebody else's."""
    found = holder(port)
    if found:
        return f"✕ Port {port}: taken by {found[1]} (pid {found[0]}), {what}; end it with: kill {found[0]}"
    find = f"ss -ltnp sport = :{port}" if KERNEL.exists() else f"lsof -nP -iTCP:{port} -sTCP:LISTEN"
    return (
        f"✕ Port {port}: taken by a program that you may not see, {what}; find it with: sudo {find}"
    )


def taken(port: int) -> bool:
    """Say whether somebody answers on a port, or holds it without answering."""
    with socket.socket() as caller, socket.socket() as server:
        caller.settimeout(PATIENCE)
        if (
            caller.connect_ex((HERE, port)) == 0
        ):  # macOS lets two bind where one has bound all addresses
            return True
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((HERE, port))
        except OSError:
            return True
    return False


def get(port: int, path: str) -> str:
    """Return what a web server on a port answers; nothing if there is none, or if it says anything but 200."""
    connection = http.client.HTTPConnection(HERE, port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.read(4096).decode("utf-8", "replace").strip() if answer.status == 200 else ""
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()


def holder(port: int) -> tuple[str, str] | None:
    """Return pid and name of the program that listens on a port, if the system tells them to this user."""
    if not KERNEL.exists():
        return ask_lsof(port)
    rows = [row.split() for table in KERNEL.glob("tcp*") for row in table.read_text().splitlines()]
    sockets = {
        f"socket:[{row[9]}]"
        for row in rows
        if row[1].endswith(f":{port:04X}") and row[3] == LISTENS
    }
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is somebody else's
            if any(os.readlink(handle) in sockets for handle in (process / "fd").iterdir()):
                return process.name, (process / "comm").read_text().strip()
    return None


def ask_lsof(port: int) -> tuple[str, str] | None:
    """Return the same on macOS, whose lsof always is there."""
    with suppress(OSError):
        command = ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
        said = subprocess.run(command, capture_output=True, text=True).stdout
        found = re.search(r"^p(?P<pid>\d+)\nc(?P<name>.+)$", said, re.M)
        return (found["pid"], found["name"]) if found else None
    return None

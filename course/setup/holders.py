"""Name the program that has a port, and know the programs that are not to be ended.

Runs on the machine's own Python with the standard library only, and asks the Python of `.venv` who
has a port.
"""

from __future__ import annotations

import re
import subprocess
from contextlib import suppress

from course.paths import ROOT, python_of

#: Prints the holder of a port in a Python that has psutil.
PRINT_HOLDER = "import psutil; from course.setup.holders import holder; print(*holder({}) or ())"
CONTAINERS = "a container ({name}), {why} (find it with: docker ps --filter publish={port})"
VS_CODES = "VS Code, {why}; close the port in its Ports view"
#: Programs that must go on, or come back when they are ended, and what people do about them.
NOT_TO_BE_ENDED = {
    "controlcenter": "AirPlay Receiver; "
    "turn it off in System Settings > General > AirDrop & Handoff",
    "com.docker.backend": CONTAINERS,
    "docker-proxy": CONTAINERS,
    "rootlesskit": CONTAINERS,
    "gvproxy": CONTAINERS,
    "wslrelay": "a program in WSL, {why}; end it there",
    "code": VS_CODES,
    "code helper": VS_CODES,
}


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

"""Start processes that can be ended to the last child, and end them.

A process is started with a mark in its environment. Its children inherit the mark, so they are
found even if they have left its process group or outlived their parent. A child that is given
another environment is found through its parent, through its session, or because it was already
known before it lost both.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import psutil

MARK_VARIABLE = "COURSE_PROCESS_MARK"  #: the environment variable that holds the mark
KILL_TIMEOUT_S = 10
#: Arguments of `subprocess.Popen` for a process that Ctrl+C in this terminal does not reach.
NEW_GROUP: dict[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if os.name == "nt"
    else {"start_new_session": True}
)


def tree(mark: str, session: int = 0) -> set[psutil.Process]:
    """Find the processes whose mark begins with `mark`, those of a session, and all their children.

    The session is named by the process that began it; 0 is none.
    """
    found = set()
    for process in psutil.process_iter(["environ"]):
        environment = process.info["environ"] or {}
        if environment.get(MARK_VARIABLE, "").startswith(mark) or in_session(process.pid, session):
            found.add(process)
            with suppress(psutil.Error):
                found.update(process.children(recursive=True))
    return found


def in_session(pid: int, session: int) -> bool:
    """Return whether a process belongs to a session; Windows has no sessions."""
    with suppress(OSError):
        return session > 0 and os.name != "nt" and os.getsid(pid) == session
    return False


def alive(processes: Iterable[psutil.Process]) -> set[psutil.Process]:
    """Return the processes that still run; a zombie does not."""
    found = set()
    for process in processes:
        with suppress(psutil.Error):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.add(process)
    return found


def interrupt(pid: int) -> None:
    """Do to a process and its group what Ctrl+C does in a terminal, so that it can clean up.

    On Windows Python ends without cleaning up: it gets Ctrl+Break.
    """
    with suppress(OSError):
        if os.name == "nt":
            os.kill(pid, signal.CTRL_BREAK_EVENT)
        else:
            os.killpg(pid, signal.SIGINT)


def kill_tree(mark: str, session: int = 0, known: Iterable[psutil.Process] = ()) -> None:
    """Kill what `tree` finds, and the processes that are known to have belonged to it.

    All are suspended before the first is killed, so that none can start another one meanwhile.
    """
    suspended: set[psutil.Process] = set()
    deadline = time.monotonic() + KILL_TIMEOUT_S
    while (found := tree(mark, session) | alive(known)) and time.monotonic() < deadline:
        new = found - suspended
        for process in new or found:
            with suppress(psutil.Error):
                process.suspend() if new else process.kill()
        if not new:
            time.sleep(0.02)  # until the system has removed them
        suspended |= new

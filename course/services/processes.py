"""Start what can be ended to the last child: also those that have left its process group, or outlived their parents.

What is started has a mark in its environment, which its children inherit, and by which they are found. A child that is
given another environment is found by its parent or its session, or because it was found before it lost them.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress

import psutil

MARK = "COURSE_LIVE"
PATIENCE = 10
#: What gives a process a group of its own: Ctrl+C in the terminal is not for it.
APART = (
    {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    if os.name == "nt"
    else {"start_new_session": True}
)


def family(mark: str, leader: int = 0) -> set[psutil.Process]:
    """Find the processes with a mark, those of a session, and all children of these."""
    every = list(psutil.process_iter(["ppid", "environ"]))
    found = {
        each.pid for each in every if (each.info["environ"] or {}).get(MARK, "").startswith(mark)
    }
    found |= {each.pid for each in every if leader and session(each.pid) == leader}
    before = 0
    while before < len(found):
        before = len(found)
        found |= {each.pid for each in every if each.info["ppid"] in found}
    return {each for each in every if each.pid in found}


def session(pid: int) -> int:
    """Return the session of a process, which is named for the process that began it; Windows has none."""
    with suppress(OSError, AttributeError):
        return os.getsid(pid)
    return -1


def interrupt(pid: int) -> None:
    """Do what Ctrl+C does in a terminal, so that a program can tidy up."""
    with suppress(OSError):
        if os.name == "nt":
            os.kill(pid, signal.CTRL_BREAK_EVENT)
        else:
            os.killpg(pid, signal.SIGINT)


def running(known: Iterable[psutil.Process]) -> set[psutil.Process]:
    """Return those that have not ended: one that nobody has asked for its exit code has."""
    found = set()
    for each in known:
        with suppress(psutil.Error):
            if each.is_running() and each.status() != psutil.STATUS_ZOMBIE:
                found.add(each)
    return found


def end(mark: str, leader: int = 0, known: Iterable[psutil.Process] = ()) -> None:
    """End a family, and what is known to have been in it; all are stopped first, for none must start another then."""
    stopped: set[psutil.Process] = set()
    deadline = time.monotonic() + PATIENCE
    while (found := family(mark, leader) | running(known)) and time.monotonic() < deadline:
        new = found - stopped
        for each in new or found:
            with suppress(psutil.Error):
                each.suspend() if new else each.kill()
        if not new:
            time.sleep(0.02)  # until they have gone
        stopped |= new

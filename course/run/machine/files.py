"""Prepare a job: a fresh copy of the snippets, so that its file changes nothing here.

A page names the file. The name is looked up among the course's own, so no path leads out of the
copy.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from course import snippets
from course.exercises import command as exercise
from course.exercises.checks import EXIT_CODES
from course.findings import Finding, Level
from course.paths import SNIPPETS, python_of
from course.run import advice
from course.run.machine import LiveError
from course.setup import products

STARTUP = Path(__file__).parent / "startup"
#: Not copied: what is installed anyway, and what runs have made.
IGNORED = {"pricewatch", "__pycache__", ".ruff_cache", "prices", "target", "logs"}
MAX_COPIED_BYTES = 1_000_000  #: of one file


class Job(NamedTuple):
    """A process to start in the folder of a file, which runs or is checked."""

    path: Path
    command: list[str]
    env: dict[str, str]
    timeout_s: float
    timed_out: Finding  #: what the page shows if that is not enough
    explain: Callable[[int, str], object]  #: what it shows of an exit code and the errors printed
    ok_code: int = 0  #: the exit code of a success


def ignored(folder: str, names: list[str]) -> list[str]:
    """Return the names in a folder that are not copied."""
    sizes = {name: Path(folder, name).lstat().st_size for name in names}
    return [name for name in names if name in IGNORED or sizes[name] > MAX_COPIED_BYTES]


def prepare(message: dict, scratch: Path, timeout_s: float) -> Job:
    """Copy the snippets into an empty folder, and write the text that a page sends over its file.

    The message has a ``type`` (``run`` or ``check``), a ``file`` and ``code``; a `CourseError` says
    why it is nothing that can be run.
    """
    name, code, action = (message.get(key) for key in ("file", "code", "type"))
    if not (isinstance(name, str) and name in snippets.runnable()):
        raise LiveError(f"{name!r} is not a file of this course")
    if not isinstance(code, str) or action not in ("run", "check"):
        raise LiveError("this page sent an invalid request: reload the page")
    interpreter, path = products.existing_python(snippets.environment(name)), scratch / name
    shutil.copytree(SNIPPETS, scratch, ignore=ignored, dirs_exist_ok=True)
    path.write_bytes(code.encode("utf-8", "replace"))
    python_path = [str(STARTUP), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {
        "AIRBYTE_PYTHON": str(python_of("airbyte")),  # by default expected next to the snippets
        **os.environ,
        "COURSE_FILE": str(path),
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join(python_path),
    }
    if action == "run":
        limit = f"Stopped after {timeout_s:g} seconds, the time limit for a Run."
        timed_out = Finding(Level.PROBLEM, f"{limit} There is no limit in a terminal.")
        command = [str(interpreter), "-u", path.name]
        return Job(path, command, env, timeout_s, timed_out, advice.on_end)
    source = snippets.exercises().get(path.parent.name)
    if source is None or path.name != "starter.py":
        raise LiveError(f"{name} has no check")
    env["PREFECT_LOCAL_STORAGE_PATH"] = str(scratch / "results")
    command, env, limit_s = exercise.check_process(source, path, env)
    limit_s = min(timeout_s, limit_s)
    timed_out, explain = exercise.timed_out(limit_s), exercise.ended_early
    return Job(path, command, env, limit_s, timed_out, explain, EXIT_CODES[0])

"""Prepare a job: a fresh copy of the snippets, so that its file changes nothing here.

A page names the file. The name is looked up among the course's own, so no path leads out of the
copy.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from course import snippets
from course.exercises import command as exercise
from course.findings import Finding, Level
from course.paths import SNIPPETS, python_of
from course.run.machine import LiveError

STARTUP = Path(__file__).parent / "startup"
#: Not copied: what is installed anyway, and what runs have made.
IGNORED = {"pricewatch", "__pycache__", ".ruff_cache", "prices", "target", "logs"}
MAX_COPIED_BYTES = 1_000_000  #: of one file


@dataclass
class Job:
    """A process to start.

    Attributes:
        command: Its program and arguments.
        path: The file that runs or is checked; the process starts in its folder.
        env: Its environment.
        timeout_s: The seconds after which it is ended.
        timed_out: What the page then shows.
    """

    command: list[str]
    path: Path
    env: dict[str, str]
    timeout_s: float
    timed_out: Finding


def python(name: str) -> Path:
    """Return the Python that runs a snippet.

    Raises:
        LiveError: If the environment of a part of module 7 is not there.
    """
    environment = snippets.environment(name)
    found = python_of(environment)
    if not found.exists():
        raise LiveError(
            f"{name} runs in .venv-{environment}, which is not there; "
            f"install it with: make install ARGS={environment}"
        )
    return found


def ignored(folder: str, names: list[str]) -> list[str]:
    """Return the names in a folder that are not copied."""
    return [
        name
        for name in names
        if name in IGNORED or Path(folder, name).lstat().st_size > MAX_COPIED_BYTES
    ]


def prepare(message: dict, scratch: Path, env: dict[str, str], timeout_s: float) -> Job:
    """Copy the snippets, and write the text that a page sends over its file.

    Args:
        message: What the page sends: ``type`` (``run`` or ``check``), ``file`` and ``code``.
        scratch: An empty folder.
        env: The environment to add to.
        timeout_s: The seconds that any job may take.

    Raises:
        LiveError: If this is nothing that can be run; the message says why.
    """
    name, code, action = (message.get(key) for key in ("file", "code", "type"))
    if not (isinstance(name, str) and name in snippets.runnable()):
        raise LiveError(f"{name!r} is no file of this course")
    if not isinstance(code, str) or action not in ("run", "check"):
        raise LiveError("this page sends what is no run: load it again")
    interpreter, path = python(name), scratch / name
    shutil.copytree(SNIPPETS, scratch, ignore=ignored, dirs_exist_ok=True)
    path.write_bytes(code.encode("utf-8", "replace"))
    python_path = [str(STARTUP), *filter(None, [env.get("PYTHONPATH")])]
    env = {
        "AIRBYTE_PYTHON": str(python_of("airbyte")),  # by default expected next to the snippets
        **env,
        "COURSE_FILE": str(path),
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join(python_path),
    }
    if action == "run":
        limit = f"Ended after {timeout_s:g} seconds, the longest that a Run may take."
        timed_out = Finding(Level.PROBLEM, f"{limit} A terminal has no such limit.")
        return Job([str(interpreter), "-u", path.name], path, env, timeout_s, timed_out)
    source = snippets.exercises().get(path.parent.name)
    if source is None or path.name != "starter.py":
        raise LiveError(f"{name} has no check")
    env = exercise.check_environment(source, env)
    env["PREFECT_LOCAL_STORAGE_PATH"] = str(scratch / "results")
    limit_s = min(timeout_s, exercise.timeout(source))
    command = exercise.check_command(source, path)
    return Job(command, path, env, limit_s, exercise.timed_out(limit_s))

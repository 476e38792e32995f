"""Start an exercise, then check what the learner makes of it: ``make exercise-2``.

The first call writes the starter into ``exercises/``. Each later call checks that file and prints
what is still missing; the exit code is 0 once nothing is. An exercise whose file needs others next
to it has a function ``bring``, which puts them there.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from course import snippets
from course.errors import UsageError
from course.exercises.checks import EXIT_CODES, load
from course.exercises.source import split
from course.findings import Finding, Level
from course.run import advice
from course.services import prefect_server, processes
from course.setup import prefect_home, shell
from course.site.outline import modules

TIMEOUT_S = 20
#: Without a server, a flow first starts one of its own; so does a flow in a container.
TIMEOUT_WITH_PREFECT_S = 180
#: Without these, the log of a run would hide the hint that is about it.
QUIET = dict.fromkeys(
    ("PREFECT_LOGGING_LEVEL", "PREFECT_LOGGING_ROOT_LEVEL", "PREFECT_SERVER_LOGGING_LEVEL"),
    "CRITICAL",
)


def uses_prefect(source: Path) -> bool:
    """Return whether an exercise runs flows, which take their time to start."""
    return "from prefect" in source.read_text("utf-8")


def attempt_path(slug: str) -> Path:
    """Return where a module's learner writes, relative to the working directory."""
    if snippets.learner_suffix(snippets.exercises()[slug]) != ".py":
        return Path("exercises", slug, "Dockerfile")
    # A file named dask.py would be imported instead of Dask.
    hides_a_library = importlib.util.find_spec(slug.replace("-", "_")) is not None
    return Path("exercises", f"{slug}{'_exercise' if hides_a_library else ''}.py")


def check_process(
    source: Path, attempt: Path, environment: Mapping[str, str]
) -> tuple[list[str], dict[str, str], int]:
    """Return what checks an attempt: a command, its environment, and the seconds it may take."""
    command = [sys.executable, "-m", "course", "check-exercise", str(source), str(attempt)]
    # A check counts the visits of its own shop, so it must not use another one.
    env = {name: value for name, value in environment.items() if name != "SHOP_URL"} | QUIET
    is_quick = snippets.learner_suffix(source) == ".py" and not uses_prefect(source)
    return command, env, TIMEOUT_S if is_quick else TIMEOUT_WITH_PREFECT_S


def timed_out(seconds: float) -> Finding:
    """Return the finding on an attempt that does not end within some seconds."""
    hint = "look for an endless loop, a long sleep, or an except clause that catches too much."
    return Finding(Level.PROBLEM, f"Your file was stopped after {seconds:g} seconds", hint)


def ended_early(code: int, errors: str = "") -> Finding | None:
    """Return the finding on an attempt that has ended the process of its check.

    That is seen from the exit code; what the process has printed as errors may tell why.
    """
    if code in EXIT_CODES.values():
        return None
    hint = advice.on_end(code, errors) or "look for os._exit()."
    return Finding(Level.PROBLEM, "Your file ended Python before its check was complete", hint)


def start(source: Path, attempt: Path) -> None:
    """Write the starter, and what it needs next to it."""
    attempt.parent.mkdir(parents=True, exist_ok=True)
    if bring := getattr(load(source, "exercise"), "bring", None):
        bring(attempt.parent)
    attempt.write_text(split(source)["starter"], "utf-8")
    print(f"Your starter is {attempt}.\nEdit it, then run this command again to check your work.")


def check(source: Path, attempt: Path) -> int:
    """Check an attempt in a process that may not last for ever; return the exit code."""
    if uses_prefect(source):
        url = prefect_server.named()  # raises an error if a server is named and does not answer
        prefect_home.require(database_too=not url, profile_too=not url)
    mark = secrets.token_hex(8)
    command, env, limit_s = check_process(source, attempt.resolve(), os.environ)
    with TemporaryDirectory() as results:  # empty, so no earlier run has cached a result
        env |= {processes.MARK_VARIABLE: mark, "PREFECT_LOCAL_STORAGE_PATH": results}
        try:
            stdin = subprocess.DEVNULL  # input() fails, rather than wait for the time limit
            code = subprocess.run(command, timeout=limit_s, env=env, stdin=stdin).returncode
        except subprocess.TimeoutExpired:
            processes.kill_tree(mark)  # such as Dask's workers
            print(timed_out(limit_s))
            return 1
    if early := ended_early(code):
        print(early)
    return int(code != EXIT_CODES[0])


def main(arguments: list[str]) -> int:
    """Start or check the exercise of the module whose number is given."""
    sources = snippets.exercises()
    by_number = {str(module.number): module.slug for module in modules() if module.slug in sources}
    if len(arguments) != 1 or arguments[0] not in by_number:
        numbers = ", ".join(by_number)
        raise UsageError(
            f"these modules have an exercise: {numbers}; try: {shell.course('exercise-2')}"
        )
    slug = by_number[arguments[0]]
    source, attempt = sources[slug], attempt_path(slug)
    if attempt.exists():
        return check(source, attempt)
    start(source, attempt)
    return 0

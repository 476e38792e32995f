"""Start an exercise, or check what the learner made of it: python course/exercise.py 2

The first call writes the starter into exercises/. Each later call checks that file and says, in words, what is
still missing; the exit code is 0 once nothing is: see checks.py. An exercise whose file needs others beside it has a
function ``bring`` that puts them there.
"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from course.exercises.checks import load
from course.exercises.source import kind, split
from course.paths import ROOT
from course.services import prefect_server
from course.site.outline import Session, modules

PATIENCE = 20
PATIENCE_WITH_PREFECT = (
    180  # where no server runs, the first flow starts one of its own; so it does in a container
)


def uses_prefect(source: Path) -> bool:
    """Whether an exercise's flows are Prefect's, which takes its time to start."""
    return "from prefect" in source.read_text("utf-8")


def main(arguments: list[str]) -> int:
    with_exercise = {
        str(m.number): m for m in modules() if (ROOT / f"snippets/{m.slug}/exercise.py").exists()
    }
    if len(arguments) != 1 or arguments[0] not in with_exercise:
        print(f"exercise: name a module that has one: {', '.join(with_exercise)}", file=sys.stderr)
        return 2
    return begin_or_check(with_exercise[arguments[0]])


def place(slug: str) -> Path:
    """Where a learner's file lies; named dask.py, it would be imported in place of Dask."""
    if kind(ROOT / f"snippets/{slug}/exercise.py") != ".py":
        return Path("exercises") / slug / "Dockerfile"
    hides_a_library = importlib.util.find_spec(slug.replace("-", "_")) is not None
    return Path("exercises") / (f"{slug}_exercise.py" if hides_a_library else f"{slug}.py")


def check_command(source: Path, attempt: Path) -> list[str]:
    """The command that holds an attempt against an exercise's checks, in a process of its own."""
    return [sys.executable, "-m", "course", "check-exercise", str(source), str(attempt.resolve())]


def check_environment(source: Path, have: Mapping[str, str]) -> dict[str, str]:
    """What of an environment such a command gets, and what besides."""
    here = {
        name: value for name, value in have.items() if name != "SHOP_URL"
    }  # the check counts its own shop
    if uses_prefect(source):
        quiet = (
            "PREFECT_LOGGING_LEVEL",
            "PREFECT_LOGGING_ROOT_LEVEL",
            "PREFECT_SERVER_LOGGING_LEVEL",
        )
        here |= dict.fromkeys(
            quiet, "CRITICAL"
        )  # a hint must not drown in the log of the run that it is about
    return here


def patience(source: Path) -> int:
    """The seconds that a check may take."""
    return PATIENCE if kind(source) == ".py" and not uses_prefect(source) else PATIENCE_WITH_PREFECT


def no_end(seconds: int) -> str:
    """What a learner is told whose attempt does not come to an end."""
    return f"✕ No end after {seconds} seconds: look for a loop that never stops, or an except that catches too much."


def begin_or_check(module: Session) -> int:
    source, attempt = ROOT / f"snippets/{module.slug}/exercise.py", place(module.slug)
    if not attempt.exists():
        attempt.parent.mkdir(parents=True, exist_ok=True)
        if bring := getattr(load(source, "exercise"), "bring", None):
            bring(attempt.parent)
        attempt.write_text(split(source)["starter"], "utf-8")
        print(f"Your starter is {attempt}.\nEdit it, then run this command again: it checks.")
        return 0
    here = check_environment(source, os.environ)
    url = here.get("PREFECT_API_URL")
    if uses_prefect(source) and url and not prefect_server.answers(url):
        print(
            f"exercise: no Prefect server answers at {url}; start it, or go on without: unset PREFECT_API_URL",
            file=sys.stderr,
        )
        return 1
    with TemporaryDirectory() as results:  # nothing is there that an earlier run has cached
        here["PREFECT_LOCAL_STORAGE_PATH"] = results
        try:
            return subprocess.run(
                check_command(source, attempt), timeout=patience(source), env=here
            ).returncode
        except subprocess.TimeoutExpired:
            print(no_end(patience(source)))
            return 1

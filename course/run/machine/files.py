"""What a Run of `make live` needs: a fresh copy of the snippets, in which its file changes nothing.

A page says which file it means. It is looked up among the course's own, so no path leads out of the copy.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from course.exercises import command as exercise
from course.paths import PYTHON_IN_VENV as IN_VENV
from course.paths import ROOT

HOME, MACHINE = ROOT / "snippets", ROOT / "course/run/machine/startup"
LEFT_OUT = {
    "pricewatch",
    "__pycache__",
    ".ruff_cache",
    "prices",
    "target",
    "logs",
}  # installed, or made by a run
BIG = 1_000_000  #: bytes: what is bigger is not copied


class Refused(Exception):
    """What cannot be run; the message is one line that says why."""


@dataclass
class Plan:
    """How a file is run, for how long, and what is said when that is over."""

    command: list[str | Path]
    path: Path
    env: dict[str, str]
    seconds: float
    late: str


def files() -> set[str]:
    """Name all that may be run: the snippets, and the two files that are made from an exercise."""
    found = {*HOME.glob("*/*.py"), *HOME.glob("pipeline/demo/*.py")}
    learners = [path for path in HOME.glob("*/exercise.py") if exercise.kind(path) == ".py"]
    found |= {path.with_name(name) for path in learners for name in ("starter.py", "solution.py")}
    return {path.relative_to(HOME).as_posix() for path in found}


def python(file: str) -> Path:
    """Return the Python of a file: module 7's parts have environments of their own, as `make pipeline` has them."""
    folder, _, name = file.rpartition("/")
    if folder != "pipeline/demo":
        return Path(sys.executable)
    part = (
        "airbyte" if name == "sync.py" else "snowflake" if name.startswith("snowflake_") else "dbt"
    )
    found = ROOT / f".venv-{part}" / IN_VENV
    if not found.exists():
        raise Refused(
            f"{file} runs in .venv-{part}, which is not there; install it with: make install ARGS={part}"
        )
    return found


def left_out(folder: str, names: list[str]) -> list[str]:
    """Choose what is not copied: what runs have made, and what is big."""
    return [name for name in names if name in LEFT_OUT or Path(folder, name).lstat().st_size > BIG]


def prepare(job: dict, scratch: Path, env: dict[str, str], seconds: float) -> Plan:
    """Put a job's file among a copy of the snippets; return how it is run, or checked."""
    file, code = job.get("file"), job.get("code")
    if not (isinstance(file, str) and file in files()):
        raise Refused(f"{file!r} is no file of this course")
    if not isinstance(code, str) or job.get("type") not in ("run", "check"):
        raise Refused("this page sends what is no run: load it again")
    interpreter, path, source = python(file), scratch / file, (HOME / file).with_name("exercise.py")
    shutil.copytree(HOME, scratch, ignore=left_out, dirs_exist_ok=True)
    path.write_bytes(code.encode("utf-8", "replace"))
    env |= {
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
        "COURSE_FILE": str(path),
        "DO_NOT_TRACK": "1",
    }
    env |= {"PYTHONPATH": os.pathsep.join([str(MACHINE), *filter(None, [env.get("PYTHONPATH")])])}
    env.setdefault(
        "AIRBYTE_PYTHON", str(ROOT / ".venv-airbyte" / IN_VENV)
    )  # looked for beside the snippets otherwise
    if job["type"] == "run":
        late = f"✕ Ended after {seconds:g} seconds, the longest that a Run may take. A terminal has no such limit."
        return Plan([interpreter, "-u", path.name], path, env, seconds, late)
    if path.name != "starter.py":
        raise Refused(f"{file} has no check")
    env = exercise.check_environment(source, env) | {
        "PREFECT_LOCAL_STORAGE_PATH": str(scratch / "results")
    }
    least = min(seconds, exercise.patience(source))
    return Plan(exercise.check_command(source, path), path, env, least, exercise.no_end(least))

"""Run module 7's pipeline, and start a Prefect server if none answers: ``make pipeline``.

All arguments are the flow's, and so is the exit code: 1 if the run has failed, in one line.
"""

from __future__ import annotations

import os
import subprocess
import sys

from course.errors import CourseError
from course.paths import DEMO, ROOT, python_of
from course.services import prefect_server

#: The terminal shows the steps; the log is in Prefect's UI.
QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PYTHONWARNINGS": "ignore",
    "DO_NOT_TRACK": "1",
}


class PipelineError(CourseError):
    """The pipeline cannot start."""


def server() -> str:
    """Return the API of a Prefect server that runs, or that is started in the background."""
    if url := prefect_server.find():
        return url
    end = ".venv/bin/prefect server stop"
    print(f"Prefect's server starts in the background; end it with: {end}", flush=True)
    return prefect_server.start_in_background()


def main(arguments: list[str]) -> int:
    """Run the flow with these arguments.

    Raises:
        PipelineError: If the flow's environment is not there.
        PrefectServerError: If there is no server and none can be started.
    """
    name = "snowflake" if "snowflake" in arguments else "dbt"
    python = python_of(name)
    if not python.exists():
        raise PipelineError(f".venv-{name} is not there; install it with: make install ARGS={name}")
    environment = {**QUIET, **os.environ}
    if not {"-h", "--help"} & set(arguments):
        environment["PREFECT_API_URL"] = server()
    command = [str(python), str(DEMO / "flow.py"), *arguments]
    if os.name == "nt":
        return subprocess.run(command, cwd=ROOT, env=environment).returncode
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(python, command, environment)  # so that what ends this process ends the flow

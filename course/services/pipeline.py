"""Run module 7's pipeline, and start a Prefect server if none answers: ``make pipeline``.

All arguments are the flow's, and so is the exit code: 1 if the run has failed, in one line.
"""

from __future__ import annotations

import os
import subprocess
import sys

from course.paths import DEMO, ROOT
from course.services import prefect_server
from course.setup import products

#: The terminal shows the steps; the log is in Prefect's UI.
QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PYTHONWARNINGS": "ignore",
    "DO_NOT_TRACK": "1",
}


def main(arguments: list[str]) -> int:
    """Run the flow with these arguments, in the environment of its warehouse."""
    on_snowflake = any(word.endswith("snowflake") for word in arguments)
    python = products.existing_python("snowflake" if on_snowflake else "dbt")
    environment = {**QUIET, **os.environ}
    if not {"-h", "--help"} & set(arguments):
        environment["PREFECT_API_URL"] = prefect_server.found_or_in_background()
    command = [str(python), str(DEMO / "flow.py"), *arguments]
    if os.name == "nt":
        return subprocess.run(command, cwd=ROOT, env=environment).returncode
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(python, command, environment)  # so that what ends this process ends the flow

"""Run module 7's pipeline, and start a Prefect server if none answers: python course/run_pipeline.py --help

All arguments are the flow's, and so is the exit code: 1 if the run failed, in one line.
"""

import os
import subprocess
import sys
from typing import NoReturn

from course.paths import ROOT
from course.services import prefect_server

FLOW = ROOT / "snippets/pipeline/demo/flow.py"
#: The terminal shows the steps; the log is in the UI.
QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PYTHONWARNINGS": "ignore",
    "DO_NOT_TRACK": "1",
}


def server() -> str:
    """Return the address of a Prefect server that runs, or has just been started."""
    url = prefect_server.find()
    if not url:
        print(
            "Prefect's server starts in the background; end it with: .venv/bin/prefect server stop",
            flush=True,
        )
        url = prefect_server.start_in_background()
    return url


def main(arguments: list[str]) -> NoReturn:
    python = ROOT / f".venv-{'snowflake' if 'snowflake' in arguments else 'dbt'}/bin/python"
    if not python.exists():
        sys.exit(
            f"pipeline: {python.parts[-3]} is not there; install it with: make install ARGS={python.parts[-3][6:]}"
        )
    env = {**QUIET, **os.environ}
    if not {"-h", "--help"} & set(arguments):
        env["PREFECT_API_URL"] = server()
    os.chdir(ROOT)
    os.execve(
        python, [str(python), str(FLOW), *arguments], env
    )  # what ends this process ends the flow

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
    """Return the address of a Prefect server: the one that is set, or the one here, started if it is not."""
    url = prefect_server.find("pipeline")
    if not url:
        start()
    return url or prefect_server.HERE


def start() -> None:
    """Start Prefect's server in the background, and wait until it answers."""
    print(
        "Prefect's server starts in the background; end it with: .venv/bin/prefect server stop",
        flush=True,
    )
    command = [*prefect_server.START, "--background"]
    subprocess.run(command, env=prefect_server.settings(), check=True, stdout=subprocess.DEVNULL)
    prefect_server.wait("pipeline")


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

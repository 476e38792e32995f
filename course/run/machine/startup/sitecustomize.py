"""Prepare each Python process that has this folder on ``PYTHONPATH``: errors and coverage.

A block that `make serve` runs reports an error as the page does: ``COURSE_FILE`` names its file.
The test suite measures with coverage what runs in environments that do without coverage.
"""

import os
import runpy
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType

#: Run by its path, because the environments of module 7 do not know this package.
ERRORS = Path(__file__).parents[2] / "page/python/tracebacks.py"


def print_error(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print an error of the learner's file; other programs that the file starts have their own."""
    path = getattr(sys.modules["__main__"], "__file__", None)
    if path != os.environ["COURSE_FILE"]:
        sys.__excepthook__(kind, error, trace)
    elif kind is not KeyboardInterrupt:  # which is Stop
        runpy.run_path(str(ERRORS))["show"](error.with_traceback(trace), path)


def runs_a_file() -> bool:
    """Return whether this process runs one of the course's files, unlike Airbyte's connectors."""
    is_deployment = os.environ.get("PREFECT__DEPLOYMENT_NAME") == "record"
    return is_deployment or any(word.endswith(".py") for word in sys.orig_argv)


if "COURSE_FILE" in os.environ:
    sys.excepthook = print_error
if "COVERAGE_PROCESS_START" in os.environ and runs_a_file():
    with suppress(ImportError):
        import coverage

        coverage.process_startup()

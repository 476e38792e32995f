"""What Python reads first when `make live` runs a block: an error is told as it is in the page, see errors.py there."""

import importlib.util
import os
import sys
from pathlib import Path

ERRORS = Path(__file__).parents[2] / "page/python/errors.py"


def hook(kind, error, trace) -> None:
    """Tell an error of the learner's file; leave that of any other program which the file has started as it is."""
    path = getattr(sys.modules["__main__"], "__file__", None)
    if path != os.environ.get("COURSE_FILE"):
        sys.__excepthook__(kind, error, trace)
    elif kind is not KeyboardInterrupt:  # that is Stop
        spec = importlib.util.spec_from_file_location("_errors", ERRORS)
        errors = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(errors)
        errors.tell(error.with_traceback(trace), path)


sys.excepthook = hook

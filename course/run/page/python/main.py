"""Run a block in the page as ``python FILE`` would.

The block is a module of its own, and errors show only the learner's lines. The worker asks for a
block's `topics`, calls `start` for each, then `run_block` or `check_exercise`. Both return the
number of the line that failed, -1 if no line of the file is known to have failed, 0 for success.
"""

import importlib
import linecache
import os
import shutil
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import js
from pyodide.ffi import to_js

from course.exercises import checks
from course.run import advice
from course.run.page.python.single_thread import run_in_task as run_in_task
from course.run.page.python.topics import topics as topics
from course.run.page.python.tracebacks import show

HOME = Path("/home/pyodide")  #: made by Pyodide
PACKAGE = __package__


def post(message: dict) -> None:
    """Send the page a message from its worker."""
    js.postMessage(to_js(message, dict_converter=js.Object.fromEntries))


def notice(text: str) -> None:
    """Send the page a sentence of ours, if there is one, apart from what the program prints."""
    if text:
        post({"type": "notice", "text": text})


def leave(status: int) -> NoReturn:
    """End a block in place of `os._exit`, which would end the page's Python and all that it has."""
    raise SystemExit(status)


os._exit = leave


def start(topic: str) -> None:
    """Prepare a topic that has been unpacked for the blocks that import it."""
    importlib.invalidate_caches()
    if topic == "dask":
        dask = importlib.import_module(f"{PACKAGE}.dask_internals")
        dask.install(lambda svg: post({"type": "graph", "svg": svg}), js.graphviz)
    if topic == "prefect":
        importlib.import_module(f"{PACKAGE}.prefect_in_page").install(post)


def reset() -> None:
    """Drop the files, modules and runs of earlier blocks, as a new process would have none."""
    for name, module in list(sys.modules.items()):
        in_home = str(getattr(module, "__file__", None)).startswith(str(HOME))
        if in_home or name.partition(".")[0] == "pricewatch":
            del sys.modules[name]
    if prefect := sys.modules.get(f"{PACKAGE}.prefect_in_page"):
        prefect.reset()
    os.chdir("/")
    shutil.rmtree(HOME)
    HOME.mkdir()
    os.chdir(HOME)
    linecache.clearcache()


def run_block(name: str, code: str) -> int:
    """Run a file's text as the main module."""
    reset()
    path = HOME / name
    path.write_text(code, "utf-8")
    main = sys.modules["__main__"] = ModuleType("__main__")
    main.__file__ = str(path)
    try:
        exec(compile(code, str(path), "exec"), main.__dict__)
    except SystemExit as end:
        if isinstance(end.code, int):
            notice(advice.on_end(end.code & 0xFF, ""))  # as a terminal shows it
        elif end.code:
            print(end.code, file=sys.stderr)
        return -1 if end.code else 0
    except BaseException as error:
        line = show(error, str(path))
        notice(advice.on_error(traceback.format_exception_only(error)[-1]))
        return line
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def check_exercise(name: str, code: str, exercise: str) -> int:
    """Check a learner's file as ``make exercise-N`` does, and print what is missing."""
    reset()
    attempt, source = HOME / name, HOME / "exercise.py"
    attempt.write_text(code, "utf-8")
    source.write_text(exercise, "utf-8")
    try:
        return -checks.check(source, attempt)
    except BaseException as error:  # such as a package of the check itself that a page lacks
        return show(error, str(source))

"""Run a block in the page as `python FILE` would: a module of its own, errors of the learner's lines only.

The worker asks for a block's `topics`, calls `start` for each, then `run_block` or `check_exercise`. Both return the
number of the line that failed, -1 if that is not known, and 0 if none did.
"""

import ast
import asyncio
import importlib
import linecache
import os
import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import checks
import errors
import js
from pyodide.ffi import to_js

HOME = Path("/home/pyodide")  #: Pyodide makes it
TOPICS = tomllib.loads((Path(__file__).parent / "topics.toml").read_text("utf-8"))


def tell(message: dict) -> None:
    """Hand the page a message, in the worker's name."""
    js.postMessage(to_js(message, dict_converter=js.Object.fromEntries))


def topics(code: str) -> list[str]:
    """Return the archives that a block's imports ask for, in the order in which they are loaded."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return []
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    wanted = []
    for name, topic in TOPICS.items():
        if any(
            f"{imported}.".startswith(f"{known}.")
            for imported in names
            for known in topic["imports"]
        ):
            wanted += [*topic.get("needs", []), name]
    return list(dict.fromkeys(wanted))


def start(topic: str) -> None:
    """Make a topic that has been unpacked ready for the blocks that import it."""
    importlib.invalidate_caches()
    if topic == "dask":
        importlib.import_module("dask_page").install(
            lambda svg: tell({"type": "graph", "svg": svg}), js.graphviz
        )
    if topic == "prefect":
        importlib.import_module("prefect_page").install(tell)


def forget() -> None:
    """Begin as a new process would: no file, no module and no run of an earlier block, and the shop on opening day."""
    for name, module in list(sys.modules.items()):
        file = str(getattr(module, "__file__", None))
        if file.startswith(str(HOME)) or name.partition(".")[0] == "pricewatch":
            del sys.modules[name]
    if prefect_page := sys.modules.get("prefect_page"):
        prefect_page.forget()
    os.chdir("/")
    shutil.rmtree(HOME)
    HOME.mkdir()
    os.chdir(HOME)
    linecache.clearcache()


def run_block(name: str, code: str) -> int:
    """Run a file's text as the main module."""
    forget()
    path = HOME / name
    path.write_text(code, "utf-8")
    main = sys.modules["__main__"] = ModuleType("__main__")
    main.__file__ = str(path)
    try:
        exec(compile(code, str(path), "exec"), main.__dict__)
    except SystemExit as end:
        return report_exit(end)
    except BaseException as error:
        return errors.tell(error, str(path))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def check_exercise(name: str, code: str, exercise: str) -> int:
    """Hold a learner's file against the checks of an exercise's source, in words, as `make exercise-N` does."""
    forget()
    attempt, source = HOME / name, HOME / "exercise.py"
    attempt.write_text(code, "utf-8")
    source.write_text(exercise, "utf-8")
    try:
        return -checks.check(source, attempt)
    except ImportError as error:  # of what the check itself needs
        return errors.tell(error, str(source))


own: set[asyncio.Task] = set()  #: tasks that a block runs in, where the browser has no JSPI


async def in_a_task(work: Callable[..., int], *given: str) -> int:
    """Do the same in a browser that cannot suspend Python: only coroutines can wait in it, and only at its end."""
    own.add(asyncio.current_task())
    before = asyncio.all_tasks()
    line = work(*given)
    while waiting := [task for task in asyncio.all_tasks() - before if not task.done()]:
        await asyncio.wait(waiting)  # asyncio.run() has only scheduled them
    return line


def report_exit(end: SystemExit) -> int:
    if isinstance(end.code, str):
        print(end.code, file=sys.stderr)
    return -1 if end.code else 0

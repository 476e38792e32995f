"""Check what a learner made of an exercise, and print in words what is missing.

A check is a function ``check_…`` of ``snippets/MODULE/exercise.py``. Its docstring is the promise
that a solution keeps, the message of its assertion is the hint. It takes the learner's module, or
the path of the learner's file if that is no Python, and raises ``unittest.SkipTest`` for what it
cannot look at on this machine. Runs in the page, too, so it imports no more than it does.
"""

from __future__ import annotations

import importlib.util
import sys
import traceback
import unittest
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TextIO

from course.findings import Finding, Level
from course.run import advice

#: Exit codes of a check's process, by the return value of `check`. A learner's file that ends the
#: process itself leaves another one.
EXIT_CODES = {0: 40, 1: 41}
MAX_PRINTED = 10_000  #: characters of what a learner's file prints: more would bury the hints


class Limited:
    """A stream that passes on what is printed, up to `MAX_PRINTED`."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.remaining = stream, MAX_PRINTED

    def write(self, text: str) -> int:
        """Write the text, or what there is room for."""
        if self.remaining >= 0:
            self.remaining -= len(text)
            more = f"\n… more than {MAX_PRINTED:,} characters: the rest is not shown\n"
            self.stream.write(text if self.remaining >= 0 else text[: self.remaining] + more)
        return len(text)

    def flush(self) -> None:
        """Flush what was passed on."""
        self.stream.flush()

    def __getattr__(self, name: str) -> object:
        """Return what else the stream has, such as its encoding."""
        return getattr(self.stream, name)


def load(path: Path, name: str) -> ModuleType:
    """Import a file, wherever it is, as a module of this name."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader, path
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def describe(error: BaseException, path: Path) -> str:
    """Return an error with the line of the learner's file where it happened, and what to do."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"line {error.lineno}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    message = str(error).splitlines()[0] if str(error) else "no message"
    said = f"{type(error).__name__}: {message}"
    if isinstance(error, SystemExit):
        said = "a SystemExit, from exit() for example, ends the whole program; remove it."
    where = f"line {lines[-1]}: " if lines else ""
    return f"{where}{said}\n  {advice.on_error(said)}".rstrip()


def examine(check: Callable, learner: ModuleType | Path, attempt: Path) -> Finding:
    """Run one check on what a learner's file holds, and return what it finds."""
    level, text = Level.PROBLEM, ""
    try:
        check(learner)
        level = Level.OK
    except AssertionError as hint:
        text = str(hint)
    except unittest.SkipTest as reason:
        level, text = Level.WARNING, str(reason)
    except (Exception, SystemExit) as error:
        text = f"Stopped: {describe(error, attempt)}"
        if isinstance(error, AttributeError) and error.obj is learner:
            text = f"Your file no longer defines {error.name}: keep that name from the starter."
    return Finding(level, check.__doc__ or check.__name__, text)


def check(source: Path, attempt: Path) -> int:
    """Print what each check of an exercise finds; return 0 if nothing is missing, otherwise 1."""
    show = partial(print, file=sys.stdout, flush=True)
    with redirect_stdout(Limited(sys.stdout)), redirect_stderr(Limited(sys.stderr)):
        return _check(source, attempt, show)


def _check(source: Path, attempt: Path, show: Callable[[object], None]) -> int:
    exercise = vars(load(source, "exercise"))
    checks = [item for name, item in exercise.items() if name.startswith("check_")]
    try:
        learner = load(attempt, "attempt") if attempt.suffix == ".py" else attempt
    except (Exception, SystemExit) as error:
        problem = f"Your file does not run yet: {describe(error, attempt)}"
        show(Finding(Level.PROBLEM, problem))
        return 1
    missing = 0
    for each in checks:
        finding = examine(each, learner, attempt)
        hint = f"\n  {finding.text}" if finding.text else ""
        show(f"{finding.level.value} {finding.subject}{hint}")
        missing += finding.level is Level.PROBLEM
    whole = "All done. Ready for the challenge?"
    show(f"{missing} of {len(checks)} still missing." if missing else whole)
    return int(bool(missing))


def main(arguments: list[str]) -> int:
    """Check the attempt that is named second against the exercise that is named first."""
    source, attempt = map(Path, arguments)
    return EXIT_CODES[check(source, attempt)]

"""Check what a learner made of an exercise, and print in words what is missing.

A check is a function ``check_…`` of ``snippets/MODULE/exercise.py``. Its docstring is the promise
that a solution keeps, the message of its assertion is the hint. It takes the learner's module, or
the path of the learner's file if that is no Python, and raises ``unittest.SkipTest`` for what it
cannot look at on this machine. Runs in the page, too, so it imports no more than it does.
"""

from __future__ import annotations

import importlib.util
import traceback
import unittest
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from course.findings import Finding, Level


def load(path: Path, name: str) -> ModuleType:
    """Import a file, wherever it is, as a module of this name."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader, path
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def describe(error: BaseException, path: Path) -> str:
    """Return an error in one line, with the line of the learner's file where it happened."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"line {error.lineno}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    message = str(error).splitlines()[0] if str(error) else "no message"
    return f"{f'line {lines[-1]}: ' if lines else ''}{type(error).__name__}: {message}"


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
        text = f"It stopped with {describe(error, attempt)}"
        if isinstance(error, AttributeError) and error.obj is learner:
            text = f"Your file no longer defines {error.name}: keep that name from the starter."
    return Finding(level, check.__doc__ or check.__name__, text)


def check(source: Path, attempt: Path) -> int:
    """Print what each check of an exercise finds; return the exit code, 0 if nothing is missing."""
    exercise = vars(load(source, "exercise"))
    checks = [item for name, item in exercise.items() if name.startswith("check_")]
    try:
        learner = load(attempt, "attempt") if attempt.suffix == ".py" else attempt
    except (Exception, SystemExit) as error:
        problem = f"Your file does not run yet. {describe(error, attempt)}"
        print(Finding(Level.PROBLEM, problem))
        return 1
    missing = 0
    for each in checks:
        finding = examine(each, learner, attempt)
        hint = f"\n  {finding.text}" if finding.text else ""
        print(f"{finding.level.value} {finding.subject}{hint}", flush=True)
        missing += finding.level is Level.PROBLEM
    whole = "All done. Ready for the challenge?"
    print(f"{missing} of {len(checks)} still missing." if missing else whole)
    return int(bool(missing))


def main(arguments: list[str]) -> int:
    """Check the attempt that is named second against the exercise that is named first."""
    source, attempt = map(Path, arguments)
    return check(source, attempt)

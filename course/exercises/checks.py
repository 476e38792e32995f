"""Hold what a learner made of an exercise against its checks, and say in words what is missing.

A check is a function ``check_…`` of snippets/MODULE/exercise.py: its docstring is the promise, its assertion's message
the hint. It is given the learner's module, or, where that is no Python, the path of the learner's file. It raises
``unittest.SkipTest`` for what it cannot look at on this machine, which is said and held against nobody.
"""

import importlib.util
import traceback
import unittest
from pathlib import Path
from types import ModuleType


def load(path: Path, name: str) -> ModuleType:
    """Import a file, wherever it is."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def where(error: BaseException, path: Path) -> str:
    """Say what went wrong and in which of the learner's lines."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"line {error.lineno}: {error.msg}"
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(path)
    ]
    place = f"line {lines[-1]}: " if lines else ""
    return f"{place}{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}"


def check(source: Path, attempt: Path) -> int:
    """Hold an attempt against each of an exercise's checks; print a line for each and return the exit code."""
    checks = [
        item for name, item in vars(load(source, "exercise")).items() if name.startswith("check_")
    ]
    try:
        learner = load(attempt, "attempt") if attempt.suffix == ".py" else attempt
    except (Exception, SystemExit) as error:
        print(f"✕ Your file does not run yet. {where(error, attempt)}")
        return 1
    missing = 0
    for promise in checks:
        try:
            promise(learner)
        except AssertionError as hint:
            problem = str(hint)
        except AttributeError as error:
            lost = f"Your file has no {error.name}: keep its name."
            problem = lost if error.obj is learner else f"It stopped with {where(error, attempt)}"
        except unittest.SkipTest as not_here:
            print(f"! {promise.__doc__}\n  {not_here}", flush=True)
            continue
        except (Exception, SystemExit) as error:
            problem = f"It stopped with {where(error, attempt)}"
        else:
            print(f"✓ {promise.__doc__}", flush=True)
            continue
        missing += 1
        print(f"✕ {promise.__doc__}\n  {problem}", flush=True)
    print(
        f"{missing} of {len(checks)} still missing." if missing else "All done. Now the challenge?"
    )
    return bool(missing)


def main(arguments: list[str]) -> int:
    """Check the attempt that is named second against the exercise that is named first."""
    source, attempt = map(Path, arguments)
    return check(source, attempt)

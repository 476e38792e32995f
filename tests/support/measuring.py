"""Coverage of snippets: measured only where snippets run, in processes that they start as well."""

import sys
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest

from course.paths import ROOT
from tests.support.schedule import folder

#: All other tests take twice as long when they are measured. The package's tests are in no folder.
MEASURED = {"deployments", "exercises", "package", "pipeline", "snippets", ""}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Stop measuring while a test runs that runs no snippet."""
    measuring = coverage.Coverage.current()
    if measuring is None or folder(item.nodeid) in MEASURED:
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


def python(path: Path) -> list[str | Path]:
    """Return the command that runs a snippet, measured if this process is."""
    if coverage.Coverage.current() is None:
        return [sys.executable, path]
    settings = [f"--rcfile={ROOT / 'pyproject.toml'}", f"--data-file={ROOT / '.coverage'}"]
    return [sys.executable, "-m", "coverage", "run", *settings, "--parallel-mode", path]

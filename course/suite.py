"""Run the tests: all of them, those that a change touches, or those that rewrite outputs."""

from __future__ import annotations

import os
import subprocess
import sys

from course import quick
from course.errors import UsageError
from course.paths import ROOT
from course.setup import chromium

IN_ORDER = ("-p", "no:randomly")
UPDATE = (*IN_ORDER, "--update-examples")
#: What each command calls pytest with, one call after another.
CALLS: dict[str, list[tuple[str, ...]]] = {
    "test": [("-n", "4", "--cov")],
    "update": [
        ("tests/snippets/test_snippets.py", "-k", "test_prints_what or test_is_tidy", *UPDATE),
        ("tests/browser/test_run.py", *UPDATE),
    ],
}


def calls(word: str) -> list[tuple[str, ...]]:
    """Return what a command calls pytest with; for ``quick``, print what that leaves out.

    Raises:
        UsageError: If there is no such command.
    """
    if word != "quick":
        if word not in CALLS:
            raise UsageError(f"{word!r} is none of {', '.join([*CALLS, 'quick'])}")
        return CALLS[word]
    files = quick.changed()
    chosen, left_out = quick.selection(files)
    print(f"{len(files)} changed files")
    for line in left_out:
        print(f"left out: {line}")
    return [("-n", "2", "--no-cov", *quick.arguments_of(chosen))] if chosen else []


def main(arguments: list[str]) -> int:
    """Run pytest as the first argument asks for; the others are pytest's own."""
    word, *rest = arguments
    env = {**os.environ, "CHROMIUM": chromium.path()}
    for call in calls(word):
        command = [sys.executable, "-m", "pytest", *call, *rest]
        if code := subprocess.run(command, cwd=ROOT, env=env).returncode:
            return code
    return 0

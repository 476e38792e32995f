"""Run the tests: all of them, those that a change touches, or those that rewrite outputs."""

from __future__ import annotations

import os
import subprocess
import sys

from course import quick
from course.paths import ROOT
from course.setup import chromium

UPDATE = ("-p", "no:randomly", "--update-examples")
#: What each command calls pytest with, one call after another.
CALLS = {
    "test": [("-n", "4", "--cov")],
    "update": [
        ("tests/snippets/test_snippets.py", "-k", "test_prints_what or test_is_tidy", *UPDATE),
        ("tests/browser/test_run.py", *UPDATE),
    ],
}


def changes() -> list[tuple[str, ...]]:
    """Return the call that proves what has changed; print what it leaves out."""
    files = quick.changed()
    chosen, left_out = quick.selection(files)
    print(f"{len(files)} changed files", *left_out, sep="\nleft out: ")
    return [("-n", "2", "--no-cov", *quick.arguments_of(chosen))] if chosen else []


def main(arguments: list[str]) -> int:
    """Run pytest as the first argument asks for; the others are pytest's own."""
    word, *rest = arguments
    env = {**os.environ, "CHROMIUM": chromium.path()}
    for call in changes() if word == "quick" else CALLS[word]:
        command = [sys.executable, "-m", "pytest", *call, *rest]
        if code := subprocess.run(command, cwd=ROOT, env=env).returncode:
            return code
    return 0

"""Run the tests: all of them, those that a change touches, or those that rewrite outputs."""

import os
import subprocess
import sys

from course.paths import ROOT
from course.setup import chromium


def main(arguments: list[str]) -> int:
    """Run pytest as the first argument asks for; the others are pytest's own."""
    word, *rest = arguments
    env = {**os.environ, "CHROMIUM": chromium.path()}
    calls = {
        "test": [["-n", "4", "--cov", *rest]],
        "update": [
            ["tests/snippets", "-k", "test_prints_what or test_is_tidy", "-p", "no:randomly"]
            + ["--update-examples", *rest],
            ["tests/browser/test_run.py", "-p", "no:randomly", "--update-examples", *rest],
        ],
    }[word]
    for call in calls:
        code = subprocess.run([sys.executable, "-m", "pytest", *call], cwd=ROOT, env=env).returncode
        if code:
            return code
    return 0

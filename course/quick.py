"""Choose the tests for what differs from the last commit, by the rules of quick.toml.

Input: what Git calls changed. Output: pytest's arguments, and what they leave out.
"""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from course.errors import CourseError
from course.paths import ROOT, SNIPPETS


class SuiteError(CourseError):
    """Git does not answer, as in a download without history."""


class Rule(NamedTuple):
    """What proves the files whose path matches a pattern; quick.toml explains the fields."""

    path: str
    tests: tuple[str, ...] = ()
    left_out: str = ""


_FILE = Path(__file__).with_suffix(".toml")
RULES = [Rule(path, **rule) for path, rule in tomllib.loads(_FILE.read_text("utf-8")).items()]


def changed() -> list[str]:
    """Return the files that differ from the last commit, new ones included, below the root."""
    names: set[str] = set()
    for command in ("ls-files --others --exclude-standard", "diff --name-only HEAD"):
        try:
            done = subprocess.run(
                ["git", *command.split()], cwd=ROOT, capture_output=True, text=True
            )
        except FileNotFoundError:
            raise SuiteError("git is not installed; without it, use: make test") from None
        if done.returncode:  # outside a repository, only ls-files says so in one line
            reason = (done.stderr.strip().splitlines() or ["git fails"])[-1]
            raise SuiteError(f"this compares with the last commit, but {reason}; try: make test")
        names |= set(done.stdout.splitlines())
    return sorted(names)


def selection(files: Iterable[str]) -> tuple[dict[str, set[str]], list[str]]:
    """Choose the tests that prove files, which are named below the root.

    Returns:
        For each file or folder of tests the names that tests must have, where an empty one stands
        for all; and in lines what is left out.
    """
    chosen: dict[str, set[str]] = {}
    left_out = []
    for file in files:
        for rule in RULES:
            if not (match := re.fullmatch(rule.path, file)):
                continue
            for test in rule.tests:
                where, _, names = test.format(**match.groupdict()).partition("::")
                chosen.setdefault(where, set()).add(names)
            left_out += [f"{file}: {rule.left_out}"] if rule.left_out else []
        for console in sorted(SNIPPETS.glob("*/*.console")):  # transcripts in which it is typed
            if file.startswith("snippets/") and file in console.read_text("utf-8"):
                name = f"{console.parent.name}/{console.stem}]"
                chosen.setdefault("tests/consoles/test_consoles.py", set()).add(name)
    return chosen, left_out


def arguments_of(chosen: dict[str, set[str]]) -> list[str]:
    """Return pytest's arguments for chosen tests: files, and what selects tests in them."""
    wanted = []
    for where, names in chosen.items():
        files = sorted((ROOT / where).glob("test_*.py")) or [ROOT / where]
        for file in files:
            wanted += [f"({file.name} and {name})" if name else file.name for name in names]
    return [*sorted(chosen), "-k", " or ".join(sorted(set(wanted)))]

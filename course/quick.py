"""Choose the tests that prove what differs from the last commit.

Comes in: what Git calls changed. Goes out: pytest's arguments, and what they leave out.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

from course.errors import CourseError
from course.paths import ROOT, SNIPPETS


class SuiteError(CourseError):
    """The suite cannot choose what to run."""


@dataclass(frozen=True)
class Rule:
    """What proves a changed file.

    Attributes:
        path: A pattern of the file's whole path; its groups fill in the fields below.
        tests: Files or folders of tests; behind ``::`` stands what the names of tests must have,
            as in pytest's ``-k``.
        left_out: What else depends on the file, and takes too long here.
    """

    path: str
    tests: tuple[str, ...]
    left_out: str = ""


_PAGES = ("tests/site/test_provenance.py", "tests/site/test_names.py", "tests/site/test_site.py")
_DECK = "tests/browser/test_decks.py::back and {module}]"
#: All rules that match a file count.
RULES = (
    Rule(
        r"snippets/(?P<module>(?!pricewatch)[\w-]+)/(?P<name>(?!exercise|notebook)\w+)\.py",
        ("tests/snippets/test_snippets.py::{module}/{name}]", *_PAGES, _DECK),
        "its Run in a page and on this machine, its notebook: tests/browser, tests/live",
    ),
    Rule(
        r"snippets/(?P<module>[\w-]+)/exercise\.\w+",
        (
            "tests/snippets/test_snippets.py::{module}/exercise]",
            "tests/exercises/test_exercises.py::{module}",
            "tests/consoles/test_consoles.py::{module}/exercise]",
            *_PAGES,
        ),
        "its check in a page and on this machine: tests/browser, tests/live",
    ),
    Rule(r"snippets/(?P<module>[\w-]+)/notebook\.py", ("tests/site/test_notebooks.py::{module}]",)),
    Rule(
        r"snippets/(?P<module>[\w-]+)/(?P<name>\w+)\.console",
        ("tests/consoles/test_consoles.py::{module}/{name}]", *_PAGES),
        "what it does with containers or Snowflake: tests/docker, tests/pipeline",
    ),
    Rule(
        r"snippets/.*(?:ya?ml|Dockerfile|\.dockerignore|requirements\.txt|pyproject\.toml)",
        (
            "tests/package/test_cluster.py::manifests",
            "tests/package/test_container_files.py",
            "tests/package/test_package.py",
            *_PAGES,
        ),
        "its containers and deployments: tests/docker, tests/deployments",
    ),
    Rule(
        r"snippets/pricewatch/(?:src|tests)/.+",
        ("snippets/pricewatch/tests", "tests/snippets/test_snippets.py::learner"),
        "the other snippets that ask the shop: tests/snippets",
    ),
    Rule(r"snippets/pipeline/demo/.+", (), "the pipeline: tests/pipeline"),
    Rule(r"snippets/[\w-]+/[\w.]+", ("tests/site/test_provenance.py",)),
    Rule(r"docs/(?P<page>[\w/-]+)\.md", ("tests/site", "tests/browser/test_pages.py::{page}")),
    Rule(
        r"slides/(?P<module>[\w-]+)\.md", ("tests/site", "tests/browser/test_decks.py::{module}]")
    ),
    Rule(r"(?:mkdocs\.yml|docs/.+|course/snippets\.py)", ("tests/site",)),
    Rule(r"course/site/.+", ("tests/site",), "how pages look and act: tests/browser"),
    Rule(r"course/exercises/.+", ("tests/exercises",)),
    Rule(r"course/run/page/.+", ("tests/browser/test_run.py::negative",), "tests/browser"),
    Rule(r"course/run/machine/.+", ("tests/live/test_live.py",), "the other tests in tests/live"),
    Rule(r"course/services/.+", ("tests/package/test_container_files.py",), "tests/docker"),
    Rule(r"course/setup/.+", ("tests/setup",)),
    Rule(r"course/pictures/.+", ("tests/site/test_pictures.py",), "the pictures: make pictures"),
    Rule(r"course/bench/.+", (), "the figures: make bench"),
    Rule(r"course/quick\.py", ("tests/repository/test_quick.py",)),
    Rule(r"tests/(?P<test>\w+/test_\w+\.py)", ("tests/{test}",)),
    Rule(r"tests/(?:conftest\.py|support/.+)", (), "the tests that use it: make test"),
    Rule(r"(?:requirements\.(?:in|txt)|pyproject\.toml)", (), "everything: make test"),
    Rule(r"(?!docs/|slides/|snippets/(?!price)).+", ("tests/repository/test_repository.py",)),
)


def changed() -> list[str]:
    """Return the files that differ from the last commit, new ones included, below the root.

    Raises:
        SuiteError: If Git does not answer, as in a download without history.
    """
    names: set[str] = set()
    for command in ("diff --name-only HEAD", "ls-files --others --exclude-standard"):
        done = subprocess.run(["git", *command.split()], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["git fails"])[-1]
            raise SuiteError(f"quick compares with the last commit, but {reason}; try: make test")
        names |= set(done.stdout.splitlines())
    return sorted(names)


def selection(files: Iterable[str]) -> tuple[dict[str, set[str]], list[str]]:
    """Choose the tests that prove changed files.

    Args:
        files: Their paths below the root.

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

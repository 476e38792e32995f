"""`make quick` proves what a change touches, and says what it leaves out."""

import subprocess

import pytest

from course import quick
from course.paths import ROOT


def chosen(*files: str) -> set[str]:
    tests, _ = quick.selection(files)
    return {f"{where}::{name}" for where, names in tests.items() for name in names}


@pytest.mark.parametrize(
    ("file", "tests"),
    {
        "snippets/negative-engineering/naive.py": {
            "tests/snippets/test_snippets.py::negative-engineering/naive]",
            "tests/site/test_provenance.py::",
            "tests/browser/test_decks.py::back and negative-engineering]",
        },
        "snippets/packaging/exercise.Dockerfile": {
            "tests/exercises/test_exercises.py::packaging",
            "tests/consoles/test_consoles.py::packaging/exercise]",
        },
        "snippets/negative-engineering/shop.console": {
            "tests/consoles/test_consoles.py::negative-engineering/shop]"
        },
        "snippets/orchestration/run_log.py": {  # which a transcript has typed
            "tests/consoles/test_consoles.py::orchestration/run_log]"
        },
        "docs/dask/strengths.md": {"tests/site::", "tests/browser/test_pages.py::dask/strengths"},
        "course/setup/doctor.py": {"tests/setup::", "tests/repository/test_repository.py::"},
    }.items(),
)
def test_each_change_has_its_tests(file, tests):
    """A snippet has its run, pages and slides; an exercise its checks; machinery its folder."""
    assert (ROOT / file).exists()
    assert tests <= chosen(file)


def test_every_file_is_proved_or_left_out():
    """No file of the repository changes without a test, or a line that says what is left out."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert [name for name in listed if not any(quick.selection([name]))] == []


def test_chosen_tests_are_there():
    """The files and folders that rules name exist."""
    tests, _ = quick.selection(["snippets/dask/futures.py", "docs/index.md", "course/quick.py"])
    assert [where for where in tests if not (ROOT / where).exists()] == []
    named = {test.partition("::")[0] for rule in quick.RULES for test in rule.tests}
    assert [name for name in named if "{" not in name and not (ROOT / name).exists()] == []


def test_what_is_typed_is_an_expression():
    """The names select tests in their own file only."""
    arguments = quick.arguments_of({"tests/consoles/test_consoles.py": {"dask/x]", "dask/y]"}})
    assert arguments == [
        "tests/consoles/test_consoles.py",
        "-k",
        "(test_consoles.py and dask/x]) or (test_consoles.py and dask/y])",
    ]

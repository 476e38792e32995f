"""Every snippet runs, and prints what it shows.

A plain snippet runs in place, where each line is compared and measured, and a sample of them also
as ``python FILE`` against a shop over real HTTP. A snippet that starts a cluster or processes runs
only as ``python FILE``: in place it might pass where that fails. One that serves until Ctrl+C is
run in tests/deployments, one that needs an engine or an image in tests of module 5.
"""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from course import snippets
from course.paths import ROOT
from tests.support.measuring import python
from tests.support.pytest_examples_internals import Snippet, run_in_place, update
from tests.support.servers import alone

SHOWN_AS_MISTAKES = ["S110", "BLE001"]  # module 2 shows what comes of `except Exception: pass`
KINDS = {path: snippets.run_kind(path) for path in snippets.written()}
PLAIN = [path for path, kind in KINDS.items() if kind == "plain"]


def sample(paths: list[Path]) -> list[Path]:
    """Return a snippet of each module; one with a main guard that asks the shop, if there is."""

    def rank(path: Path) -> tuple[bool, bool, str]:
        source = path.read_text("utf-8")
        return "__main__" not in source, "pricewatch" not in source, path.name

    modules = sorted({path.parent for path in paths})
    return [min((p for p in paths if p.parent == module), key=rank) for module in modules]


def each(paths: list[Path]):
    return pytest.mark.parametrize("path", paths, ids=lambda p: f"{p.parent.name}/{p.stem}")


@pytest.fixture
def surroundings(path, request):
    """A Prefect server, if the snippet asks for one, a result storage, and maybe a history."""
    if "prefect" not in path.read_text("utf-8"):
        yield {}
        return
    request.getfixturevalue("results")
    server = request.getfixturevalue("prefect_server")
    if '"fortnight"' in path.read_text("utf-8"):
        request.getfixturevalue("history")
    with alone(path):
        yield {"PREFECT_API_URL": server}


@pytest.fixture
def in_place(surroundings, eval_example, monkeypatch, tmp_path):
    """pytest-examples, running each snippet where it lies."""
    with pytest.raises(RuntimeError):  # in a loop Prefect would behave as inside a coroutine
        asyncio.get_running_loop()
    run_in_place(eval_example, monkeypatch)
    monkeypatch.setattr("dask.threaded.default_pool", None)  # coverage ignores an older pool
    monkeypatch.chdir(tmp_path)
    eval_example.set_config(
        line_length=80, quotes="double", target_version="py311", ruff_ignore=SHOWN_AS_MISTAKES
    )
    return eval_example


@each(PLAIN)
def test_prints_what_it_shows(path, in_place, tmp_path):
    """Each `#>` line is what the print above it prints; there is no claim that nothing prints."""
    example, printed = Snippet.of(path), []

    def note(file, frame, arguments):
        in_this_file = file.samefile(frame.filename)
        printed.extend([arguments] if in_this_file else [])
        return in_this_file

    in_place.include_print = note
    if in_place.update_examples:
        return update(in_place, example)
    assert "pragma:" not in example.source, "no line is exempt from being run"
    in_place.lint(example)
    in_place.run_print_check(example)
    lines = sum(len(" ".join(map(str, each)).splitlines()) for each in printed)
    assert len(snippets.claims(example.source)) == lines, "a claim was never printed"
    assert not list(tmp_path.iterdir()), "the snippet left a file behind"


def run_and_compare(command: list, path: Path, folder: Path, **env: str) -> None:
    """Run `python FILE` in a folder: it ends well, prints its claims, and leaves no file there."""
    source = path.read_text("utf-8")
    assert "pragma:" not in source, "no line is exempt from being run"
    env = {**os.environ, "COVERAGE_FILE": str(ROOT / ".coverage"), **env}
    options = {"capture_output": True, "text": True, "timeout": 280}
    run = subprocess.run(command, cwd=folder, env=env, **options)
    assert run.returncode == 0, run.stderr
    assert Counter(run.stdout.splitlines()) == Counter(snippets.claims(source))
    assert not list(folder.iterdir()), "the snippet left a file behind"


@each(sample(PLAIN))
def test_runs_for_a_learner(path, surroundings, shop_url, tmp_path):
    """`python FILE` ends with exit code 0 and prints the claims, also of a shop on a port."""
    command = [sys.executable, path]  # measured in place
    run_and_compare(command, path, tmp_path, **surroundings, SHOP_URL=shop_url)


@each([path for path, kind in KINDS.items() if kind in ("cluster", "processes")])
def test_runs_with_its_processes(path, surroundings, tmp_path):
    """A snippet with a cluster or processes does so, too."""
    run_and_compare(python(path), path, tmp_path, **surroundings)


@each([path for path in KINDS if path not in PLAIN])
def test_is_tidy(path, in_place):
    """A snippet that is not run in place is formatted and linted all the same."""
    example = Snippet.of(path)
    if in_place.update_examples:
        return in_place.format(example) if KINDS[path] == "elsewhere" else update(in_place, example)
    in_place.lint(example)

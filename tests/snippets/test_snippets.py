"""Every snippet runs, and prints what it shows: in place, and as a learner runs it, against a shop over real HTTP.

One that starts a cluster or processes runs only as a learner runs it: here it might pass where `python FILE` fails.
One that serves until Ctrl+C is run in test_deployments.py, one that needs an engine or an image in those of module 5.
"""

import asyncio
import os
import re
import subprocess
import sys
import traceback
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
import pytest_examples.run_code
from pytest_examples import CodeExample

from tests.support.home import ROOT
from tests.support.servers import alone
from tests.support.sharing import python

DEMO = ROOT / "snippets/pipeline/demo"  # a project of its own, run in test_pipeline.py
SNIPPETS = [path for path in (ROOT / "snippets").glob("*/*.py") if path.name != "notebook.py"]
SNIPPETS = sorted([*SNIPPETS, *DEMO.glob("*.py")])
CLAIM = re.compile(r"^ *#> ?(.*)$", re.M)
SHOWN_AS_MISTAKES = ["S110", "BLE001"]  # module 2 shows what comes of `except Exception: pass`
IN_THREADS = re.compile(r'\bprocesses"?[=:] ?False')
IN_PROCESSES = re.compile(
    r"\b(\w*Cluster|DaskTaskRunner|ProcessPool\w+|Runner|Popen)\(|^import subprocess", re.M
)


def texts(*wanted: str) -> list[Path]:
    """The snippets that end by themselves, of these kinds: plain, with a cluster in threads, with own processes."""
    return [path for path in SNIPPETS if kind(path) in wanted]


def kind(path: Path) -> str:
    source = path.read_text("utf-8").partition("# <check>")[0]
    if (
        path.parent == DEMO
        or re.search(r"\.(serve|deploy)\(|\bsys\.stdin\b", source)
        or path.with_suffix(".Dockerfile").exists()
    ):
        return "elsewhere"
    return (
        "cluster"
        if IN_THREADS.search(source)
        else "processes"
        if IN_PROCESSES.search(source)
        else "plain"
    )


def each(paths: list[Path]):
    return pytest.mark.parametrize(
        "path", paths, ids=lambda path: f"{path.parent.name}/{path.stem}"
    )


class Snippet(CodeExample):
    """A file that is its own example."""

    def in_py_file(self) -> bool:
        return (
            False  # it is one, but not a docstring inside one, for which black follows other rules
        )


def callers() -> list[SimpleNamespace]:
    """What `inspect.stack` returns, without lines of source: to find these takes a second a print, beside Prefect."""
    frames = [frame for frame, _ in traceback.walk_stack(sys._getframe(1))]
    return [SimpleNamespace(frame=frame, filename=frame.f_code.co_filename) for frame in frames]


@pytest.fixture
def surroundings(path, request):
    """What a snippet finds: a Prefect server, if it asks for one, a result storage of its own, and maybe a history."""
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
    """pytest-examples, running each snippet where it lies: errors, coverage and updates name the real file."""
    with pytest.raises(
        RuntimeError
    ):  # else Prefect, and asyncio.run, would behave as inside a coroutine
        asyncio.get_running_loop()
    monkeypatch.setattr(pytest_examples.run_code, "create_example_traceback", lambda *_: None)
    monkeypatch.setattr(pytest_examples.run_code, "inspect", SimpleNamespace(stack=callers))
    monkeypatch.setattr(eval_example, "_write_file", lambda example: example.path)
    monkeypatch.setattr(
        "dask.threaded.default_pool", None
    )  # coverage would not look at threads of another test
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # restored afterwards
    monkeypatch.chdir(tmp_path)
    eval_example.set_config(
        line_length=80, quotes="double", target_version="py311", ruff_ignore=SHOWN_AS_MISTAKES
    )
    return eval_example


def update(in_place, example: Snippet) -> None:
    """Format a snippet and write what it prints into it."""
    in_place.format(example)
    example.path.write_text(
        example.source, "utf-8"
    )  # it runs from there: its lines must be the formatted ones
    example.end_index = len(example.source)  # where pytest-examples believes that the old text ends
    in_place.run_print_update(example)


@each(texts("plain"))
def test_prints_what_it_shows(path, in_place, tmp_path):
    """Each `#>` line is what the print above it prints, and no claim stands where nothing printed."""
    source = path.read_text("utf-8")
    example = Snippet.create(source, path=path)
    printed = []

    def note(file, frame, arguments):
        mine = file.samefile(frame.filename)
        printed.extend([arguments] if mine else [])
        return mine

    in_place.include_print = note
    if in_place.update_examples:
        return update(in_place, example)
    in_place.lint(example)
    in_place.run_print_check(example)
    claims = CLAIM.findall(source)
    assert len(claims) == sum(len(" ".join(map(str, args)).splitlines()) for args in printed), (
        "a claim was never printed"
    )
    assert not list(tmp_path.iterdir()), "the snippet left a file behind"


def compare(path: Path, run: subprocess.CompletedProcess, folder: Path) -> None:
    """A run must have ended well, printed the claims and nothing else, and left no file where it took place."""
    source = path.read_text("utf-8")
    assert "pragma:" not in source, "no line is exempt from being run"
    assert run.returncode == 0, run.stderr
    assert Counter(run.stdout.splitlines()) == Counter(CLAIM.findall(source))
    assert not list(folder.iterdir()), "the snippet left a file behind"


@each(texts("plain"))
def test_runs_for_a_learner(path, surroundings, warm_python, shop_url, tmp_path):
    """`python FILE` ends with exit code 0 and prints the claims, also of a shop that is on a port.

    What it imports is in memory already.
    """
    env = {**os.environ, **surroundings, "SHOP_URL": shop_url}
    compare(path, warm_python([path], cwd=tmp_path, env=env), tmp_path)


@each(texts("cluster"))
def test_runs_with_its_cluster(path, surroundings, warm_python, tmp_path):
    """So it does where it has a Dask cluster of its own, in threads."""
    env = {**os.environ, **surroundings, "COVERAGE_FILE": str(ROOT / ".coverage")}
    compare(path, warm_python(python(path)[1:], cwd=tmp_path, env=env), tmp_path)


@each(texts("processes"))
def test_runs_with_its_processes(path, surroundings, tmp_path):
    """So it does where it has processes of its own, with nothing in memory."""
    env = {
        **os.environ,
        **surroundings,
        "COVERAGE_FILE": str(ROOT / ".coverage"),
    }  # Dask's workers measure too
    run = subprocess.run(
        python(path), cwd=tmp_path, env=env, capture_output=True, text=True, timeout=280
    )
    compare(path, run, tmp_path)


@each(texts("cluster", "processes", "elsewhere"))
def test_is_tidy(path, in_place):
    """A snippet that is not run in place is formatted and linted all the same."""
    example = Snippet.create(path.read_text("utf-8"), path=path)
    if in_place.update_examples:
        return in_place.format(example) if kind(path) == "elsewhere" else update(in_place, example)
    in_place.lint(example)

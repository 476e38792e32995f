"""Every snippet runs, and prints what it shows: in place, as a learner runs it, and against a shop over real HTTP."""

import asyncio
import os
import re
import subprocess
import sys
from collections import Counter

import pytest
import pytest_examples.run_code
from conftest import ROOT
from pytest_examples import CodeExample

PACKAGE = ROOT / "snippets/pricewatch"  # it has tests of its own
SNIPPETS = sorted(path for path in (ROOT / "snippets").rglob("*.py") if PACKAGE not in path.parents)
CLAIM = re.compile(r"^ *#> ?(.*)$", re.M)
SHOWN_AS_MISTAKES = ["S110", "BLE001"]  # module 2 shows what comes of `except Exception: pass`
each_snippet = pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: f"{path.parent.name}/{path.stem}")


class Snippet(CodeExample):
    """A file that is its own example."""

    def in_py_file(self) -> bool:
        return False  # it is one, but not a docstring inside one, for which black follows other rules


@pytest.fixture
def surroundings(path, request):
    """What a snippet finds: a Prefect server, if it asks for one, and a result storage of its own."""
    if "prefect" not in path.read_text("utf-8"):
        return {}
    request.getfixturevalue("results")
    return {"PREFECT_API_URL": request.getfixturevalue("prefect_server")}


@pytest.fixture
def in_place(surroundings, eval_example, monkeypatch, tmp_path):
    """pytest-examples, running each snippet where it lies: errors, coverage and updates name the real file."""
    with pytest.raises(RuntimeError):  # else Prefect, and asyncio.run, would behave as inside a coroutine
        asyncio.get_running_loop()
    monkeypatch.setattr(pytest_examples.run_code, "create_example_traceback", lambda *_: None)
    monkeypatch.setattr(eval_example, "_write_file", lambda example: example.path)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # restored afterwards
    monkeypatch.chdir(tmp_path)
    eval_example.set_config(line_length=80, quotes="double", target_version="py311", ruff_ignore=SHOWN_AS_MISTAKES)
    return eval_example


@each_snippet
def test_prints_what_it_shows(path, in_place, tmp_path):
    """Each `#>` line is what the print above it prints, and no claim stands where nothing printed."""
    source = path.read_text("utf-8")
    assert "pragma:" not in source, "no line is exempt from being run"
    example = Snippet.create(source, path=path)
    printed = []

    def note(file, frame, arguments):
        mine = file.samefile(frame.filename)
        printed.extend([arguments] if mine else [])
        return mine

    in_place.include_print = note
    if in_place.update_examples:
        in_place.format(example)
        path.write_text(example.source, "utf-8")  # it runs from there: its lines must be the formatted ones
        in_place.run_print_update(example)
        return
    in_place.lint(example)
    in_place.run_print_check(example)
    claims = CLAIM.findall(source)
    assert len(claims) == sum(len(" ".join(map(str, args)).splitlines()) for args in printed), (
        "a claim was never printed"
    )
    assert not list(tmp_path.iterdir()), "the snippet left a file behind"


@pytest.mark.parametrize("way", ["in the process", "over HTTP"])
@each_snippet
def test_runs_for_a_learner(path, way, surroundings, request, tmp_path):
    """`python FILE` ends with exit code 0 and prints the claims, wherever the shop is."""
    source, env = path.read_text("utf-8"), {**os.environ, **surroundings}
    if way == "over HTTP":
        env["SHOP_URL"] = request.getfixturevalue("shop_url")
    run = subprocess.run([sys.executable, path], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert Counter(run.stdout.splitlines()) == Counter(CLAIM.findall(source))
    assert not list(tmp_path.iterdir()), "the snippet left a file behind"

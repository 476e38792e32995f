"""An exercise can be done: its starter gets hints for a person, its solution passes its check."""

import re
import tomllib
from pathlib import Path

import pytest

from course.__main__ import run
from course.exercises import checks
from course.exercises import command as exercise
from course.exercises.source import ExerciseError, split
from course.paths import DOCS
from course.snippets import exercises, learner_suffix

SOURCES = exercises()
#: What learners may well write: a text of the solution, another one instead, and hints for it.
ATTEMPTS = tomllib.loads(Path(__file__).with_name("attempts.toml").read_text("utf-8"))
SECOND = "negative-engineering"
each_exercise = pytest.mark.parametrize("slug", SOURCES)
#: Measured it takes twice as long. Only one attempt runs a line of a check that nothing else runs.
unmeasured, MEASURED = pytest.mark.no_cover, ("dask", "misspells a method")
each_attempt = pytest.mark.parametrize(
    ("slug", "name"),
    [
        pytest.param(slug, name, marks=[] if (slug, name) == MEASURED else unmeasured)
        for slug, attempts in ATTEMPTS.items()
        for name in attempts
    ],
)


@pytest.fixture
def checked(slug, request, tmp_path, capfd, monkeypatch):
    """Check a learner's text; return exit code and output.

    Without Docker, because that is the same on every machine; tests/docker has it with Docker.
    """
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    if exercise.uses_prefect(SOURCES[slug]):
        request.getfixturevalue("results")

    def check(text: str) -> tuple[int, str]:
        attempt = tmp_path / f"attempt{learner_suffix(SOURCES[slug])}"
        attempt.write_text(text)
        code, printed = checks.check(SOURCES[slug], attempt), capfd.readouterr().out
        assert "Traceback" not in printed
        return code, printed

    return check


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Work in an empty folder; return where the learner of module 2 writes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "exercises").mkdir()
    return tmp_path / f"exercises/{SECOND}.py"


def promises(slug: str) -> int:
    return len(re.findall(r"^def check_", SOURCES[slug].read_text("utf-8"), re.M))


@each_exercise
def test_starter_fails_in_words(checked, slug):
    """The starter misses promises, gets a hint for each, and numbers its gaps as its page does."""
    starter = split(SOURCES[slug])["starter"]
    code, printed = checked(starter)
    missing = printed.count("✕")
    assert code == 1 and missing >= 3
    assert printed.endswith(f"{missing} of {promises(slug)} still missing.\n")
    gaps = re.findall(r"\b(\d)\. ", starter)
    listed = re.findall(r"^(\d)\. ", (DOCS / slug / "exercise.md").read_text("utf-8"), re.M)
    assert gaps == listed and 3 <= len(listed) <= 5


@each_exercise
def test_solution_passes(checked, slug):
    """The solution that the page shows keeps all promises."""
    code, printed = checked(split(SOURCES[slug])["solution"])
    assert code == 0, printed
    assert printed.count("✓") + printed.count("! ") == promises(slug)
    is_dockerfile = learner_suffix(SOURCES[slug]) == ".Dockerfile"
    assert ("Docker is not running" in printed) == is_dockerfile


@each_attempt
def test_hints(checked, slug, name):
    """Each mistake that a learner is likely to make is answered with what to do about it."""
    old, new, *hints = ATTEMPTS[slug][name]
    solution = split(SOURCES[slug])["solution"]
    assert solution.count(old) == 1
    code, printed = checked(solution.replace(old, new))
    missing = [hint for hint in hints if hint not in printed]
    assert code == 1 and not missing, f"{missing} not in:\n{printed}"


@pytest.mark.parametrize("lost", ["# <solution>", "# </solution>", "# <starter>.*", "# <check>"])
def test_a_lost_mark_is_named(lost, tmp_path, monkeypatch):
    """A source that lacks a mark, or the second half of a pair, is named and not split."""
    monkeypatch.setattr("course.exercises.source.ROOT", tmp_path)
    source = tmp_path / "exercise.py"
    text, count = SOURCES[SECOND].read_text("utf-8"), 0 if "starter" in lost else 1
    source.write_text(re.sub(lost, "#", text, count=count))
    with pytest.raises(ExerciseError, match=r"^exercise\.py: needs <solution> … </solution>, "):
        split(source)


def test_the_command_starts_then_checks(work, capfd, monkeypatch):
    """The first call writes the starter, later calls check it and never write over the work.

    The check counts the visits of its own shop, wherever the learner's snippets get theirs.
    """
    monkeypatch.setenv("SHOP_URL", "http://127.0.0.1:9")
    texts = split(SOURCES[SECOND])
    assert run(["exercise-2"]) == 0
    assert work.read_text() == texts["starter"]
    work.write_text(texts["solution"])
    assert run(["exercise-2"]) == 0
    assert work.read_text() == texts["solution"]
    assert capfd.readouterr().out.endswith("All done. Ready for the challenge?\n")


def test_a_dockerfile_comes_with_what_it_copies(work):
    """Module 5's exercise starts with the flow and the wheel next to the starter, and no more."""
    assert run(["exercise-5"]) == 0
    dockerfile = work.parent / "packaging/Dockerfile"
    assert dockerfile.read_text() == split(SOURCES["packaging"])["starter"]
    copied = {path.name for path in dockerfile.parent.iterdir()} - {"Dockerfile"}
    assert all(name in dockerfile.read_text() for name in copied) and len(copied) == 2


def test_an_endless_loop_is_ended(work, monkeypatch, capsys):
    """A file that never ends is stopped, and a line says so."""
    monkeypatch.setattr(exercise, "TIMEOUT_S", 1)
    work.write_text("while True: pass\n")
    assert run(["exercise-2"]) == 1
    assert capsys.readouterr().out == (
        "✕ Your file was stopped after 1 seconds: "
        "look for an endless loop, a long sleep, or an except clause that catches too much.\n"
    )


EARLY = "✕ Your file ended Python before its check was complete: "
NOT_YET = "✕ Your file does not run yet: line 1: "
#: What a learner's file may do to its own check, and how the lines begin that are printed then.
ENDS = {
    "input()": (
        f"{NOT_YET}EOFError: EOF when reading a line",
        "  input() waits for the keyboard, ",
    ),
    "exit()": (f"{NOT_YET}a SystemExit, from exit() for example, ends the whole program",),
    "import nump": (
        f"{NOT_YET}ModuleNotFoundError",
        "  The Python that runs this has no package nump. ",
    ),
    "import os; os._exit(0)": (f"{EARLY}look for os._exit().",),
    "import os; os.abort()": (
        f"{EARLY}No line of the code raised an error: Python itself was ended (SIGABRT)",
    ),
}


@pytest.mark.parametrize("text", ENDS)
def test_a_file_that_ends_its_check_is_told(work, capfd, text):
    """Whatever a file does at its start, its check fails in words that say what to do."""
    work.write_text(f"{text}\n")
    assert run(["exercise-2"]) == 1
    lines = capfd.readouterr().out.splitlines()
    assert len(lines) == len(ENDS[text])
    assert all(map(str.startswith, lines, ENDS[text])), lines


def test_a_flood_of_output_is_cut(work, capfd):
    """Of a file that prints without end, the beginning is shown, and all hints."""
    flood = "import sys\nfor out in (sys.stdout, sys.stderr): print('tick ' * 100_000, file=out)\n"
    work.write_text(flood + split(SOURCES[SECOND])["starter"])
    assert run(["exercise-2"]) == 1
    printed = capfd.readouterr()
    for text in printed:
        assert len(text) < 12_000 and text.count("… more than 10,000 characters") == 1
    assert printed.out.count("✕") >= 3 and printed.out.endswith("still missing.\n")


def test_a_server_that_is_not_there_is_named(work, monkeypatch, capsys):
    """If the terminal leads to a server that has ended, a line says so, and no hint is given."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert [run(["exercise-3"]) for _ in range(2)] == [0, 1]
    assert capsys.readouterr().err == (
        "exercise: no Prefect server answers at http://127.0.0.1:9/api; "
        "start one with: .venv/bin/prefect server start --port 9; or remove the address with: "
        "unset PREFECT_API_URL\n"
    )

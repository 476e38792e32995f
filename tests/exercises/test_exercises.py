"""An exercise can be done: its starter fails its check with a hint a person, its solution passes, nothing is lost."""

import re
import subprocess
import sys

import pytest

from course.exercises import command as exercise
from course.exercises.source import kind, split
from course.site.outline import modules
from tests.support.attempts import ATTEMPTS
from tests.support.home import ROOT

SOURCES = {path.parent.name: path for path in sorted((ROOT / "snippets").glob("*/exercise.py"))}
NUMBERS = {module.slug: str(module.number) for module in modules()}
each_exercise = pytest.mark.parametrize("slug", SOURCES)
each_attempt = pytest.mark.parametrize(
    ("slug", "name"), [(slug, name) for slug, attempts in ATTEMPTS.items() for name in attempts]
)


@pytest.fixture
def surroundings(slug, request):
    """A Prefect server for the exercises that need one."""
    if exercise.uses_prefect(SOURCES[slug]):
        request.getfixturevalue("results")


@pytest.fixture
def checked(surroundings, slug, tmp_path, capfd, monkeypatch):
    """Hold a learner's text against its exercise's checks: exit code, and what was said.

    Without Docker, for this is the same on every machine; what is said with it is in test_docker.py.
    """
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")

    def check(text: str) -> tuple[int, str]:
        attempt = tmp_path / f"attempt{kind(SOURCES[slug])}"
        attempt.write_text(text)
        return exercise.check(SOURCES[slug], attempt), capfd.readouterr().out

    return check


def promises(slug: str) -> int:
    return len(re.findall(r"^def check_", SOURCES[slug].read_text("utf-8"), re.M))


@each_exercise
def test_starter_fails_in_words(checked, slug):
    """The starter misses a promise or more, is told so one by one, and sees no traceback."""
    code, said = checked(split(SOURCES[slug])["starter"])
    assert code == 1
    assert said.count("✕") >= 3
    assert "Traceback" not in said
    assert said.endswith(f"{said.count('✕')} of {promises(slug)} still missing.\n")


@each_exercise
def test_starter_numbers_its_gaps(slug):
    """The gaps of a starter are numbered, as its page's list is: three to five of them."""
    gaps = re.findall(r"\b(\d)\. ", split(SOURCES[slug])["starter"])
    listed = re.findall(r"^(\d)\. ", (ROOT / f"docs/{slug}/exercise.md").read_text("utf-8"), re.M)
    assert gaps == listed
    assert 3 <= len(listed) <= 5


@each_exercise
def test_solution_passes(checked, slug):
    """The solution that the page shows keeps all promises."""
    code, said = checked(split(SOURCES[slug])["solution"])
    assert code == 0, said
    assert said.count("✓") + said.count("! ") == promises(slug)
    assert ("Docker does not answer here" in said) == (kind(SOURCES[slug]) == ".Dockerfile")


@each_attempt
def test_hints(checked, slug, name):
    """Each mistake that a learner is likely to make is answered with what to do about it."""
    old, new, hint = ATTEMPTS[slug][name]
    solution = split(SOURCES[slug])["solution"]
    assert solution.count(old) == 1
    code, said = checked(solution.replace(old, new))
    assert code == 1
    assert hint in said
    assert "Traceback" not in said


@pytest.mark.parametrize("slug", ["negative-engineering"])
def test_the_command_starts_then_checks(slug, tmp_path, monkeypatch, capfd):
    """The first call writes the starter, later calls check it, and never write over the learner's work."""
    monkeypatch.chdir(tmp_path)
    work, texts = tmp_path / f"exercises/{slug}.py", split(SOURCES[slug])
    assert exercise.main([NUMBERS[slug]]) == 0
    assert work.read_text() == texts["starter"]
    assert exercise.main([NUMBERS[slug]]) == 1
    work.write_text(texts["solution"])
    assert exercise.main([NUMBERS[slug]]) == 0
    assert work.read_text() == texts["solution"]
    assert capfd.readouterr().out.endswith("All done. Now the challenge?\n")


def test_a_dockerfile_comes_with_what_it_copies(tmp_path, monkeypatch):
    """The first call of module 5's exercise puts the flow and the wheel beside the starter, and nothing else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    assert exercise.main(["5"]) == 0
    starter = split(SOURCES["packaging"])["starter"]
    assert (tmp_path / "exercises/packaging/Dockerfile").read_text() == starter
    beside = {path.name for path in (tmp_path / "exercises/packaging").iterdir()} - {"Dockerfile"}
    assert all(name in starter for name in beside) and len(beside) == 2


def test_a_shop_elsewhere_does_not_matter(tmp_path, monkeypatch):
    """The check counts the visits of its own shop, wherever the learner's snippets get theirs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_URL", "http://127.0.0.1:9")
    (tmp_path / "exercises").mkdir()
    solution = split(SOURCES["negative-engineering"])["solution"]
    (tmp_path / "exercises/negative-engineering.py").write_text(solution)
    assert exercise.main(["2"]) == 0


def test_an_endless_loop_is_ended(tmp_path, monkeypatch, capsys):
    """A file that never ends is stopped, and told so in one line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(exercise, "PATIENCE", 1)
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises/negative-engineering.py").write_text("while True: pass\n")
    assert exercise.main(["2"]) == 1
    assert capsys.readouterr().out.startswith("✕ No end after 1 seconds")


def test_a_server_that_is_not_there_is_said(tmp_path, monkeypatch, capsys):
    """Where the terminal leads to a server that has ended, that is the line; no hint is about the learner's code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert exercise.main(["3"]) == 0
    assert exercise.main(["3"]) == 1
    assert capsys.readouterr().err == (
        "exercise: no Prefect server answers at http://127.0.0.1:9/api; "
        "start it, or go on without: unset PREFECT_API_URL\n"
    )


@pytest.mark.parametrize("arguments", [[], ["9"], ["two"], ["2", "2"]])
def test_bad_arguments_get_one_line(arguments):
    """A module without an exercise, or none at all: one line, exit code 2."""
    command = [sys.executable, "-m", "course", f"exercise-{' '.join(arguments)}"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 2
    have = ", ".join(NUMBERS[module.slug] for module in modules() if module.slug in SOURCES)
    assert run.stderr == f"exercise: name a module that has one: {have}\n"

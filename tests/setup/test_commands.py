"""The commands: one list for make and Python, one line for an error, one Python for the rest."""

import re
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from course import __main__ as course
from course.exercises.checks import EXIT_CODES
from course.paths import ROOT
from course.setup import products


@pytest.fixture
def nothing_to_make(monkeypatch):
    """Nothing is installed, whatever the state of this checkout."""
    monkeypatch.setattr(products, "make", lambda *names: None)
    monkeypatch.setattr(course, "in_venv", lambda: True)


def output(*command: str | Path) -> str:
    """Return what a command prints when it is run in the repository."""
    return subprocess.check_output(command, cwd=ROOT, text=True)


def test_targets_are_the_commands():
    """Each command that people type is a target of the Makefile, and the other way round."""
    rules = re.findall(r"^([a-z][\w% -]*):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.M)
    targets = {name.replace("%", "N") for rule in rules for name in rule.split()}
    assert targets == {name for name, command in course.COMMANDS.items() if command.help}


def test_help_is_the_same_everywhere():
    """`make`, `make help` and `python -m course --help` print one list, a group for each reader."""
    listed = output("make", "--no-print-directory", "help", "ARGS=")
    assert listed == output("make", "--no-print-directory", "ARGS=")
    assert listed == output(sys.executable, "-m", "course", "--help")
    assert all(len(line) <= 100 for line in listed.splitlines())
    groups = re.findall(r"^(\w+):\n((?:  .+\n)+)", listed, re.M)
    assert [reader for reader, _ in groups] == ["Learn", "Present", "Change"]
    names = re.findall(r"^  (\S+) +\S", listed, re.M)
    assert sorted(names) == sorted(name for name, each in course.COMMANDS.items() if each.help)


@pytest.mark.parametrize("name", course.COMMANDS)
def test_each_command_has_its_module(name):
    """The module of a command can be imported, and has the function that is called."""
    module = course.COMMANDS[name].runs.split()[0]
    assert callable(import_module(f"course.{module}").main)
    assert set(course.COMMANDS[name].needs) <= set(products.PRODUCTS)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (["nonsense"], "course: there is no command 'nonsense'; list them with: make help"),
        (["serve", "http"], "serve: 'http' is not a port; try: make serve PORT=8000"),
        (["serve", "--limt", "3"], "serve: unrecognized arguments: --limt; list the options "),
        (["help", "me"], "help: this command takes no arguments"),
        (["exercise-9"], "exercise: these modules have an exercise: 2, 3, "),
        (["exercise-two"], "exercise: these modules have an exercise: 2, 3, "),
        (["exercise-2", "2"], "exercise: these modules have an exercise: 2, 3, "),
        (["class-up", "left"], "class-up: this command takes no arguments"),
        (["class-down", "up"], "class-down: this command takes no arguments"),
        (
            ["check", "mice"],
            "check: choose from python, network, ports, memory, docker; without a name, every",
        ),
        (["install", "spark"], "install: 'spark' cannot be installed; choose from venv, airbyte, "),
    ],
)
def test_a_wrong_call_gets_one_line(typed, line, nothing_to_make, capsys):
    """The line names the command and what is right; the exit code is 2."""
    assert course.run(typed) == 2
    output, error = capsys.readouterr()
    assert output == "" and error.startswith(line) and error.count("\n") == 1


def test_ctrl_c_ends_a_command_without_a_traceback(monkeypatch, nothing_to_make):
    """The exit code is the one that shells use for Ctrl+C."""
    press = signal.SIGINT
    monkeypatch.setattr("course.setup.clean.main", lambda arguments: signal.raise_signal(press))
    assert course.run(["clean"]) == 130


def test_a_reader_that_has_gone_is_no_error():
    """As in ``make check | head -1``: nothing is printed, and the exit code is that of SIGPIPE."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    for command in (["help"], ["check", "memory"]):
        with subprocess.Popen([sys.executable, "-m", "course", *command], cwd=ROOT, **pipes) as run:
            run.stdout.close()
            assert run.stderr.read() == b""
        assert run.returncode == 141


def test_a_command_goes_on_in_venv():
    """Whatever Python starts a command, what needs packages runs in the Python of .venv."""
    assert products.PRODUCTS["venv"].is_fresh(), "run make install first"
    exercise = "snippets/negative-engineering/exercise.py"
    base = Path(sys.base_prefix, "bin/python3")
    command = [base, "-m", "course", "check-exercise", exercise, exercise]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == EXIT_CODES[0], checked.stderr
    assert checked.stdout.endswith("All done. Ready for the challenge?\n")

"""An exercise can be done: its starter fails its check with a hint a person, its solution passes, nothing is lost."""

import re
import subprocess
import sys

import exercise
import pytest
from conftest import ROOT
from hooks.exercises import split

SOURCE = ROOT / "snippets/negative-engineering/exercise.py"
SOLUTION = split(SOURCE)["solution"]

#: What a learner may well write instead, and what the check says to that.
ATTEMPTS = {
    "too few tries": ("(0.01, 0.02)", "(0.01,)", "Your tries: 2."),
    "too many tries": ("(0.01, 0.02)", "(0, 0, 0, 0)", "price_of asked 5 times, not three."),
    "never gives up": ("(0.01, 0.02)", "iter(float, 1)", "price_of asks for ever"),
    "retries a 404": ("!= httpx.codes.SERVICE_UNAVAILABLE", "== 200", "price_of asked 3 times for a 404."),
    "retries a 500": ("!= httpx.codes.SERVICE_UNAVAILABLE", "< 500", "price_of asked 3 times for a 500."),
    "swallows the error": ("answer.raise_for_status()", "if answer.is_error: return", "No error for a 503"),
    "raises too late": ("answer.raise_for_status()", "pass", "No error for a 404: raise_for_status()."),
    "makes prices up": ('answer.json()["price"]', "1.0", "price_of returns 1.0."),
    "forgets dead letters": ("dead_letters[sku] = error", "pass", "watch returns 38 prices, 0 dead letters."),
    "counts a dead letter as price": (
        "dead_letters[sku] = error",
        "dead_letters[sku] = prices[sku] = 0",
        "40 prices, 2 dead",
    ),
    "returns a list": (
        "return prices, dead_letters",
        "return prices, list(dead_letters)",
        "Return two dicts, not a list.",
    ),
    "keeps the old row": ("OR REPLACE", "OR IGNORE", "it holds [(70.0,)]."),
    "removes other days": (
        "for sku, price",
        "table.execute('DELETE FROM prices')\n    for sku, price",
        "Another day's row has gone",
    ),
    "does not parse": ("def watch", "deff watch", "Your file does not run yet. line "),
    "does not import": ("import time", "import thyme", "ModuleNotFoundError: No module named 'thyme'"),
    "stops by an error of its own": ("answer.raise_for_status()", "1 / 0", "ZeroDivisionError: division by zero"),
    "leaves the program": ("answer.raise_for_status()", "raise SystemExit", "It stopped with line "),
    "renames a function": ("def price_of", "def price", "Your file has no price_of: keep its name."),
    "misspells a method": ("answer.raise_for_status()", "answer.raise_status()", "has no attribute 'raise_status'"),
}


def checked(text: str, tmp_path, capsys) -> tuple[int, str]:
    attempt = tmp_path / "attempt.py"
    attempt.write_text(text)
    return exercise.check(SOURCE, attempt), capsys.readouterr().out


def test_starter_fails_in_words(tmp_path, capsys):
    """The starter misses everything, is told so promise by promise, and sees no traceback."""
    code, said = checked(split(SOURCE)["starter"], tmp_path, capsys)
    assert code == 1
    assert said.count("✕") == 5
    assert "Traceback" not in said
    assert said.endswith("5 of 5 still missing.\n")


def test_starter_runs_and_numbers_its_gaps(tmp_path):
    """What the learner is given runs as it is, and has the four gaps that the page speaks of."""
    starter = tmp_path / "starter.py"
    starter.write_text(split(SOURCE)["starter"])
    run = subprocess.run([sys.executable, starter], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "1 prices, 0 dead letters\n1 rows\n"), run.stderr
    assert re.findall(r"\b(\d)\. ", starter.read_text()) == ["1", "2", "3", "4"]


def test_solution_passes(tmp_path, capsys):
    """The solution that the page shows keeps all promises."""
    code, said = checked(SOLUTION, tmp_path, capsys)
    assert code == 0, said
    assert said.count("✓") == 5


@pytest.mark.parametrize("name", ATTEMPTS)
def test_hints(name, tmp_path, capsys):
    """Each mistake that a learner is likely to make is answered with what to do about it."""
    old, new, hint = ATTEMPTS[name]
    assert SOLUTION.count(old) == 1
    code, said = checked(SOLUTION.replace(old, new), tmp_path, capsys)
    assert code == 1
    assert hint in said
    assert "Traceback" not in said


def test_the_command_starts_then_checks(tmp_path, monkeypatch, capfd):
    """The first call writes the starter, later calls check it, and never write over the learner's work."""
    monkeypatch.chdir(tmp_path)
    work = tmp_path / "exercises/negative-engineering.py"
    assert exercise.main(["2"]) == 0
    assert work.read_text() == split(SOURCE)["starter"]
    assert exercise.main(["2"]) == 1
    work.write_text(SOLUTION)
    assert exercise.main(["2"]) == 0
    assert work.read_text() == SOLUTION
    assert capfd.readouterr().out.endswith("All done. Now the challenge?\n")


def test_a_shop_elsewhere_does_not_matter(tmp_path, monkeypatch):
    """The check counts the visits of its own shop, wherever the learner's snippets get theirs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_URL", "http://127.0.0.1:9")
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises/negative-engineering.py").write_text(SOLUTION)
    assert exercise.main(["2"]) == 0


def test_an_endless_loop_is_ended(tmp_path, monkeypatch, capsys):
    """A file that never ends is stopped, and told so in one line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(exercise, "PATIENCE", 1)
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises/negative-engineering.py").write_text("while True: pass\n")
    assert exercise.main(["2"]) == 1
    assert capsys.readouterr().out.startswith("✕ No end after 1 seconds")


@pytest.mark.parametrize("arguments", [[], ["9"], ["two"], ["2", "2"]])
def test_bad_arguments_get_one_line(arguments):
    """A module without an exercise, or none at all: one line, exit code 2."""
    command = [sys.executable, ROOT / "course/exercise.py", *arguments]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 2
    assert run.stderr == "exercise: name a module that has one: 2\n"

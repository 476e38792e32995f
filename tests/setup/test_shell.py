"""Commands are run for their answer, and written as the reader's shell takes them."""

import os
import subprocess

import pytest

from course.setup import shell


def test_run_command_returns_the_last_line_of_a_failure():
    """Output of a command that works; the last line, or the reason, of one that does not."""
    assert shell.run_command("echo", "yes") == ("yes", "")
    assert shell.run_command("sh", "-c", "echo one >&2; echo two >&2; exit 3") == ("", "two")
    assert shell.run_command("false") == ("", "exit code 1")
    late = shell.run_command("sleep", "60", timeout_s=0.1)
    assert late == ("", "sleep does not answer (TimeoutExpired)")
    assert shell.run_command("/none")[1] == "none does not answer (FileNotFoundError)"


@pytest.fixture
def both(monkeypatch):
    """Return a command as each system's shell takes it: POSIX's, then PowerShell's."""

    def written(function, *arguments, **named):
        commands = []
        for system in ("Linux", "Windows"):
            monkeypatch.setattr(shell, "SYSTEM", system)
            commands.append(function(*arguments, **named))
        return commands

    return written


def test_commands_of_each_system(both):
    """Windows has PowerShell and no make."""
    assert both(shell.course, "install") == ["make install", "python -m course install"]
    assert both(shell.course, "serve", 1) == ["make serve PORT=1", "python -m course serve 1"]
    assert both(shell.in_venv, "dask") == [".venv/bin/dask", ".venv\\Scripts\\dask"]
    assert both(shell.unset, "A", "B") == ["unset A B", "Remove-Item Env:A, Env:B"]
    assert both(shell.export, A=1, B="x") == ["export A=1 B=x", '$Env:A = "1"; $Env:B = "x"']
    assert both(shell.remove, "a b") == ['rm -rf "a b"', 'Remove-Item -Recurse -Force "a b"']
    assert both(shell.move, "a", "b") == ["mv a b", "Move-Item a b"]
    assert both(shell.end, 7) == ["kill 7", "taskkill /F /PID 7"]
    assert both(shell.then, "", "a", "b") == ["a && b", "a; b"]


def test_commands_run_in_a_shell(tmp_path):
    """Paths and values with spaces stay one word."""
    old, new = tmp_path / "an old", tmp_path / "a new"
    old.touch()
    steps = [shell.move(old, new), shell.export(A="x; y"), shell.unset("B"), "echo $A$B"]
    run = subprocess.run(
        shell.then(*steps), shell=True, env={**os.environ, "B": "z"}, capture_output=True, text=True
    )
    assert run.stdout == "x; y\n" and new.exists()
    subprocess.run(shell.remove(new), shell=True, check=True)
    assert not new.exists()

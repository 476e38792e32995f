"""Each transcript is replayed: its commands run in a checkout of their own, and print what it shows."""

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT

CONSOLES = sorted((ROOT / "snippets").glob("*/*.console"))
PATIENCE = 60


def steps(text: str) -> list[tuple[str, str]]:
    """Split a transcript into commands, which follow `$`, and the output of each."""
    found = []
    for line in text.splitlines():
        if "--8<-- [" in line:
            continue
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return [(command, "\n".join(output) + "\n" if output else "") for command, output in found]


def wait_for(done) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)
    return done()


@pytest.mark.parametrize("path", CONSOLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_transcript(path, tmp_path):
    """One shell runs all commands; one that ends in `&` goes on while the next ones run."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for entry in ROOT.iterdir():
        if entry.name not in {".venv", ".git", ".cache", "exercises", "site"}:
            (checkout / entry.name).symlink_to(entry)
    (checkout / ".venv").symlink_to(sys.prefix)
    # What a reader has: no activated environment, and no settings of the test runner's.
    path_of_a_reader = [p for p in os.environ["PATH"].split(os.pathsep) if p != f"{sys.prefix}/bin"]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "SHOP"))}
    env |= {"PATH": os.pathsep.join(path_of_a_reader), "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    shell = subprocess.Popen(
        ["bash", "--norc"], stdin=subprocess.PIPE, text=True, cwd=checkout, env=env, start_new_session=True
    )
    started = []
    try:
        for number, (command, expected) in enumerate(steps(path.read_text("utf-8"))):
            out, end = tmp_path / f"{number}.out", tmp_path / f"{number}.end"
            shell.stdin.write(f"{{ {command}\n}} >{out} 2>&1; echo $? >{end}\n")
            shell.stdin.flush()
            assert wait_for(end.exists), f"{command}: no end"
            if command.endswith("&"):
                wait_for(lambda out=out, expected=expected: out.read_text() == expected)
            started.append((command, out, expected))
            for command, out, expected in started:  # what goes on says no more than is shown, either
                assert out.read_text() == expected, f"{path.name}: $ {command}"
    finally:
        os.killpg(shell.pid, signal.SIGTERM)
        shell.stdin.close()
        shell.wait(20)

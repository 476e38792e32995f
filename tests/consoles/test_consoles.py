"""Each transcript is replayed: its commands run in a checkout of their own, and print what it shows.

`...` stands for what differs each time, such as an id, and never for more than a part of one line.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.support.home import AUTHORITY, HOME, READERS_TERMINAL, ROOT, SERVER_LOG, TYPED
from tests.support.servers import free_port

IN_DOCKER = re.compile(
    r"^\$ .*\b(?:docker |make class-up)|--pool containers", re.M
)  # replayed in test_docker.py
ON_SNOWFLAKE = (
    ROOT / "snippets/pipeline/snowflake.console"
)  # replayed in test_snowflake.py, which goes on from there
THE_PIPELINE = ROOT / "snippets/pipeline/pipeline.console"  # so is this one in test_pipeline.py
CONSOLES = sorted({*(ROOT / "snippets").glob("*/*.console")} - {ON_SNOWFLAKE, THE_PIPELINE})
PATIENCE = 300
PIPELINE = re.compile(
    r"^\$ make pipeline", re.M
)  # each starts Airbyte, dbt and Prefect: a minute on an idle machine
START_SERVER = ".venv/bin/prefect server start &"  # what the suite has started its own server with
READERS_SERVER = "http://127.0.0.1:4200"
READERS_PORTS = {
    "pypi-server": "8080",
    "--dashboard-address": "8787",
    "--port 8001": "8001",
    "fakesnow": "8085",
}  # ours differ
ASIDES = re.compile(
    r"^.*EventsWorker - Still processing items: .*\n"  # beside a whole suite the server is slow
    r"|^DEPRECATED: The legacy builder .*\n(?: +.*\n)*\n"  # where Docker comes without its new builder
    r"|^.*UserWarning: Port 8787 is already in use.\n.+\n.+\n  warnings.warn\(\n"  # the class has it
    r"|^\nWARNING! Your credentials .*\n.+\n.+\n\n",  # and without a key store
    re.M,
)
COLOUR = re.compile(r"\x1b\[[\d;]*m")  # twine's, which it prints whatever the terminal is


def steps(text: str) -> list[tuple[str, str]]:
    """Split a transcript into commands, which follow `$` and go on after a backslash, and the output of each."""
    found = []
    for line in text.splitlines():
        if "--8<-- [" in line:
            continue
        if line.startswith("$ "):
            found.append([line[2:], []])
        elif found[-1][0].endswith("\\"):
            found[-1][0] += f"\n{line}"
        else:
            found[-1][1].append(line)
    return [(command, "\n".join(output) + "\n" if output else "") for command, output in found]


def said(out: Path, expected: str, goes_on: bool) -> bool:
    """Whether a command has printed what is shown; one that goes on may have more to say."""
    lines = expected.count("\n")
    plain = COLOUR.sub("", out.read_text())
    text = ASIDES.sub("", "".join(f"{line.rstrip()}\n" for line in plain.splitlines()))
    pattern = re.escape(expected).replace(re.escape("..."), "[^\n]*")
    return bool(
        re.fullmatch(pattern, "".join(text.splitlines(keepends=True)[:lines]) if goes_on else text)
    )


def wait_for(done) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)
    return done()


def new_checkout(folder: Path) -> Path:
    """Make a checkout with nothing in it that somebody has made, but for the installed environment."""
    folder.mkdir()
    for entry in ROOT.iterdir():
        if entry.name not in {".venv", ".git", ".cache", "exercises", "site"} | TYPED:
            (folder / entry.name).symlink_to(entry)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@contextmanager
def new_shell(checkout: Path, home: Path, **more: str) -> Iterator[subprocess.Popen]:
    """Open a reader's shell in a checkout: no activated environment, and no settings of the test runner's."""
    path_of_a_reader = [p for p in os.environ["PATH"].split(os.pathsep) if p != f"{sys.prefix}/bin"]
    ours = (
        "MAKE",
        "ARGS",
        "SHOP",
        "COV_",
        "PYTEST",
        "PREFECT_API",
        "TWINE",
        "SNOWFLAKE",
        "AIRBYTE",
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env |= {
        "PATH": os.pathsep.join(path_of_a_reader),
        "PREFECT_HOME": str(home),
        **READERS_TERMINAL,
        **more,
    }
    env["PREFECT_API_DATABASE_CONNECTION_URL"] = (
        f"sqlite+aiosqlite:///{HOME}/prefect.db"  # a reader's is the server's
    )
    shell = subprocess.Popen(
        ["bash", "--norc"],
        stdin=subprocess.PIPE,
        text=True,
        cwd=checkout,
        env=env,
        start_new_session=True,
    )
    try:
        yield shell
    finally:
        family = psutil.Process(shell.pid).children(recursive=True)
        os.killpg(shell.pid, signal.SIGTERM)
        shell.stdin.close()
        shell.wait(20)
        for process in psutil.wait_procs(family, timeout=20)[1]:
            process.kill()


@pytest.fixture
def checkout(tmp_path):
    return new_checkout(tmp_path / "checkout")


@pytest.fixture
def shell(checkout, tmp_path):
    with new_shell(checkout, tmp_path / "home") as shell:
        yield shell


def each_transcript(in_docker: bool):
    texts = {path: path.read_text("utf-8") for path in CONSOLES}
    slow = {
        path: [pytest.mark.timeout(1000)] if PIPELINE.search(text) else []
        for path, text in texts.items()
    }
    paths = [
        pytest.param(path, marks=slow[path])
        for path in CONSOLES
        if bool(IN_DOCKER.search(texts[path])) == in_docker
    ]
    return pytest.mark.parametrize(
        "path", paths, ids=lambda path: f"{path.parent.name}/{path.stem}"
    )


@each_transcript(in_docker=False)
def test_transcript(path, shell, tmp_path, request):
    """One shell runs all commands; one that ends in `&` goes on while the next ones run."""
    server = READERS_SERVER
    if READERS_SERVER in path.read_text("utf-8"):
        server = request.getfixturevalue("prefect_server").removesuffix("/api")
    shell.stdin.write(
        f"export PREFECT_API_SSL_CERT_FILE={AUTHORITY}\n"
    )  # not in Docker, where no container has it
    replay(path, shell, tmp_path, server)


def replay(path, shell, tmp_path, server=READERS_SERVER, then=lambda command: None) -> str:
    """Type each command of a transcript, compare what it says, then do what else is asked for.

    The Prefect server is this run's, or a class's. What was typed is returned: as the transcript, but for ports.
    """
    text = path.read_text("utf-8").replace(READERS_SERVER, server)
    for asked_for, port in READERS_PORTS.items():
        if asked_for in text:
            text = text.replace(port, free_port())
    assert "\n...\n" not in text, "`...` stands for a part of a line"
    started = []
    for number, (command, expected) in enumerate(steps(text)):
        out, end = tmp_path / f"{number}.out", tmp_path / f"{number}.end"
        goes_on = command.endswith("&")
        if command == START_SERVER:
            command = f"cat {SERVER_LOG}"
        shell.stdin.write(f"{{ {command}\n}} >{out} 2>&1; echo $? >{end}\n")
        shell.stdin.flush()
        assert wait_for(end.exists), f"{command}: no end"
        started.append((command, out, expected, goes_on))
        if goes_on:
            wait_for(lambda: said(*started[-1][1:]))
        for (
            command,
            out,
            expected,
            goes_on,
        ) in started:  # what went before stays as it was shown, too
            assert said(out, expected, goes_on), (
                f"{path.name}: $ {command}\n{out.read_text()}\nnot\n{expected}"
            )
        then(started[-1][0])
    return text

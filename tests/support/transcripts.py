"""Replay transcripts: what a reader types and sees, as ``snippets/*/*.console`` shows it.

``...`` in an output stands for what differs each time, such as an id, within one line.
"""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from course.paths import SNIPPETS
from course.snippets import without_markers
from tests.support.home import HOME, READERS_TERMINAL, ROOT, SERVER_LOG, TYPED
from tests.support.servers import free_port

COMMAND_TIMEOUT_S = 300
START_SERVER = ".venv/bin/prefect server start &"  #: what the suite has started its server with
#: Ports of this machine that transcripts use. A container's port 4200 is not among them.
PORTS = re.compile(
    r"(?:(?<=127\.0\.0\.1:)|(?<=Port ))4200|\b(?:4201|5000|8001|8080|8085|8786|8787)\b"
)
#: The settings that move a port of the course.
PORT_SETTINGS = {
    "4200": "PREFECT_SERVER_API_PORT",
    "5000": "REGISTRY_PORT",
    "8787": "DASK_DASHBOARD_PORT",
}
#: Lines that depend on the machine, and that no transcript shows.
NOISE = re.compile(
    r"^.*EventsWorker - Still processing items: .*\n"  # the server is slow beside a whole suite
    r"|^DEPRECATED: The legacy builder .*\n(?: +.*\n)*\n"  # Docker without its new builder
    r"|^\nWARNING! Your credentials .*\n.+\n.+\n\n",  # Docker without a key store
    re.M,
)
COLOUR = re.compile(r"\x1b\[[\d;]*m")  # twine writes colours to files, too
#: Settings of the test run, by the beginnings of their names; a reader's shell has none of them.
SETTINGS_OF_THE_SUITE = (
    *("MAKE", "ARGS", "SHOP", "COV_", "PYTEST"),
    *("PREFECT_API", "TWINE", "SNOWFLAKE", "AIRBYTE"),
)
NOT_IN_A_CHECKOUT = {".venv", ".git", ".cache", "exercises", "site"} | TYPED


@dataclass(frozen=True)
class Transcript:
    """One transcript.

    Attributes:
        path: Its file.
    """

    path: Path

    @property
    def text(self) -> str:
        """What it shows, without the markers of its sections."""
        lines = without_markers(self.path.read_text("utf-8").splitlines())
        return "\n".join([*lines, ""])

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Its commands, each with the output that it shows; see `split`."""
        return split(self.text)

    @property
    def needs_docker(self) -> bool:
        """Whether a command talks to a Docker engine that answers."""
        pattern = r"^\$ .*\b(?:docker |make class-up)|--pool containers"
        return re.search(pattern, self.text, re.M) is not None

    @property
    def needs_pipeline(self) -> bool:
        """Whether it runs the whole pipeline of module 7, on this machine."""
        return re.search(r"^\$ make pipeline", self.text, re.M) is not None

    def __str__(self) -> str:
        """Return its name, such as ``pipeline/dbt``."""
        return f"{self.path.parent.name}/{self.path.stem}"


TRANSCRIPTS = [Transcript(path) for path in sorted(SNIPPETS.glob("*/*.console"))]


def split(text: str) -> list[tuple[str, str]]:
    """Split a transcript into its commands, each with the output that it shows.

    A command follows ``$``, and goes on in the next line after a backslash.
    """
    steps: list[tuple[list[str], list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            steps.append(([line[2:]], []))
        elif steps[-1][0][-1].endswith("\\"):
            steps[-1][0].append(line)
        else:
            steps[-1][1].append(line)
    return [("\n".join(c), "\n".join([*output, ""]) if output else "") for c, output in steps]


def checkout_of_links(folder: Path) -> Path:
    """Make a checkout of links: the installed environments, and nothing that a reader has made."""
    folder.mkdir()
    for entry in ROOT.iterdir():
        if entry.name not in NOT_IN_A_CHECKOUT:
            (folder / entry.name).symlink_to(entry)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@dataclass
class Command:
    """A command that was typed.

    Attributes:
        text: What was typed.
        expected: What the transcript shows below it.
        output: The file that it writes to.
    """

    text: str
    expected: str
    output: Path

    @property
    def runs_on(self) -> bool:
        """Whether it goes on while the next commands run; it may print more then."""
        return self.text.endswith("&")

    @property
    def printed(self) -> str:
        """What it has printed, without colours, noise and spaces at the ends of lines."""
        plain = COLOUR.sub("", self.output.read_text("utf-8"))
        return NOISE.sub("", "".join(f"{line.rstrip()}\n" for line in plain.splitlines()))

    @property
    def as_expected(self) -> bool:
        """Whether it has printed what the transcript shows."""
        lines = self.printed.splitlines(keepends=True)
        compared = lines[: self.expected.count("\n")] if self.runs_on else lines
        pattern = re.escape(self.expected).replace(re.escape("..."), "[^\n]*")
        return re.fullmatch(pattern, "".join(compared)) is not None


class Shell:
    """A reader's shell in a checkout: no activated environment, no settings of the test run."""

    def __init__(self, checkout: Path, home: Path, **env: str) -> None:
        """Open the shell.

        Args:
            checkout: Where it is opened.
            home: Prefect's home.
            **env: What else its environment has.
        """
        self._ended, end = os.pipe()
        path = [p for p in os.environ["PATH"].split(os.pathsep) if p != f"{sys.prefix}/bin"]
        readers = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(SETTINGS_OF_THE_SUITE)
        }
        # A reader's database is the server's.
        database = f"sqlite+aiosqlite:///{HOME}/prefect.db"
        readers |= {"PATH": os.pathsep.join(path), "PREFECT_HOME": str(home), **READERS_TERMINAL}
        self._end = end
        self.process = subprocess.Popen(
            ["bash", "--norc"],
            stdin=subprocess.PIPE,
            text=True,
            bufsize=1,
            cwd=checkout,
            env={**readers, "PREFECT_API_DATABASE_CONNECTION_URL": database, **env},
            pass_fds=[end],
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        """Return the shell."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the shell and all that it has started."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.communicate(timeout=20)
        for process in psutil.wait_procs(family, timeout=20)[1]:
            process.kill()
        os.close(self._ended)
        os.close(self._end)

    def run(self, command: Command) -> None:
        """Type a command, and wait for its end, or for what one that runs on has to print.

        Raises:
            TimeoutError: If it has not ended after `COMMAND_TIMEOUT_S`.
        """
        text = f"cat {SERVER_LOG}" if command.text == START_SERVER else command.text
        print(f"{{ {text}\n}} >{command.output} 2>&1; echo >&{self._end}", file=self.process.stdin)
        if not select.select([self._ended], [], [], COMMAND_TIMEOUT_S)[0]:
            raise TimeoutError(f"$ {text}: no end after {COMMAND_TIMEOUT_S} s")
        os.read(self._ended, 1)
        deadline = time.monotonic() + COMMAND_TIMEOUT_S
        while command.runs_on and not command.as_expected and time.monotonic() < deadline:
            time.sleep(0.05)


def moved(ports: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that have the course use these ports, which are keyed by the reader's."""
    return {name: ports[port] for port, name in PORT_SETTINGS.items() if port in ports}


def replay(
    transcript: Transcript,
    shell: Shell,
    folder: Path,
    ports: Mapping[str, str],
    *,
    replaced: Mapping[str, str] | None = None,
    after: Callable[[str], None] = lambda command: None,
) -> str:
    """Type each command of a transcript, and compare what it prints with what is shown.

    What a command that runs on has printed must stay as it is shown until the end.

    Args:
        transcript: What is replayed.
        shell: Where it is typed.
        folder: Where the outputs are kept.
        ports: Ports that are in use, keyed by the reader's; free ones replace all others.
        replaced: Texts of the transcript, and what takes their place.
        after: Called after each command, with what was typed.

    Returns:
        What was typed and expected.

    Raises:
        AssertionError: If a command prints anything else.
    """
    text, used = transcript.text, dict(ports)
    assert "\n...\n" not in text, "`...` stands for a part of a line"
    for old, new in (replaced or {}).items():
        text = text.replace(old, new)
    text = text.replace("dask scheduler ", "dask scheduler --port 8786 ")  # which is its default
    text = PORTS.sub(lambda port: used.setdefault(port[0], free_port()), text)
    commands: list[Command] = []
    for number, step in enumerate(split(text)):
        commands.append(Command(*step, folder / f"{number}.out"))
        shell.run(commands[-1])
        for command in commands:
            assert command.as_expected, (
                f"{transcript}: $ {command.text}\n{command.printed}\nnot\n{command.expected}"
            )
        after(commands[-1].text)
    return text

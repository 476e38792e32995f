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
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

import psutil

from course.paths import SNIPPETS
from course.setup import clean
from course.setup.products import PRODUCTS
from course.snippets import runnable_text
from tests.support.home import HOME, READERS_TERMINAL, ROOT, SERVER_LOG
from tests.support.servers import free_port

COMMAND_TIMEOUT_S = 300
START_SERVER = ".venv/bin/prefect server start &"  #: what the suite has started its server with
#: Ports of this machine that transcripts use. A container's port 4200 is not among them.
PORTS = re.compile(
    r"(?:(?<=127\.0\.0\.1:)|(?<=Port ))4200|\b(?:4201|5000|8001|8080|8085|8786|8787)\b"
)
PORT_SETTINGS = {"4200": "PREFECT_SERVER_API_PORT", "5000": "REGISTRY_PORT"}
PORT_SETTINGS["8787"] = "DASK_DASHBOARD_PORT"
#: Lines that depend on the machine, and that no transcript shows.
NOISE = re.compile(
    r"^.*EventsWorker - Still processing items: .*\n"  # the server is slow beside a whole suite
    r"|^. (?:Port (?:5000|8000|8080|8786)|Docker Compose|Rootless|Podman|SELinux|Images): .*\n"
    r"|^DEPRECATED: The legacy builder .*\n(?: +.*\n)*\n"  # Docker without its new builder
    r"|^\nWARNING! Your credentials .*\n.+\n.+\n\n"  # Docker without a key store
    r"|^.*UserWarning: Port 8787 is already in use.\n.+\n.+\n  warnings.warn\(\n",
    re.M,
)
COLOUR = re.compile(r"\x1b\[[\d;]*m")  # twine writes colours to files, too
#: How settings of the test run begin, of which a reader's shell has none.
SETTINGS_OF_THE_SUITE = re.compile(
    "MAKE|ARGS|SHOP|COV_|PYTEST|PREFECT_API|TWINE|SNOWFLAKE|AIRBYTE|COMPOSE"
)
NOT_IN_A_CHECKOUT = {".venv", ".git", ".cache", "exercises", "site", *clean.TYPED}
#: What each file shows, without the markers of its sections, by names such as ``pipeline/dbt``.
TRANSCRIPTS = {
    f"{path.parent.name}/{path.stem}": runnable_text(path.read_text("utf-8"))
    for path in sorted(SNIPPETS.glob("*/*.console"))
}
_DOCKER = re.compile(r"^\$ .*\b(?:docker |make class-up)|--pool containers", re.M)
#: Those in which a command talks to a Docker engine that answers.
NEED_DOCKER = [name for name, text in TRANSCRIPTS.items() if _DOCKER.search(text)]
#: What clients of the run's own server need; not in Docker, where no container has the file.
CERTIFICATE = {"PREFECT_API_SSL_CERT_FILE": os.environ["PREFECT_API_SSL_CERT_FILE"]}
#: A command follows ``$``, and goes on in the next line after a backslash; its output follows.
STEP = re.compile(r"^\$ (?P<command>(?:.*\\\n)*.*)\n(?P<output>(?:(?!\$ ).*\n)*)", re.M)


def moved(ports: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that have the course use these ports, which are keyed by the reader's."""
    return {name: ports[port] for port, name in PORT_SETTINGS.items() if port in ports}


def checkout_of_links(folder: Path) -> Path:
    """Make a checkout of links: the installed environments, and nothing that a reader has made.

    A command of it would install into those environments if they were not up to date.
    """
    assert PRODUCTS["venv"].is_fresh(), "first run: make install"
    folder.mkdir()
    for entry in ROOT.iterdir():
        if entry.name not in NOT_IN_A_CHECKOUT:
            (folder / entry.name).symlink_to(entry)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


class Command(NamedTuple):
    """A command that was typed."""

    text: str
    expected: str  #: what the transcript shows below it
    output: Path  #: the file that it writes to

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


class Shell(AbstractContextManager):
    """A reader's shell in a checkout of its own: no activated environment, no settings of the run.

    The ports are those in use, keyed by the reader's; free ones replace all others. Prefect's home
    and the outputs are in the folder, too.
    """

    def __init__(self, folder: Path, ports: Mapping[str, str], **env: str) -> None:
        self.folder, self.ports = folder, dict(ports)
        self.checkout = checkout_of_links(folder / "checkout")
        self._ended, self._end = os.pipe()
        env = {
            **{k: v for k, v in os.environ.items() if not SETTINGS_OF_THE_SUITE.match(k)},
            **READERS_TERMINAL,
            "PATH": os.environ["PATH"].replace(f"{sys.prefix}/bin{os.pathsep}", ""),
            "PREFECT_HOME": str(folder / "home"),
            # A reader's database is the server's.
            "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{HOME}/prefect.db",
            **moved(ports),
            **env,
        }
        apart = {"pass_fds": [self._end], "start_new_session": True}
        command, pipe = ["bash", "--norc"], subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, text=True, bufsize=1, cwd=self.checkout, env=env, **apart
        )

    def __exit__(self, *_: object) -> None:
        """End the shell and all that it has started."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.communicate(timeout=100)
        for process in psutil.wait_procs(family, timeout=20)[1]:
            process.kill()
        os.close(self._ended)
        os.close(self._end)

    def run(self, command: Command) -> None:
        """Type a command, and wait for its end, or for what one that runs on has to print."""
        text = f"cat {SERVER_LOG}" if command.text == START_SERVER else command.text
        print(f"{{ {text}\n}} >{command.output} 2>&1; echo >&{self._end}", file=self.process.stdin)
        ended = select.select([self._ended], [], [], COMMAND_TIMEOUT_S)[0]
        assert ended, f"$ {text}: no end after {COMMAND_TIMEOUT_S} s"
        os.read(self._ended, 1)
        deadline = time.monotonic() + COMMAND_TIMEOUT_S
        while command.runs_on and not command.as_expected and time.monotonic() < deadline:
            time.sleep(0.05)

    def replay(
        self,
        name: str,
        replaced: tuple[str, str] = ("", ""),
        after: Callable[[str], None] = lambda command: None,
    ) -> str:
        """Type each command of a transcript, compare what it prints, and return what was expected.

        What a command that runs on has printed must stay as it is shown until the end.
        """
        text = TRANSCRIPTS[name].replace(*replaced)
        assert "\n...\n" not in text, "`...` stands for a part of a line"
        text = text.replace("dask scheduler ", "dask scheduler --port 8786 ")  # its default
        text = PORTS.sub(lambda port: self.ports.setdefault(port[0], free_port()), text)
        commands: list[Command] = []
        for number, (typed, expected) in enumerate(STEP.findall(text)):
            commands.append(Command(typed, expected, self.folder / f"{number}.out"))
            self.run(commands[-1])
            for command in commands:
                assert command.as_expected, (
                    f"{name}: $ {command.text}\n{command.printed}\nnot\n{command.expected}"
                )
            after(typed)
        return text

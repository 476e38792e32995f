"""The one entry: ``python -m course COMMAND``, the same on Linux, macOS and Windows.

Starts on the machine's own Python, 3.8 or later, installs `.venv` if the command needs it, and goes
on in the Python of `.venv`, which makes whatever else the command needs. No other module prints an
error or ends the process.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import NamedTuple

from course.errors import CourseError, UsageError
from course.paths import VENV, python_of
from course.setup import products


class Command(NamedTuple):
    """A command of ``python -m course``.

    Attributes:
        help: What it does, in a line; empty for a command that only other commands start.
        module: The module that has its ``main(arguments) -> exit code``.
        needs: The products that are made before.
        arguments: What ``main`` is given in front of what was typed.
    """

    help: str
    module: str
    needs: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


TESTS = ("venv", "page", "airbyte", "dbt", "snowflake")
MEASURES = ("venv", "page", "airbyte", "dbt")
#: The commands; ``N`` stands for the number of a module.
COMMANDS = {
    "help": Command("list these commands", "course.__main__"),
    "install": Command(
        "install what the course needs into .venv", "course.setup.products", ("venv",)
    ),
    "serve": Command(
        "read the site on http://127.0.0.1:8000, rebuilt as you edit",
        "course.site.serve",
        ("venv",),
    ),
    "live": Command(
        "read the site, and run its blocks on this machine, beside a Prefect server",
        "course.run.machine.live",
        ("venv", "page"),
    ),
    "check": Command("see whether this machine is ready, and what mends it", "course.setup.doctor"),
    "build": Command("build the site into site/", "course.site.build", ("venv", "page")),
    "test": Command("prove every line of the course", "course.suite", TESTS, ("test",)),
    "quick": Command(
        "prove what you have changed since the last commit", "course.suite", TESTS, ("quick",)
    ),
    "update": Command(
        "run the snippets, rewrite the outputs they show and where they run",
        "course.suite",
        TESTS,
        ("update",),
    ),
    "exercise-N": Command(
        "start, then check, the exercise of module N (2 for module 2)",
        "course.exercises.command",
        ("venv",),
    ),
    "class-up": Command(
        "start what a class shares, in Docker: Prefect's server, a Dask cluster, a registry",
        "course.services.classroom",
        ("venv",),
        ("up",),
    ),
    "class-down": Command(
        "end what class-up has started", "course.services.classroom", ("venv",), ("down",)
    ),
    "pipeline": Command(
        "run module 7's pipeline, from the shop to the report",
        "course.services.pipeline",
        ("venv", "airbyte", "dbt"),
    ),
    "bench": Command(
        "measure site, suite and pipeline against their budgets",
        "course.bench",
        MEASURES,
    ),
    "pictures": Command(
        "take the pictures of pages, slides and dashboards anew",
        "course.pictures",
        MEASURES,
    ),
    "lock": Command(
        "compile all locks: the course's, the image's, those of the other environments",
        "course.setup.lock",
        ("venv", "node"),
    ),
    "clean": Command(
        "remove what was built, but not .venv nor your exercises", "course.setup.clean"
    ),
    "check-exercise": Command("", "course.exercises.checks", ("venv",)),
}


def main(arguments: list[str]) -> int:
    """List the commands; the entry itself is `run`."""
    if arguments:
        raise UsageError("it takes no arguments")
    print("make COMMAND, or on any system: python -m course COMMAND\n")
    for name, command in COMMANDS.items():
        if command.help:
            print(f"  {name:12} {command.help}")
    return 0


def run(arguments: list[str]) -> int:
    """Run a command as it was typed and return its exit code."""
    typed, *rest = arguments or ["help"]
    name = "help" if typed in ("-h", "--help") else typed
    if exercise := re.fullmatch(r"exercise-(\w+)", name):
        name, rest = "exercise-N", [exercise[1], *rest]
    try:
        if name not in COMMANDS:
            name = "course"
            raise UsageError(f"there is no command {typed!r}; list them with: make help")
        command = COMMANDS[name]
        if command.needs and not in_venv():
            products.make("venv")
            return continue_in_venv(arguments)
        products.make(*command.needs)
        return import_module(command.module).main([*command.arguments, *rest])
    except CourseError as error:
        print(f"{name.replace('-N', '')}: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def in_venv() -> bool:
    """Return whether this is the Python of `.venv`."""
    return VENV.exists() and VENV.samefile(sys.prefix)


def continue_in_venv(arguments: list[str]) -> int:
    """Run the same command in the Python of `.venv`, in place of this process where that works."""
    command = [str(python_of()), "-m", "course", *arguments]
    if os.name != "nt":
        sys.stdout.flush()
        os.execv(command[0], command)
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # that process has received it too, and ends what it has started


if __name__ == "__main__":
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # Material warns about it at each build
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # not every terminal of Windows can show a ✓
    sys.exit(run(sys.argv[1:]))

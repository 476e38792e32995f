"""The one entry: ``python -m course COMMAND``, the same on Linux, macOS and Windows.

Starts on the machine's own Python, 3.8 or later, installs `.venv` if the command needs it, and goes
on in the Python of `.venv`, which makes whatever else the command needs. Our errors are printed
here; `site.serve` also prints those that come while it already serves. Outside Windows, this module
and `services.pipeline` replace the process by the next one.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import NamedTuple

from course.errors import CourseError, UsageError
from course.paths import CACHE, ROOT, VENV, python_of
from course.setup import SetupError, products, shell


class Command(NamedTuple):
    """A command: what it does, what runs it, and the products that are made before."""

    help: str  #: empty if only other commands start it
    runs: str  #: a module below ``course``, and what its ``main`` is given before what was typed
    needs: tuple[str, ...] = ("venv",)
    later: tuple[str, ...] = ()  #: the products that it makes while it already runs


PIPELINE = ("venv", "airbyte", "dbt")
MEASURES = ("page", *PIPELINE)
TESTS = (*MEASURES, "snowflake")
#: The commands; ``N`` stands for the number of a module.
COMMANDS = {
    "help": Command("list these commands", "__main__", ()),
    "install": Command("install what the course needs into .venv", "setup.products"),
    "serve": Command(
        "serve the course, to read and run, at the address that it prints",
        "site.serve",
        later=("page",),
    ),
    "check": Command(
        "check whether this machine is ready, and show how to fix what is not", "setup.doctor", ()
    ),
    "build": Command("build the site into site/", "site.build", ("venv", "page")),
    "test": Command("test everything in the course", "suite test", TESTS),
    "quick": Command("test what you changed since the last commit", "suite quick", TESTS),
    "update": Command(
        "run the snippets, update their outputs and the record of where each can run",
        "suite update",
        TESTS,
    ),
    "exercise-N": Command(
        "start, then check, the exercise of module N (2 for module 2)", "exercises.command"
    ),
    "class-up": Command(
        "start the services that a class shares, in Docker: Prefect, Dask and a registry",
        "services.classroom up",
    ),
    "class-down": Command("stop what class-up started", "services.classroom down"),
    "pipeline": Command(
        "run module 7's pipeline, from the shop to the report", "services.pipeline", PIPELINE
    ),
    "bench": Command("measure site, suite and pipeline against their budgets", "bench", MEASURES),
    "pictures": Command(
        "retake the pictures of pages, slides and dashboards", "pictures", MEASURES
    ),
    "lock": Command(
        "compile all locks: the course's, the image's, those of the other environments",
        "setup.lock",
        ("venv", "node"),
    ),
    "clean": Command("remove what was built; keep .venv and your exercises", "setup.clean", ()),
    "check-exercise": Command("", "exercises.checks"),
}
WRITE_NOTHING = ("help", "check")
#: Who types which commands, in the order in which `help` lists them.
READERS = {
    "Learn": ("serve", "check", "exercise-N", "pipeline", "install", "clean", "help"),
    "Present": ("class-up", "class-down"),
    "Change": ("quick", "update", "test", "build", "bench", "pictures", "lock"),
}


def main(arguments: list[str]) -> int:
    """List the commands; the entry itself is `run`."""
    if arguments:
        raise UsageError("this command takes no arguments")
    print("make COMMAND, or without make: python3 -m course COMMAND (on Windows, python)")
    for reader, names in READERS.items():
        print(f"\n{reader}:")
        for name in names:
            print(f"  {name:12} {COMMANDS[name].help}")
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
            raise UsageError(
                f"there is no command {typed!r}; list them with: {shell.course('help')}"
            )
        if name not in WRITE_NOTHING:
            check_folders()
        module, *given = COMMANDS[name].runs.split()
        needs = COMMANDS[name].needs
        if needs and not in_venv():
            products.make("venv")
            return continue_in_venv(arguments)
        products.make(*needs)
        code = import_module(f"course.{module}").main([*given, *rest])
        sys.stdout.flush()  # now, when a reader that has gone can still be noticed
        return code
    except CourseError as error:
        print(f"{name.replace('-N', '')}: {error}", file=sys.stderr)
        return error.exit_code
    except ImportError as error:
        if not os.environ.get("PYTHONPATH"):
            raise
        fix = f"PYTHONPATH may hide the course's own packages; run: {shell.unset('PYTHONPATH')}"
        print(f"{name.replace('-N', '')}: {error}; {fix}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # a program such as head reads no further, as it does with cat
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def check_folders() -> None:
    """Make sure that the course's folder may be written to, and what was built in it.

    Raises:
        SetupError: If not, as in somebody else's checkout or after `sudo make`.
    """
    for folder in (ROOT, CACHE):
        if folder.exists() and not os.access(folder, os.W_OK):
            own = f'sudo chown -R "$USER" {shell.quoted(ROOT)}'
            copied = "copy the course to a folder of your own"
            fix = f"if a sudo make made it, run: {own}" if folder == CACHE else copied
            raise SetupError(f"you may not write to {folder}; {fix}")


def in_venv() -> bool:
    """Return whether this is the Python of `.venv`."""
    return VENV.exists() and VENV.samefile(sys.prefix)


def continue_in_venv(arguments: list[str]) -> int:
    """Run the same command in the Python of `.venv`, in place of this process where that works."""
    command = [str(python_of()), "-m", "course", *arguments]
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # that process receives it too
    return subprocess.run(command).returncode


if __name__ == "__main__":
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # Material warns about it at each build
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # not every terminal of Windows can show a ✓
    sys.exit(run(sys.argv[1:]))

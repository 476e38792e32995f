"""Find a Python that the course is tested on; if there is none, say how to get one here."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from course.findings import Finding, Level
from course.paths import VENV
from course.setup import shell
from course.setup.install import OLDEST, TOO_NEW
from course.setup.shell import posix_or_windows, run_command

PRINT_VERSION = "import sys; print(*sys.version_info[:3], sep='.')"
UV_INSTALLER = "https://astral.sh/uv/install.sh"
#: Where winget puts Python, which `py` and PATH do not know in a terminal that is open already.
WINGETS = r'"$Env:LOCALAPPDATA\Programs\Python\Python311\python.exe"'


def version_of(python: str | Path) -> tuple[str, str]:
    """Return the version of a Python, or why it does not run."""
    return run_command(python, "-c", PRINT_VERSION, timeout_s=30)


def fits(version: str) -> bool:
    """Return whether the course is tested on a version such as ``3.11.7``."""
    return OLDEST <= tuple(map(int, version.split("."))) < TOO_NEW


def this_version() -> str:
    """Return the version of the Python that runs now."""
    return ".".join(map(str, sys.version_info[:3]))


def folders() -> list[str]:
    """Return the folders on PATH, without those of ``.venv``, which may have to go."""
    found = os.environ.get("PATH", "").split(os.pathsep)
    return [folder for folder in found if folder and not folder.startswith(str(VENV))]


def on_path() -> Iterator[str]:
    """Yield each Python that a terminal may find, the likeliest first."""
    for name in ("python3.11", "python3", "python"):
        for folder in folders():
            if found := shutil.which(name, path=folder):
                yield found


def ways_to_install() -> tuple[str, str]:
    """Return what is to be known about this machine's Pythons, and a command that installs .venv.

    It begins with whatever this machine lacks: a Python that fits, or uv, which downloads one.
    """
    if fits(this_version()):
        return "", shell.course("install")
    broken = ""
    for python in on_path():
        version, error = version_of(python)
        if not error and fits(version):
            return broken, with_python(shell.quoted(python))
        if error and "3.11" in Path(python).name:
            broken = broken or f"{python} does not run ({error})"
    has_uv = shutil.which("uv", path=os.pathsep.join(folders()))
    if shell.SYSTEM == "Windows" and not has_uv:
        get = "winget install --exact --id Python.Python.3.11 --scope user"
        return broken, shell.then(get, with_python(WINGETS))
    if shutil.which("brew") and not has_uv:
        python = '"$(brew --prefix python@3.11)/bin/python3.11"'
        return broken, shell.then("brew install python@3.11", with_python(python))
    uv, get_uv = ("uv", "") if has_uv else download_uv()
    find = f"{uv} python find --system '>=3.11.5,<3.12'"
    python = posix_or_windows(f'"$({find})"', f"({find})")
    return broken, shell.then(get_uv, f"{uv} python install 3.11", with_python(python))


def download_uv() -> tuple[str, str]:
    """Return how uv is called in this terminal once it is there, and the command that gets it."""
    folder = os.environ.get("XDG_BIN_HOME")
    uv = shell.quoted(f"{folder}/uv") if folder else "~/.local/bin/uv"
    only_wget = shutil.which("wget") and not shutil.which("curl")  # as on Ubuntu
    return uv, f"{'wget -qO-' if only_wget else 'curl -LsSf'} {UV_INSTALLER} | sh"


def with_python(python: str) -> str:
    """Return the command that installs the course with a Python."""
    return posix_or_windows(f"make PYTHON={python} install", f"& {python} -m course install")


def anew() -> str:
    """Return the command that makes ``.venv`` anew."""
    return shell.then(shell.remove(".venv"), ways_to_install()[1])


def activated() -> Iterator[Finding]:
    """Look for another environment in this terminal, and for packages that come before ours."""
    conda = os.environ.get("CONDA_DEFAULT_ENV") or os.environ.get("CONDA_PREFIX")
    environment = os.environ.get("VIRTUAL_ENV")
    ours = os.path.realpath(environment or "") == os.path.realpath(VENV)
    if environment and environment not in os.environ.get("PATH", ""):
        environment = None  # the variable alone starts nothing
    if (environment or conda) and not ours:
        name, fix = (environment, "deactivate") if environment else (conda, "conda deactivate")
        text = f"{name} is activated, so python and prefect start its programs; for the course's, "
        text += f"type {shell.in_venv('python')} and {shell.in_venv('prefect')}"
        yield Finding(Level.WARNING, "Environment", text, fix)
    misleading = {
        "PYTHONHOME": "{} replaces Python's own standard library",
        "PYTHONPATH": "Python looks for packages in {} before it looks in the course's",
    }
    for variable, text in misleading.items():
        if value := os.environ.get(variable):
            text = text.format(value)
            yield Finding(Level.PROBLEM, variable, text, shell.unset(variable))

"""Look whether this machine is ready for the class: ``make check``, or ``make check ARGS=ports``.

Prints a line for each thing: ✓ is fine, ! does not keep anybody from the class, ✕ has to be mended.
Runs on the machine's own Python with the standard library only, and asks no other machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from course.errors import UsageError
from course.findings import Finding, Level, report
from course.paths import PYTHON_IN_VENV, ROOT
from course.setup import ports
from course.setup.install import OLDEST, TOO_NEW, WANTED
from course.setup.products import PRODUCTS

MEMINFO = Path("/proc/meminfo")
#: A Prefect server, a flow and a Dask cluster of two workers were measured to take 0.8 GB.
MEMORY_NEEDED_GB = 1.0
INSTALL, COMPLETE = "make install", "rm -f .venv/ready && make install"
ANEW = "rm -rf .venv && make install"
UV = "uv (docs.astral.sh/uv) installs it beside yours"
UV_PYTHON = (
    "uv python install 3.11 && "
    """make PYTHON="$(uv python find --system '>=3.11.5,<3.12')" install"""
)
#: Import Prefect's server, and print where runs are sent.
IMPORT_SERVER = "import prefect.server.api.server, prefect.settings as settings; "
IMPORT_SERVER += "print(settings.get_current_settings().api.url or '')"


def run_command(*command: str | Path, timeout_s: float = 120) -> tuple[str, str]:
    """Run a command in the repository.

    Returns:
        What it prints, and an error: empty, or the last line that a failed command has printed.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", f"{Path(command[0]).name} does not answer ({type(error).__name__})"
    if done.returncode == 0:
        return done.stdout.strip(), ""
    output = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
    return "", output.splitlines()[-1].strip()


def environment() -> Iterator[Finding]:
    """Look at Python, at ``.venv`` and at its packages; stop where the rest would be guesswork."""
    product = PRODUCTS["venv"]
    found = ".".join(map(str, sys.version_info[:3]))
    if not product.folder.exists():
        if OLDEST <= tuple(sys.version_info) < TOO_NEW:
            yield Finding(Level.OK, f"Python {found}")
            yield Finding(Level.PROBLEM, ".venv", "it is not there yet", INSTALL)
        else:
            text = f"the course needs {WANTED}; {UV}"
            yield Finding(Level.PROBLEM, f"Python {found}", text, UV_PYTHON)
        return
    python = product.folder / PYTHON_IN_VENV
    found, error = run_command(python, "-c", "import sys; print(*sys.version_info[:3], sep='.')")
    if error:
        yield Finding(Level.PROBLEM, ".venv", error, ANEW)
        return
    if not OLDEST <= tuple(map(int, found.split("."))) < TOO_NEW:
        subject = f"Python {found} in .venv"
        yield Finding(Level.PROBLEM, subject, f"the course needs {WANTED}", ANEW)
        return
    yield Finding(Level.OK, f"Python {found}")
    if not product.is_fresh():
        text = "it is not complete, or older than requirements.txt"
        yield Finding(Level.PROBLEM, ".venv", text, INSTALL)
        return
    yield from packages(python)


def packages(python: Path) -> Iterator[Finding]:
    """Compare the packages of ``.venv`` with the lock, and import Prefect's server."""
    complete, anew = COMPLETE, ANEW
    if os.environ.get("PYTHONPATH"):  # it puts other packages in front of those in .venv
        complete = anew = "unset PYTHONPATH"
    output, error = run_command(python, "-m", "course.setup.packages")
    differences = output.splitlines()
    if len(differences) > 3:
        differences[3:] = [f"{len(differences) - 3} more"]
    wrong = error or ", ".join(differences)
    if wrong:
        yield Finding(Level.PROBLEM, "Packages", wrong, complete)
    else:
        yield Finding(Level.OK, "Packages", "those of requirements.txt")
    api_url, error = run_command(python, "-c", IMPORT_SERVER)
    if error:
        yield Finding(Level.PROBLEM, "Prefect's server", error, complete if wrong else anew)
    else:
        yield Finding(Level.OK, "Prefect's server", "it can be imported")
    if api_url and urlsplit(api_url).hostname not in ("127.0.0.1", "localhost"):
        text = f"they send your runs to {api_url}"
        yield Finding(Level.WARNING, "Prefect's settings", text, "export PREFECT_API_URL=")


def port_checks() -> Iterator[Finding]:
    """Look at the ports of Prefect's server and of Dask's dashboard."""
    yield ports.prefect()
    yield ports.dask()


def memory() -> Iterator[Finding]:
    """Look at the free memory; macOS tells only how much there is in all, Windows nothing."""
    if MEMINFO.exists():
        rows = re.findall(r"^(\w+): +(\d+) kB", MEMINFO.read_text(), re.M)
        gigabytes = {name: int(kilobytes) / 1024**2 for name, kilobytes in rows}
        free = gigabytes["MemAvailable"]
        text = f"{free:.1f} GB free of {gigabytes['MemTotal']:.1f}"
    elif hasattr(os, "sysconf"):
        free = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
        text = f"{free:.1f} GB in all"
    else:
        return
    if free < MEMORY_NEEDED_GB:
        text += f", the class takes {MEMORY_NEEDED_GB:.0f}; close what is largest: "
        text += "ps -Ao rss,comm | sort -n | tail"
        yield Finding(Level.PROBLEM, "Memory", text)
    else:
        yield Finding(Level.OK, "Memory", text)


def docker() -> Finding:
    """Look for a container engine that answers; without it the level is a warning."""
    if not shutil.which("docker"):
        if shutil.which("apt"):
            fix = "sudo apt install docker.io"
            return Finding(Level.WARNING, "Docker", "there is no docker command", fix)
        text = "there is no docker command; see https://docs.docker.com/get-started/get-docker"
        return Finding(Level.WARNING, "Docker", text)
    version = ("docker", "version", "--format", "{{.Server.Version}}")
    found, error = run_command(*version, timeout_s=20)
    if not error:
        return Finding(Level.OK, "Docker", f"engine {found} answers")
    if "permission denied" in error:
        text, fix = "you may not use it before your next login", "sudo usermod -aG docker $USER"
        return Finding(Level.WARNING, "Docker", text, fix)
    if os.environ.get("DOCKER_HOST"):
        fix = "unset DOCKER_HOST"
    else:
        fix = "open -a Docker" if sys.platform == "darwin" else "sudo service docker start"
    return Finding(Level.WARNING, "Docker", "its engine does not answer", fix)


def containers() -> Iterator[Finding]:
    """Look for a container engine; the class goes on without it."""
    found = docker()
    without = "" if found.ok else "you read the containers of module 5, but do not run them; "
    yield Finding(found.level, found.subject, without + found.text, found.fix)


CHECKS = {
    "python": environment,
    "ports": port_checks,
    "memory": memory,
    "docker": containers,
}


def main(arguments: list[str]) -> int:
    """Look at the named parts, or at all of them, and return 1 if something has to be mended."""
    if not set(arguments) <= set(CHECKS):
        raise UsageError(f"it looks at {', '.join(CHECKS)}; without a name, at all of them")
    problems = report(finding for name in arguments or CHECKS for finding in CHECKS[name]())
    print(f"To mend: {problems}. Then: make check" if problems else "Nothing to mend.")
    return 1 if problems else 0

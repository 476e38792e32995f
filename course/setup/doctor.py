"""Check whether this machine is ready for the class: ``make check``, or ``make check ARGS=ports``.

Prints a line for each thing: ✓ is fine, ! does not keep anybody from the class, ✕ has to be fixed.
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
UV = "uv (docs.astral.sh/uv) can install it alongside yours"
UV_PYTHON = (
    "uv python install 3.11 && "
    """make PYTHON="$(uv python find --system '>=3.11.5,<3.12')" install"""
)
#: Import Prefect's server, and print where runs are sent.
IMPORT_SERVER = "import prefect.server.api.server, prefect.settings as settings; "
IMPORT_SERVER += "print(settings.get_current_settings().api.url or '')"


def run_command(*command: str | Path, timeout_s: float = 120) -> tuple[str, str]:
    """Run a command in the repository; return what it prints, and the last line of an error."""
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
    output = output.partition("\nRun 'docker ")[0].rstrip()  # docker goes on about its help
    return "", output.splitlines()[-1].strip()


def environment() -> Iterator[Finding]:
    """Look at Python, at ``.venv`` and at its packages; stop where the rest would be guesswork."""
    product, found = PRODUCTS["venv"], ".".join(map(str, sys.version_info[:3]))
    is_there, python = product.folder.exists(), product.folder / PYTHON_IN_VENV
    where, text, fix = "", f"the course needs {WANTED}; {UV}", UV_PYTHON
    if is_there:
        print_version = "import sys; print(*sys.version_info[:3], sep='.')"
        found, error = run_command(python, "-c", print_version)
        if error:
            yield Finding(Level.PROBLEM, ".venv", error, ANEW)
            return
        where, text, fix = " in .venv", f"the course needs {WANTED}", ANEW
    if not OLDEST <= tuple(map(int, found.split("."))) < TOO_NEW:
        yield Finding(Level.PROBLEM, f"Python {found}{where}", text, fix)
        return
    yield Finding(Level.OK, f"Python {found}")
    if not product.is_fresh():
        text = "incomplete, or older than requirements.txt"
        yield Finding(Level.PROBLEM, ".venv", text if is_there else "not installed yet", INSTALL)
    else:
        yield from packages(python)


def judged(subject: str, text: str, problem: str, fix: str = "") -> Finding:
    """Return a problem with what fixes it; if there is none, that all is well."""
    if problem:
        return Finding(Level.PROBLEM, subject, problem, fix)
    return Finding(Level.OK, subject, text)


def packages(python: Path) -> Iterator[Finding]:
    """Compare the packages of ``.venv`` with the lock, and import Prefect's server."""
    # PYTHONPATH puts other packages in front of those in .venv.
    misled = "unset PYTHONPATH" if os.environ.get("PYTHONPATH") else ""
    complete, anew = misled or COMPLETE, misled or ANEW
    output, error = run_command(python, "-m", "course.setup.packages")
    first, more = output.splitlines()[:3], len(output.splitlines()) - 3
    wrong = error or ", ".join([*first, f"{more} more"] if more > 0 else first)
    yield judged("Packages", "match requirements.txt", wrong, complete)
    api_url, error = run_command(python, "-c", IMPORT_SERVER)
    yield judged("Prefect's server", "can be imported", error, complete if wrong else anew)
    if api_url and urlsplit(api_url).hostname not in ("127.0.0.1", "localhost"):
        text = f"your runs go to {api_url}, not to a server on this machine"
        yield Finding(Level.WARNING, "Prefect's settings", text, "export PREFECT_API_URL=")


def memory() -> Iterator[Finding]:
    """Look at the free memory; macOS tells only how much there is in all, Windows nothing."""
    if MEMINFO.exists():
        rows = re.findall(r"^(\w+): +(\d+) kB", MEMINFO.read_text(), re.M)
        gigabytes = {name: int(kilobytes) / 1024**2 for name, kilobytes in rows}
        free = gigabytes["MemAvailable"]
        text = f"{free:.1f} GB free of {gigabytes['MemTotal']:.1f} GB"
    elif hasattr(os, "sysconf"):
        free = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
        text = f"{free:.1f} GB in all"
    else:
        return
    little = f"{text}, but the class needs {MEMORY_NEEDED_GB:.0f} GB; close the largest programs, "
    little += "which this lists: ps -Ao rss,comm | sort -n | tail"
    yield judged("Memory", text, little if free < MEMORY_NEEDED_GB else "")


def docker() -> Finding:
    """Look for a container engine that answers; without it the level is a warning."""
    if not shutil.which("docker"):
        has_apt, text = shutil.which("apt"), "there is no docker command"
        fix = "sudo apt install docker.io" if has_apt else ""
        more = "" if has_apt else "; see https://docs.docker.com/get-started/get-docker"
        return Finding(Level.WARNING, "Docker", text + more, fix)
    version = ("docker", "version", "--format", "{{.Server.Version}}")
    found, error = run_command(*version, timeout_s=20)
    if not error:
        return Finding(Level.OK, "Docker", f"engine {found} answers")
    text = "its engine does not answer"
    if "permission denied" in error:
        text = "your user may not use it; add yourself to the docker group and log in again"
        fix = "sudo usermod -aG docker $USER"
    elif os.environ.get("DOCKER_HOST"):
        fix = "unset DOCKER_HOST"
    else:
        fix = "open -a Docker" if sys.platform == "darwin" else "sudo service docker start"
    return Finding(Level.WARNING, "Docker", text, fix)


def containers() -> Iterator[Finding]:
    """Look for a container engine; the class goes on without it."""
    found = docker()
    cause, semicolon, more = found.text.partition("; ")
    cause += "" if found.ok else ", so you cannot run the containers of modules 4, 5 and 7"
    yield Finding(found.level, found.subject, cause + semicolon + more, found.fix)


CHECKS = {
    "python": environment,
    "ports": lambda: iter((ports.prefect(), ports.dask())),
    "memory": memory,
    "docker": containers,
}


def main(arguments: list[str]) -> int:
    """Look at the named parts, or at all of them, and return 1 if something has to be fixed."""
    if not set(arguments) <= set(CHECKS):
        raise UsageError(f"choose from {', '.join(CHECKS)}; without a name, everything is checked")
    problems = report(finding for name in arguments or CHECKS for finding in CHECKS[name]())
    print(f"Problems to fix: {problems}. Then run: make check" if problems else "Nothing to fix.")
    return 1 if problems else 0

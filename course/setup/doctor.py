"""Look whether this machine is ready for the class: make check, or, for a part of it, make check ARGS=ports

One line for each thing looked at: ✓ it is fine; ! the class goes on all the same; ✕ mend it, with the command there.
The exit code is 1 if anything has to be mended. Runs on the machine's own Python with the standard library only, and
asks nobody but this machine.
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

from course.paths import ROOT, VENV
from course.setup import ports
from course.setup.install import OLDEST, TOO_NEW, WANTED
from course.setup.products import PRODUCTS

MEMORY = Path("/proc/meminfo")
LEAST = (
    1.0  #: GB: a Prefect server, a flow and a Dask cluster of two workers were measured to take 0.8
)
INSTALL, AGAIN, ANEW = (
    "make install",
    "rm -f .venv/ready && make install",
    "rm -rf .venv && make install",
)
SERVER = "import prefect.server.api.server, prefect; print(prefect.settings.get_current_settings().api.url or '')"
GET_PYTHON = """uv python install 3.11 && make PYTHON="$(uv python find --system '>=3.11.5,<3.12')" install"""


def ask(*command: str | Path, patience: float = 120) -> tuple[str, str]:
    """Run a command; return what it prints, and what is wrong with it: its last words, in one line."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=patience
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", f"{Path(command[0]).name} does not answer ({type(error).__name__})"
    if done.returncode == 0:
        return done.stdout.strip(), ""
    return "", (
        done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
    ).splitlines()[-1].strip()


def environment() -> Iterator[str]:
    """Look at Python, at .venv, and at what is installed there; stop at what makes all else uncertain."""
    if not VENV.exists():
        if OLDEST <= tuple(sys.version_info) < TOO_NEW:
            yield f"✓ Python {'.'.join(map(str, sys.version_info[:3]))}"
            yield f"✕ .venv is not there yet; make it with: {INSTALL}"
        else:
            found = ".".join(map(str, sys.version_info[:3]))
            yield f"✕ Python {found}: the course needs {WANTED}; with uv (docs.astral.sh/uv): {GET_PYTHON}"
        return
    python = VENV / "bin/python"
    found, wrong = ask(python, "-c", "import platform; print(platform.python_version())")
    if wrong:
        yield f"✕ .venv: {wrong}; make it anew with: {ANEW}"
        return
    if not OLDEST <= tuple(map(int, re.findall(r"\d+", found)[:3])) < TOO_NEW:
        yield f"✕ Python {found} in .venv: the course needs {WANTED}; make it anew with: {ANEW}"
        return
    yield f"✓ Python {found}"
    if not PRODUCTS["venv"].is_fresh():
        yield f"✕ .venv is not complete, or older than requirements.txt; complete it with: {INSTALL}"
        return
    again, anew = ("unset PYTHONPATH",) * 2 if os.environ.get("PYTHONPATH") else (AGAIN, ANEW)
    said, wrong = ask(python, "-m", "course.setup.packages")
    differ = said.splitlines()
    wrong = wrong or ", ".join(differ[:3]) + (
        f" and {len(differ) - 3} more" if len(differ) > 3 else ""
    )
    yield (
        f"✕ Packages: {wrong}; mend them with: {again}"
        if wrong
        else "✓ Packages: those of requirements.txt"
    )
    where, broken = ask(python, "-c", SERVER)
    mend = again if wrong else anew
    yield (
        f"✕ Prefect's server: {broken}; mend it with: {mend}"
        if broken
        else "✓ Prefect's server can be imported"
    )
    if where and urlsplit(where).hostname not in ("127.0.0.1", "localhost"):
        yield f"! Prefect sends your runs to {where}; keep them here with: export PREFECT_API_URL="


def memory() -> str:
    """Look at what is free now; macOS says only how much there is."""
    if MEMORY.exists():
        size = {
            name: int(kb) / 1024**2
            for name, kb in re.findall(r"^(\w+): +(\d+) kB", MEMORY.read_text(), re.M)
        }
        total, free, text = (
            size["MemTotal"],
            size["MemAvailable"],
            "{free:.1f} GB free of {total:.1f}",
        )
    else:
        total = free = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
        text = "{total:.1f} GB in all"
    text = text.format(free=free, total=total)
    if free < LEAST:
        return f"✕ Memory: {text}, the class takes {LEAST:.0f}; close what is largest: ps -Ao rss,comm | sort -n | tail"
    return f"✓ Memory: {text}"


def docker() -> str:
    """Look for an engine that answers; the class goes on without one."""
    without = "! Docker: you read the containers of module 5, but do not run them"
    if not shutil.which("docker"):
        how = (
            "sudo apt install docker.io"
            if shutil.which("apt")
            else "https://docs.docker.com/get-started/get-docker"
        )
        return f"{without}; there is no docker command; install it: {how}"
    found, wrong = ask("docker", "version", "--format", "{{.Server.Version}}", patience=20)
    if not wrong:
        return f"✓ Docker: engine {found} answers"
    if "permission denied" in wrong:
        return f"{without}; you may not use it; for your next login: sudo usermod -aG docker $USER"
    if os.environ.get("DOCKER_HOST"):
        start = "unset DOCKER_HOST"
    else:
        start = "open -a Docker" if sys.platform == "darwin" else "sudo service docker start"
    return f"{without}; its engine does not answer; mend that with: {start}"


CHECKS = {
    "python": [environment],
    "ports": [ports.prefect, ports.dask],
    "memory": [memory],
    "docker": [docker],
}


def look(wanted: list[str]) -> Iterator[str]:
    """Look at what is wanted, or at everything."""
    for check in (check for name in wanted or CHECKS for check in CHECKS[name]):
        said = check()
        yield from [said] if isinstance(said, str) else said


def main(arguments: list[str]) -> int:
    if not set(arguments) <= set(CHECKS):
        print(
            f"check: it looks at {', '.join(CHECKS)}, or without a word at all of them",
            file=sys.stderr,
        )
        return 2
    signs = []
    for line in look(arguments):
        print(line, flush=True)
        signs.append(line[0])
    problems = signs.count("✕")
    print(f"To mend: {problems}. Then: make check" if problems else "Nothing to mend.")
    return bool(problems)

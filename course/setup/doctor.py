"""Check whether this machine is ready for the class: ``make check``, or ``make check ARGS=ports``.

Prints a line for each thing: ✓ is fine, ! does not keep anybody from the class, ✕ has to be fixed.
Certificates, ports that only some modules use and the like have a line only if something is wrong.
Runs on the machine's own Python with the standard library only, and asks no other machine. Each
line ends with the command that fixes it on this system.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from course.errors import UsageError
from course.findings import Finding, Level, report
from course.paths import PYTHON_IN_VENV
from course.setup import engine, network, ports, pythons, shell
from course.setup.install import WANTED
from course.setup.products import PRODUCTS
from course.setup.shell import run_command

MEMINFO = Path("/proc/meminfo")
#: A Prefect server, a flow and a Dask cluster of two workers were measured to take 0.8 GB.
MEMORY_NEEDED_GB = 1.0


def environment() -> Iterator[Finding]:
    """Look at Python, at ``.venv`` and at its packages; stop where the rest would be guesswork."""
    yield from pythons.activated()
    product, found = PRODUCTS["venv"], pythons.this_version()
    is_there, python = product.folder.exists(), product.folder / PYTHON_IN_VENV
    if is_there:
        found, error = pythons.version_of(python)
        if error:
            yield Finding(Level.PROBLEM, ".venv", error, misled() or pythons.anew())
            return
    if not pythons.fits(found):
        remark, fix = pythons.ways_to_install()
        text = "; ".join(filter(None, [f"the course needs {WANTED}", remark]))
        where, fix = (" in .venv", pythons.anew()) if is_there else ("", fix)
        yield Finding(Level.PROBLEM, f"Python {found}{where}", text, fix)
        return
    if not is_there and find_spec("ensurepip") is None:  # Debian ships it apart from Python
        text, fix = "it cannot create virtual environments", "sudo apt install python3.11-venv"
        yield Finding(Level.PROBLEM, f"Python {found}", text, fix)
        return
    yield Finding(Level.OK, f"Python {found}")
    if not product.is_fresh():
        text = "incomplete, or older than requirements.txt" if is_there else "not installed yet"
        yield Finding(Level.PROBLEM, ".venv", text, update())
    else:
        yield from packages(python)
        yield from prefect(python)


def misled() -> str:
    """Return the command that forgets variables which stop programs of ``.venv``."""
    if lost := [found.fix for found in network.certificates({}) if not found.ok]:
        return lost[0]
    names = [name for name in ("PYTHONHOME", "PYTHONPATH") if os.environ.get(name)]
    return shell.unset(*names) if names else ""


def update() -> str:
    """Return the command that completes ``.venv``, by its own Python if only that one will do."""
    if pythons.fits(pythons.this_version()):
        return shell.course("install")
    return f"{shell.in_venv('python')} -m course install"


def complete() -> str:
    """Return the command that installs again what ``.venv`` should hold."""
    return shell.then(shell.remove(".venv/ready"), update())


def judged(subject: str, text: str, problem: str, fix: str = "") -> Finding:
    """Return a problem with what fixes it; if there is none, that all is well."""
    if problem:
        return Finding(Level.PROBLEM, subject, problem, fix)
    return Finding(Level.OK, subject, text)


def packages(python: Path) -> Iterator[Finding]:
    """Compare the packages of ``.venv`` with the lock."""
    output, error = run_command(python, "-m", "course.setup.packages")
    first, more = output.splitlines()[:3], len(output.splitlines()) - 3
    wrong = error or ", ".join([*first, f"{more} more"] if more > 0 else first)
    yield judged("Packages", "match requirements.txt", wrong, misled() or complete())


def prefect(python: Path) -> Iterator[Finding]:
    """Import Prefect's server, and look at the home and the settings that it finds."""
    output, error = run_command(python, "-m", "course.setup.prefect_home")
    if error:
        fix = misled() or complete()
        yield Finding(Level.PROBLEM, "Prefect's server", error, fix)
    else:
        for level, *rest in json.loads(output.splitlines()[-1]):
            yield Finding(Level(level), *rest)


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


CHECKS = {
    "python": environment,
    "network": network.network,
    "ports": ports.all_ports,
    "memory": memory,
    "docker": engine.containers,
}


def main(arguments: list[str]) -> int:
    """Look at the named parts, or at all of them, and return 1 if something has to be fixed."""
    if not set(arguments) <= set(CHECKS):
        raise UsageError(f"choose from {', '.join(CHECKS)}; without a name, everything is checked")
    levels: Counter[Level] = Counter()

    def findings() -> Iterator[Finding]:
        for name in arguments or CHECKS:
            for finding in CHECKS[name]():
                levels[finding.level] += 1
                yield finding

    problems = report(findings())
    if problems:
        print(f"Problems to fix: {problems}. Then run: {shell.course('check')}")
    elif warnings := levels[Level.WARNING]:
        lines = f"{warnings} line{'s' * (warnings > 1)} with !"
        print(f"Nothing to fix. {lines}: read what that means for you.")
    else:
        print("Nothing to fix.")
    return 1 if problems else 0

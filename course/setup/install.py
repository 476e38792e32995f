"""Make .venv and install the locked requirements and the story's package into it.

Runs on the machine's own Python with the standard library only. The stamp .venv/ready is written last, so a broken
download is taken up again by the next call.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from course.paths import ROOT, VENV, python_of

PYTHON = python_of()

#: The Pythons that everything is proved on.
OLDEST, TOO_NEW, WANTED = (3, 11, 5), (3, 12), "Python 3.11.5 or a later 3.11"


def run(why: str, *command: str) -> None:
    """Run a command; when it fails, say in one line what could not be done."""
    if subprocess.run(command, cwd=ROOT).returncode:
        sys.exit(f"install: {why}; see the lines above, mend that, and run the same command again")


def uv_requirement() -> str:
    """The lock's own lines for uv, hashes and all: pip of an older Python cannot read the whole lock."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("uv=="))
    end = next(
        (n for n in range(start + 1, len(lines)) if not lines[n].startswith("    --hash")),
        len(lines),
    )
    return "\n".join(lines[start:end]) + "\n"


def main(arguments: list[str]) -> int:
    found = ".".join(map(str, sys.version_info[:3]))
    if not OLDEST <= tuple(sys.version_info) < TOO_NEW:
        sys.exit(f"install: the course needs {WANTED}, this is {found}; "
                 "install one, then: make PYTHON=/path/to/python3.11 serve")  # fmt: skip
    if not PYTHON.exists():
        if find_spec("ensurepip") is None:  # Debian ships it apart from Python
            sys.exit(
                "install: this Python cannot make virtual environments; apt install python3.11-venv"
            )
        run(f"could not make {VENV.name}", sys.executable, "-m", "venv", str(VENV))
    print("Installing the course (a minute or two on slow Wi-Fi) ...", flush=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write(uv_requirement())
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    try:
        run("pip could not install uv", *pip, "-r", file.name)
    finally:
        os.unlink(file.name)
    uv = [str(PYTHON), "-m", "uv", "pip"]
    run(
        "the requirements could not be installed",
        *uv,
        "sync",
        "--quiet",
        "--python",
        str(PYTHON),
        "--require-hashes",
        "--compile-bytecode",  # else the first flow in class waits for it, or, where it may not be written, each one
        "requirements.txt",
    )
    run("the story's package could not be installed", *uv, "install", "--python", str(PYTHON), "--quiet",
        "--no-deps", "--no-build-isolation", "--editable", "snippets/pricewatch")  # fmt: skip
    dask = (
        VENV / "etc/dask/quiet.yaml"
    )  # where Dask looks for settings: its workers' comings and goings fill a screen
    dask.parent.mkdir(parents=True, exist_ok=True)
    dask.write_text("logging: {distributed: warning}\n", "utf-8")
    packages = next(VENV.glob("lib*/**/site-packages"), None)
    Path(packages, "course.pth").write_text(f"{ROOT}\n", "utf-8")
    return 0

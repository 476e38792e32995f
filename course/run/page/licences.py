"""The licences of all that the Run buttons load, in one text; what has none is an error."""

import re
import zipfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

FILE = re.compile(r"(?i)licen[cs]e|copying|notice")
HERE = Path(__file__).resolve().parent
TOOLS = re.compile(r"/(esbuild|@esbuild|@types|ws)(/|$)")  #: they build, and are not shipped


def of_npm(modules: Path) -> list[str]:
    """Return the licences of npm's packages, but for the tools that only build."""
    found = sorted({*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")})
    shipped = [
        package.parent
        for package in found
        if not TOOLS.search(f"/{package.parent.relative_to(modules)}")
    ]
    texts = []
    for folder in shipped:
        ours = (
            HERE / f"licence_texts/{folder.name}.txt"
        )  # of the two whose packages have none in them
        files = [ours] if ours.exists() else folder.glob("LICEN[CS]E*")
        texts.append(licence(folder.relative_to(modules).as_posix(), files))
    return texts


def of_python(names: Iterable[str]) -> list[str]:
    """Return the licences of Python's packages, as they are installed."""
    texts = []
    for name in sorted(set(names)):
        files = [file.locate() for file in metadata.files(name) if FILE.search(file.name)]
        texts.append(licence(f"{name} {metadata.version(name)}", files))
    return texts


def of_wheels(folder: Path) -> list[str]:
    """Return the licences of the wheels that are not in .venv."""
    texts = []
    for path in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(path) as wheel:
            files = [
                zipfile.Path(wheel, name)
                for name in wheel.namelist()
                if FILE.search(name.rpartition("/")[2])
            ]
            texts.append(licence(" ".join(path.name.split("-")[:2]), files))
    return texts


def licence(name: str, files: Iterable[Path]) -> str:
    """Return a package's licence below its name.

    Raises:
        SystemExit: If it has none.
    """
    texts = [file.read_text("utf-8") for file in files]
    if not texts:
        raise SystemExit(
            f"run: {name} has no licence in its package; put its text into course/run/page/licence_texts/"
        )
    return f"{name}\n{'=' * len(name)}\n\n" + "\n".join(texts)

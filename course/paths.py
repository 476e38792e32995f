"""Where things lie in this checkout, and which Python each environment has."""

from __future__ import annotations

import os
import sys
from pathlib import Path

#: The repository. Not resolved: a checkout made of links is a checkout of its own.
ROOT = Path(__file__).absolute().parent.parent
DOCS, SLIDES, SNIPPETS = ROOT / "docs", ROOT / "slides", ROOT / "snippets"
DEMO = SNIPPETS / "pipeline/demo"  #: module 7's pipeline
PACKAGE = SNIPPETS / "pricewatch"  #: the story's package
CACHE = ROOT / ".cache"  #: what was built, and can be built again
PAGE_BUNDLE = CACHE / "run"  #: what the Run buttons load
THEME = ROOT / "course/site/theme"
REQUIREMENTS = ROOT / "requirements.txt"
#: Where an environment has its Python, and its programs.
PYTHON_IN_VENV = "Scripts/python.exe" if os.name == "nt" else "bin/python"
VENV = ROOT / ".venv"


def environment(name: str = "") -> Path:
    """Return the folder of an environment: ``.venv``, or ``.venv-dbt`` for ``dbt``."""
    return ROOT / f".venv-{name}" if name else VENV


def python_of(name: str = "") -> Path:
    """Return the Python of an environment; without a name, of ``.venv``."""
    return environment(name) / PYTHON_IN_VENV


def program(name: str) -> Path:
    """Return a program of the environment that runs now, such as ``prefect``."""
    return Path(sys.executable).with_name(f"{name}.exe" if os.name == "nt" else name)


def write_whole(path: Path, text: str) -> None:
    """Write a file that other processes may write or read at the same time, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(text, "utf-8")
    part.replace(path)

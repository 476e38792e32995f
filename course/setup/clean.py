"""Remove what was built and what the pages' commands leave behind; keep `.venv` and exercises."""

from __future__ import annotations

import shutil
from pathlib import Path

from course.paths import ROOT

BUILT = ("site", ".cache", ".pytest_cache", ".coverage*")
#: What the commands that the pages show leave in the checkout.
TYPED = ("dist", "index", "index.log", "friday", "clean", "other", "changed", "layers", "leaky")
TYPED += ("run.log", "prices")


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def main(arguments: list[str]) -> int:
    """Remove them all."""
    for path in (path for glob in BUILT + TYPED for path in ROOT.glob(glob)):
        remove(path)
    return 0

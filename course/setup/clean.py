"""Remove what was built, and what commands of the pages leave; not `.venv`, not exercises."""

import shutil

from course.paths import ROOT

BUILT = ("site", ".cache", ".pytest_cache", ".coverage*")
#: What somebody has in the checkout who types what the pages show.
TYPED = ("dist", "index", "index.log", "friday", "clean", "other", "changed", "layers", "leaky")
TYPED += ("run.log", "prices")


def main(arguments: list[str]) -> int:
    """Remove them all."""
    for path in (path for glob in BUILT + TYPED for path in ROOT.glob(glob)):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return 0

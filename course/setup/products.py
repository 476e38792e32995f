"""Build what commands need beyond this checkout: environments, and what the Run buttons load.

A product is fresh as long as the files that it is made from have the content that they had when it
was made: its stamp, the file ``ready``, holds a hash of them. The stamp is written last, so the
next command makes a product whose making was interrupted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from course.errors import UsageError
from course.paths import PAGE_BUNDLE, PYTHON_IN_VENV, ROOT, environment, python_of
from course.setup import SetupError, shell
from course.setup.install import CONTENTS, lock


@dataclass(frozen=True)
class Product:
    """Something that is made once, and again when a file that it is made from changes."""

    folder: Path
    contains: str  #: a path in the folder that has to exist
    maker: str  #: the module whose ``main(arguments)`` makes it
    arguments: tuple[str, ...] = ()
    made_from: tuple[str, ...] = ()  #: globs below the root; if empty, the maker's ``made_from()``
    needs: tuple[str, ...] = ()  #: the products that are made before
    holds_path: bool = False  #: whether it names its own place, and so cannot be moved

    @property
    def stamp(self) -> Path:
        """The file that holds the hash of what this product was made from."""
        return self.folder / "ready"

    def key(self) -> str:
        """Return a hash of all that this product is made from."""
        globs = self.made_from or import_module(self.maker).made_from()
        whole = hashlib.sha256(str(self.folder.resolve() if self.holds_path else "").encode())
        for path in sorted({path for glob in globs for path in ROOT.glob(glob)}):
            whole.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
            whole.update(hashlib.sha256(path.read_bytes()).digest())
        return whole.hexdigest()

    def is_fresh(self) -> bool:
        """Return whether it is there, made from the files as they are."""
        is_there = self.stamp.exists() and (self.folder / self.contains).exists()
        return is_there and self.stamp.read_text("utf-8").strip() == self.key()

    def make(self) -> None:
        """Make it, and stamp it with what it was made from."""
        key = self.key()
        self.stamp.unlink(missing_ok=True)
        import_module(self.maker).main([*self.arguments])
        self.stamp.write_text(f"{key}\n", "utf-8")


def _environment(name: str, *also: str) -> Product:
    """Describe an environment; all but ``.venv`` need that one, whose uv installs them."""
    made_from = (lock(name).relative_to(ROOT).as_posix(), "course/setup/install.py", *also)
    needs, maker = ("venv",) if name else (), "course.setup.install"
    place = environment(name)
    return Product(place, PYTHON_IN_VENV, maker, (name,), made_from, needs, name != "node")


PRODUCTS = {
    "venv": _environment("", "snippets/pricewatch/pyproject.toml"),
    **{name: _environment(name) for name in CONTENTS if name},
    "page": Product(PAGE_BUNDLE, "built", "course.run.page.build", needs=("venv", "node")),
}


def make(*names: str) -> None:
    """Make each product that is not fresh, and before it those that it needs."""
    for name in names:
        make(*PRODUCTS[name].needs)
        if not PRODUCTS[name].is_fresh():
            PRODUCTS[name].make()


def existing_python(name: str) -> Path:
    """Return the Python of an environment; if it is not there, raise how to install it."""
    python = python_of(name)
    if not python.exists():
        how = shell.posix_or_windows(
            f"make install ARGS={name}", f"python -m course install {name}"
        )
        raise SetupError(f".venv-{name} is not installed; run: {how}")
    return python


def main(arguments: list[str]) -> int:
    """Make the products that are named."""
    if unknown := set(arguments) - set(PRODUCTS):
        raise UsageError(
            f"{unknown.pop()!r} cannot be installed; choose from {', '.join(PRODUCTS)}"
        )
    make(*arguments)
    return 0

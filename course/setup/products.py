"""What commands need besides this checkout: environments, and what the Run buttons load.

A product is fresh as long as the files that it is made from say the same as when it was made: the
stamp in it, ``ready``, holds a hash of them. The stamp is written last, so a broken download is
taken up again by the next command.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from course.errors import CourseError, UsageError
from course.paths import PAGE_BUNDLE, ROOT, VENV, environment, python_of


class ProductError(CourseError):
    """A product that could not be made."""


@dataclass(frozen=True)
class Product:
    """Something that is made once, and again when a file that it is made from changes.

    Attributes:
        folder: Where it lies.
        made_from: Globs below the repository's root.
        maker: The module whose ``main(arguments)`` makes it.
        arguments: What the maker is given.
        needs: The products that are made before; the maker runs in the first one's Python.
    """

    folder: Path
    made_from: tuple[str, ...]
    maker: str
    arguments: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def stamp(self) -> Path:
        """The file that says what this product was made from."""
        return self.folder / "ready"

    def key(self) -> str:
        """Return a hash of all that this product is made from."""
        whole = hashlib.sha256()
        for path in sorted({path for glob in self.made_from for path in ROOT.glob(glob)}):
            whole.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
            whole.update(hashlib.sha256(path.read_bytes()).digest())
        return whole.hexdigest()

    def is_fresh(self) -> bool:
        """Return whether it was made from the files as they are."""
        return self.stamp.exists() and self.stamp.read_text("utf-8").strip() == self.key()

    def mark(self) -> None:
        """Write the stamp: it is made."""
        self.stamp.write_text(f"{self.key()}\n", "utf-8")


def _beside(name: str, lock: str) -> Product:
    made_from = (lock, "course/setup/environments.py")
    return Product(environment(name), made_from, "course.setup.environments", (name,), ("venv",))


PRODUCTS = {
    "venv": Product(
        VENV,
        ("requirements.txt", "snippets/pricewatch/pyproject.toml", "course/setup/install.py"),
        "course.setup.install",
    ),
    "airbyte": _beside("airbyte", "snippets/pipeline/demo/airbyte.txt"),
    "dbt": _beside("dbt", "snippets/pipeline/demo/dbt.txt"),
    "snowflake": _beside("snowflake", "snippets/pipeline/demo/snowflake.txt"),
    "node": _beside("node", "course/run/page/node.txt"),
    "page": Product(
        PAGE_BUNDLE,
        ("requirements.txt", "course/__init__.py", "course/findings.py")
        + ("course/exercises/__init__.py", "course/exercises/checks.py", "course/run/page/*.py")
        + ("course/run/page/*.mjs", "course/run/page/package*.json", "course/run/page/topics.toml")
        + ("course/run/page/node.txt", "course/run/page/licence_texts/*")
        + ("course/run/page/python/*.py", "snippets/pricewatch/src/*/*.py"),
        "course.run.page.build",
        (),
        ("venv", "node"),
    ),
}


def make(*names: str) -> None:
    """Make each product that is not fresh, and before it those that it needs.

    Raises:
        ProductError: If a maker fails; it has printed why.
    """
    for name in names:
        product = PRODUCTS[name]
        make(*product.needs)
        if product.is_fresh():
            continue
        product.stamp.unlink(missing_ok=True)
        python = python_of() if product.needs else Path(sys.executable)
        command = [python, "-m", "course", "make-product", name]
        if subprocess.run([str(part) for part in command], cwd=ROOT).returncode:
            raise ProductError(f"{product.folder.relative_to(ROOT)} was not made; see above")
        product.mark()


def main(arguments: list[str]) -> int:
    """Make the products that are named; with ``--now``, one of them in this very process."""
    now = arguments[:1] == ["--now"]
    names = arguments[now:]
    if unknown := set(names) - set(PRODUCTS):
        raise UsageError(f"{unknown.pop()!r} is none of {', '.join(PRODUCTS)}")
    if now:
        product = PRODUCTS[names[0]]
        import_module(product.maker).main([*product.arguments])
    else:
        make(*names)
    return 0

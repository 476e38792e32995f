"""What a command needs is made once, and again only when a file that it is made from changes."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from course.errors import CourseError
from course.paths import ROOT
from course.run.page import build
from course.setup import products
from course.setup.products import PRODUCTS, Product

INSTALL, DEMO, PAGE = "course/setup/install.py", "snippets/pipeline/demo", "course/run/page"
SHOP = "snippets/pricewatch/src/pricewatch/shop.py"
DEPENDS_ON = {
    "venv": ("requirements.txt", "snippets/pricewatch/pyproject.toml", INSTALL),
    **{name: (f"{DEMO}/{name}.txt", INSTALL) for name in ("airbyte", "dbt", "snowflake")},
    "node": (f"{PAGE}/node.txt", INSTALL),
    "page": (
        *("requirements.txt", "course/exercises/checks.py", SHOP),
        *(f"{PAGE}/{name}" for name in ("build.py", "archive.mjs", "package.json")),
        f"{PAGE}/python/topics.toml",
    ),
}
IGNORES = {
    "venv": ("requirements.in", "course/setup/doctor.py", SHOP),
    "dbt": ("requirements.txt", f"{DEMO}/dbt.in", f"{DEMO}/airbyte.txt", f"{DEMO}/flow.py"),
    "page": (f"{PAGE}/where.json", INSTALL, "course/exercises/command.py"),
}
EDITS = [
    (name, path, table is DEPENDS_ON)
    for table in (DEPENDS_ON, IGNORES)
    for name, paths in table.items()
    for path in paths
]


def made(product: Product, folder: Path) -> Product:
    """Return a product as it is after it was made in a folder."""
    product = replace(product, folder=folder)
    (folder / product.contains).mkdir(parents=True)
    product.stamp.write_text(product.key())
    return product


@pytest.mark.parametrize(("name", "path", "depends"), EDITS)
def test_an_edited_file_makes_what_depends_on_it(name, path, depends, tmp_path, monkeypatch):
    """A product is stale if a file that it depends on was edited, or its content is gone."""
    monkeypatch.setattr(products, "ROOT", tmp_path)
    copy = tmp_path / path
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / path, copy)
    product = made(PRODUCTS[name], tmp_path / "product")
    copy.write_text(f"{copy.read_text('utf-8')}\n", "utf-8")
    assert product.is_fresh() is not depends
    product.stamp.write_text(product.key())
    assert product.is_fresh()
    (product.folder / product.contains).rmdir()  # as an upgrade of the system removes a Python
    assert not product.is_fresh()


@pytest.mark.parametrize("name", PRODUCTS)
def test_each_dependency_exists(name):
    """No list of dependencies names a file that has been moved or renamed."""
    globs = PRODUCTS[name].made_from or build.made_from()
    assert [glob for glob in globs if not any(ROOT.glob(glob))] == []


def test_products_are_made_once_and_in_order(tmp_path, monkeypatch):
    """What a product needs is made before it; what is fresh is not made again, what failed is."""
    made = []

    def make(arguments):
        made.extend(arguments)
        if (tmp_path / "broken").exists():
            raise CourseError("broken")
        (tmp_path / arguments[0] / "content").mkdir(parents=True)

    monkeypatch.setitem(sys.modules, "a_maker", SimpleNamespace(main=make))
    for name, needs in {"one": (), "two": ("one",)}.items():
        product = Product(tmp_path / name, "content", "a_maker", (name,), ("Makefile",), needs)
        monkeypatch.setitem(PRODUCTS, name, product)
    (tmp_path / "broken").touch()
    with pytest.raises(CourseError, match=r"^broken$"):
        products.make("two")
    assert made == ["one"] and not PRODUCTS["one"].is_fresh()
    (tmp_path / "broken").unlink()
    products.make("two")
    products.make("two", "one")
    assert made == ["one", "one", "two"]

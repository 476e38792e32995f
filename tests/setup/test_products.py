"""What a command needs is made once, and again only when a file that it is made from changes."""

import shutil
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from course.errors import CourseError, UsageError
from course.paths import ROOT
from course.run.page import build
from course.setup import products
from course.setup.products import PRODUCTS, Product

DEPENDS = [
    *[("venv", name) for name in ("requirements.txt", "snippets/pricewatch/pyproject.toml")],
    *[
        (name, "course/setup/install.py")
        for name in ("venv", "airbyte", "dbt", "snowflake", "node")
    ],
    *[(name, f"snippets/pipeline/demo/{name}.txt") for name in ("airbyte", "dbt", "snowflake")],
    ("node", "course/run/page/node.txt"),
    *[("page", f"course/run/page/{name}") for name in ("build.py", "topics.toml", "compile.py")],
    *[("page", f"course/run/page/{name}") for name in ("package-lock.json", "archive.mjs")],
    ("page", "course/exercises/checks.py"),
    ("page", "snippets/pricewatch/src/pricewatch/shop.py"),
    ("page", "requirements.txt"),
]
DOES_NOT = [
    *[(name, "course/setup/doctor.py") for name in ("venv", "dbt", "page")],
    *[("venv", name) for name in ("requirements.in", "snippets/pricewatch/src/pricewatch/shop.py")],
    *[("dbt", name) for name in ("requirements.txt", "snippets/pipeline/demo/dbt.in")],
    *[("dbt", f"snippets/pipeline/demo/{name}") for name in ("airbyte.txt", "flow.py")],
    ("page", "course/run/page/where.json"),  # make update writes it
    *[("page", name) for name in ("course/exercises/command.py", "course/site/run_buttons.py")],
]


def made(product: Product, folder, monkeypatch) -> Product:
    """Return a product as it is after it was made in a copy of the files that it is made from."""
    globs = product.made_from or build.made_from()
    for path in {path for glob in globs for path in ROOT.glob(glob)}:
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    monkeypatch.setattr(products, "ROOT", folder)
    product = replace(product, folder=folder / "product")
    (product.folder / product.contains).mkdir(parents=True)
    product.stamp.write_text(product.key())
    assert product.is_fresh()
    return product


@pytest.mark.parametrize(("name", "path", "depends"), [
    *[(*each, True) for each in DEPENDS], *[(*each, False) for each in DOES_NOT],
])  # fmt: skip
def test_an_edited_file_makes_what_depends_on_it(name, path, depends, tmp_path, monkeypatch):
    """An edited file makes a product stale if it depends on the file, and only then."""
    product = made(PRODUCTS[name], tmp_path, monkeypatch)
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / path, tmp_path / path)
    with (tmp_path / path).open("a") as file:
        file.write("\n")
    assert product.is_fresh() is not depends


@pytest.mark.parametrize("name", PRODUCTS)
def test_each_dependency_exists(name):
    """No list of dependencies names a file that has been moved or renamed."""
    globs = PRODUCTS[name].made_from or build.made_from()
    assert [glob for glob in globs if not any(ROOT.glob(glob))] == []


def test_a_product_whose_content_is_gone_is_stale(tmp_path, monkeypatch):
    """A stamp without a Python, as after an upgrade of the system, is not enough."""
    product = made(PRODUCTS["venv"], tmp_path, monkeypatch)
    (product.folder / product.contains).rmdir()
    assert not product.is_fresh()


@pytest.fixture
def chain(tmp_path, monkeypatch):
    """Two products, of which the second needs the first; and what has been made."""
    calls = []

    def make(arguments):
        calls.extend(arguments)
        if (tmp_path / "broken").exists():
            raise CourseError("broken")
        (tmp_path / arguments[0] / "content").mkdir(parents=True)

    monkeypatch.setitem(sys.modules, "a_maker", SimpleNamespace(main=make))
    for name, needs in {"one": (), "two": ("one",)}.items():
        product = Product(tmp_path / name, "content", "a_maker", (name,), ("Makefile",), needs)
        monkeypatch.setitem(PRODUCTS, name, product)
    return calls


def test_products_are_made_once_and_in_order(chain):
    """What a product needs is made before it; what is fresh is not made again."""
    products.make("two")
    products.make("two", "one")
    assert chain == ["one", "two"]


def test_a_product_that_failed_is_not_fresh(chain, tmp_path):
    """A maker's error reaches the command, and the product is made by the next one."""
    (tmp_path / "broken").touch()
    with pytest.raises(CourseError, match=r"^broken$"):
        products.make("two")
    assert chain == ["one"] and not PRODUCTS["one"].is_fresh()
    (tmp_path / "broken").unlink()
    products.make("two")
    assert chain == ["one", "one", "two"]


def test_a_product_that_there_is_not():
    """`make install ARGS=spark` names what can be installed."""
    with pytest.raises(UsageError, match=r"^there is no 'spark' to install, only venv, airbyte, "):
        products.main(["spark"])

"""What tests share besides servers and browsers: one build of the site, and a shop in each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from filelock import FileLock

from tests.support.home import HOME, ROOT

PLUGINS = ("servers", "schedule", "measuring", "browsers", "engines")
pytest_plugins = [f"tests.support.{name}" for name in PLUGINS]


@pytest.fixture(autouse=True)
def new_shop() -> None:
    """Open the shop anew for each test, whatever was asked before."""
    from pricewatch import shop_here

    shop_here.cache_clear()


@pytest.fixture
def shop_url() -> Iterator[str]:
    """The address of a shop of this test, over real HTTP."""
    from pricewatch import Shop
    from pricewatch.server import serving

    with serving(Shop()) as url:
        yield url


@pytest.fixture(scope="session")
def site(testrun_uid: str) -> Path:
    """The folder of the built site; xdist's workers share one build."""
    out = HOME / f"site-{testrun_uid}"
    with FileLock(f"{out}.lock"):
        if not out.exists():
            build_site(out)
    return out


def build_site(out: Path) -> None:
    """Build the site as strictly as possible; what MkDocs complains of is the failure's message."""
    import logging

    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    complaints = []
    listener = logging.Handler(logging.WARNING)
    listener.emit = lambda record: complaints.append(record.getMessage())
    logging.getLogger("mkdocs").addHandler(listener)
    try:
        build(load_config(str(ROOT / "mkdocs.yml"), strict=True, site_dir=str(out)))
    except Exception as error:
        shutil.rmtree(out, ignore_errors=True)
        pytest.fail("\n".join([*complaints, str(error)]), pytrace=False)
    finally:
        logging.getLogger("mkdocs").removeHandler(listener)


@pytest.fixture(scope="session")
def pages(site: Path) -> list[tuple[str, BeautifulSoup]]:
    """The site's pages and decks as (address, parsed HTML)."""
    return [
        (str(path.relative_to(site)), BeautifulSoup(path.read_text("utf-8"), "html.parser"))
        for path in sorted(site.rglob("*.html"))
    ]

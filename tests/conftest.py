"""What the tests share besides servers, browsers and workers: one build of the site, and a shop that is always new."""

import shutil
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support.home import HOME, ROOT

pytest_plugins = [f"tests.support.{name}" for name in ("servers", "sharing", "browsers", "engines")]


@pytest.fixture(autouse=True)
def new_shop():
    """Each test finds the shop as it is on opening day, whatever was asked before."""
    from pricewatch import shop_here

    shop_here.cache_clear()


@pytest.fixture
def shop_url():
    """The address of a shop of its own, over real HTTP."""
    from pricewatch import Shop
    from pricewatch.server import serving

    with serving(Shop()) as url:
        yield url


@pytest.fixture(scope="session")
def site(testrun_uid):
    """The folder of the built site; xdist's workers share one build."""
    out = HOME / f"site-{testrun_uid}"
    with FileLock(f"{out}.lock"):
        if not out.exists():
            build_site(out)
    return out


def build_site(out: Path) -> None:
    """Build the site as strictly as it can be; a complaint of mkdocs is the failure's message."""
    import logging

    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    said = []
    listener = logging.Handler(logging.WARNING)
    listener.emit = lambda record: said.append(record.getMessage())
    logging.getLogger("mkdocs").addHandler(listener)
    try:
        build(load_config(str(ROOT / "mkdocs.yml"), strict=True, site_dir=str(out)))
    except Exception as error:
        shutil.rmtree(out, ignore_errors=True)
        pytest.fail("\n".join([*said, str(error)]), pytrace=False)
    finally:
        logging.getLogger("mkdocs").removeHandler(listener)


@pytest.fixture(scope="session")
def warm_python(request, prefect_server):
    """`python ARGUMENTS` within milliseconds, its libraries being in memory: see warm.py."""
    from tests.support import warm

    if not warm.is_up(HOME):
        request.getfixturevalue(
            "site"
        )  # it builds one, too, for which the notebooks must have been run
        warm.start(HOME, prefect_server)
    return partial(warm.run, HOME)


@pytest.fixture(scope="session")
def pages(site):
    """The site's pages and decks as (address, parsed HTML)."""
    from tests.support.parsing import parse

    return [
        (str(path.relative_to(site)), parse(path.read_text("utf-8")))
        for path in sorted(site.rglob("*.html"))
    ]

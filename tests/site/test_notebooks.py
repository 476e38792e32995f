"""Notebooks have really been run: what each cell printed is what its snippet claims, and what the page shows."""

import json
import re

import pytest

from course.site import notebooks
from course.site.blocks import section
from tests.support.home import ROOT

CLAIM = re.compile(r"^ *#> ?(.*)$", re.M)
each_notebook = pytest.mark.parametrize(
    "slug", [source.parent.name for source in notebooks.sources()]
)


def outputs(cell) -> list[dict]:
    return cell["outputs"] if cell["cell_type"] == "code" else []


@pytest.fixture
def cells(site, slug):
    """The cells of the notebook that readers download."""
    return json.loads((site / slug / "notebook/notebook.ipynb").read_text("utf-8"))["cells"]


@each_notebook
def test_cells_print_what_their_snippets_claim(cells, slug):
    """Every code cell has run and has printed its snippet's `#>` lines: no more, no less, no error."""
    told = notebooks.INCLUDE.finditer((ROOT / f"snippets/{slug}/notebook.py").read_text("utf-8"))
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    for cell, include in zip(code, told, strict=True):
        text = "\n".join(section(include["path"], include["section"], slug))
        assert {output.get("name") for output in outputs(cell)} <= {"stdout"}, include["path"]
        printed = "".join(line for output in outputs(cell) for line in output["text"])
        assert sorted(printed.splitlines()) == sorted(CLAIM.findall(text)), include["path"]


@each_notebook
def test_page_shows_the_outputs(pages, cells, slug):
    """The page shows what the notebook holds, and offers it for download."""
    html = dict(pages)[f"{slug}/notebook/index.html"]
    shown = [block.get_text() for block in html.select("pre.result")]
    held = ["".join(output["text"]).rstrip() for cell in cells for output in outputs(cell)]
    assert shown == held != []
    assert html.select_one("a[download][href='notebook.ipynb']")


@each_notebook
def test_page_is_slim(site, pages, slug):
    """The page brings no style sheet or script of its own: it is as small as the others."""
    html = dict(pages)[f"{slug}/notebook/index.html"]
    assert html.select("article style, article script, article [class^=jp-]") == []
    assert len(str(html.article)) < 60_000

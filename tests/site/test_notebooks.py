"""Notebooks have really been run: cells printed what their snippets claim, and pages show it."""

import json

import pytest

from course import snippets
from course.site import notebooks
from course.site.errors import SiteError

each_notebook = pytest.mark.parametrize("slug", snippets.notebooks())


def printed(cell) -> list[str]:
    """The lines that a cell has printed."""
    outputs = cell["outputs"] if cell["cell_type"] == "code" else []
    assert {output.get("name") for output in outputs} <= {"stdout"}, cell["metadata"]["snippet"]
    return "".join(line for output in outputs for line in output["text"]).splitlines()


@pytest.fixture
def cells(site, slug):
    """The cells of the notebook that readers download."""
    return json.loads((site / slug / "notebook/notebook.ipynb").read_text("utf-8"))["cells"]


@each_notebook
def test_cells_print_what_their_snippets_claim(cells, slug):
    """Every code cell has run and has printed its snippet's `#>` lines and no others."""
    source = snippets.notebooks()[slug].read_text("utf-8")
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    for cell, include in zip(code, snippets.INCLUDE.finditer(source), strict=True):
        lines = snippets.section(include["name"], include["section"]).lines
        claims = snippets.claims("\n".join(lines))
        assert sorted(printed(cell)) == sorted(claims), include["name"]


@each_notebook
def test_page_shows_the_outputs(pages, cells, slug):
    """The page shows what the notebook holds, offers it for download, and is as small as others."""
    html = dict(pages)[f"{slug}/notebook/index.html"]
    shown = [line for block in html.select("pre.result") for line in block.get_text().splitlines()]
    assert shown == [line for cell in cells for line in printed(cell)] != []
    assert html.select_one("a[download][href='notebook.ipynb']")
    assert html.select("article style, article script, article [class^=jp-]") == []
    assert len(str(html.article)) < 60_000


def test_a_cell_that_fails_stops_the_build(tmp_path, monkeypatch):
    """The message names the cell, its snippet and the error."""
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    source = tmp_path / "notebook.py"
    source.write_text('# %%\n# --8<-- "overview/checked_output.py:verdict"\n', "utf-8")
    where = r"^notebook\.py, cell 1 \(overview/checked_output\.py\): "
    with pytest.raises(SiteError, match=f"{where}NameError: name 'SNIPPETS' is not defined$"):
        notebooks.keep(source, api_url="")

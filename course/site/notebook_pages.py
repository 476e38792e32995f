"""Notebook pages in the theme's own markup; mkdocs-jupyter brings 570 kB of another theme's."""

import json
import logging
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from mkdocs.structure.pages import Page

from course.site.outline import module

for name in ("mkdocs.plugins.mkdocs_jupyter", "mkdocs.mkdocs-jupyter"):
    logging.getLogger(name).setLevel(logging.WARNING)  # they log each copy that they make


def is_notebook(page: Page) -> bool:
    """Return whether a page is made from a notebook."""
    return page.file.src_uri.endswith(".ipynb")


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Give the page its description; mkdocs-jupyter makes its content later."""
    if not is_notebook(page):
        return markdown
    number = module(page.file.src_uri).number
    text = f"Module {number} as a notebook: its main snippets as cells, run, to download."
    page.meta = {"description": text}
    return ""


def on_page_content(html: str, page: Page, **_: object) -> str:
    """Keep a notebook's texts, code and outputs, in the markup that all other pages have."""
    if not is_notebook(page):
        return html
    this = module(page.file.src_uri)
    sources = json.loads(Path(page.file.abs_src_path).read_text("utf-8"))["cells"]
    soup = BeautifulSoup(html, "html.parser")
    cells = [cell for cell in soup.select(".jp-Cell") if not cell.find_parent(class_="jp-Cell")]
    pairs = zip(cells, sources, strict=True)
    body = "\n".join(part(cell, source["metadata"]["snippet"]) for cell, source in pairs)
    top = (
        f'</h1><p class="lesson">Module {this.number} · as a notebook</p>'
        f'<p><a class="md-button" href="notebook.ipynb" download="{this.slug}.ipynb">'
        "Download the notebook</a></p>"
    )
    return body.replace("</h1>", top, 1)


def part(cell: Tag, snippet: str) -> str:
    """Return one cell as the theme would have it.

    Args:
        cell: What mkdocs-jupyter has made of it.
        snippet: The name of its snippet; empty if it is a text.

    Returns:
        The text, or code with its file's name above it and its outputs below.
    """
    if not snippet:
        text = cell.select_one(".jp-RenderedMarkdown")
        for link in text.select(".anchor-link"):
            link["class"], link["title"] = "headerlink", "Link to this section"
        return text.decode_contents()
    code = cell.select_one(".highlight-ipynb pre").decode_contents().strip()
    outputs = cell.select(".jp-OutputArea-output pre")
    results = "".join(
        f'<pre class="result">{output.decode_contents().rstrip()}</pre>' for output in outputs
    )
    return (
        '<div class="language-python highlight">'
        f'<span class="filename">{escape(snippet)}</span><pre><code>{code}</code></pre>'
        f"{results}</div>"
    )

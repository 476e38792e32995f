"""Notebook pages in the theme's own markup; mkdocs-jupyter brings 570 kB of another theme's."""

import json
import logging
from functools import cache
from html import escape

from bs4 import BeautifulSoup, Tag
from mkdocs.structure.pages import Page

from course.site.outline import module_of

for name in ("mkdocs.plugins.mkdocs_jupyter", "mkdocs.mkdocs-jupyter"):
    logging.getLogger(name).setLevel(logging.WARNING)  # they log each copy that they make


def is_notebook(page: Page) -> bool:
    """Return whether a page is made from a notebook."""
    return page.file.src_uri.endswith(".ipynb")


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Give the page its description; mkdocs-jupyter makes its content later."""
    if not is_notebook(page):
        return markdown
    title = f"Module {module_of(page).number} as a notebook"
    page.meta = {"description": f"{title}: its main snippets as cells, run, to download."}
    return ""


def on_page_content(html: str, page: Page, **_: object) -> str:
    """Keep a notebook's texts, code and outputs, in the markup that all other pages have."""
    if not is_notebook(page):
        return html
    this = module_of(page)
    top = (
        f'</h1><p class="lesson">Module {this.number} · as a notebook</p>'
        f'<p><a class="md-button" href="notebook.ipynb" download="{this.slug}.ipynb">'
        "Download the notebook</a></p>"
    )
    if "is_coming" in json.loads(page.file.content_string)["metadata"]:
        top += '<p data-coming="notebooks"><em>The cells are still being run.</em></p>'
    return converted(html, page.file.content_string).replace("</h1>", top, 1)


@cache  # most rebuilds change no notebook
def converted(html: str, notebook: str) -> str:
    """Return the cells of a notebook, made into HTML by mkdocs-jupyter, as the theme has them."""
    soup = BeautifulSoup(html, "html.parser")
    cells = [cell for cell in soup.select(".jp-Cell") if not cell.find_parent(class_="jp-Cell")]
    pairs = zip(cells, json.loads(notebook)["cells"], strict=True)
    return "\n".join(part(cell, source["metadata"]["snippet"]) for cell, source in pairs)


def part(cell: Tag, snippet: str) -> str:
    """Return one cell as the theme would have it: a text, or a snippet's code and its outputs."""
    if not snippet:
        (text,) = cell.select(".jp-RenderedMarkdown")
        for link in text.select(".anchor-link"):
            link["class"], link["title"] = "headerlink", "Link to this section"
        return text.decode_contents()
    (pre,) = cell.select(".highlight-ipynb pre")
    code = pre.decode_contents().strip()
    outputs = [pre.decode_contents() for pre in cell.select(".jp-OutputArea-output pre")]
    results = "".join(f'<pre class="result">{text.rstrip()}</pre>' for text in outputs)
    return (
        '<div class="language-python highlight">'
        f'<span class="filename">{escape(snippet)}</span><pre><code>{code}</code></pre>'
        f"{results}</div>"
    )

"""Notebook pages in the theme's own markup, where mkdocs-jupyter brings 570 kB of styles and scripts of another one."""

import json
import logging
import re
from html import escape
from pathlib import Path

from course.site.outline import module

FOREIGN = re.compile(r"<style.*?</style>|<script.*?</script>", re.S)

for name in (
    "mkdocs.plugins.mkdocs_jupyter",
    "mkdocs.mkdocs-jupyter",
):  # they tell each copy they make
    logging.getLogger(name).setLevel(logging.WARNING)


def is_notebook(page) -> bool:
    return page.file.src_uri.endswith(".ipynb")


def on_page_markdown(markdown: str, page, **_) -> str:
    """Give the page its description; what it shows comes from mkdocs-jupyter later."""
    if not is_notebook(page):
        return markdown
    this = module(page.file.src_uri)
    page.meta = {
        "description": f"Module {this.number} as a notebook: its main snippets as cells, run, to download."
    }
    return ""


def on_page_content(html: str, page, **_) -> str:
    """Keep a notebook's texts, code and outputs, in the markup that all other pages have."""
    if not is_notebook(page):
        return html
    from bs4 import BeautifulSoup

    this = module(page.file.src_uri)
    sources = json.loads(Path(page.file.abs_src_path).read_text("utf-8"))["cells"]
    soup = BeautifulSoup(FOREIGN.sub("", html), "html.parser")
    cells = [cell for cell in soup.select(".jp-Cell") if not cell.find_parent(class_="jp-Cell")]
    pairs = zip(cells, sources, strict=True)
    body = "\n".join(part(cell, source["metadata"]["snippet"]) for cell, source in pairs)
    download = f'<a class="md-button" href="notebook.ipynb" download="{this.slug}.ipynb">Download the notebook</a>'
    return body.replace(
        "</h1>",
        f'</h1><p class="lesson">Module {this.number} · as a notebook</p><p>{download}</p>',
        1,
    )


def part(cell, snippet: str) -> str:
    """Return one cell as the theme would have it: a text, or code with its file's name above and its outputs below."""
    if not snippet:
        text = cell.select_one(".jp-RenderedMarkdown")
        for link in text.select(".anchor-link"):
            link["class"], link["title"] = "headerlink", "Link to this section"
        return text.decode_contents()
    code = cell.select_one(".highlight-ipynb pre").decode_contents().strip()
    shown = f'<span class="filename">{escape(snippet)}</span><pre><code>{code}</code></pre>'
    outputs = [
        output.decode_contents().rstrip() for output in cell.select(".jp-OutputArea-output pre")
    ]
    results = "".join(f'<pre class="result">{output}</pre>' for output in outputs)
    return f'<div class="language-python highlight">{shown}{results}</div>'

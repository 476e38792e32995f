"""Search, the build's part: write the index to a file that only the first query fetches.

Material fetches ``search/search_index.json`` and starts its worker with every page. So that file
holds an index of no pages, main.html names assets/search-worker.js as the worker, and that
starts Material's worker, with the index in ``search/pages.json``, once somebody has typed a query.
Pages stand in that index in the order of the course: where a name comes first, it is taught.

While `make serve` runs, a page that has not changed keeps its entries: parsing all pages again
takes a third of a rebuild.
"""

import json
from functools import wraps
from pathlib import Path

from material.plugins.search.plugin import SearchIndex
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from course.internals import Internal

INTERNALS = [
    Internal(
        "material.plugins.search.plugin.SearchIndex.add_entry_from_context",
        "keep the entries of a page that has not changed",
        "(self, page)",
    )
]
_parse = SearchIndex.add_entry_from_context
_entries: dict[str, tuple[tuple, list]] = {}  #: by address: what a page was, and its entries
_course: list[str] = []  #: the addresses of the modules' pages, in order


@wraps(_parse)  # its signature is what the contract looks at
def add_entries(self: SearchIndex, page: Page) -> None:
    """Add a page's entries to the index; parse the page only if it has changed."""
    is_now = (page.title, page.content, str(page.meta))
    known, entries = _entries.get(page.url, (None, []))
    if known == is_now:
        self.entries += entries
    else:
        before = len(self.entries)
        _parse(self, page)
        _entries[page.url] = is_now, self.entries[before:]


INTERNALS[0].replace(add_entries)


def on_nav(nav: Navigation, **_: object) -> None:
    """Remember the order of the course; home and glossary, which are in no module, come after."""
    _course[:] = [page.url for page in nav.pages if page.parent]


def on_post_build(config: MkDocsConfig) -> None:
    """Write the index to where search-worker.js looks for it, and leave an empty one."""
    index = Path(config.site_dir, "search/search_index.json")
    content = json.loads(index.read_text("utf-8"))
    places = {url: place for place, url in enumerate(_course)}
    content["docs"].sort(key=lambda doc: places.get(doc["location"].split("#")[0], len(places)))
    index.with_name("pages.json").write_text(json.dumps(content, separators=(",", ":")), "utf-8")
    index.write_text(json.dumps({**content, "docs": []}), "utf-8")

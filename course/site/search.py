"""Search, the build's part: write the index to a file that only the first query fetches.

Material fetches ``search/search_index.json`` and starts its worker with every page. So that file
holds an index of no pages, main.html names assets/search-worker.js as the worker, and that
starts Material's worker, with the index in ``search/pages.json``, once somebody has typed a query.
"""

import json
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig


def on_post_build(config: MkDocsConfig) -> None:
    """Move the index to where search-worker.js looks for it, and leave an empty one."""
    index = Path(config.site_dir, "search/search_index.json")
    settings = json.loads(index.read_text("utf-8"))["config"]
    index.replace(index.with_name("pages.json"))
    index.write_text(json.dumps({"config": settings, "docs": []}), "utf-8")

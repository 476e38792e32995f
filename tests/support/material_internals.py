"""List what our pages and scripts rely on in Material, MkDocs and JupyterLab's template.

These are names and pieces of markup which no documentation promises. After an upgrade, a contract
test looks for each text in the installed files and says in one line which of them has moved.
"""

from importlib.metadata import distribution
from typing import NamedTuple

from course.internals import Internal


class InstalledText(NamedTuple):
    """A name in the files of another library on which our own files rely."""

    name: str
    text: str  #: how the name stands in the library's files
    reason: str
    files: str  #: a pattern for their paths, such as ``templates/base.html``
    package: str = "mkdocs-material"  #: the distribution that brings the files

    def moved(self) -> str | None:
        """Return in one line what has moved; ``None`` if a file still contains the text."""
        paths = [path for path in distribution(self.package).files or [] if path.match(self.files)]
        if any(self.text in path.read_text("utf-8") for path in paths):
            return None
        problem = f"no longer contains {self.text}" if paths else "is gone"
        return f"{self.package}'s {self.files} {problem}; it was used to: {self.reason}"


BLOCKS = {
    "extrahead": "add the stylesheets of a deck",
    "header": "put a deck where a page has its header",
    "hero": "leave it out of a deck",
    "tabs": "leave the modules' tabs out of a deck",
    "site_nav": "leave the navigation out of a deck",
    "container": "leave Material's article out of a deck",
    "footer": "leave it out of a deck",
    "config": "change Material's settings before its bundle starts",
    "scripts": "load reveal.js instead of Material's bundle",
}
#: By the file that has it: a name, how it stands there, and why the course needs it.
MATERIAL = {
    "templates/base.html": (
        ("__config", 'id="__config"', "find Material's settings on a page"),
        ("settings.base", '"base": base_url', "resolve the addresses in the settings"),
        (
            "settings.search",
            '"search": "assets/javascripts/workers/search',
            "name our worker there",
        ),
        ("charset", '<meta charset="utf-8">', "put the Content-Security-Policy behind it"),
        ("md-typeset", "md-typeset", "give a deck's text the typography of a page"),
    ),
    "templates/partials/search.html": (
        ("the search dialog", 'role="dialog"', "give the dialog a name for screen readers"),
        ("document.forms.search", 'name="search"', "find the dialog"),
    ),
    "templates/partials/header.html": (
        ("md-header", 'class="{{ class }}"', "see that a page without a network has its styles"),
    ),
    "partials/javascripts/base.html": (
        ("__md_get", "__md_get=", "read on a deck the colour scheme chosen on a page"),
    ),
    "partials/javascripts/palette.html": (
        ("__palette", '__md_get("__palette")', "know the key of the chosen colour scheme"),
        ("palette.color", "palette.color.scheme", "know where the key's value has the scheme"),
        ("data-md-color-scheme", "data-md-color-scheme", "switch between light and dark"),
    ),
    "assets/javascripts/bundle.*.min.js": (
        ("document$", "document$=", "dress the blocks of each page that is shown"),
        ("search_index.json", '"search/search_index.json"', "keep this index empty and small"),
        ("the search worker", "new Worker(", "let the bundle start our worker instead"),
        ("sitemap.xml", 'new URL("sitemap.xml"', "keep instant navigation away from decks"),
        ("md-search-result__link", "md-search-result__link", "see in a test what a search finds"),
    ),
    "assets/stylesheets/main.*.min.css": (
        ("md-button", ".md-button", "show the download of a notebook as a button"),
    ),
    "assets/javascripts/workers/search.*.min.js": (
        ("the message SETUP", "case 0:", "hand Material's worker the whole index"),
        ("the message READY", "{type:1}", "wait until Material's worker has read the index"),
        ("the message QUERY", "case 2:", "start Material's worker with the first query"),
    ),
}
#: The same, by package and file.
OTHERS = {
    ("nbconvert", "lab/base.html.j2"): (
        ("jp-Cell", 'class="jp-Cell', "find the cells of a notebook"),
        (
            "jp-RenderedMarkdown",
            'class="jp-RenderedHTMLCommon jp-RenderedMarkdown',
            "find the text of a cell",
        ),
        ("jp-OutputArea", 'class="jp-OutputArea', "find the output of a cell"),
    ),
    ("mkdocs-jupyter", "nbconvert2.py"): (
        ("highlight-ipynb", 'f"highlight-ipynb ', "find the code of a cell"),
        (
            "mkdocs.mkdocs-jupyter",
            'getLogger("mkdocs.mkdocs-jupyter")',
            "silence a line for each notebook",
        ),
    ),
    ("mkdocs-jupyter", "plugin.py"): (
        (
            "mkdocs.plugins.mkdocs_jupyter",
            'getLogger("mkdocs.plugins.mkdocs_jupyter")',
            "silence it, too",
        ),
    ),
    ("mkdocs-jupyter", "convert.py"): (
        ("anchor-link", '"class": "anchor-link"', "give a notebook's headings our link"),
    ),
    # No Material's, but a variable: its type changes with its first use, its declaration does not.
    ("dask", "dask/threaded.py"): (
        (
            "dask.threaded.default_pool",
            "default_pool: Executor | None",
            "give each tested snippet new threads, since coverage ignores older ones",
        ),
    ),
}
TEXTS = [
    *(
        InstalledText(f"block {name}", f"{{% block {name} %}}", reason, "templates/base.html")
        for name, reason in BLOCKS.items()
    ),
    *(InstalledText(*each, files) for files, rows in MATERIAL.items() for each in rows),
    *(
        InstalledText(*each, files, package)
        for (package, files), rows in OTHERS.items()
        for each in rows
    ),
]
INTERNALS = [
    Internal("pygments.token._TokenType", "type the filter that marks outputs", "class"),
    Internal("mkdocs.__main__.cli", "start `mkdocs serve` in this process", "(*args, **kwargs)"),
    Internal("mkdocs.commands.build.build", "build the site here", "(config, *, serve_url, dirty)"),
]

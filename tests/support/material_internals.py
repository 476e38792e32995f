"""List what our pages and scripts rely on in Material, MkDocs and JupyterLab's template.

These are names and pieces of markup which no documentation promises. After an upgrade, a contract
test looks for each text in the installed files and says in one line which of them has moved.
"""

from dataclasses import dataclass
from importlib.metadata import distribution

from course.internals import Internal


@dataclass(frozen=True)
class InstalledText:
    """A name in the files of another library on which our own files rely.

    Attributes:
        name: The name, as our files use it.
        text: How it stands in the library's files.
        package: The distribution that brings the files.
        files: A pattern for the paths of these files, such as ``templates/base.html``.
        reason: Why the course needs it.
    """

    name: str
    text: str
    package: str
    files: str
    reason: str

    def moved(self) -> str | None:
        """Return in one line what has moved; ``None`` if a file still contains the text."""
        paths = [path for path in distribution(self.package).files or [] if path.match(self.files)]
        if any(self.text in path.read_text("utf-8") for path in paths):
            return None
        where = f"{self.package}'s {self.files}"
        problem = f"no longer contains {self.text}" if paths else "is gone"
        return f"{where} {problem}; it was used to: {self.reason}"


def material(files: str, *entries: tuple[str, str, str]) -> list[InstalledText]:
    """Return entries of Material's files, each given as name, text and reason."""
    return [InstalledText(name, text, "mkdocs-material", files, why) for name, text, why in entries]


def block(name: str, reason: str) -> tuple[str, str, str]:
    """Return the entry of a template block."""
    return f"block {name}", f"{{% block {name} %}}", reason


TEXTS = [
    *material(
        "templates/base.html",
        block("extrahead", "add the stylesheets of a deck"),
        block("header", "put a deck where a page has its header"),
        block("hero", "leave it out of a deck"),
        block("tabs", "leave the modules' tabs out of a deck"),
        block("site_nav", "leave the navigation out of a deck"),
        block("container", "leave Material's article out of a deck"),
        block("footer", "leave it out of a deck"),
        block("config", "change Material's settings before its bundle starts"),
        ("__config", 'id="__config"', "find these settings on a page"),
        ("settings.base", '"base": base_url', "resolve the addresses in the settings"),
        (
            "settings.search",
            '"search": "assets/javascripts/workers/search',
            "name our worker there, which starts Material's with the first query",
        ),
        block("scripts", "load reveal.js instead of Material's bundle"),
        ("charset", '<meta charset="utf-8">', "put the Content-Security-Policy behind it"),
        ("md-typeset", "md-typeset", "give a deck's text the typography of a page"),
    ),
    *material(
        "templates/partials/search.html",
        ("the search dialog", 'role="dialog"', "give the dialog a name for screen readers"),
        ("document.forms.search", 'name="search"', "find the dialog"),
    ),
    *material(
        "templates/partials/header.html",
        ("md-header", 'class="{{ class }}"', "see that a page without a network has its styles"),
    ),
    *material(
        "partials/javascripts/base.html",
        ("__md_get", "__md_get=", "read on a deck the colour scheme chosen on a page"),
    ),
    *material(
        "partials/javascripts/palette.html",
        ("__palette", '__md_get("__palette")', "know the key of the chosen colour scheme"),
        ("palette.color", "palette.color.scheme", "know where the key's value has the scheme"),
        ("data-md-color-scheme", "data-md-color-scheme", "switch between light and dark"),
    ),
    *material(
        "assets/javascripts/bundle.*.min.js",
        ("document$", "document$=", "dress the blocks of each page that is shown"),
        ("search_index.json", '"search/search_index.json"', "keep this index empty and small"),
        ("the search worker", "new Worker(", "let the bundle start our worker instead"),
        ("sitemap.xml", 'new URL("sitemap.xml"', "keep instant navigation away from decks"),
        ("md-search-result__link", "md-search-result__link", "see in a test what a search finds"),
    ),
    *material(
        "assets/stylesheets/main.*.min.css",
        ("md-button", ".md-button", "show the download of a notebook as a button"),
    ),
    *material(
        "assets/javascripts/workers/search.*.min.js",
        ("the message SETUP", "case 0:", "hand Material's worker the whole index"),
        ("the message READY", "{type:1}", "wait until Material's worker has read the index"),
        ("the message QUERY", "case 2:", "start Material's worker with the first query"),
    ),
    *(
        InstalledText(name, f'class="{context}{name}', "nbconvert", "lab/base.html.j2", reason)
        for name, context, reason in (
            ("jp-Cell", "", "find the cells of a notebook"),
            ("jp-RenderedMarkdown", "jp-RenderedHTMLCommon ", "find the text of a cell"),
            ("jp-OutputArea", "", "find the output of a cell"),
        )
    ),
    InstalledText(
        "highlight-ipynb",
        'f"highlight-ipynb ',
        "mkdocs-jupyter",
        "nbconvert2.py",
        "find the code of a cell",
    ),
    InstalledText(
        "anchor-link",
        '"class": "anchor-link"',
        "mkdocs-jupyter",
        "convert.py",
        "give headings of a notebook the link that other pages have",
    ),
    *(
        InstalledText(name, f'getLogger("{name}")', "mkdocs-jupyter", files, reason)
        for name, files, reason in (
            ("mkdocs.plugins.mkdocs_jupyter", "plugin.py", "silence a line for each notebook"),
            ("mkdocs.mkdocs-jupyter", "nbconvert2.py", "silence a line for each notebook"),
        )
    ),
    # No Material's, but a variable: its type changes with its first use, its declaration does not.
    InstalledText(
        "dask.threaded.default_pool",
        "default_pool: Executor | None",
        "dask",
        "dask/threaded.py",
        "give each tested snippet new threads, since coverage ignores older ones",
    ),
]

INTERNALS = [
    Internal("pygments.token._TokenType", "type the filter that marks outputs", "class"),
    Internal("mkdocs.__main__.cli", "start `mkdocs serve` in this process", "(*args, **kwargs)"),
    Internal(
        "mkdocs.commands.build.build",
        "build the site in this process",
        "(config, *, serve_url, dirty)",
    ),
]

"""List what the course relies on, without a promise, in the files of MkDocs, Material and others.

The others are Bokeh, mkdocs-jupyter, nbconvert, Prefect, Pygments and pytest-xdist. The lists hold
names and pieces of markup, most of which no documentation promises. After an upgrade, a contract
test looks for each text in the installed files and says in one line which of them has moved.
"""

from importlib.metadata import distribution

from course.internals import Internal

#: By package and file, which may be a pattern: a text that stands there, and what it is used to do.
TEXTS = {
    ("mkdocs-material", "templates/base.html"): {
        "{% block extrahead %}": "add the stylesheets of a deck",
        "{% block header %}": "put a deck where a page has its header",
        "{% block hero %}": "leave it out of a deck",
        "{% block tabs %}": "leave the modules' tabs out of a deck",
        "{% block site_nav %}": "leave the navigation out of a deck",
        "{% block container %}": "leave Material's article out of a deck",
        "{% block footer %}": "leave it out of a deck",
        "{% block config %}": "change Material's settings before its bundle starts",
        "{% block scripts %}": "load reveal.js instead of Material's bundle",
        'id="__config"': "find Material's settings on a page",
        '"base": base_url': "resolve the addresses in the settings",
        '"search": "assets/javascripts/workers/search': "name our worker there",
        '<meta charset="utf-8">': "put the Content-Security-Policy behind it",
        "md-typeset": "give a deck's text the typography of a page",
    },
    ("mkdocs-material", "templates/partials/search.html"): {
        'role="dialog"': "give the search dialog a name for screen readers",
        'name="search"': "find the dialog: document.forms.search",
    },
    ("mkdocs-material", "templates/partials/header.html"): {
        '"md-header': "see that a page without a network has its styles",
    },
    ("mkdocs-material", "partials/javascripts/base.html"): {
        "__md_get=": "read on a deck the colour scheme chosen on a page",
    },
    ("mkdocs-material", "partials/javascripts/palette.html"): {
        '__md_get("__palette")': "know the key of the chosen colour scheme",
        "palette.color.scheme": "know where the key's value has the scheme",
        "data-md-color-scheme": "switch between light and dark",
    },
    ("mkdocs-material", "assets/javascripts/bundle.*.min.js"): {
        "document$=": "dress the blocks of each page that is shown",
        '"search/search_index.json"': "keep this index empty and small",
        "new Worker(": "let the bundle start our worker instead",
        'new URL("sitemap.xml"': "keep instant navigation away from decks",
        "md-search-result__link": "see in a test what a search finds",
        "[0].score": "show the best sections of a page, and fold the others",
    },
    ("mkdocs-material", "assets/stylesheets/main.*.min.css"): {
        ".md-button": "show the download of a notebook as a button",
    },
    ("mkdocs-material", "assets/javascripts/workers/search.*.min.js"): {
        "case 0:": "hand Material's worker the whole index in the message SETUP",
        "{type:1}": "wait until Material's worker has read the index: the message READY",
        "case 2:": "start Material's worker with the first query, the message QUERY",
        "{type:3,data:": "give what it found, the message RESULT, another order",
    },
    ("bokeh", "server/static/js/bokeh.min.js"): {
        "_all_models": "see in a page whether Dask's dashboard is drawn",
    },
    ("prefect", "runner/runner.py"): {
        "PREFECT__DEPLOYMENT_NAME": "measure a deployment's process, and no other of Prefect's",
    },
    ("pytest-xdist", "xdist/scheduler/loadscope.py"): {
        "self.workqueue": "start the longest groups first",
    },
    ("nbconvert", "lab/base.html.j2"): {
        'class="jp-Cell': "find the cells of a notebook",
        " jp-RenderedMarkdown": "find the text of a cell",
        'class="jp-OutputArea': "find the output of a cell",
    },
    ("mkdocs-jupyter", "nbconvert2.py"): {
        'f"highlight-ipynb ': "find the code of a cell",
        'getLogger("mkdocs.mkdocs-jupyter")': "silence a line for each notebook",
    },
    ("mkdocs-jupyter", "plugin.py"): {
        'getLogger("mkdocs.plugins.mkdocs_jupyter")': "silence it, too",
    },
    ("mkdocs-jupyter", "convert.py"): {
        '"class": "anchor-link"': "give a notebook's headings our link",
    },
}
INTERNALS = [
    Internal("pygments.token._TokenType", "type the filter that marks outputs", "class"),
    Internal("mkdocs.__main__.cli", "start `mkdocs serve` in this process", "(*args, **kwargs)"),
    Internal("mkdocs.commands.build.build", "build the site here", "(config, *, serve_url, dirty)"),
]


def lost(text: str, package: str, files: str, reason: str) -> str | None:
    """Return in one line what has moved; ``None`` if an installed file still contains the text."""
    paths = [path for path in distribution(package).files or [] if path.match(files)]
    if any(text in path.read_text("utf-8") for path in paths):
        return None
    problem = f"no longer contains {text}" if paths else "is gone"
    return f"{package}'s {files} {problem}; it was used to: {reason}"

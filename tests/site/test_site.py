"""The built site: links lead somewhere, no markup is left over, other hosts are not asked."""

import re
from collections import Counter
from types import SimpleNamespace
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from markdown import Markdown
from material.plugins.search.plugin import SearchIndex
from mkdocs.config import load_config

from course.paths import DOCS, ROOT
from course.site import search
from course.site.diagrams import DiagramError
from course.site.glossary import definitions
from course.site.outline import modules

#: An icon or emoji that does not exist stays as it was written: `:state-sheduled:`.
ICON = r"(?<![\w:]):[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*:(?![\w:])"
LEFT_OVER = re.compile(
    rf"--8<--|^\s*///|^\s*(?:!!!|\?\?\?)|{ICON}|\]\s?\(|`|^\s*\||\*\*|\+\+\w|\[\^\w+\]"
    r"|\{\{|\{ ?\.\w|=== \"|<!-- ",
    re.M,
)


def ids(html) -> list[str]:
    """What a link may lead to within a page."""
    return [tag["id"] for tag in html.select("[id]")]


def targets(html):
    """Each address in a page, and whether a browser fetches it by itself."""
    for tag in html.select("[href], [src], object[data]"):
        fetched = tag.name not in ("a", "area") and "canonical" not in tag.get("rel", [])
        yield tag.get("href") or tag.get("src") or tag["data"], fetched


def test_links_lead_somewhere(site, pages):
    """Each link and each loaded file is on the site, and so is its anchor; decks included."""
    anchors, broken = {address: ids(html) for address, html in pages}, []
    for address, html in pages:
        for target, fetched in targets(html):
            url = urlsplit(target)
            if url.scheme or url.netloc:
                broken += [(address, target, "another host")] if fetched else []
                continue
            if address == "404.html":
                continue  # its links start at the published site's root
            path = unquote(urlsplit(urljoin(f"http://site/{address}", target)).path).lstrip("/")
            path = path if (site / path).is_file() else f"{path.rstrip('/')}/index.html".lstrip("/")
            anchor = unquote(url.fragment)
            if not (site / path).is_file():
                broken.append((address, target, "no such file"))
            elif anchor and anchor not in anchors.get(path, [anchor]):
                broken.append((address, target, "no such anchor"))
    assert broken == []


def test_no_markup_is_left_over(pages):
    """What a reader sees is text, not the Markdown that failed to become it."""
    hidden = ["pre", "code", "script", "style"]
    for address, html in pages:
        texts = [text for text in html.find_all(string=True) if not text.find_parent(hidden)]
        assert not LEFT_OVER.findall("".join(texts)), address


def test_pages_have_what_a_page_needs(pages):
    """One main heading, a title, a description; words for each picture; no id twice."""
    for address, html in pages:
        if address == "404.html":
            continue
        assert len(html.select("h1")) == 1, address
        assert html.title.get_text(strip=True), address
        assert html.select_one("meta[name=description]")["content"], address
        # Decoration says that it is: an empty alternative text alone may be one that was forgotten.
        pictures = html.select("img:not([role=presentation])")
        mute = [picture["src"] for picture in pictures if not picture.get("alt", "").strip()]
        assert mute == [], f"{address}: a picture without words"
        for svg in html.select("figure.diagram svg"):
            assert svg.title.get_text() and svg.desc.get_text(), f"{address}: a mute diagram"
        twice = [name for name, count in Counter(ids(html)).items() if count > 1]
        assert twice == [], address


@pytest.mark.parametrize("slug", [module.slug for module in modules()])
def test_diagrams(pages, slug):
    """A module shows at least two diagrams, of at most seven boxes each."""
    of_module = [html for address, html in pages if slug in address]
    drawn = [svg for html in of_module for svg in html.select("figure.diagram svg")]
    assert len({svg.title.get_text() for svg in drawn}) >= 2
    assert all(len(svg.select("g.node")) <= 7 for svg in drawn)


def test_a_diagram_that_cannot_be_drawn_stops_the_build():
    """Superfences passes the error on, which has the diagram's text."""
    config = load_config(str(ROOT / "mkdocs.yml"))
    md = Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)
    with pytest.raises(DiagramError, match=r"the diagram cannot be drawn: .*flowchrt LR"):
        md.convert("```mermaid\nflowchrt LR\naccTitle: a\naccDescr: b\n```\n")


def test_every_term_is_explained_where_it_is_used(pages):
    """Each term of the glossary stands there once, and some page explains it at its first use."""
    terms = [term.get_text() for term in dict(pages)["glossary/index.html"].select("dt")]
    assert sorted(terms) == sorted(definitions()), "a term twice, or on two lines"
    assert len(terms) > 10
    explained = [[abbr.get_text() for abbr in html.select("abbr[title]")] for _, html in pages]
    assert set(terms) == {term for page in explained for term in page}
    assert all(len(page) == len(set(page)) for page in explained), "explained twice on a page"


def test_navigation_is_the_class(pages):
    """The navigation has the modules' pages in the class's order, under the module's number."""
    config = (ROOT / "mkdocs.yml").read_text("utf-8")
    for module in modules():
        listed = re.findall(rf"^ +- ({module.slug}/.+\.md)$", config, re.M)
        assert listed == [page.relative_to(DOCS).as_posix() for page in module.pages]
        assert re.search(rf"^  - {module.number} · .+:\n +- {listed[0]}$", config, re.M)


def test_search_follows_an_edit(monkeypatch):
    """A rebuild keeps the entries of a page that is as it was, and parses an edited page anew."""
    parsed, parse = [], search._parse

    def record(index, page):
        parsed.append(page.content)
        parse(index, page)

    monkeypatch.setattr(search, "_parse", record)
    for text in ("delist", "delist", "restock"):
        page = SimpleNamespace(
            url="edited/", title="T", meta={}, toc=[], content=f"<h1>T</h1><p>{text}</p>"
        )
        index = SearchIndex()
        index.add_entry_from_context(page)
        assert [text in entry["text"] for entry in index.entries] == [True]
    assert len(parsed) == 2


def test_quizzes_explain_every_answer(pages):
    """Three questions or more, each with one right answer, backed by a snippet; all explained."""
    for where, html in pages:
        questions = html.select(".question")
        assert len(questions) == 0 or len(questions) >= 3, where
        for question in questions:
            (right,), wrong = question.select("details.success"), question.select("details.failure")
            assert len(wrong) >= 2, where
            assert right.select("pre"), f"{where}: no snippet behind {right.summary.get_text()!r}"
            for answer, word in [(right, "Right"), *((answer, "No.") for answer in wrong)]:
                said, asked = answer.summary.find_next_sibling("p"), answer.summary.get_text()
                assert said and said.get_text().startswith(word), f"{where}: {asked!r}"

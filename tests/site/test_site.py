"""The built site: links and anchors lead somewhere, no markup is left over, nothing is asked of another host."""

import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from course.site.outline import modules
from tests.support.home import ROOT

ICONS = r":(?:state|module|material|octicons)-[\w-]+:"
LEFT_OVER = re.compile(
    rf"--8<--|^\s*///|^\s*(?:!!!|\?\?\?)|{ICONS}|\]\s?\(|`|^\s*\||\*\*|\+\+\w|\[\^\w+\]|\{{\{{|\{{ ?\.\w|=== \"|<!-- ",
    re.M,
)


def ids(html) -> set[str]:
    return {tag["id"] for tag in html.select("[id]")} | {
        tag["name"] for tag in html.select("a[name]")
    }


def targets(html):
    """Each address in a page, and whether a browser fetches it by itself."""
    for tag in html.select("[href], [src], object[data], [data-read]"):
        fetched = tag.name not in ("a", "area", "h1", "h2") and "canonical" not in tag.get(
            "rel", []
        )
        yield tag.get("href") or tag.get("src") or tag.get("data") or tag["data-read"], fetched


def test_links_lead_somewhere(site, pages):
    """Each link and each loaded file is on the site, and so is its anchor; raw HTML and decks included."""
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
            if not (site / path).is_file():
                broken.append((address, target, "no such file"))
            elif url.fragment and unquote(url.fragment) not in anchors.get(
                path, {unquote(url.fragment)}
            ):
                broken.append((address, target, "no such anchor"))
    assert broken == []


def test_no_markup_is_left_over(pages):
    """What a reader sees is text, not the Markdown that failed to become it."""
    for address, html in pages:
        text = "".join(
            s
            for s in html.find_all(string=True)
            if not s.find_parent(["pre", "code", "script", "style"])
        )
        assert not LEFT_OVER.findall(text), address


def test_pages_have_what_a_page_needs(pages):
    """One main heading, a title, a description; a text for each picture; no id twice."""
    for address, html in pages:
        if address == "404.html":
            continue
        assert len(html.select("h1")) == 1, address
        assert html.title.get_text(strip=True), address
        assert html.select_one("meta[name=description]")["content"], address
        assert all(picture.get("alt") is not None for picture in html.select("img")), address
        for svg in html.select("figure.diagram svg"):
            assert svg.title.get_text() and svg.desc.get_text(), (
                f"{address}: a diagram without words"
            )
        every = [tag["id"] for tag in html.select("[id]")]
        assert len(every) == len(set(every)), (
            f"{address}: {sorted({i for i in every if every.count(i) > 1})}"
        )


@pytest.mark.parametrize("slug", [module.slug for module in modules() if module.written])
def test_diagrams(pages, slug):
    """A module shows at least two diagrams, of at most seven boxes each."""
    drawn = [
        svg
        for address, html in pages
        if slug in address
        for svg in html.select("figure.diagram svg")
    ]
    assert len({svg.title.get_text() for svg in drawn}) >= 2
    assert all(len(svg.select("g.node")) <= 7 for svg in drawn)


def test_every_term_is_explained_where_it_is_used(pages):
    """Each term of the glossary stands there once, and is explained at its first use on some page."""
    terms = re.findall(r"^\*\[([^\]]+)\]: .+", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M)
    assert len(terms) == len(set(terms)) > 10
    explained = [[abbr.get_text() for abbr in html.select("abbr[title]")] for _, html in pages]
    assert set(terms) == {term for page in explained for term in page}
    assert all(len(page) == len(set(page)) for page in explained), (
        "explained more than once on a page"
    )


def test_navigation_is_the_class(pages):
    """The navigation has the modules' pages in the order of the class, under the module's number."""
    config = (ROOT / "mkdocs.yml").read_text("utf-8")
    for module in modules():
        if module.written:
            listed = re.findall(rf"^ +- ({module.slug}/.+\.md)$", config, re.M)
            assert listed == [page.relative_to(ROOT / "docs").as_posix() for page in module.pages]
            assert re.search(rf"^  - {module.number} · .+:\n +- {listed[0]}$", config, re.M)

"""The class fits its time: pages, slides and modules add up, for presenters as for readers."""

import re

import pytest
from markdown.extensions.toc import slugify

from course.paths import ROOT
from course.site.outline import meta, minutes, modules, sessions

SLIDE = re.compile(r"^#{1,2} (?P<headline>.+?) *(?:\{(?P<attributes>[^}]*)\})?$", re.M)
each_module = pytest.mark.parametrize("module", modules(), ids=lambda module: module.slug)


def slides(module) -> dict[str, float]:
    """The minutes of a deck's slides, by id."""
    found = {}
    for slide in SLIDE.finditer(module.deck.read_text("utf-8")):
        attributes = slide["attributes"] or ""
        length = re.search(r"data-minutes=([\d.]+)", attributes)
        named = re.search(r"#([\w-]+)", attributes)
        assert length, f"{module.deck.relative_to(ROOT)}: {slide['headline']!r} has no data-minutes"
        found[named[1] if named else slugify(slide["headline"], "-")] = float(length[1])
    return found


def test_the_class_takes_170_minutes():
    """Seven modules and two breaks: the owner's three hours, less ten minutes of reserve."""
    assert sum(session.minutes for session in sessions()) == 170
    assert [module.minutes for module in modules()] == [10, 20, 30, 20, 25, 20, 30]


@each_module
def test_pages_add_up(module):
    """A module's pages take its minutes: an exercise 8 to 12, the set-up check 3 or 4."""
    assert sum(map(minutes, module.pages)) == module.minutes
    (length,) = [minutes(page) for page in module.pages if page.stem == "exercise"]
    least, most = (3, 4) if module.slug == "overview" else (8, 12)
    assert least <= length <= most


@each_module
def test_slides_add_up(module):
    """A deck takes the module's minutes, and the slides of each page take that page's."""
    lengths = slides(module)
    assert sum(lengths.values()) == module.minutes
    pages = {meta(page)["slide"]: page for page in module.pages}
    assert set(pages) <= set(lengths), f"{module.slug}: a page's slide is not in the deck"
    spent, page = dict.fromkeys(module.pages, 0), None
    for name, length in lengths.items():
        page = pages.get(name, page)
        spent[page] += length
    assert spent == {page: minutes(page) for page in module.pages}


@each_module
def test_every_slide_has_notes(module):
    """Notes are bullets, each of them something to ask, to show or to know."""
    deck = module.deck.read_text("utf-8")
    every = re.split(r"^#{1,2} ", deck, flags=re.M)[1:]
    assert 10 <= len(every) <= 16
    for slide in every:
        notes = re.search(r"^/// html \| aside\.notes\n(.+?)^///$", slide, re.M | re.S)
        where = f"{module.deck.relative_to(ROOT)}: {slide.splitlines()[0]!r}"
        assert notes, f"{where} has no notes"
        for line in notes[1].strip().splitlines():
            assert re.match(r"- \*\*(Ask|Demo|Note):\*\* \S", line), f"{where}: {line!r}"


def test_home_shows_the_agenda(pages):
    """The agenda has each module at its minute, and leads to its pages and its slides."""
    rows = dict(pages)["index.html"].select("table tr")[1:]
    shown = [row.select("td")[2].get_text(strip=True) for row in rows]
    assert shown == [str(session.minutes) for session in sessions()] + ["170"]
    for session, row in zip(sessions(), rows, strict=False):
        assert session.title in row.get_text(" ", strip=True)
        wanted = [f"{session.slug}/", f"slides/{session.slug}/"] if session.slug else []
        assert [link["href"] for link in row.select("a")] == wanted

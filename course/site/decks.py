"""Decks: slides/*.md are pages like any other, in the template deck.html, not in the search index.

deck.js cuts a deck into slides, counts their minutes and links each to the page that it goes with.
"""

from collections.abc import MutableMapping
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from course.paths import ROOT, SLIDES
from course.site.outline import module, module_of

DECK = {"template": "deck.html", "search": {"exclude": True}}


def is_deck(page: Page) -> bool:
    """Return whether a page is a deck."""
    return page.file.src_uri.startswith("slides/")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the decks, which do not lie below docs/."""
    for path in sorted(SLIDES.glob("*.md")):
        name = f"slides/{path.name}"
        files.append(File(name, str(ROOT), config.site_dir, config.use_directory_urls))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Give each deck its template."""
    if is_deck(page):
        page.meta.update(DECK)
    return markdown


def on_page_context(
    context: MutableMapping[str, Any], page: Page, config: MkDocsConfig, nav: Navigation
) -> None:
    """Pass deck.html the deck's module, and for each lesson its first slide and its address."""
    if not is_deck(page):
        return
    this = module_of(page)
    lessons = {
        lesson.meta["slide"]: lesson.file.url_relative_to(page.file)
        for lesson in nav.pages
        if "slide" in lesson.meta and module(lesson.file.src_uri) == this
    }
    context.update({"module": this, "lessons": lessons})

"""The class as data: docs/outline.yml, and the front matter of pages and decks."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml
from mkdocs.structure.pages import Page
from mkdocs.utils.meta import get_data

from course.paths import DOCS, ROOT, SLIDES
from course.site.errors import SiteError

#: Parsed once for each text: every page of every build asks for the same few.
parse_meta, parse_outline = cache(get_data), cache(yaml.safe_load)


def meta(path: Path) -> dict:
    """Return the front matter of a Markdown file."""
    return parse_meta(path.read_text("utf-8"))[1]


def minutes(path: Path) -> float:
    """Return the minutes that a page takes, as its front matter states them.

    Raises:
        SiteError: If it states none; the message names the page.
    """
    value = meta(path).get("minutes")
    if not isinstance(value, int | float) or value <= 0:
        raise SiteError(
            f"{path.relative_to(ROOT)}: no minutes in its front matter; add a line like: minutes: 3"
        )
    return value


@dataclass(frozen=True)
class Session:
    """A module of the class, or a break, which has neither slug nor number.

    Lengths and starts are minutes of the class, numbers count from 1. A module's slug names its
    folders below docs/ and snippets/; the agenda says what it brings to the course.
    """

    title: str
    minutes: int
    slug: str = ""
    brings: str = ""
    presenter: str = ""
    number: int = 0
    start: int = 0

    @cached_property
    def pages(self) -> list[Path]:
        """The module's timed pages, in the order in which they are read."""
        pages = (DOCS / self.slug).glob("*.md")
        return sorted(pages, key=lambda path: meta(path).get("order", 0))

    @property
    def deck(self) -> Path:
        """The source of the module's slides."""
        return SLIDES / f"{self.slug}.md"


def sessions() -> list[Session]:
    """Return the modules and breaks in order, each with the minute at which it starts.

    Raises:
        SiteError: If docs/outline.yml is not as it should be; the message says what is missing.
    """
    try:
        entries = parse_outline((DOCS / "outline.yml").read_text("utf-8"))
    except yaml.YAMLError as error:
        raise SiteError(f"docs/outline.yml: {' '.join(str(error).split())}") from None
    found, number, start = [], 0, 0
    for entry in entries:
        is_break = "break" in entry
        needed = {"minutes", "break"} if is_break else {"slug", "title", "brings", "presenter"}
        if wrong := (needed | {"minutes"}) ^ set(entry):
            names = ", ".join(sorted(wrong))
            raise SiteError(f"docs/outline.yml: {entry}: missing or not known: {names}")
        if is_break:
            found.append(Session("Break", entry["minutes"], start=start))
        else:
            number += 1
            found.append(Session(**entry, number=number, start=start))
        start += entry["minutes"]
    return found


def modules() -> list[Session]:
    """Return the modules, without the breaks."""
    return [session for session in sessions() if session.slug]


def module(src_uri: str) -> Session | None:
    """Return the module that a page or deck belongs to: ``dask/index.md``, ``slides/dask.md``."""
    folder, _, name = src_uri.partition("/")
    slug = name.removesuffix(".md") if folder == "slides" else folder
    return next((module for module in modules() if module.slug == slug), None)


def module_of(page: Page) -> Session:
    """Return the module that a deck or a notebook belongs to.

    Raises:
        SiteError: If there is no such module.
    """
    if found := module(page.file.src_uri):
        return found
    raise SiteError(f"{page.file.src_uri}: docs/outline.yml has no module of that name")

"""The class as data: docs/outline.yml, and the front matter of pages and decks."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml
from mkdocs.exceptions import PluginError
from mkdocs.utils.meta import get_data

from course.paths import ROOT

#: Parsed once for each text: every page of every build asks for the same few.
parse_meta, parse_outline = cache(get_data), cache(yaml.safe_load)


def meta(path: Path) -> dict:
    """Return the front matter of a Markdown file."""
    return parse_meta(path.read_text("utf-8"))[1]


def minutes(path: Path) -> float:
    """Return the minutes that a page promises in its front matter.

    Raises:
        PluginError: If it promises none; the message names the page.
    """
    value = meta(path).get("minutes")
    if not isinstance(value, int | float) or value <= 0:
        raise PluginError(
            f"{path.relative_to(ROOT)}: no minutes in its front matter; add a line like: minutes: 3"
        )
    return value


@dataclass(frozen=True)
class Session:
    """A module or a break, at its place in the class."""

    slug: str
    title: str
    brings: str
    minutes: int
    presenter: str
    number: int
    start: int

    @cached_property
    def pages(self) -> list[Path]:
        """The module's timed pages, in the order in which they are read."""
        return sorted(
            (ROOT / "docs" / self.slug).glob("*.md"), key=lambda path: meta(path).get("order", 0)
        )

    @property
    def deck(self) -> Path:
        return ROOT / "slides" / f"{self.slug}.md"

    @property
    def written(self) -> bool:
        return bool(self.slug and self.pages)


def sessions() -> list[Session]:
    """Return the modules and breaks in order, each with the minute at which it starts.

    Raises:
        PluginError: If docs/outline.yml is not as it should be; the message says what is missing.
    """
    number = start = 0
    found = []
    try:
        entries = parse_outline((ROOT / "docs/outline.yml").read_text("utf-8"))
    except yaml.YAMLError as error:
        raise PluginError(f"docs/outline.yml: {' '.join(str(error).split())}") from None
    for entry in entries:
        needed = (
            {"minutes", "break"}
            if "break" in entry
            else {"slug", "title", "brings", "minutes", "presenter"}
        )
        if wrong := needed ^ set(entry):
            raise PluginError(
                f"docs/outline.yml: {entry}: missing or not known: {', '.join(sorted(wrong))}"
            )
        number += "slug" in entry
        found.append(
            Session(
                slug=entry.get("slug", ""),
                title=entry.get("title", "Break"),
                brings=entry.get("brings", ""),
                minutes=entry["minutes"],
                presenter=entry.get("presenter", ""),
                number=number if "slug" in entry else 0,
                start=start,
            )
        )
        start += entry["minutes"]
    return found


def modules() -> list[Session]:
    """Return the modules, without the breaks."""
    return [session for session in sessions() if session.slug]


def line_of(page, text: str) -> str:
    """Return where a text stands in a page's source: ``docs/index.md:12``."""
    source = page.file.content_string
    line = source.count("\n", 0, max(source.find(text), 0)) + 1
    return f"{Path(page.file.abs_src_path).relative_to(ROOT)}:{line}"


def module(src_uri: str) -> Session | None:
    """Return the module that a page or deck belongs to: ``dask/index.md``, ``slides/dask.md``."""
    return next(
        (
            m
            for m in modules()
            if src_uri.startswith(f"{m.slug}/") or src_uri == f"slides/{m.slug}.md"
        ),
        None,
    )

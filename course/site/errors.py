"""How a build of the site fails: in one line that names the file, and where it can, the line."""

from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

from course.errors import CourseError
from course.paths import ROOT


class SiteError(CourseError, PluginError):
    """The site cannot be built; MkDocs prints the message, which says what to fix and where."""


def line_of(page: Page, text: str) -> str:
    """Return where a text stands in a page's source: ``docs/index.md:12``."""
    source = page.file.content_string
    line = source.count("\n", 0, max(source.find(text), 0)) + 1
    return f"{Path(page.file.abs_src_path or '').relative_to(ROOT)}:{line}"

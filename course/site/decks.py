"""Decks: slides/*.md are pages like any other, in the template deck.html and out of the search index."""

import re

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

from course.paths import ROOT
from course.site.outline import module

HEADING = re.compile(
    r'<h[12] (?=[^>]*\bid="(?P<id>[^"]+)")(?=[^>]*\bdata-minutes="(?P<minutes>[^"]+)")'
)


def on_files(files, config):
    for path in sorted((ROOT / "slides").glob("*.md")):
        files.append(
            File(f"slides/{path.name}", str(ROOT), config.site_dir, config.use_directory_urls)
        )
    return files


def on_page_markdown(markdown: str, page, **_) -> str:
    if page.file.src_uri.startswith("slides/"):
        page.meta |= {"template": "deck.html", "search": {"exclude": True}}
    return markdown


def on_page_context(context, page, config, nav):
    """Tell each slide its minute in the module, and the page that it goes with."""
    if not page.file.src_uri.startswith("slides/"):
        return
    this = module(page.file.src_uri)
    if this is None:
        raise PluginError(f"{page.file.src_uri}: docs/outline.yml has no module of that name")
    pages = {lesson.meta["slide"]: lesson.file for lesson in nav.pages if "slide" in lesson.meta}
    clock, reading = 0.0, ""

    def place(heading: re.Match) -> str:
        nonlocal clock, reading
        if heading["id"] in pages:
            reading = pages[heading["id"]].url_relative_to(page.file)
        try:
            clock, minute = clock + float(heading["minutes"]), clock
        except ValueError:
            raise PluginError(
                f"{page.file.src_uri}: data-minutes={heading['minutes']} is not a number"
            ) from None
        return f'{heading[0]} data-minute="{minute:g}" data-read="{reading}"'

    page.content = HEADING.sub(place, page.content)
    page.content = page.content.replace(
        "</span><code>", '</span><code tabindex="0">'
    )  # it may scroll, on a telephone
    context["module"] = this

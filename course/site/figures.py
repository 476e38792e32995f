"""Pictures: an image alone on its line becomes a figure.

``![text](pictures/runs.webp)`` shows pictures/runs-light.webp or -dark.webp, whichever fits the
colours of the page, and says below which versions were seen: `make pictures` has written them to
pictures/runs.yml. A drawing, ``![text](pictures/trace.svg)``, is put into the page itself, so that
it takes the page's colours.
"""

import re
from pathlib import Path

import yaml
from mkdocs.structure.pages import Page

from course.paths import ROOT
from course.site.errors import SiteError, line_of

IMAGE = re.compile(
    r"^!\[(?P<alt>[^\]]*)\]\((?P<path>[\w./-]*pictures/[\w-]+)\.(?P<kind>webp|svg)\)$", re.M
)


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Turn the images of a page into figures."""

    def figure(image: re.Match[str]) -> str:
        needed = [".svg"] if image["kind"] == "svg" else [".yml", "-light.webp", "-dark.webp"]
        # A deck shows a module's pictures by the path that it would have below docs/.
        folder = (ROOT / "docs" / page.file.src_uri).parent
        files = [Path(folder, image["path"] + ending).resolve() for ending in needed]
        if missing := [file.name for file in files if not file.is_file()]:
            pictures = files[0].parent.relative_to(ROOT.resolve())
            raise SiteError(
                f"{line_of(page, image[0])}: no {', '.join(missing)} in {pictures}: make pictures"
            )
        text = files[0].read_text("utf-8")
        if image["kind"] == "svg":
            return f'<figure class="diagram">{text}</figure>'.replace("\n", " ")
        return screenshot(image["alt"], image["path"], yaml.safe_load(text))

    return IMAGE.sub(figure, markdown)


def screenshot(alt: str, path: str, record: dict) -> str:
    """Return the figure of a picture in both schemes; a reader sees, or hears, one of them.

    The path has no scheme and ending; the record is pictures/NAME.yml, with size and versions.
    """
    width, height = record["size"]
    both = "".join(
        f"![{alt}]({path}-{scheme}.webp#only-{scheme})"
        f"{{ width={width} height={height} loading=lazy }}"
        for scheme in ("light", "dark")
    )
    versions = ", ".join(f"{name.capitalize()} {number}" for name, number in record["seen"].items())
    caption = f"<figcaption>Seen in {versions}</figcaption>"
    return f'<figure class="picture" markdown="span">{both}\n{caption}</figure>'

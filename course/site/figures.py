"""Pictures: an image alone on its line becomes a figure.

``![text](pictures/runs.webp)`` shows pictures/runs-light.webp or -dark.webp, whichever fits the colours of the page,
and says below which versions were seen: `make pictures` has written them to pictures/runs.yml. A drawing,
``![text](pictures/trace.svg)``, is put into the page itself, so that it takes the page's colours.
"""

import posixpath
import re

import yaml
from mkdocs.exceptions import PluginError

from course.paths import ROOT
from course.site.outline import line_of

IMAGE = re.compile(
    r"^!\[(?P<alt>[^\]]*)\]\((?P<path>[\w./-]*pictures/[\w-]+)\.(?P<kind>webp|svg)\)$", re.M
)


def on_page_markdown(markdown: str, page, **_) -> str:
    def figure(image: re.Match) -> str:
        where = line_of(page, image[0])
        folder = posixpath.dirname(page.file.src_uri)
        target = ROOT / "docs" / posixpath.normpath(posixpath.join(folder, image["path"]))
        needed = ["svg"] if image["kind"] == "svg" else ["yml", "light.webp", "dark.webp"]
        files = [
            target.with_name(f"{target.name}{'-' if '.' in end else '.'}{end}") for end in needed
        ]
        if missing := [file.name for file in files if not file.is_file()]:
            raise PluginError(
                f"{where}: no {', '.join(missing)} in {target.parent.relative_to(ROOT)}: make pictures"
            )
        if image["kind"] == "svg":
            drawing = files[0].read_text("utf-8").replace("\n", " ")
            return f'<figure class="diagram">{drawing}</figure>'
        return photograph(image["alt"], image["path"], yaml.safe_load(files[0].read_text("utf-8")))

    return IMAGE.sub(figure, markdown)


def photograph(alt: str, path: str, beside: dict) -> str:
    """Return the figure of a picture in both schemes; a reader sees, and a screen reader reads, one of them."""
    width, height = beside["size"]
    both = "".join(
        f"![{alt}]({path}-{scheme}.webp#only-{scheme}){{ width={width} height={height} loading=lazy }}"
        for scheme in ("light", "dark")
    )
    seen = ", ".join(f"{name.capitalize()} {number}" for name, number in beside["seen"].items())
    return f'<figure class="picture" markdown="span">{both}\n<figcaption>Seen in {seen}</figcaption></figure>'

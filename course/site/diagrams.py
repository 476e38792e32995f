"""Diagrams: a Mermaid fence becomes inline SVG while the site is built, in the site's own colours.

A picture is kept in .cache/ by the hash of all that makes it, because drawing takes half a second.
A box in one of the states (``save["save"]:::failed``) gets that state's sign.
"""

import hashlib
import re
from functools import partial
from importlib.metadata import version
from pathlib import Path

from markdown import Markdown
from pymdownx.superfences import SuperFencesException

from course.paths import CACHE, write_whole
from course.site import stages
from course.site.errors import SiteError

STORE = CACHE / "diagrams"
SIGNS = {
    "scheduled": "○",
    "running": "◐",
    "retrying": "↻",
    "completed": "✓",
    "failed": "✕",
    "cached": "⧉",
    "crashed": "◌",
}
STATE = re.compile(
    rf'(?P<box>\["?)(?P<label>[^\]"]+)(?P<end>"?\]:::)(?P<state>{"|".join(SIGNS)})\b'
)
ARROWHEAD = re.compile(r'<marker id="(?P<id>[^"]+)".*?</marker>', re.S)
DRAWN_BY = version("mermaidx") + Path(__file__).read_text("utf-8")


class DiagramError(SuperFencesException, SiteError):
    """A diagram that cannot be drawn or has no words; MkDocs names the page."""


def figure(
    source: str, language: str, css_class: str, options: dict, md: Markdown, **_: object
) -> str:
    """Return the figure of a Mermaid fence; superfences calls this in place of the highlighter."""
    if not {"accTitle:", "accDescr:"} <= set(source.split()):
        raise DiagramError(
            "a diagram has an accTitle: and an accDescr: for those who cannot see it: "
            + source.partition("\n")[0]
        )
    key = hashlib.sha256((source + DRAWN_BY).encode()).hexdigest()[:12]
    path = STORE / f"{key}.svg"
    try:
        if not path.exists():
            make = partial(keep, path, source)
            if stages.put_off("diagrams", path, make):
                words = "This diagram is being drawn."
                return f'<figure class="{css_class}" data-coming="diagrams">{words}</figure>'
            make()
    except Exception as error:
        why = str(error).splitlines()[0]
        raise DiagramError(f"the diagram cannot be drawn: {why}: {source!r}") from None
    return f'<figure class="{css_class}">{path.read_text("utf-8")}</figure>'


def keep(path: Path, source: str) -> None:
    """Draw Mermaid source into a file, whose name the ids start with."""
    write_whole(path, draw(source, f"d{path.stem}"))


def draw(source: str, name: str) -> str:
    """Draw Mermaid source as SVG without its own style sheet; ids start with the name."""
    import mermaidx

    source = STATE.sub(
        lambda m: f"{m['box']}{SIGNS[m['state']]} {m['label']}{m['end']}{m['state']}", source
    )
    svg = mermaidx.render(
        source, config={"htmlLabels": False, "flowchart": {"htmlLabels": False}}
    ).svg()
    svg = re.sub(r"<style>.*?</style>", "", svg, flags=re.S)
    svg = ARROWHEAD.sub(lambda m: m[0] if f"url(#{m['id']})" in svg else "", svg)
    svg = re.sub(
        r'role="graphics-document document" aria-roledescription="[^"]*"', 'role="img"', svg
    )
    return svg.replace("my-svg", name).replace("\n", " ")

"""Diagrams: a Mermaid fence becomes inline SVG while the site is built, in the site's own colours.

The picture is kept in .cache/ by the hash of all that makes it, for drawing takes half a second and building must not.
A box in one of the states (``save["save"]:::failed``) gets that state's sign.
"""

import hashlib
import os
import re
import textwrap
from importlib.metadata import version
from pathlib import Path

from mkdocs.exceptions import PluginError

from course.paths import ROOT
from course.site.outline import line_of

STORE = ROOT / ".cache/diagrams"
FENCE = re.compile(r"^(?P<indent> *)```mermaid\n(?P<source>.*?)^ *```$", re.M | re.S)
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
MARKER = re.compile(r'<marker id="(?P<id>[^"]+)".*?</marker>', re.S)
DRAWN_BY = version("mermaidx") + Path(__file__).read_text("utf-8")


def on_page_markdown(markdown: str, page, **_) -> str:
    def figure(fence: re.Match) -> str:
        where, source = line_of(page, fence[0]), textwrap.dedent(fence["source"])
        if not {"accTitle:", "accDescr:"} <= set(source.split()):
            raise PluginError(
                f"{where}: a diagram has an accTitle: and an accDescr: for those who cannot see it"
            )
        try:
            return f'{fence["indent"]}<figure class="diagram">{svg(source)}</figure>'
        except Exception as error:
            raise PluginError(
                f"{where}: the diagram cannot be drawn: {str(error).splitlines()[0]}"
            ) from None

    return FENCE.sub(figure, markdown)


def svg(source: str) -> str:
    """Return the SVG of Mermaid source, drawn now or before."""
    key = hashlib.sha256((source + DRAWN_BY).encode()).hexdigest()[:12]
    path = STORE / f"{key}.svg"
    if not path.exists():
        STORE.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_text(draw(source, f"d{key}"), "utf-8")
        part.replace(path)
    return path.read_text("utf-8")


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
    svg = MARKER.sub(lambda marker: marker[0] if f"url(#{marker['id']})" in svg else "", svg)
    svg = re.sub(
        r'role="graphics-document document" aria-roledescription="[^"]*"', 'role="img"', svg
    )
    return svg.replace("my-svg", name).replace("\n", " ")

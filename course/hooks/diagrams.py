"""Diagrams: a Mermaid fence becomes inline SVG while the site is built, in the site's own colours.

The picture is kept in .cache/ by the hash of its source, for drawing takes half a second and building must not. A box
in one of the states (``save["save"]:::failed``) gets that state's sign.
"""

import hashlib
import os
import re

from outline import ROOT

STORE = ROOT / ".cache/diagrams"
SIGNS = {
    "scheduled": "○",
    "running": "◐",
    "retrying": "↻",
    "completed": "✓",
    "failed": "✕",
    "cached": "⧉",
    "crashed": "◌",
}
STATE = re.compile(rf'(?P<box>\["?)(?P<label>[^\]"]+)(?P<end>"?\]:::)(?P<state>{"|".join(SIGNS)})\b')

MARKER = re.compile(r'<marker id="(?P<id>[^"]+)".*?</marker>', re.S)


def on_config(config):
    fences = config.mdx_configs.setdefault("pymdownx.superfences", {}).setdefault("custom_fences", [])
    fences[:] = [{"name": "mermaid", "class": "diagram", "format": fence}]
    return config


def fence(source, language, css_class, options, md, **_) -> str:
    key = hashlib.sha256(source.encode()).hexdigest()[:12]
    path = STORE / f"{key}.svg"
    if not path.exists():
        STORE.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_text(draw(source, f"d{key}"), "utf-8")
        part.replace(path)
    return f'<figure class="{css_class}">{path.read_text("utf-8")}</figure>'


def draw(source: str, name: str) -> str:
    """Draw Mermaid source as SVG without its own style sheet; ids start with the name."""
    import mermaidx

    source = STATE.sub(lambda m: f"{m['box']}{SIGNS[m['state']]} {m['label']}{m['end']}{m['state']}", source)
    svg = mermaidx.render(source, config={"htmlLabels": False, "flowchart": {"htmlLabels": False}}).svg()
    svg = re.sub(r"<style>.*?</style>", "", svg, flags=re.S)
    svg = MARKER.sub(lambda marker: marker[0] if f"url(#{marker['id']})" in svg else "", svg)
    svg = re.sub(r'role="graphics-document document" aria-roledescription="[^"]*"', 'role="img"', svg)
    return svg.replace("my-svg", name)

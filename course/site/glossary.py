"""The glossary: docs/glossary.md defines each term once; pages explain it at its first use.

A Markdown extension, named in mkdocs.yml: it knows the terms of the definition list in that file,
and marks them with ``<abbr>``, but not in headings, and not in decks: nobody hovers over a slide.
"""

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.abbr import AbbrExtension
from markdown.treeprocessors import Treeprocessor

from course.paths import DOCS

DEFINITION = re.compile(r"^(?P<term>\S.*)\n:   (?P<meaning>.+)$", re.M)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def definitions() -> dict[str, str]:
    """Return what each term of the glossary means."""
    return dict(DEFINITION.findall((DOCS / "glossary.md").read_text("utf-8")))


class FirstUse(Treeprocessor):
    """Keep the explanation of a term where a page's text first uses it, and nowhere else."""

    def run(self, root: Element) -> None:
        """Take every other ``<abbr>`` away, but for its text."""
        is_deck = root.find(".//*[@data-minutes]") is not None
        defined_here = {"".join(term.itertext()) for term in root.iter("dt")}
        seen: set[str | None] = {*(definitions() if is_deck else defined_here)}
        parents = {child: parent for parent in root.iter() for child in parent}
        headings = [heading for tag in HEADINGS for heading in root.iter(tag)]
        in_headings = {abbr for heading in headings for abbr in heading.iter("abbr")}
        for abbr in list(root.iter("abbr")):
            if abbr not in in_headings and abbr.text not in seen:
                seen.add(abbr.text)
                abbr.set("tabindex", "0")
                continue
            parent, text = parents[abbr], f"{abbr.text}{abbr.tail or ''}"
            if place := list(parent).index(abbr):
                parent[place - 1].tail = f"{parent[place - 1].tail or ''}{text}"
            else:
                parent.text = f"{parent.text or ''}{text}"
            parent.remove(abbr)


class GlossaryExtension(AbbrExtension):
    """Python-Markdown's abbreviations, with the glossary's terms, each explained once a page."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the abbreviations and, right after them, what keeps the first of each."""
        self.load_glossary(definitions())
        super().extendMarkdown(md)
        md.treeprocessors.register(FirstUse(md), "first-use", 6)


def makeExtension(**settings: object) -> GlossaryExtension:
    """Return the extension; Python-Markdown looks for this name."""
    return GlossaryExtension(**settings)

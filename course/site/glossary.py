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
HEADINGS = {f"h{level}" for level in range(1, 7)}


def definitions() -> dict[str, str]:
    """Return what each term of the glossary means."""
    return dict(DEFINITION.findall((DOCS / "glossary.md").read_text("utf-8")))


class FirstUse(Treeprocessor):
    """Keep the explanation of a term where a page's text first uses it, and nowhere else."""

    def run(self, root: Element) -> None:
        """Turn every other ``<abbr>`` into its text."""
        is_deck = root.find(".//*[@data-minutes]") is not None
        defined_here = {"".join(term.itertext()) for term in root.iter("dt")}
        self.seen = set(definitions()) if is_deck else defined_here
        self.visit(root, in_heading=False)

    def visit(self, parent: Element, in_heading: bool) -> None:
        """Go through an element's children in the order of the text."""
        in_heading = in_heading or parent.tag in HEADINGS
        before = None
        for child in list(parent):
            if child.tag != "abbr":
                self.visit(child, in_heading)
            elif in_heading or child.text in self.seen:
                text = f"{child.text}{child.tail or ''}"
                if before is None:
                    parent.text = f"{parent.text or ''}{text}"
                else:
                    before.tail = f"{before.tail or ''}{text}"
                parent.remove(child)
                continue
            else:
                self.seen.add(child.text)
                child.set("tabindex", "0")
            before = child


class GlossaryExtension(AbbrExtension):
    """Python-Markdown's abbreviations, with the glossary's terms, each explained once a page."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register the abbreviations and, right after them, what keeps the first of each."""
        self.load_glossary(definitions())
        super().extendMarkdown(md)
        md.treeprocessors.register(FirstUse(md), "first-use", 6)


def makeExtension(**settings: object) -> GlossaryExtension:  # noqa: N802
    """Return the extension; Python-Markdown looks for this name."""
    return GlossaryExtension(**settings)

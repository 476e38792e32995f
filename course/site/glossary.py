"""The glossary: docs/glossary.md defines each term once, in one line; pages explain it at its first use."""

import re

from course.paths import ROOT

TERM = re.compile(r"^\*\[(?P<term>[^\]]+)\]: (?P<meaning>.+)$", re.M)
ABBR = re.compile(r'<abbr title="[^"]*">(?P<term>[^<]+)</abbr>')
HEADING = re.compile(r"<h[1-6].*?</h[1-6]>", re.S)


def definitions() -> str:
    return (ROOT / "docs/glossary.md").read_text("utf-8")


def on_page_markdown(markdown: str, page, **_) -> str:
    if page.file.src_uri == "glossary.md":
        return TERM.sub(r"\g<term>\n:   \g<meaning>\n", markdown)
    if page.file.src_uri.startswith("slides/"):
        return markdown  # nobody hovers over a projector
    return markdown + "\n\n" + "\n".join(term[0] for term in TERM.finditer(definitions()))


def on_page_content(html: str, **_) -> str:
    """Keep the explanation of a term at its first use in a page's text, and leave other uses and headings alone."""
    seen = set()

    def first(abbr: re.Match) -> str:
        again = abbr["term"] in seen
        seen.add(abbr["term"])
        return abbr["term"] if again else abbr[0].replace("<abbr ", '<abbr tabindex="0" ')

    html = HEADING.sub(lambda heading: ABBR.sub(r"\g<term>", heading[0]), html)
    return ABBR.sub(first, html)

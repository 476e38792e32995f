"""Lessons: minutes and the link to the deck stand on top of each page; home shows the agenda."""

from pathlib import Path

from mkdocs.structure.pages import Page

from course.paths import ROOT
from course.site.errors import SiteError
from course.site.outline import Session, meta, minutes, module, modules, sessions

AGENDA, PATH = "<!-- agenda -->", "<!-- path -->"


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Put the lesson's line below a page's title; elsewhere, fill in agenda and path.

    Raises:
        SiteError: If a lesson's front matter names no slide or no minutes.
    """
    uri, this = page.file.src_uri, module(page.file.src_uri)
    if AGENDA in markdown:
        return markdown.replace(AGENDA, agenda()).replace(PATH, path())
    if this is None or uri.startswith("slides/") or uri.endswith(".ipynb"):
        return markdown
    source = Path(page.file.abs_src_path or "")
    length, slide = minutes(source), meta(source).get("slide")
    if not slide:
        raise SiteError(f"{source.relative_to(ROOT)}: no slide in its front matter to go with")
    unit = "minute" if length == 1 else "minutes"
    title, _newline, text = markdown.lstrip().partition("\n")
    top = f"Module {this.number} · {length:g} {unit} · [Present](../slides/{this.slug}.md#{slide})"
    return f"{title}\n\n{top}\n{{ .lesson }}\n\n{text}"


def agenda() -> str:
    """Return the agenda as a Markdown table; each module is linked."""
    end = sum(session.minutes for session in sessions())
    head = ["| Starts | Module | Minutes | Presenter | Slides |", "|---|---|--:|---|---|"]
    last = f"| {clock(end)} | **The end** | **{end}** | | |"
    return "\n".join([*head, *map(row, sessions()), last])


def row(session: Session) -> str:
    """Return a module's or break's row of the agenda."""
    title, present = session.title, ""
    if session.slug:
        title = f"{session.number}. [{title}]({session.slug}/index.md)"
        present = f"[Present](slides/{session.slug}.md)"
    start = clock(session.start)
    return f"| {start} | {title} | {session.minutes} | {session.presenter} | {present} |"


def clock(minute: int) -> str:
    """Return a minute of the class as hours and minutes: ``1:05``."""
    return f"{minute // 60}:{minute % 60:02}"


def path() -> str:
    """Return what each module brings, as a list in HTML."""
    links = [
        f":module-{this.slug}: [{this.number}. {this.brings}]({this.slug}/index.md)"
        for this in modules()
    ]
    items = [f"<li markdown>{link}</li>" for link in links]
    return "\n".join(['<ol class="path" markdown>', *items, "</ol>"])

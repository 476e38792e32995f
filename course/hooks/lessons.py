"""Lessons: minutes, goals and the way to the deck stand on top of each page; the home page shows the agenda."""

from pathlib import Path

from mkdocs.exceptions import PluginError
from outline import ROOT, Session, meta, minutes, module, sessions

AGENDA = "<!-- agenda -->"


def clock(minute: float) -> str:
    return f"{int(minute) // 60}:{int(minute) % 60:02}"


def on_page_markdown(markdown: str, page, **_) -> str:
    this = module(page.file.src_uri)
    if this is None or page.file.src_uri.startswith("slides/"):
        return markdown.replace(AGENDA, agenda()) if AGENDA in markdown else markdown
    path = Path(page.file.abs_src_path)
    takes, slide = minutes(path), meta(path).get("slide")
    if not slide:
        raise PluginError(f"{path.relative_to(ROOT)}: its front matter names no slide: that it goes with")
    title, _, rest = markdown.lstrip().partition("\n")
    top = f"Module {this.number} · {takes:g} minutes · [Present](../slides/{this.slug}.md#{slide})"
    return f"{title}\n\n{top}\n{{ .lesson }}\n\n{rest}"


def agenda() -> str:
    """Return the agenda as a Markdown table; modules not written yet are named, not linked."""
    rows = [row(session) for session in sessions()]
    end = sum(session.minutes for session in sessions())
    head = ["| Starts | Module | Minutes | Presenter | |", "|---|---|--:|---|---|"]
    return "\n".join([*head, *rows, f"| {clock(end)} | **The end** | **{end}** | | |"])


def row(session: Session) -> str:
    title, present = session.title, ""
    if session.slug:
        link = f"[{title}]({session.slug}/index.md)" if session.written else title
        state = "completed" if session.written else "scheduled"
        title = f":state-{state}: {session.number}. {link}"
    if session.written and session.deck.exists():
        present = f"[Present](slides/{session.slug}.md)"
    return f"| {clock(session.start)} | {title} | {session.minutes} | {session.presenter} | {present} |"

"""Lessons: minutes and the way to the deck stand on top of each page; the home page shows the agenda."""

from pathlib import Path

from mkdocs.exceptions import PluginError

from course.paths import ROOT
from course.site.outline import Session, meta, minutes, module, modules, sessions

AGENDA, PATH = "<!-- agenda -->", "<!-- path -->"


def clock(minute: float) -> str:
    return f"{int(minute) // 60}:{int(minute) % 60:02}"


def on_page_markdown(markdown: str, page, **_) -> str:
    this = module(page.file.src_uri)
    if (
        this is None
        or not page.file.src_uri.startswith(f"{this.slug}/")
        or page.file.src_uri.endswith(".ipynb")
    ):
        return (
            markdown.replace(AGENDA, agenda()).replace(PATH, path())
            if AGENDA in markdown
            else markdown
        )
    source = Path(page.file.abs_src_path)
    takes, slide = minutes(source), meta(source).get("slide")
    if not slide:
        raise PluginError(
            f"{source.relative_to(ROOT)}: its front matter names no slide that it goes with"
        )
    unit = "minute" if takes == 1 else "minutes"
    title, _, rest = markdown.lstrip().partition("\n")
    top = f"Module {this.number} · {takes:g} {unit} · [Present](../slides/{this.slug}.md#{slide})"
    return f"{title}\n\n{top}\n{{ .lesson }}\n\n{rest}"


def agenda() -> str:
    """Return the agenda as a Markdown table; modules not written yet are named, not linked."""
    rows = [row(session) for session in sessions()]
    end = sum(session.minutes for session in sessions())
    head = ["| Starts | Module | Minutes | Presenter | Slides |", "|---|---|--:|---|---|"]
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


def path() -> str:
    """Return what each module brings, as a list in HTML; lit as far as the course is written."""
    items = []
    for this in modules():
        text = f":module-{this.slug}: {this.number}. {this.brings}"
        if this.written:
            text = f":module-{this.slug}: [{this.number}. {this.brings}]({this.slug}/index.md)"
        items.append(f"<li markdown{' class=lit' if this.written else ''}>{text}</li>")
    return '<ol class="path" markdown>\n' + "\n".join(items) + "\n</ol>"

"""A checkout with the pages of one module: its site is built within seconds."""

import re
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

from course.paths import CACHE, DOCS, ROOT, SLIDES
from tests.support.transcripts import checkout_of_links

MODULE = "negative-engineering"


def small_course(folder: Path) -> Path:
    """Make a checkout of links whose site has the home page, the glossary and one module.

    Links to other modules are allowed to lead nowhere. What costs minutes to make is shared.
    """
    checkout = checkout_of_links(folder)
    for name in ("mkdocs.yml", "docs", "slides", "bench.json"):
        (checkout / name).unlink(missing_ok=True)
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    settings = re.sub(r"(not_found|anchors|omitted_files): warn", r"\1: info", settings)
    (checkout / "mkdocs.yml").write_text(settings, "utf-8")
    pages = (*DOCS.glob("*.*"), DOCS / MODULE, SLIDES / f"{MODULE}.md")
    shared = [CACHE / name for name in ("diagrams", "notebooks", "run", "templates")]
    for made in shared:
        made.mkdir(parents=True, exist_ok=True)
    for kept in (*pages, *shared):
        link = checkout / kept.relative_to(ROOT)
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(kept)
    return checkout


def copy_of_small_course(folder: Path) -> Path:
    """Make the same as files, as in a download: no links but to what takes minutes to make."""
    with TemporaryDirectory() as links:
        linked = small_course(Path(links, "course"))
        made = ignore_patterns(".venv*", "__pycache__", ".*_cache", ".coverage*", ".cache")
        copytree(linked, folder, ignore=made)
        for path in (linked / ".venv", *(linked / ".cache").iterdir()):
            link = folder / path.relative_to(linked)
            link.parent.mkdir(exist_ok=True)
            link.symlink_to(path.resolve())
    return folder

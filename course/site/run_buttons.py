"""Run buttons: what each Python block tells them, and the files that they load below ``run/``.

Where a block runs is what the tests have seen, in course/run/page/where.json. The page's Python and
its editor are in ``.cache/run``; `make serve` shows pages before these are built.
"""

import json
from functools import cache

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from course import snippets
from course.paths import PAGE_BUNDLE, ROOT, THEME

WHERE = ROOT / "course/run/page/where.json"
UNTRIED = "Nobody has tried it in a page yet."


@cache
def where() -> dict[str, str]:
    """Return why each snippet cannot run in a page; an empty text for those that can."""
    return json.loads(WHERE.read_text("utf-8")) if WHERE.exists() else {}


@cache
def runnable() -> frozenset[str]:
    """Return the names of what a reader may run; each build asks once."""
    return frozenset(snippets.runnable())


def attributes(name: str, part: str | None, shown: snippets.Section) -> str:
    """Return the attributes of a Python block that shows a snippet, or one of its sections."""
    if name not in runnable():  # such as the package's own files
        return ""
    why = where().get(name, UNTRIED)
    found = {"file": name, "runs": "machine" if why else "page", "why": why}
    if part:
        indents = [len(line) - len(line.lstrip()) for line in shown.shown if line.strip()]
        lines = f"{shown.first}-{shown.last}"
        found |= {"section": part, "lines": lines, "indent": str(min(indents))}
    if name.endswith("/starter.py"):
        exercise = name.replace("starter", "exercise")
        found["check"] = "machine" if where().get(exercise, UNTRIED) else "page"
    return " ".join(f'data-{key}="{value}"' for key, value in found.items() if value)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the page's Python, the signs of states, and all snippets with what they print."""
    runnable.cache_clear()
    built, signs = PAGE_BUNDLE / "built", THEME / ".icons/state"
    is_built = (PAGE_BUNDLE / "ready").exists()
    found = built.rglob("*.*") if is_built else ()
    paths = {f"run/{path.relative_to(built).as_posix()}": path for path in found}
    paths |= {f"assets/state/{path.name}": path for path in signs.glob("*.svg")}
    for uri, path in sorted(paths.items()):
        files.append(File.generated(config, uri, abs_src_path=str(path)))
    texts = {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for root in snippets.ROOTS
        for glob in ("*/*.py", "pipeline/demo/*.py")
        for path in sorted(root.glob(glob))
    }
    claims = {name: snippets.claims(text) for name, text in texts.items()}
    contents = {name: snippets.runnable_text(text) for name, text in texts.items()}
    contents["claims.json"] = json.dumps(claims, ensure_ascii=False)
    for name, content in contents.items():
        files.append(File.generated(config, f"run/files/{name}", content=content))
    return files

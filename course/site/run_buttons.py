"""Run buttons: what each Python block tells them, and the files that they load, in the site under run/.

Where a block runs is what the tests have seen, in course/run/where.json: nothing if a page can, else why it cannot.
Without a build in .cache/run (`make build` and `make test` make one) blocks have no buttons.
"""

import json
from functools import cache

from mkdocs.structure.files import File

from course import snippets
from course.paths import ROOT

STORE = ROOT / ".cache/run"
WHERE = ROOT / "course/run/page/where.json"
UNTRIED = "Nobody has tried it in a page yet."


@cache
def where() -> dict[str, str]:
    """Return why each snippet cannot run in a page; nothing for those that can."""
    return json.loads(WHERE.read_text("utf-8")) if WHERE.exists() else {}


def attributes(name: str, part: str | None) -> str:
    """Return the attributes of a Python block that shows a snippet, or one of its sections."""
    if not (STORE / "ready").exists():
        return ""
    why = where().get(name, UNTRIED)
    found = {"file": name, "runs": "machine" if why else "page", "why": why}
    if part:
        section = snippets.section(name, part)
        last = section.first + len(section.shown) - 1
        indents = [len(line) - len(line.lstrip()) for line in section.shown if line.strip()]
        found |= {
            "section": part,
            "lines": f"{section.first}-{last}",
            "indent": str(min(indents, default=0)),
        }
    if name.endswith("/starter.py"):
        found["check"] = (
            "machine" if where().get(name.replace("starter", "exercise"), UNTRIED) else "page"
        )
    return " ".join(f'data-{key}="{value}"' for key, value in found.items() if value)


def on_files(files, config):
    if not (STORE / "ready").exists():
        return files
    for path in sorted(path for path in (STORE / "built").rglob("*") if path.is_file()):
        uri = f"run/{path.relative_to(STORE / 'built').as_posix()}"
        files.append(File.generated(config, uri, abs_src_path=str(path)))
    for sign in sorted((ROOT / "course/site/theme/.icons/state").glob("*.svg")):
        files.append(File.generated(config, f"assets/state/{sign.name}", abs_src_path=str(sign)))
    for home in snippets.ROOTS:
        for path in sorted({*home.glob("*/*.py"), *home.glob("pipeline/demo/*.py")}):
            uri = f"run/files/{path.relative_to(home).as_posix()}"
            files.append(
                File.generated(config, uri, content=snippets.runnable_text(path.read_text("utf-8")))
            )
    return files

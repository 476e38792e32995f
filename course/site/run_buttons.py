"""Run buttons: what each Python block tells them, and the files that they load, in the site under run/.

Where a block runs is what the tests have seen, in course/run/where.json: nothing if a page can, else why it cannot.
Without a build in .cache/run (`make build` and `make test` make one) blocks have no buttons.
"""

import json
from functools import cache
from pathlib import Path

from mkdocs.structure.files import File

from course.paths import ROOT

STORE = ROOT / ".cache/run"
WHERE = ROOT / "course/run/page/where.json"
UNTRIED = "Nobody has tried it in a page yet."


@cache
def where() -> dict[str, str]:
    """Return why each snippet cannot run in a page; nothing for those that can."""
    return json.loads(WHERE.read_text("utf-8")) if WHERE.exists() else {}


def homes() -> list[Path]:
    """The folders that includes are looked for in: what people wrote, and what is made from it."""
    return [ROOT / "snippets", ROOT / ".cache/exercises"]


def plain(lines: list[str]) -> list[str]:
    """Return a snippet's lines without the marks of its sections: what runs, and what lines are counted in."""
    return [line for line in lines if "# --8<-- [" not in line]


def attributes(path: str, name: str | None, source: list[str], lines: list[str]) -> str:
    """Return the attributes of a Python block that shows ``lines`` of ``source``: a whole snippet or its section."""
    if not (STORE / "ready").exists():
        return ""
    why = where().get(path, UNTRIED)
    told = {"file": path, "runs": "machine" if why else "page", "why": why}
    if name:
        first = next(n for n, line in enumerate(source) if line.endswith(f"[start:{name}]")) + 1
        before, shown = len(plain(source[:first])), plain(lines)
        indent = min((len(line) - len(line.lstrip()) for line in shown if line.strip()), default=0)
        told |= {
            "section": name,
            "lines": f"{before + 1}-{before + len(shown)}",
            "indent": str(indent),
        }
    if path.endswith("/starter.py"):
        told["check"] = (
            "machine" if where().get(path.replace("starter", "exercise"), UNTRIED) else "page"
        )
    return " ".join(f'data-{key}="{value}"' for key, value in told.items() if value)


def on_files(files, config):
    if not (STORE / "ready").exists():
        return files
    for path in sorted(path for path in (STORE / "built").rglob("*") if path.is_file()):
        uri = f"run/{path.relative_to(STORE / 'built').as_posix()}"
        files.append(File.generated(config, uri, abs_src_path=str(path)))
    for sign in sorted((ROOT / "course/site/theme/.icons/state").glob("*.svg")):
        files.append(File.generated(config, f"assets/state/{sign.name}", abs_src_path=str(sign)))
    for home in homes():
        for path in sorted({*home.glob("*/*.py"), *home.glob("pipeline/demo/*.py")}):
            uri = f"run/files/{path.relative_to(home).as_posix()}"
            files.append(
                File.generated(
                    config, uri, content="\n".join(plain(path.read_text("utf-8").split("\n")))
                )
            )
    return files

"""Names in prose are true: inline code resolves, and a version in a sentence is the one that is installed."""

import platform
import re
import shutil
from importlib.metadata import version
from pkgutil import resolve_name

from conftest import ROOT

LIBRARIES = ("", "prefect.", "httpx.", "dask.", "distributed.", "pricewatch.", "builtins.", "concurrent.futures.")
PROSE = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "slides").glob("*.md"), ROOT / "mkdocs.yml", ROOT / "README.md"]


def in_a_snippet(name: str) -> bool:
    """Whether a name stands in the code of a snippet, as a whole: a test has run it there."""
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    return any(word.search(path.read_text("utf-8")) for path in (ROOT / "snippets").rglob("*.py"))


def in_a_library(name: str) -> bool:
    """Whether a dotted name, with or without @ and (), is something that can be imported."""
    for library in LIBRARIES:
        try:
            resolve_name(library + name.removeprefix("@").removesuffix("()"))
        except (ImportError, AttributeError, ValueError):
            continue
        return True
    return False


def is_a_command(name: str) -> bool:
    """Whether a name is a target of our Makefile, or a program on this machine."""
    if name.startswith("make "):
        return bool(
            re.search(rf"^{name.removeprefix('make ').split()[0]}:", (ROOT / "Makefile").read_text("utf-8"), re.M)
        )
    return shutil.which(name) is not None


def test_inline_code_resolves(pages):
    """Whatever a sentence sets as code stands in a snippet, in a library, on this machine or in this repository."""
    unknown = []
    for address, html in pages:
        for code in html.select("code"):
            name = code.get_text()
            if code.find_parent("pre") is None and not (
                in_a_snippet(name) or in_a_library(name) or is_a_command(name) or (ROOT / name).exists()
            ):
                unknown.append((address, name))
    assert unknown == []


def test_versions_are_the_installed_ones():
    """`Prefect 3` in a sentence is the beginning of the installed version; a full version is not typed at all."""
    have = {"Python": platform.python_version(), "Prefect": version("prefect"), "Dask": version("dask")}
    have |= {"reveal.js": (ROOT / "course/theme/assets/reveal/VERSION").read_text().split()[1]}
    for path in PROSE:
        for name, number in re.findall(r"\b(Python|Prefect|Dask|reveal\.js) (\d+(?:\.\d+)*)", path.read_text("utf-8")):
            where = f"{path.relative_to(ROOT)}: {name} {number}, installed is {have[name]}"
            assert f"{have[name]}.".startswith(f"{number}."), where
            assert number.count(".") < 2, where

"""Names in prose are true: inline code resolves, and a version in a sentence is the one that is installed."""

import platform
import re
import sys
from importlib.metadata import version
from pkgutil import resolve_name

from course.exercises.command import attempt_path
from course.site.diagrams import SIGNS
from tests.support.home import ROOT

LIBRARIES = (
    "prefect",
    "prefect_dask",
    "httpx",
    "pydantic",
    "asyncio",
    "dask",
    "distributed",
    "pricewatch",
)
LIBRARIES += ("concurrent.futures", "builtins")
PROSE = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "slides").glob("*.md"), *ROOT.glob("*.md")]
PROSE += [ROOT / "docs/outline.yml", ROOT / "mkdocs.yml", ROOT / "snippets/pricewatch/README.md"]
KINDS = {".py", ".console", ".yaml", ".yml", ".sql", ".toml", ".Dockerfile", "Dockerfile"}
PLACES = ("", "snippets/", "snippets/*/", "docs/*/", "snippets/pricewatch/src/", "snippets/*/demo/")
PROGRAMS = {"git", "make", "pip"}
COMMAND = re.compile(
    r"\b(pip install|python3? -m|prefect [a-z]+ [a-z]+|dask (worker|scheduler)|docker (run|build|push))\b"
)
FILE = re.compile(r"(?<![\w/.?])[\w./-]+\.(?:py|md|yml|console|in)\b")


def in_a_snippet(name: str, where: str = "**") -> bool:
    """Whether a name stands in a snippet of any kind, as a whole: a test has run it there."""
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    files = [
        path
        for path in (ROOT / "snippets").glob(f"{where}/*")
        if (path.suffix or path.name) in KINDS
    ]
    return any(word.search(path.read_text("utf-8")) for path in files)


def in_a_library(name: str) -> bool:
    """Whether a dotted name, with or without @ and (), is something that one of our libraries has."""
    bare = name.removeprefix("@").removesuffix("()")
    for library in LIBRARIES:
        candidate = bare if bare.split(".")[0] == library else f"{library}.{bare}"
        try:
            resolve_name(candidate)
        except (ImportError, AttributeError, ValueError):
            continue
        return True
    return bare in sys.stdlib_module_names


def is_a_command(name: str) -> bool:
    """Whether a name is a target of our Makefile, or a program that the course asks for."""
    target = re.fullmatch(r"make ([a-z]+)", name)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return name in PROGRAMS or bool(target and re.search(rf"^{target[1]}:", makefile, re.M))


def is_a_file(name: str) -> bool:
    """Whether a name is a file of the repository, as written or in one of the places where such files lie."""
    if not re.fullmatch(r"\.?\w[\w./-]{2,80}", name) or name.startswith(
        (".venv", ".cache", "site", "exercises")
    ):
        return False
    name = re.sub(
        r"^pricewatch-[\d.]+/", "", name.replace("MODULE", "*")
    )  # any module; the folder inside an sdist
    return any(list(ROOT.glob(f"{place}{name}")) for place in PLACES)


def test_inline_code_resolves(pages):
    """Whatever a sentence sets as code stands in a snippet, in a library, on this machine or in this repository."""
    unknown = []
    for address, html in pages:
        for code in html.select("code"):
            name = code.get_text()
            if code.find_parent("pre"):
                continue
            here = (
                "**"
                if re.fullmatch(r"[\w.@-]+", name)
                else address.removeprefix("slides/").split("/")[0]
            )
            if not (
                in_a_snippet(name, here)
                or in_a_library(name)
                or is_a_command(name)
                or is_a_file(name)
            ):
                unknown.append((address, name))
    assert unknown == []


def test_no_command_is_plain_text(pages):
    """A command that a sentence tells people to type stands in a transcript instead, which is replayed."""
    for address, html in pages:
        text = "".join(
            s for s in html.find_all(string=True) if not s.find_parent(["pre", "script", "style"])
        )
        assert not COMMAND.findall(text), f"{address}: {COMMAND.search(text)[0]!r}"


def test_files_in_sentences_exist(pages):
    """A file that a page, a note or a text of the repository names is there."""
    texts = {address: html.get_text(" ") for address, html in pages}
    map_of_the_tree = re.compile(r"```text.*?```", re.S)  # test_map.py looks at it
    texts |= {
        path.name: map_of_the_tree.sub("", path.read_text("utf-8")) for path in ROOT.glob("*.md")
    }
    slugs = [path.parent.name for path in (ROOT / "snippets").glob("*/exercise.py")]
    made = {
        name
        for slug in slugs
        for name in (str(attempt_path(slug)), f"{slug}/starter.py", f"{slug}/solution.py")
    }
    made |= {
        f"{folder}report.md" for folder in ("", "prices/", "data/")
    }  # module 7's, compared in test_pipeline.py
    unknown = {
        (where, name)
        for where, text in texts.items()
        for name in FILE.findall(text)
        if not is_a_file(name)
    }
    inside = {
        (where, name.lstrip("./").partition("/")[2])
        for where, name in unknown
        if name.lstrip("./") not in made
    }
    assert {
        (where, name) for where, name in inside if not is_a_file(name)
    } == set()  # of a copy, or of a container


def test_boxes_of_diagrams_are_true(pages):
    """A box that is named like a shoe is a shoe; a box in a state shows its sign."""
    for address, html in pages:
        for box in html.select("figure.diagram g.node"):
            sign, _, label = (
                box.get_text(" ", strip=True).partition(" ")
                if box.get_text()[0] in SIGNS.values()
                else ("", "", "")
            )
            state = next((state for state in SIGNS if state in box["class"]), None)
            assert sign == SIGNS.get(state, ""), f"{address}: {box.get_text()}"
            name = label or box.get_text(strip=True)
            assert not re.fullmatch(r"\w+(-\w+)+", name) or in_a_snippet(name), f"{address}: {name}"


def test_versions_are_the_installed_ones():
    """`Prefect 3` in a sentence is the beginning of the installed version; a full version is not typed at all."""
    have = {
        "Python": platform.python_version(),
        "Prefect": version("prefect"),
        "Dask": version("dask"),
    }
    have |= {"reveal.js": (ROOT / "course/site/theme/assets/reveal/VERSION").read_text().split()[1]}
    for path in PROSE:
        for name, number in re.findall(
            r"\b(Python|Prefect|Dask|reveal\.js)\s+(\d+(?:\.\d+)*)", path.read_text("utf-8")
        ):
            where = f"{path.relative_to(ROOT)}: {name} {number}, installed is {have[name]}"
            assert f"{have[name]}.".startswith(f"{number}."), where
            assert number.count(".") < 2, where

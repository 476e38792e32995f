"""Names in prose are true: inline code resolves, and versions and times are those of the files."""

import platform
import re
import sys
from functools import cache
from importlib.metadata import version
from pkgutil import resolve_name

import yaml

from course import snippets
from course.__main__ import COMMANDS
from course.exercises.command import attempt_path
from course.paths import DOCS, PACKAGE, ROOT, SLIDES, SNIPPETS, THEME
from course.site.diagrams import SIGNS

LIBRARIES = ["prefect", "prefect_dask", "httpx", "pydantic", "asyncio", "dask", "distributed"]
LIBRARIES += ["pricewatch", "concurrent.futures", "builtins"]
PROSE = [*DOCS.rglob("*.md"), *SLIDES.glob("*.md"), *ROOT.glob("*.md"), DOCS / "outline.yml"]
PROSE += [ROOT / "mkdocs.yml", PACKAGE / "README.md"]
KINDS = {".py", ".console", ".yaml", ".yml", ".sql", ".toml", ".Dockerfile", "Dockerfile"}
FOLDERS = ["", "snippets/", "snippets/*/", "docs/*/", "snippets/pricewatch/src/"]
FOLDERS += ["snippets/*/demo/"]
PROGRAMS = {"git", "make", "pip"}
COMMAND = re.compile(
    r"\b(pip install|python3? -m|prefect [a-z]+ [a-z]+|dask (worker|scheduler)"
    r"|docker (run|build|push))\b"
)
FILE = re.compile(r"(?<![\w/.?])[\w./-]+\.(?:py|md|yml|console|in)\b")


@cache
def texts(folder: str) -> list[str]:
    """The texts of the snippets in a module's folder, or in all of them."""
    paths = SNIPPETS.glob(f"{folder}/*")
    return [path.read_text("utf-8") for path in paths if (path.suffix or path.name) in KINDS]


def in_a_snippet(name: str, folder: str = "**") -> bool:
    """Whether a name stands in a snippet of any kind, as a whole: a test has run it there."""
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    return any(map(word.search, texts(folder)))


def in_a_library(name: str) -> bool:
    """Whether a dotted name, with or without @ and (), is something that a library has."""
    bare = name.removeprefix("@").removesuffix("()")
    for library in LIBRARIES:
        try:
            resolve_name(bare if bare.split(".")[0] == library else f"{library}.{bare}")
            return True
        except (ImportError, AttributeError, ValueError):
            continue
    return bare in sys.stdlib_module_names


def is_a_command(name: str) -> bool:
    """Whether a name is one of our commands, or a program that the course asks for."""
    target = re.fullmatch(r"make ([a-z-]+)", name)
    return name in PROGRAMS or bool(target and target[1] in COMMANDS)


def is_a_file(name: str) -> bool:
    """Whether a name is a file of the repository, in one of the folders that hold them."""
    if not re.fullmatch(r"\.?\w[\w./-]{2,80}", name):
        return False
    if name.startswith((".venv", ".cache", "site", "exercises")):
        return False
    name = name.replace("MODULE", "*")  # any module
    name = re.sub(r"^pricewatch-[\d.]+/", "", name)  # the folder inside an sdist
    return any(list(ROOT.glob(f"{folder}{name}")) for folder in FOLDERS)


def test_inline_code_resolves(pages):
    """What a sentence sets as code stands in a snippet, a library, on a machine or in this tree."""
    unknown = []
    for address, html in pages:
        module = address.removeprefix("slides/").split("/")[0]
        for code in html.select("code:not(pre code)"):
            name = code.get_text()
            folder = "**" if re.fullmatch(r"[\w.@-]+", name) else module
            known = in_a_snippet(name, folder) or in_a_library(name)
            if not (known or is_a_command(name) or is_a_file(name)):
                unknown.append((address, name))
    assert unknown == []


def test_no_command_is_plain_text(pages):
    """A command that people are to type stands in a transcript instead, which is replayed."""
    hidden = ["pre", "script", "style"]
    for address, html in pages:
        found = [text for text in html.find_all(string=True) if not text.find_parent(hidden)]
        assert not (match := COMMAND.search("".join(found))), f"{address}: {match[0]!r}"


def test_files_in_sentences_exist(pages):
    """A file that a page, a note or a text of the repository names is there."""
    prose = {address: html.get_text(" ") for address, html in pages}
    map_of_the_tree = re.compile(r"```text.*?```", re.S)  # tests/repository/test_map.py looks at it
    texts = {path.name: path.read_text("utf-8") for path in ROOT.glob("*.md")}
    prose |= {name: map_of_the_tree.sub("", text) for name, text in texts.items()}
    made = {f"{folder}report.md" for folder in ("", "prices/", "data/")}  # see test_pipeline.py
    for slug in snippets.exercises():
        made |= {str(attempt_path(slug)), f"{slug}/starter.py", f"{slug}/solution.py"}
    for address, text in prose.items():
        for name in {re.sub(r"^(\.{,2}/)+", "", found) for found in FILE.findall(text)} - made:
            # The first folder may be that of a copy, or of a container.
            assert is_a_file(name) or is_a_file(name.partition("/")[2]), f"{address}: {name}"


def test_boxes_of_diagrams_are_true(pages):
    """A box that is named like a shoe is a shoe; a box in a state shows its sign."""
    for address, html in pages:
        for box in html.select("figure.diagram g.node"):
            state = next((state for state in SIGNS if state in box["class"]), None)
            text = box.get_text(" ", strip=True)
            sign, _, name = text.partition(" ") if text[0] in SIGNS.values() else ("", "", text)
            assert sign == SIGNS.get(state, ""), f"{address}: {text}"
            assert not re.fullmatch(r"\w+(-\w+)+", name) or in_a_snippet(name), f"{address}: {name}"


def test_versions_are_the_installed_ones():
    """`Prefect 3` is the beginning of the installed version; a full version is not typed at all."""
    vendored = (THEME / "assets/reveal/VERSION").read_text("utf-8").split()[1]
    have = {"Python": platform.python_version(), "reveal.js": vendored}
    have |= {name: version(name.lower()) for name in ("Prefect", "Dask")}
    pattern = rf"\b({'|'.join(map(re.escape, have))})\s+(\d+(?:\.\d+)*)"
    for path in PROSE:
        for name, number in re.findall(pattern, path.read_text("utf-8")):
            where = f"{path.relative_to(ROOT)}: {name} {number}, installed is {have[name]}"
            assert f"{have[name]}.".startswith(f"{number}."), where
            assert number.count(".") < 2, where


WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
WORDS += ["eleven", "twelve"]
NUMBER = rf"(\d+|{'|'.join(WORDS)})"
SECONDS = {"second": 1, "minute": 60, "hour": 3600}
CRON = re.compile(r"\b\d+ (\d+) \* \* (?:\*|\d)")
HOUR = re.compile(rf"\bat {NUMBER}\b(?!:[1-9])|\b{NUMBER} o'clock|\b(\d\d?):00\b", re.I)
INTERVAL = re.compile(rf"\bevery[ -]{NUMBER}[ -](second|minute|hour)s?\b", re.I)


def schedules(text: str) -> set[tuple[str, int]]:
    """The hours and intervals (in seconds) of the schedules in a file."""
    intervals = re.findall(r"^ *-? *interval: (\d+)$", text, re.M)
    return {("at", int(hour)) for hour in CRON.findall(text)} | {
        ("every", int(s)) for s in intervals
    }


def times(text: str) -> set[tuple[str, int]]:
    """The hours and intervals (in seconds) that a sentence states."""

    def number(word: str) -> int:
        return int(word) if word.isdecimal() else WORDS.index(word.lower()) + 1

    hours = {("at", number("".join(found))) for found in HOUR.findall(text)}
    intervals = {("every", number(n) * SECONDS[unit]) for n, unit in INTERVAL.findall(text)}
    return hours | intervals | schedules(text)


def test_times_in_sentences_are_those_of_the_schedules():
    """A sentence on a schedule or a deployment, or beside its file, states the file's time."""
    wrong = []
    for path in [*DOCS.rglob("*.md"), *SLIDES.glob("*.md")]:
        slug = path.stem if path.parent == SLIDES else path.parent.name
        file = SNIPPETS / slug / "prefect.yaml"
        listed = yaml.safe_load(file.read_text("utf-8"))["deployments"] if file.exists() else []
        of = {each["name"]: schedules(yaml.safe_dump(each)) for each in listed}
        wrong += [(file.name, name) for name in of if not times(name) <= of[name]]
        for part in re.split(r"^#{1,3} ", path.read_text("utf-8"), flags=re.M):
            names = {include["name"] for include in snippets.INCLUDE.finditer(part)}
            files = [found.read_text("utf-8") for name in names if (found := snippets.find(name))]
            for sentence in re.split(r"\n\n|\n *- ", part):
                named = [of[name] for name in of if re.search(f'["`]{name}["`]', sentence)]
                true = set().union(*(named or map(schedules, files)))
                kinds = {kind for kind, _ in true}
                stated = {time for time in times(sentence) if time[0] in kinds}
                wrong += [(path.name, sentence)] if not stated <= true else []
    assert wrong == []

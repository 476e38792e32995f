"""What the files under ``snippets/`` say: sections, output claims, which of them run, and where.

Input: the files that people wrote, and what is made of exercises in ``.cache/exercises``.
Output: texts and names. Site, Run buttons, exercises, notebooks and tests ask here; nobody else
reads a marker. A *name* is a path below ``snippets/``, such as ``dask/futures.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from course.errors import CourseError
from course.paths import CACHE, DEMO, SNIPPETS

#: Where names are looked up: what people wrote, and what is made from it.
ROOTS = (SNIPPETS, CACHE / "exercises")
#: The inside of an include: ``--8<-- "dask/futures.py:submit"``.
INCLUDE = re.compile(r'--8<-- "(?P<name>[^":]+)(?::(?P<section>[a-z][\w-]*))?"')
_MARKER = re.compile(r"--8<-- \[(?P<edge>start|end):(?P<section>[\w-]+)\]")
_CLAIM = re.compile(r"^ *#> ?(.*)\n?", re.M)
_IN_THREADS = re.compile(r'\bprocesses"?[=:] ?False')
_IN_PROCESSES = re.compile(
    r"\b(\w*Cluster|DaskTaskRunner|ProcessPool\w+|Runner|Popen)\(|^import subprocess", re.M
)
_NEVER_ALONE = re.compile(r"\.(serve|deploy)\(|\bsys\.stdin\b")


class SectionError(CourseError):
    """A section that is not there, or not whole; the message names the snippet and what it has."""


@dataclass(frozen=True)
class Section:
    """A part of a snippet that a page may show: its lines with inner markers, and its first line.

    Lines are counted from 1, in the snippet without markers.
    """

    lines: tuple[str, ...]
    first: int

    @property
    def shown(self) -> list[str]:
        """Its lines without markers, as they stand in the snippet."""
        return without_markers(self.lines)

    @property
    def last(self) -> int:
        """The number of its last line."""
        return self.first + len(self.shown) - 1


def find(name: str) -> Path | None:
    """Return the file of a name; ``None`` if there is no such snippet."""
    return next((root / name for root in ROOTS if (root / name).is_file()), None)


def without_markers(lines: Iterable[str]) -> list[str]:
    """Return the lines of a snippet that run and are counted: all but the markers of sections."""
    return [line for line in lines if not _MARKER.search(line)]


def runnable_text(text: str) -> str:
    """Return a snippet's text without the markers of its sections."""
    return "".join(without_markers(text.splitlines(keepends=True)))


def sections(text: str) -> dict[str, Section]:
    """Cut a snippet's text into its named sections.

    Raises:
        SectionError: If a section does not have one start and, below it, one end, or is empty.
    """
    lines, found = text.splitlines(), {}
    markers: dict[str, list[tuple[str, int]]] = {}
    for number, line in enumerate(lines):
        if marker := _MARKER.search(line):
            markers.setdefault(marker["section"], []).append((marker["edge"], number))
    for name, edges in markers.items():
        if [edge for edge, _ in edges] != ["start", "end"]:
            raise SectionError(f'section "{name}" needs one start and, below it, one end')
        (_, start), (_, end) = edges
        part = tuple(lines[start + 1 : end])
        if not any(line.strip() for line in without_markers(part)):
            raise SectionError(f'section "{name}" is empty')
        found[name] = Section(part, len(without_markers(lines[:start])) + 1)
    return found


def section(name: str, part: str | None) -> Section:
    """Return a section of a snippet, or the whole snippet if ``part`` is ``None``.

    Raises:
        SectionError: If there is no such snippet or section, or the section is not whole.
    """
    path = find(name)
    if path is None:
        raise SectionError(f"there is no snippets/{name}")
    text = path.read_text("utf-8")
    if part is None:
        return Section(tuple(text.splitlines()), 1)
    try:
        found = sections(text)
    except SectionError as error:
        raise SectionError(f"snippets/{name}: {error}") from None
    if part not in found:
        have = ", ".join(sorted(found)) or "none"
        raise SectionError(f'snippets/{name} has no section "{part}"; it has: {have}')
    return found[part]


def steps(shown: Section, names: list[str]) -> list[tuple[int, int]]:
    """Return the first and last line that each section has inside a block, counted from 1.

    The name ``all`` stands for the whole block.

    Raises:
        SectionError: If a name is no section inside the block.
    """
    inner = {**sections("\n".join(shown.lines)), "all": Section(shown.lines, 1)}
    if unknown := [name for name in names if name not in inner]:
        raise SectionError(f'no section "{unknown[0]}" inside the block, to be a step')
    return [(inner[name].first, inner[name].last) for name in names]


def as_read(lines: Iterable[str]) -> list[str]:
    """Return lines as a reader sees them: no markers, no outer blank lines, no indentation."""
    text = dedent("\n".join(without_markers(lines))).strip("\n")
    return [line.rstrip() for line in text.splitlines()]


def claims(text: str) -> list[str]:
    """Return the lines that a snippet says it prints: what stands behind each ``#>``."""
    return _CLAIM.findall(text)


def without_claims(text: str) -> str:
    """Return a text without its ``#>`` lines."""
    return _CLAIM.sub("", text)


def learner_suffix(exercise: Path) -> str:
    """Return the ending of what a learner writes in an exercise: ``.py`` or ``.Dockerfile``."""
    return ".Dockerfile" if exercise.with_suffix(".Dockerfile").exists() else ".py"


def exercises() -> dict[str, Path]:
    """Return the source of each module's exercise, by the module's slug."""
    return {path.parent.name: path for path in sorted(SNIPPETS.glob("*/exercise.py"))}


def notebooks() -> dict[str, Path]:
    """Return the source of each module's notebook, by the module's slug."""
    return {path.parent.name: path for path in sorted(SNIPPETS.glob("*/notebook.py"))}


def written() -> list[Path]:
    """Return the Python files that people wrote, exercises' sources included."""
    paths = {*SNIPPETS.glob("*/*.py"), *DEMO.glob("*.py")}
    return sorted(path for path in paths if path.name != "notebook.py")


def runnable() -> list[str]:
    """Return the names of all that a reader may run: snippets, and an exercise's two files."""
    names = {path.relative_to(SNIPPETS).as_posix() for path in written()}
    for slug, source in exercises().items():
        names.discard(f"{slug}/exercise.py")
        if learner_suffix(source) == ".py":
            names |= {f"{slug}/starter.py", f"{slug}/solution.py"}
    return sorted(names)


def environment(name: str) -> str:
    """Return the environment that a snippet runs in: ``dbt`` for ``.venv-dbt``.

    Module 7's pipeline has environments of its own; all others, named by an empty text, `.venv`.
    """
    folder, _, file = name.rpartition("/")
    if folder != "pipeline/demo":
        return ""
    return {"sync.py": "airbyte"}.get(file, "snowflake" if file.startswith("snowflake_") else "dbt")


def run_kind(path: Path) -> str:
    """Return how a written snippet has to be run.

    ``plain``: in any process; ``cluster``: with a Dask cluster in threads; ``processes``: as
    ``python FILE`` only, since it starts processes; ``elsewhere``: never alone, because it
    serves until Ctrl+C, reads standard input, or is part of a larger program.
    """
    source = path.read_text("utf-8").partition("# <check>")[0]
    if path.parent == DEMO or _NEVER_ALONE.search(source) or learner_suffix(path) != ".py":
        return "elsewhere"
    if _IN_THREADS.search(source):
        return "cluster"
    return "processes" if _IN_PROCESSES.search(source) else "plain"

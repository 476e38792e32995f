"""Every code block of the built site is a whole snippet or a named section of one, and every snippet is shown."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from course.exercises.source import split
from course.site.outline import modules
from course.snippets import learner_suffix
from tests.support.home import ROOT

MARKER = re.compile(r"--8<-- \[(start|end):([\w-]+)\]")
INCLUDE = re.compile(r'--8<-- "(?P<path>[^":]+)(?::(?P<section>[^"]+))?"')
CLAIM = re.compile(r"^ *#>.*\n?", re.M)
STEPS = re.compile(r'steps="([^"]+)"\}?\n--8<-- "([^":]+)')
MARKDOWN = sorted([*(ROOT / "docs").rglob("*.md"), *(ROOT / "slides").glob("*.md")])


def snippets() -> dict[str, str]:
    """Every file that a page may show, by its path below snippets/; those made from an exercise's one source too."""
    found = {}
    for path in (ROOT / "snippets").rglob("*"):
        made = {"__pycache__", "dist"} & set(path.parts) or path.suffix == ".pyc"
        made = made or (path.with_suffix(".in").exists() and path.suffix == ".txt")  # a lock
        if path.is_file() and not made and path.name != "notebook.py":
            found[path.relative_to(ROOT / "snippets").as_posix()] = path.read_text("utf-8")
    for path in (ROOT / "snippets").glob("*/exercise.py"):
        found |= {
            f"{path.parent.name}/{name}{learner_suffix(path)}": text for name, text in split(path).items()
        }
    return found


def shown(text: str) -> list[str]:
    """A text as a reader sees it: without markers, outer blank lines and indentation."""
    return [line.rstrip() for line in dedent("\n".join(unmarked(text))).strip("\n").splitlines()]


def unmarked(text: str) -> list[str]:
    return [line for line in text.splitlines() if not MARKER.search(line)]


def sections(text: str) -> dict[str, str]:
    """The texts of a snippet's sections, by name."""
    lines = text.splitlines()
    marks = {match.groups(): n for n, line in enumerate(lines) if (match := MARKER.search(line))}
    names = [name for kind, name in marks if kind == "start"]
    return {name: "\n".join(lines[marks["start", name] + 1 : marks["end", name]]) for name in names}


def test_code_comes_from_snippets(pages):
    """A block names its file, and is that file or one of its sections, to the letter."""
    files, used = snippets(), set()
    for address, html in pages:
        notebook = address.endswith(
            "/notebook/index.html"
        )  # its cells print below what snippets claim inside
        for block in html.select("pre:not(.result)" if notebook else "pre"):
            name = block.find_previous_sibling(class_="filename")
            name = name and name.get_text()
            text = shown(block.get_text())
            assert name in files, f"{address}: a block without a snippet: {text[:2]}"
            whole = [files[name], *sections(files[name]).values()]
            if notebook:
                whole = [CLAIM.sub("", part) for part in whole]
            assert text in map(shown, whole), (
                f"{address}: not the text of snippets/{name}: {text[:2]}"
            )
            used.add(name)
        loose = html.select(
            "article :is(samp, tt, textarea), main.slides :is(samp, tt, textarea), .highlight:not(:has(pre))"
        )
        assert not loose, f"{address}: code in another dress: {loose[0].get_text()[:60]!r}"
    of_modules = {
        name for name in files if name.split("/")[0] in {module.slug for module in modules()}
    }
    of_package = {
        name for name in used if name.startswith("pricewatch/")
    }  # its files may be shown, and need not be
    assert used <= of_modules | of_package, "shown, but not a snippet of a module"
    others = {name for name in of_modules | of_package if not name.endswith((".py", ".console"))}
    others -= {
        name for name in others if name.endswith(("/starter.Dockerfile", "/solution.Dockerfile"))
    }
    run = [
        *(ROOT / "tests").glob("*.py"),
        *(ROOT / "snippets").glob("*/*.console"),
    ]  # transcripts are replayed
    tests = "".join(path.read_text("utf-8") for path in run)
    assert [name for name in others if Path(name).name not in tests] == [], "no test runs this file"
    sources = {
        name for name in of_modules if re.search(r"/exercise\.(py|Dockerfile)$", name)
    }  # shown as what they make
    assert of_modules - sources - used == set(), "snippets that no page shows"


def test_outputs_look_like_outputs(pages):
    """Each line that begins with `#>` is marked as an output, and no other is."""
    for address, html in pages:
        for line in html.select("pre code > span"):
            is_output = line.get_text().lstrip().startswith("#>")
            assert is_output == ("output" in line.get("class", [])), (
                f"{address}: {line.get_text()!r}"
            )


@pytest.mark.parametrize("name", sorted(snippets()))
def test_sections_come_in_pairs(name):
    """Each section has one start and one end, and holds something."""
    marks = MARKER.findall(snippets()[name])
    starts, ends = ([name for kind, name in marks if kind == wanted] for wanted in ("start", "end"))
    assert sorted(starts) == sorted(set(ends)) == sorted(ends), f"snippets/{name}: {marks}"
    assert all(shown(text) for text in sections(snippets()[name]).values()), (
        f"snippets/{name}: an empty section"
    )


def test_sections_are_used():
    """Each section is included, or is a step on a slide: a name that nobody reads is in the way."""
    texts = [path.read_text("utf-8") for path in MARKDOWN]
    used = {match.groups() for text in texts for match in INCLUDE.finditer(text)}
    used |= {
        (path, name)
        for text in texts
        for names, path in STEPS.findall(text)
        for name in names.split("|")
    }
    have = {(name, section) for name, text in snippets().items() for section in sections(text)}
    exercises = {
        (name, section) for name, section in have if name.endswith(("/exercise.py", "/starter.py"))
    }
    assert have - exercises - used == set()


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_line_numbers(path: Path):
    """Nothing points at a line by its number: it would point elsewhere tomorrow."""
    text = path.read_text("utf-8")
    assert not re.search(r'hl_lines|linenums|data-line-numbers|data-steps|steps="\d', text)
    assert not [m[0] for m in INCLUDE.finditer(text) if re.search(r"\d", m["section"] or "")]

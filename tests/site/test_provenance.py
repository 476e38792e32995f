"""Every code block of the site is a whole snippet or a section of one, and all are shown."""

import re
from pathlib import Path

import pytest

from course import snippets
from course.exercises.source import split
from course.paths import DOCS, ROOT, SLIDES, SNIPPETS
from course.site.outline import modules

STEPS = re.compile(r'steps="([^"]+)"\}?\n--8<-- "([^":]+)')
MARKDOWN = sorted([*DOCS.rglob("*.md"), *SLIDES.glob("*.md")])


def shown_files() -> dict[str, str]:
    """Every file that a page may show, by its name; those made from an exercise's source too."""
    found = {}
    for path in SNIPPETS.rglob("*"):
        made = {"__pycache__", "dist"} & set(path.parts) or path.suffix == ".pyc"
        lock = path.suffix == ".txt" and path.with_suffix(".in").exists()
        if path.is_file() and not made and not lock and path.name != "notebook.py":
            found[path.relative_to(SNIPPETS).as_posix()] = path.read_text("utf-8")
    for slug, path in snippets.exercises().items():
        suffix = snippets.learner_suffix(path)
        found |= {f"{slug}/{name}{suffix}": text for name, text in split(path).items()}
    return found


def readings(text: str, is_notebook: bool) -> list[list[str]]:
    """What a page may show of a file: the whole and each section, as a reader sees it."""
    parts = [text.splitlines(), *(part.lines for part in snippets.sections(text).values())]
    read = [snippets.as_read(part) for part in parts]
    if not is_notebook:
        return read
    # A notebook's cells print below what their snippets claim inside.
    code = [snippets.without_claims("\n".join([*part, ""])) for part in read]
    return [snippets.as_read(part.split("\n")) for part in code]


def test_code_comes_from_snippets(pages):
    """A block names its file, and is that file or one of its sections, to the letter."""
    files, used = shown_files(), set()
    for address, html in pages:
        is_notebook = address.endswith("/notebook/index.html")
        for block in html.select("pre:not(.result)" if is_notebook else "pre"):
            label = block.find_previous_sibling(class_="filename")
            name, text = label and label.get_text(), snippets.as_read(block.get_text().split("\n"))
            assert name in files, f"{address}: a block without a snippet: {text[:2]}"
            not_the_text = f"{address}: not the text of snippets/{name}: {text[:2]}"
            assert text in readings(files[name], is_notebook), not_the_text
            used.add(name)
        other = ":is(article, main.slides) :is(samp, tt, textarea), .highlight:not(:has(pre))"
        loose = html.select(other)
        assert not loose, f"{address}: code in another dress: {loose[0].get_text()[:60]!r}"
    slugs = {module.slug for module in modules()}
    of_modules = {name for name in files if name.split("/")[0] in slugs}
    # The package's files may be shown, and need not be.
    shown = of_modules | {name for name in used if name.startswith("pricewatch/")}
    assert used <= shown, "shown, but not a snippet of a module"
    sources = {name for name in of_modules if re.search(r"/exercise\.(py|Dockerfile)$", name)}
    assert of_modules - sources - used == set(), "snippets that no page shows"
    # Tests find these by their endings: snippets, transcripts, what the locks are compiled from.
    by_other_ways = {name for name in shown if not name.endswith((".py", ".console", ".in"))}
    by_other_ways -= {name for name in shown if re.search(r"/(starter|solution)\.Docker", name)}
    run = [*ROOT.glob("tests/**/*.py"), *SNIPPETS.glob("*/*.console")]  # transcripts are replayed
    texts = "".join(path.read_text("utf-8") for path in run)
    assert [name for name in by_other_ways if Path(name).name not in texts] == [], "no test runs it"


def test_what_can_run_has_buttons(pages):
    """The blocks with a button are those of files that run; the package's files are no programs."""
    with_button = {each["data-file"] for _, html in pages for each in html.select("[data-file]")}
    shown = {label.get_text() for _, html in pages for label in html.select(".filename")}
    assert with_button == shown & set(snippets.runnable())


def test_outputs_look_like_outputs(pages):
    """Each line of Python that begins with `#>` is marked as an output, and no other line is."""
    for address, html in pages:
        for line in html.select(".language-python pre code > span"):
            is_output = line.get_text().lstrip().startswith("#>")
            assert is_output == bool(line.select(".go")), f"{address}: {line.get_text()!r}"


BROKEN = {
    'section "b" needs one start': "# --8<-- [start:b]\n1\n",
    'section "c" needs one start': "# --8<-- [end:c]\n1\n# --8<-- [start:c]\n",
    'section "d" is empty': "# --8<-- [start:d]\n\n# --8<-- [end:d]\n",
}


@pytest.mark.parametrize("message", BROKEN)
def test_broken_sections_are_refused(message):
    """A section without an end, or upside down, or empty, is an error that names it."""
    with pytest.raises(snippets.SectionError, match=message):
        snippets.sections(BROKEN[message])


def test_sections_are_used():
    """Each section is included, or is a step on a slide, and is whole."""
    texts = [path.read_text("utf-8") for path in MARKDOWN]
    used = {match.groups() for text in texts for match in snippets.INCLUDE.finditer(text)}
    for names, name in (found for text in texts for found in STEPS.findall(text)):
        used |= {(name, step) for step in names.split("|")}
    for name, text in shown_files().items():
        found = {(name, section) for section in snippets.sections(text)}
        is_exercise = name.endswith(("/exercise.py", "/starter.py"))
        assert is_exercise or found <= used, f"nobody reads {found - used}"


def test_no_line_numbers():
    """Nothing points at a line by its number: it would point elsewhere tomorrow."""
    for path in MARKDOWN:
        text = path.read_text("utf-8")
        numbers = r'hl_lines|linenums|data-line-numbers|data-steps|steps="\d|--8<-- "[^"]+:[^"]*\d'
        assert not re.findall(numbers, text), path

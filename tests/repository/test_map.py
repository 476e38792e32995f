"""CONTRIBUTING.md shows a map: each room and file with its first sentence, and the modules."""

import ast
import re
from pathlib import Path

import pytest

from course.__main__ import COMMANDS
from course.paths import PACKAGE, ROOT
from course.setup.products import PRODUCTS
from course.site.outline import modules

NOT_OURS = {"reveal", "licence_texts", "__pycache__", "node_modules"}
SHOWN = (".py", ".js", ".mjs", ".toml")
HEADING, WIDTH = "## The map\n", 27
SCRIPT_COMMENT = re.compile(r"/\*+\s*(.*?)\s*\*/|((?:(?://|#).*\n)+)", re.S)


def first_sentence(path: Path) -> str:
    """Return the first sentence of a module's docstring, or of a script's first comment.

    A semicolon ends it, too: the map has a line for each file.
    """
    text = path.read_text("utf-8") if path.exists() else ""
    if path.suffix == ".py":
        text = ast.get_docstring(ast.parse(text)) or ""
    else:
        comment = SCRIPT_COMMENT.match(text)
        text = comment[1] or re.sub(r"^(?://|#) ?", "", comment[2], flags=re.M) if comment else ""
    paragraph = " ".join(text.partition("\n\n")[0].split())
    return re.split(r"(?<=\.) |; ", paragraph)[0].removesuffix(".").replace("`", "")


def row(name: str, path: Path, depth: int) -> str:
    """Return one line of the map."""
    return f"{'  ' * depth + name:{WIDTH}} {first_sentence(path)}".rstrip()


def rows(folder: Path, depth: int) -> list[str]:
    """Return the lines of a folder, of its modules and scripts, and of the folders in it."""
    package, inner = folder / "__init__.py", []
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name)):
        if path.is_dir():
            inner += rows(path, depth + 1) if path.name not in NOT_OURS else []
        elif path.suffix in SHOWN and not path.match("test_*.py") and path != package:
            inner.append(row(path.name, path, depth + 1))
    here = inner or package.exists()
    return [row(f"{folder.name}/", package, depth), *inner] if here else []


def expected_map() -> str:
    """Return the map as the tree is now."""
    lines = [line for folder in ("course", "tests") for line in rows(ROOT / folder, depth=0)]
    lines += rows(PACKAGE / "src/pricewatch", depth=0)
    lines.append(f"{'docs/ snippets/ slides/':{WIDTH}} The modules, each with a folder or a deck")
    lines += [f"{f'  {each.slug}':{WIDTH}} {each.number}. {each.title}" for each in modules()]
    return "```text\n{}\n```\n".format("\n".join(lines))


def with_map(text: str) -> str:
    """Return the text of CONTRIBUTING.md with the map as the tree is now."""
    before, heading, after = text.partition(HEADING)
    after = re.sub(r"```text\n.*?```\n", lambda _: expected_map(), after, flags=re.S)
    return before + heading + after


def test_map_is_the_tree():
    """The map names what is in the tree, with the sentences found there, and nothing else."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    if text != with_map(text):
        command = "python -m tests.repository.test_map writes this into CONTRIBUTING.md:"
        pytest.fail(f"{command}\n{expected_map()}", pytrace=False)


def test_everything_on_the_map_says_what_it_is():
    """Each module, script and room has a first sentence."""
    lines = expected_map().splitlines()[1:-1]
    silent = [line for line in lines if len(line.split()) < 2 and not line.endswith("/")]
    assert silent == []


def test_readme_lists_the_environments():
    """README's table names each environment, and all commands that need it."""
    text = (ROOT / "README.md").read_text("utf-8")
    (tests,) = re.findall(r"\*The tests\* are (.+?)\.$", text, re.M)
    listed = re.findall(r"^\| `\.venv-(\w+)` \|.*\|(.+)\|$", text, re.M)
    assert {name for name, _ in listed} == set(PRODUCTS) - {"venv", "page"}
    for name, commands in listed:
        named = re.findall(r"make (\w+)", commands.replace("the tests", tests))
        assert set(named) == {command for command in COMMANDS if name in needs(command)}


def needs(command: str) -> set[str]:
    """Return the products that a command needs, and what those need."""
    direct = COMMANDS[command].needs + COMMANDS[command].later
    return {*direct, *(each for need in direct for each in PRODUCTS[need].needs)}


if __name__ == "__main__":
    PAGE = ROOT / "CONTRIBUTING.md"
    PAGE.write_text(with_map(PAGE.read_text("utf-8")), "utf-8")

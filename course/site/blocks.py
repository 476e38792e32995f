"""Code blocks: each is an include of a file under snippets/, with the file's name above it.

A block is written as a fence around one include, and nothing else:

    ```python
    --8<-- "negative-engineering/naive.py:job"
    ```

In a deck, ``steps="try|wait"`` lights the sections of these names one after the other; ``all`` is
the whole block.
"""

import re
from collections.abc import Generator, Iterable

from mkdocs.structure.pages import Page
from pygments.filter import Filter
from pygments.lexer import Lexer
from pygments.token import Comment, Generic, _TokenType

from course import snippets
from course.site.errors import SiteError, line_of
from course.site.run_buttons import attributes

FENCE = re.compile(
    r"^(?P<indent> *)(?P<mark>```+|~~~+) *(?P<head>[^`\n]*)\n(?P<body>.*?)^(?P=indent)(?P=mark) *$",
    re.M | re.S,
)
STEPS = re.compile(r'steps="(?P<names>[^"]+)"')


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Complete each block's head: its file's name, its steps, and what its Run button needs."""

    def complete(fence: re.Match[str]) -> str:
        language, _, rest = re.sub(r"[{}]", "", fence["head"]).strip().partition(" ")
        if language == "mermaid":
            return fence[0]
        try:
            head = completed_head(language.lstrip("."), rest, fence["body"])
        except (SiteError, snippets.SectionError) as error:
            raise SiteError(f"{line_of(page, fence[0])}: {error}") from None
        indent, mark = fence["indent"], fence["mark"]
        return f"{indent}{mark} {head}\n{fence['body']}{indent}{mark}"

    if "--8<--" in FENCE.sub("", markdown):
        where = line_of(page, "--8<--")
        raise SiteError(f"{where} or below: an include stands in a code block of its own")
    return FENCE.sub(complete, markdown)


def completed_head(language: str, options: str, body: str) -> str:
    """Return the head of a block of a language, with all that the page has to know about it.

    Raises:
        SiteError: If the body is more than an include, or the options are no steps.
        SectionError: If there is no such snippet, section or step.
    """
    include = snippets.INCLUDE.fullmatch(body.strip())
    if not include:
        raise SiteError("a code block holds one include of a snippet and nothing else")
    name, part = include["name"], include["section"]
    shown = snippets.section(name, part)
    if STEPS.sub("", options).strip():
        raise SiteError(f'a code block has a language and, in a deck, steps="…"; not {options!r}')
    head = [f".{language}", f'title="{name}"']
    if steps := STEPS.search(options):
        lines = snippets.steps(shown, steps["names"].split("|"))
        head.append(f'data-steps="{"|".join(f"{a}-{b}" for a, b in lines)}"')
    if language == "python":
        head.append(attributes(name, part, shown))
    return f"{{{' '.join(head)}}}"


class OutputFilter(Filter):
    """Give the lines of Python that state an output, ``#> ...``, Pygments' token for outputs."""

    def filter(
        self, lexer: Lexer | None, stream: Iterable[tuple[_TokenType, str]]
    ) -> Generator[tuple[_TokenType, str]]:
        """Yield each token of a block, comments that state an output as ``Generic.Output``."""
        for kind, text in stream:
            is_output = kind is Comment.Single and text.startswith("#>")
            yield Generic.Output if is_output else kind, text

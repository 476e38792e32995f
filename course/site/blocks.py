"""Code blocks: each is an include of a file under snippets/, named above, its output marked below.

A block is written as a fence around one include, and nothing else:

    ```python
    --8<-- "negative-engineering/naive.py:job"
    ```

The hook writes the file's name above it. In a deck, ``steps="try|wait"`` lights the sections of these names one after
the other; ``all`` is the whole block.
"""

import re

from mkdocs.exceptions import PluginError

from course.site.outline import line_of
from course.site.run_buttons import attributes, homes

FENCE = re.compile(
    r"^(?P<indent> *)(?P<mark>```+|~~~+) *(?P<head>[^`\n]*)\n(?P<body>.*?)^(?P=indent)(?P=mark) *$",
    re.M | re.S,
)
INCLUDE = re.compile(r' *--8<-- "(?P<path>[^":]+)(?::(?P<section>[a-z][\w-]*))?"\n')
MARKER = re.compile(r"--8<-- \[(?P<kind>start|end):(?P<name>[\w-]+)\]")
STEPS = re.compile(r'steps="(?P<names>[^"]+)"')
OUTPUT = re.compile(
    r'<span id="(__span-\d+-\d+)">(\s*(?:<span class="w">\s*</span>)?<span class="c1">#&gt;)'
)


def on_page_markdown(markdown: str, page, **_) -> str:
    def complete(fence: re.Match) -> str:
        where = line_of(page, fence[0])
        include = INCLUDE.fullmatch(fence["body"])
        if not include:
            raise PluginError(
                f"{where}: a code block holds one include of a snippet and nothing else"
            )
        lines = section(include["path"], include["section"], where)
        language, _, rest = re.sub(r"[{}]", "", fence["head"]).strip().partition(" ")
        if STEPS.sub("", rest).strip():
            raise PluginError(
                f'{where}: a code block has a language and, in a deck, steps="…"; not {rest!r}'
            )
        rest = STEPS.sub(lambda m: f'data-steps="{numbers(m["names"], lines, where)}"', rest)
        if language == "python":
            rest = f"{rest} {attributes(include['path'], include['section'], snippet(include['path'], where), lines)}"
        head = f'{{.{language.lstrip(".")} title="{include["path"]}" {rest}}}'
        return f"{fence['indent']}{fence['mark']} {head}\n{fence['body']}{fence['indent']}{fence['mark']}"

    if "--8<--" in FENCE.sub("", markdown):
        raise PluginError(
            f"{line_of(page, '--8<--')} or below: an include stands in a code block of its own"
        )
    return FENCE.sub(complete, markdown)


def snippet(path: str, where: str) -> list[str]:
    """Return a snippet's lines."""
    home = next((home for home in homes() if (home / path).is_file()), None)
    if home is None:
        raise PluginError(f"{where}: there is no snippets/{path}")
    return (home / path).read_text("utf-8").splitlines()


def section(path: str, name: str | None, where: str) -> list[str]:
    """Return the lines of a snippet's section, inner markers included."""
    lines = snippet(path, where)
    if name is None:
        return lines
    ends = {(m["kind"], m["name"]): n for n, line in enumerate(lines) if (m := MARKER.search(line))}
    if not ends.get(("start", name), len(lines)) < ends.get(("end", name), -1):
        have = ", ".join(sorted({name for _, name in ends})) or "none"
        raise PluginError(
            f'{where}: snippets/{path} has no section "{name}" with a start and an end; it has: {have}'
        )
    return lines[ends["start", name] + 1 : ends["end", name]]


def numbers(names: str, lines: list[str], where: str) -> str:
    """Turn sections' names into the line ranges that they have today: ``try|wait`` into ``3-5|8-9``."""
    marks, shown = {}, 0
    for line in lines:
        if mark := MARKER.search(line):
            marks[mark["kind"], mark["name"]] = shown
        else:
            shown += 1
    ranges = []
    for name in names.split("|"):
        if name != "all" and not {("start", name), ("end", name)} <= set(marks):
            raise PluginError(f'{where}: no section "{name}" inside the block, to be a step')
        ranges.append(
            f"1-{shown}" if name == "all" else f"{marks['start', name] + 1}-{marks['end', name]}"
        )
    return "|".join(ranges)


def on_page_content(html: str, **_) -> str:
    """Mark the lines that show an output, so that they can look like one."""
    return OUTPUT.sub(r'<span id="\1" class="output">\2', html)
